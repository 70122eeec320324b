"""The form by which a reader says what is wrong with a text."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from takatuf.public.forms import OpenForm
from takatuf.translation.rules import LONGEST_REPORT
from takatuf.ui.forms import WordsArea


class MistakeForm(OpenForm):
    wrong = forms.CharField(
        label=_("What is wrong?"),
        max_length=LONGEST_REPORT,
        widget=WordsArea({"rows": 4}),
        help_text=_("Copy the words that are wrong, and say why. A few words are enough."),
    )
    should_read = forms.CharField(
        label=_("How should it read?"),
        max_length=LONGEST_REPORT,
        required=False,
        widget=WordsArea({"rows": 3}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address, if you wish an answer"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_(
            "We write to you once, when a person has looked at it. The address is kept sealed "
            "and is deleted thirty days after our answer."
        ),
    )
