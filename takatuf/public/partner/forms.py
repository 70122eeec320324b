"""What a partner is asked on their own page: the questions of the room, in a form that anybody
with the link may send."""

from __future__ import annotations

from django import forms

from takatuf.activities.asking import ActivityForm
from takatuf.public.forms import OpenForm


class PartnerReportForm(ActivityForm, OpenForm):
    """Something new. Sent twice from one page it is one entry (`once`)."""


class PartnerChangeForm(ActivityForm):
    """An entry as it stands."""

    version = forms.IntegerField(widget=forms.HiddenInput)
