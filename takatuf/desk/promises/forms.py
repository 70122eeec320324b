"""The forms of the register of promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from takatuf.decisions.services import KEEPERS
from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated
from takatuf.ui.forms import MomentField, WordsArea, WordsInput, by_name

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import Agency, City

OUTCOMES = [
    ("kept", _("Kept")),
    ("broken", _("Not kept")),
    ("released", _("Released by those it was made to")),
]


def _roles() -> list[tuple[str, str]]:
    return [("", str(_("Any role"))), *((r.value, str(r.label)) for r in Role if r in KEEPERS)]


class KeeperForm(forms.Form):
    """Which agency and which role keeps a promise."""

    agency = forms.ChoiceField(label=_("Agency that keeps it"), required=False)
    role = forms.ChoiceField(
        label=_("Role that keeps it"),
        choices=_roles,
        required=False,
        help_text=_("People come and go; the role stays, and is reminded before the day."),
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        field = self.fields["agency"]
        field.choices = [("", "–"), *by_name(self.agencies.items())]  # type: ignore[attr-defined]

    def keeper(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {"agency": self.agencies.get(told["agency"]), "role": told["role"]}


class MakeForm(KeeperForm):
    """What was promised to whom, by when, and who keeps it."""

    text = forms.CharField(
        label=_("What was promised"), max_length=10_000, widget=WordsArea({"rows": 3})
    )
    promised_to = forms.CharField(
        label=_("To whom"),
        max_length=500,
        widget=WordsInput,
        help_text=_("A group or a household, without names where they are not needed."),
    )
    promised_by = forms.CharField(
        label=_("Who promised it"), max_length=120, required=False, help_text=_("Post or name.")
    )
    due_at = MomentField(label=_("By when"))
    incident = forms.ChoiceField(
        label=_("Incident"), required=False, help_text=_("It then stands in its log as well.")
    )
    field_order = ("text", "promised_to", "due_at", "promised_by", "agency", "role", "incident")

    def __init__(
        self, *args: Any, incidents: Iterable[Incident], needs_incident: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.incidents = {str(one.pk): one for one in incidents}
        field = self.fields["incident"]
        field.required = needs_incident
        field.choices = [  # type: ignore[attr-defined]
            ("", str(_("None"))),
            *((key, isolated(one.title)) for key, one in self.incidents.items()),
        ]

    def values(self, city: City) -> dict[str, Any]:
        told = self.cleaned_data
        plain = {name: told[name] for name in ("text", "promised_to", "promised_by", "due_at")}
        return plain | self.keeper() | {"incident": self.incidents.get(told["incident"])}


class SettlePromiseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=OUTCOMES, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("How it came about"), max_length=10_000, widget=WordsArea({"rows": 2})
    )


class MovePromiseForm(forms.Form):
    due_at = MomentField(label=_("The new day"))
    reason = forms.CharField(
        label=_("Why the day moves"), max_length=2000, widget=WordsArea({"rows": 2})
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("The words in which it may be shown"),
        max_length=2000,
        required=False,
        widget=WordsArea({"rows": 2}),
        help_text=_(
            "They stand on the quarterly page, which may be handed out. No names of people. "
            "Empty: only counted there."
        ),
    )
