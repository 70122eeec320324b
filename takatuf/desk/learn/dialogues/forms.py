"""The forms by which the secretariat prepares a dialogue and says what came of it."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.roles import Role
from takatuf.learning.services import Frame
from takatuf.learning.vocabulary import Participants, Precision, Read
from takatuf.network.queries import all_cities
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.ui.forms import CountInput, DayInput, HourInput, WordsArea, WordsInput, by_name
from takatuf.ui.reading import country_names, language_name

WORDS = ("title", "place", "host", "summary")
MOST_PEOPLE = 100_000
INVITED = (Role.MAYOR, Role.COORDINATOR, Role.COMMUNICATIONS, Role.COHESION, Role.PSYCHOSOCIAL)


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


def _countries() -> list[tuple[str, str]]:
    return [("", "–"), *by_name(country_names().items())]


def _cells() -> list[tuple[str, str]]:
    return [
        (f"{phase.value}/{stream.value}", f"{phase.label} · {stream.label}")
        for phase, stream in product(Phase, Workstream)
    ]


def _words(label: Any, rows: int = 0, **more: Any) -> forms.CharField:
    widget = WordsArea({"rows": rows}) if rows else WordsInput()
    return forms.CharField(label=label, widget=widget, **more)


class FrameForm(forms.Form):
    """What a dialogue is about, where and when."""

    title = _words(_("Title"), max_length=300)
    place = _words(_("Place"), max_length=200, help_text=_("City and country, as people say them."))
    host = _words(_("Host"), 2, max_length=1000, required=False)
    summary = _words(
        _("What it is about"),
        6,
        max_length=10_000,
        required=False,
        help_text=_("An empty line begins a new paragraph. Cite a source as [s1]."),
    )
    begins_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    precision = forms.ChoiceField(
        label=_("How exactly is that known?"), choices=Precision.choices, widget=forms.RadioSelect
    )
    country = forms.ChoiceField(label=_("Country"), choices=_countries)
    timezone = forms.ChoiceField(label=_("Time zone of the place"), choices=_zones)
    places = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        widget=CountInput,
        help_text=_("Who registers after they are taken waits. Empty: nobody counts."),
    )
    register_until = forms.DateField(
        label=_("Registration until"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: nobody registers here."),
    )
    changes = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def frame(self) -> Frame:
        return Frame(**{name: self.cleaned_data[name] for name in Frame._fields})

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in WORDS}


class PrepareForm(FrameForm):
    slug = forms.CharField(
        label=_("Short name for the address"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "off"}),
        help_text=_("Place and year, as in oslo-2023. It stays as it is."),
    )
    language = forms.ChoiceField(
        label=_("Language in which you write it"),
        choices=lambda: [(code, language_name(code)) for code, _name in settings.SPOKEN_LANGUAGES],
        help_text=_("The others are translations of it."),
    )
    field_order = ("language", "title", "slug", "place", "host", "summary")


class AfterForm(forms.Form):
    """Who took part, by kind and number, and what was learned. Never a name."""

    learned = _words(
        _("What was learned"),
        8,
        max_length=20_000,
        required=False,
        help_text=_("An empty line begins a new paragraph. Cite a source as [s1]."),
    )
    people = forms.IntegerField(
        label=_("People in all"),
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        widget=CountInput,
        help_text=_("Empty where it is not known."),
    )
    more_than = forms.BooleanField(label=_("It was more than this number"), required=False)
    changes = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Participants:
            self.fields[f"kind-{kind.value}"] = forms.CharField(
                label=kind.label, max_length=6, required=False, widget=CountInput
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for kind in Participants:
            name = f"kind-{kind.value}"
            written = str(cleaned.get(name, "")).strip()
            if written and written != "?" and not written.isdecimal():
                self.add_error(name, _("Write a whole number, or ? where it is not known."))
        return cleaned

    def participants(self) -> dict[str, int | None]:
        told = {
            kind.value: self.cleaned_data[f"kind-{kind.value}"].strip() for kind in Participants
        }
        return {
            kind: None if number == "?" else int(number) for kind, number in told.items() if number
        }

    @property
    def kinds(self) -> list[Any]:
        return [self[f"kind-{kind.value}"] for kind in Participants]


class ThemeForm(forms.Form):
    words = _words(_("Theme"), max_length=300)
    cells = forms.MultipleChoiceField(
        label=_("Where the guide takes it up"),
        choices=_cells,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "even"}),
    )

    def pairs(self) -> list[tuple[str, str]]:
        split = (cell.partition("/") for cell in self.cleaned_data["cells"])
        return [(phase, stream) for phase, _slash, stream in split]


class ItemForm(forms.Form):
    words = _words(_("What happens"), 2, max_length=1000)
    on = forms.DateField(label=_("Day"), widget=DayInput)
    starts = forms.TimeField(label=_("From"), required=False, widget=HourInput)
    ends = forms.TimeField(label=_("To"), required=False, widget=HourInput)


class SourceForm(forms.Form):
    """The record of something that was read."""

    title = _words(_("Title"), max_length=300)
    publisher = _words(_("Publisher"), max_length=200)
    year = forms.IntegerField(
        label=_("Year"),
        min_value=1900,
        max_value=date.max.year,
        required=False,
        widget=CountInput,
        help_text=_("Empty where it is not known."),
    )
    url = forms.URLField(
        label=_("Address"),
        max_length=600,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        help_text=_("Leave it out where the page exposes victims or patients."),
    )
    language = forms.CharField(
        label=_("Language of the source"),
        max_length=8,
        initial="en",
        widget=forms.TextInput(attrs={"dir": "ltr", "class": "count"}),
        help_text=_("Its code, as in en, ar, fr or nb."),
    )
    read = forms.ChoiceField(label=_("How much was read"), choices=Read.choices)
    verified = forms.BooleanField(label=_("It was verified"), required=False, initial=True)

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if url and not url.startswith("https://"):
            raise forms.ValidationError(_("Give an address that begins with https://"))
        return url


class ReasonForm(forms.Form):
    """Why; `needed` where nothing is done without a reason."""

    reason = _words(_("Reason"), 2, max_length=500)

    def __init__(self, *args: Any, needed: bool = True, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed
        self.fields["reason"].help_text = help_text


class InviteForm(forms.Form):
    cities = forms.MultipleChoiceField(
        label=_("Cities"), choices=(), widget=forms.CheckboxSelectMultiple(attrs={"class": "even"})
    )
    roles = forms.MultipleChoiceField(
        label=_("Whom in each of them"),
        choices=[(role.value, role.label) for role in INVITED],
        widget=forms.CheckboxSelectMultiple,
        initial=[Role.MAYOR.value, Role.COORDINATOR.value],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cities = [(str(city.pk), str(city)) for city in all_cities()]
        self.fields["cities"].choices = by_name(cities)  # type: ignore[attr-defined]
