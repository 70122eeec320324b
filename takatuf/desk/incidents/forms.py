"""The forms of an incident: six fields to declare it, everything else later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.ids import uuid7
from takatuf.incidents.rules import PHASES
from takatuf.incidents.vocabulary import Casualties, Kind, Severity
from takatuf.ui import reading
from takatuf.ui.forms import MomentField, WordsArea, WordsInput

SIDE = {"class": "side"}  # choices side by side: less to scroll on a phone
EVEN = {"class": "even"}  # many of them, in columns
EXERCISE = [("0", _("Real")), ("1", _("Exercise"))]


class LocalTime(MomentField):
    """A time as the city's clocks show it; the zone stands beside the field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)


class FactsForm(forms.Form):
    """What is known of an incident: the six fields, and casualties of an attack."""

    kind = forms.ChoiceField(
        label=_("What happened?"), choices=Kind, widget=forms.RadioSelect(EVEN)
    )
    title = forms.CharField(
        label=_("In a few words"),
        widget=WordsInput,
        max_length=160,
        required=False,
        help_text=_("Facts only, no names of people. Leave it empty if seconds count."),
    )
    area = forms.ChoiceField(label=_("Where: district"), required=False)
    place = forms.CharField(
        label=_("Where: place"),
        widget=WordsInput,
        max_length=200,
        required=False,
        help_text=_("As people here say it: a street, a square, a building."),
    )
    happened_at = LocalTime(label=_("When?"))
    severity = forms.TypedChoiceField(
        label=_("How bad?"), choices=Severity, coerce=int, widget=forms.RadioSelect
    )
    casualties = forms.ChoiceField(
        label=_("Is anyone hurt or dead?"),
        choices=[*Casualties.choices],
        required=False,
        widget=forms.RadioSelect(SIDE),
        help_text=_("For an attack. Not known yet is an answer."),
    )
    targeted = forms.CharField(
        label=_("Who may be targeted?"),
        widget=WordsInput,
        max_length=500,
        required=False,
        help_text=_("A group or a place, never a person. It is kept encrypted."),
    )
    lead_agency = forms.ChoiceField(label=_("Who leads now?"), required=False)

    def __init__(
        self,
        *args: Any,
        city: object,
        areas: list[tuple[str, str]],
        agencies: list[tuple[str, str]],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        clock = {"city": city, "zone": reading.zone(timezone.now())}
        self.fields["happened_at"].help_text = format_html(
            str(_("In the time of {city} ({zone}).")),
            **{name: format_html("<bdi>{}</bdi>", said) for name, said in clock.items()},
        )
        self.fields["area"].choices = [("", _("Not known yet")), *areas]  # type: ignore[attr-defined]
        self.fields["lead_agency"].choices = [  # type: ignore[attr-defined]
            ("", _("Not known yet")),
            *agencies,
        ]


class DeclareForm(FactsForm):
    """A declaration. `once` is given with the empty form: pressing twice declares once."""

    is_exercise = forms.ChoiceField(
        label=_("Is this real?"),
        choices=EXERCISE,
        initial="0",
        widget=forms.RadioSelect(SIDE),
        help_text=_("Chosen once. An exercise is marked on everything that leaves the system."),
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    once = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ["is_exercise", "kind", "title", "area", "place", "happened_at", "severity"]

    @staticmethod
    def blank(now: datetime) -> dict[str, Any]:
        return {"happened_at": now, "once": uuid7(), "is_exercise": "0"}


class PhaseForm(forms.Form):
    phase = forms.ChoiceField(
        label=_("New phase"), choices=[(phase.value, phase.label) for phase in PHASES]
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=WordsArea,
        help_text=_("It becomes a decision in the log."),
    )


class TickForm(forms.Form):
    """An agency was reached by voice: each person counts once, so a name is worth having."""

    person = forms.ChoiceField(
        label=_("Who answered?"),
        required=False,
        help_text=_("Each person counts once; so does somebody unnamed."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, widget=WordsInput, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["person"].choices = [("", _("Somebody unnamed")), *people]  # type: ignore[attr-defined]


class CallForm(forms.Form):
    agency = forms.ChoiceField(label=_("Agency"))

    def __init__(self, *args: Any, agencies: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    into = forms.TypedChoiceField(label=_("The same event as"), coerce=int)

    def __init__(self, *args: Any, others: list[tuple[int, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["into"].choices = others  # type: ignore[attr-defined]


def pick(things: Iterable[Any], value: str | UUID) -> Any:
    """The thing with this identifier among those offered, or None."""
    return next((thing for thing in things if str(thing.pk) == str(value)), None)
