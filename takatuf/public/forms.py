"""What every form shares that anybody may send: a signed moment, a bait for machines, a mark of
the network that it came from. No third party is asked about anybody."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from allauth.core.internal.ratelimit import get_ip
from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.ids import uuid7

SALT = "takatuf.public.form"
OPEN_FOR = 24 * 3600  # seconds that a page may lie open
HASTY = 3  # seconds: nobody reads and writes sooner


def new_stamp() -> str:
    """The mark of a form that is shown now: when, and which."""
    return signing.dumps({"once": uuid7().hex, "at": int(time.time())}, salt=SALT)


class OpenForm(forms.Form):
    """A form that strangers send. Once valid it knows `once`, the form that was shown, and
    whether it came back sooner than a person writes (`hasty`)."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, initial=new_stamp)
    # Read by machines alone: it stands where nobody sees it. The name tempts, the label warns.
    fax = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    once: UUID
    hasty: bool

    def clean_fax(self) -> str:
        if self.cleaned_data["fax"].strip():
            raise forms.ValidationError(
                _("One field must stay empty, and something filled it in. Empty it, then send.")
            )
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            mark = signing.loads(cleaned.get("stamp", ""), salt=SALT, max_age=OPEN_FOR)
            self.once = UUID(mark["once"])
            self.hasty = time.time() - mark["at"] < HASTY
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            anew = QueryDict(mutable=True)
            anew.update(self.data)
            anew[self.add_prefix("stamp")] = new_stamp()
            self.data = anew
            raise forms.ValidationError(
                _("This page was open for too long. What you wrote is still here: send it again.")
            ) from None
        return cleaned


def sender_of(request: HttpRequest, day: str) -> str:
    """A mark of the network that a request came from, good for one day and for counting alone:
    nobody can tell the address from it, nor one day's mark from another's."""
    try:
        network = get_ip(request)
    except PermissionDenied:  # a request that came by no network
        return ""
    return salted_hmac(SALT, f"{day} {network}").hexdigest()[:32]
