"""The forms of an action: filter the list, hand over, block, finish, add one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from takatuf.activities.services import MOST_WORDS
from takatuf.incidents.rules import PHASES
from takatuf.plans.vocabulary import Workstream
from takatuf.ui.forms import MomentField, WordsArea, WordsInput, by_name

MOST_NOTE = 10_000
STATES = [
    ("", _("Not done yet")),
    ("open", _("Open")),
    ("taken", _("Taken")),
    ("blocked", _("Blocked")),
    ("done", _("Done")),
    ("all", _("All")),
]


class FilterForm(forms.Form):
    """What the list of actions shows."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    agency = forms.TypedChoiceField(
        label=_("Agency"), coerce=UUID, empty_value=None, required=False
    )
    phase = forms.ChoiceField(
        label=_("Phase"),
        choices=[("", _("All phases")), *((phase.value, phase.label) for phase in PHASES)],
        required=False,
    )
    workstream = forms.ChoiceField(
        label=_("Workstream"),
        choices=[("", _("All workstreams")), *Workstream.choices],
        required=False,
    )
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    late = forms.BooleanField(label=_("Only late ones"), required=False)

    def __init__(self, *args: Any, agencies: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = by_name((str(agency.pk), agency) for agency in agencies)
        self.fields["agency"].choices = [("", _("All agencies")), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What to pass to `actions_of`; nonsense in the address filters nothing."""
        self.is_valid()
        values = self.cleaned_data
        return {
            "state": values.get("state", ""),
            "agency": values.get("agency"),
            "phase": values.get("phase", ""),
            "workstream": values.get("workstream", ""),
            "only_mine": values.get("mine", False),
            "only_late": values.get("late", False),
        }


class TakeForm(forms.Form):
    """Taking asks nothing."""


class ReopenForm(forms.Form):
    """Opening again asks nothing."""


class HandOverForm(forms.Form):
    """To whom the action goes: an agency, or a person who holds it from now on."""

    to = forms.ChoiceField(
        label=_("Who takes it over?"),
        help_text=_("An agency finds somebody; a person holds it at once."),
        error_messages={"required": _("Choose who takes the action over.")},
    )

    def __init__(
        self, *args: Any, agencies: Iterable[Any], posts: Iterable[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {f"agency:{agency.pk}": agency for agency in agencies}
        self.people: dict[str, Any] = {}
        by_agency: dict[str, list[tuple[str, str]]] = {}
        for post in posts:
            key = f"person:{post.person_id}"
            self.people[key] = post.person
            line = (key, post.person.name)
            if line not in by_agency.setdefault(str(post.agency), []):
                by_agency[str(post.agency)].append(line)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            (_("Agencies"), by_name(self.agencies.items())),
            *((name, by_name(people)) for name, people in sorted(by_agency.items())),
        ]

    def receiver(self) -> dict[str, Any]:
        """The person or the agency, as `hand_over_task` takes it."""
        to = self.cleaned_data["to"]
        return {"agency": self.agencies.get(to), "person": self.people.get(to)}


class BlockForm(forms.Form):
    reason = forms.CharField(
        label=_("What stands in the way?"),
        widget=WordsArea,
        max_length=MOST_NOTE,
        error_messages={"required": _("Say what stands in the way, so that somebody can help.")},
    )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("How does it go?"),
        help_text=_("What the next shift should know. No details of victims."),
        widget=WordsArea,
        required=False,
        max_length=MOST_NOTE,
    )


class FinishForm(forms.Form):
    note = forms.CharField(
        label=_("How did it go?"),
        help_text=_("What the next shift and a later inquiry should know. No details of victims."),
        widget=WordsArea,
        required=False,
        max_length=MOST_NOTE,
    )


class AddForm(forms.Form):
    """An action of one's own."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label=_("What is to be done?"),
        widget=WordsInput,
        max_length=MOST_WORDS,
        help_text=_("One act, beginning with a verb."),
        error_messages={"required": _("Say what is to be done.")},
    )
    agency = forms.ChoiceField(label=_("Which agency does it?"), required=False)
    workstream = forms.ChoiceField(label=_("Workstream"), choices=Workstream)
    due = MomentField(label=_("Until when?"), required=False)

    def __init__(self, *args: Any, agencies: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        choices = by_name(self.agencies.items())
        self.fields["agency"].choices = [("", _("Not decided yet")), *choices]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The fields as `add_task` takes them."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return values | {"agency": self.agencies.get(values["agency"])}
