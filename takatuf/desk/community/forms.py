"""The forms of the survey: what is needed, what the list shows, what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from takatuf.activities.asking import grouped_services, place_choices, service_choices
from takatuf.community.rules import MOST_PEOPLE
from takatuf.community.services import MOST_NOTE, MOST_TEXT, IssueFacts
from takatuf.community.vocabulary import Outcome, Seriousness, State, Sureness, Topic
from takatuf.desk.contacts.forms import PartnersFileForm
from takatuf.plans.vocabulary import Offer, Population, Scope
from takatuf.ui.forms import CountInput, DayInput, WordsArea, WordsInput, by_name
from takatuf.ui.reading import language_name

if TYPE_CHECKING:
    from takatuf.community.models import Issue
    from takatuf.network.models import Area

USUAL_LANGUAGES = ("ar", "en", "fr")


class NeedForm(forms.Form):
    """What is wrong or needed: six fields, and further ones that may wait."""

    text = forms.CharField(
        label=_("What is wrong or needed?"),
        max_length=MOST_TEXT,
        widget=WordsArea({"rows": 3}),
        help_text=_("About groups and places. No names of people, nothing by which one is known."),
    )
    seriousness = forms.TypedChoiceField(
        label=_("What happens if nobody acts?"),
        choices=Seriousness.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    service = forms.ChoiceField(
        label=_("Which service would help?"),
        required=False,
        help_text=_("By it the need is laid beside what organisations do."),
    )
    where = forms.ChoiceField(label=_("Where"), required=False)
    people = forms.IntegerField(
        label=_("How many people are affected?"),
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
        widget=CountInput,
    )
    until = forms.DateField(
        label=_("Until when?"),
        required=False,
        widget=DayInput,
        help_text=_("The last day. Empty: until it is met."),
    )
    source = forms.CharField(
        label=_("Who says so?"),
        max_length=200,
        required=False,
        widget=WordsInput,
        help_text=_("An organisation, a post, a survey."),
    )
    sureness = forms.ChoiceField(
        label=_("How sure is it?"), choices=Sureness.choices, widget=forms.RadioSelect
    )
    populations = forms.MultipleChoiceField(
        label=_("For whom"),
        choices=Population.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "even"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("In which languages must help be had?"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "even"}),
    )
    offers = forms.MultipleChoiceField(
        label=_("What must help provide for?"),
        choices=Offer.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "even"}),
    )
    topic = forms.ChoiceField(
        label=_("What it is about"), choices=[("", "–"), *Topic.choices], required=False
    )
    also = forms.MultipleChoiceField(
        label=_("Further services that would help"),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )
    districts = forms.MultipleChoiceField(
        label=_("Further districts"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "even"}),
    )
    place = forms.CharField(
        label=_("Where, in words"),
        max_length=200,
        required=False,
        widget=WordsInput,
        help_text=_("Where the list has no fitting place."),
    )
    people_source = forms.CharField(
        label=_("Who counted or estimated the people?"),
        max_length=200,
        required=False,
        widget=WordsInput,
    )
    since = forms.DateField(label=_("Since when?"), required=False, widget=DayInput)

    # What may wait stands behind a press.
    DETAILS = (
        "populations", "languages", "offers", "topic", "also", "districts", "place",
        "people_source", "since",
    )  # fmt: skip

    def __init__(
        self, *args: Any, areas: Iterable[Area], languages: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        areas = list(areas)
        spoken = dict.fromkeys([*languages, *USUAL_LANGUAGES, *self.initial.get("languages", ())])
        offered: dict[str, list[Any]] = {
            "service": [("", _("Not known yet")), *grouped_services()],
            "also": grouped_services(),
            "where": [("", _("Not said")), *place_choices(areas)],
            "districts": by_name((f"area:{area.pk}", area) for area in areas),
            "languages": by_name((code, language_name(code)) for code in spoken),
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not areas:
            del self.fields["districts"]
        self.fields["sureness"].initial = Sureness.UNCONFIRMED

    def details(self) -> list[forms.BoundField]:
        return [self[name] for name in self.DETAILS if name in self.fields]

    def details_open(self) -> bool:
        """Whether something behind the press must be seen at once."""
        return any(name in self.errors for name in self.DETAILS)

    def facts(self) -> IssueFacts:
        """What was told, as the use cases take it."""
        told = self.cleaned_data
        where, further = told["where"], told.get("districts", [])
        keys = [key for key in (where, *further) if key.startswith("area:")]
        scope = where
        if keys and where not in (Scope.CITY, Scope.OUTSIDE):
            scope = Scope.AREAS
        elif not where and told["place"]:
            scope = Scope.TEXT
        same = (
            "text seriousness service people until source sureness topic place people_source since"
        )
        return IssueFacts(
            **{name: told[name] for name in same.split()},
            services=tuple(told["also"]),
            populations=tuple(told["populations"]),
            languages=tuple(told["languages"]),
            offers=tuple(told["offers"]),
            scope=scope,
            areas=tuple(dict.fromkeys(UUID(key.removeprefix("area:")) for key in keys)),
        )

    @staticmethod
    def told_of(issue: Issue) -> dict[str, Any]:
        """The form's values of an issue as it stands."""
        same = (
            "text seriousness service people until source sureness topic place people_source "
            "since populations languages offers"
        )
        keys = [place.key for place in issue.places.all() if place.area_id]
        where = issue.scope if issue.scope in (Scope.CITY, Scope.OUTSIDE) else ""
        return {name: getattr(issue, name) for name in same.split()} | {
            "also": issue.services,
            "where": where or next(iter(keys), ""),
            "districts": keys[1:],
        }


class NeedsForm(forms.Form):
    """What the list of needs shows."""

    service = forms.ChoiceField(label=_("Service"), required=False)
    place = forms.ChoiceField(label=_("Where"), required=False)
    topic = forms.ChoiceField(
        label=_("What it is about"), choices=[("", _("Everything")), *Topic.choices], required=False
    )
    seriousness = forms.ChoiceField(
        label=_("As serious or more"),
        choices=[("", _("All")), *Seriousness.choices],
        required=False,
    )
    state = forms.ChoiceField(
        choices=[("", ""), *State.choices, ("all", "")], required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, areas: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, list[Any]] = {
            "service": [("", _("All services")), *service_choices()],
            "place": [("", _("Everywhere")), *place_choices(areas)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What to pass to `issues_of`; nonsense in the address asks for nothing."""
        self.is_valid()
        told = {name: value for name, value in self.cleaned_data.items() if value}
        if "seriousness" in told:
            told["seriousness"] = int(told["seriousness"])
        return {"state": State.OPEN.value} | told


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What was done, and what came of it"),
        max_length=MOST_NOTE,
        widget=WordsArea({"rows": 3}),
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is needed again"), max_length=MOST_NOTE, widget=WordsArea({"rows": 2})
    )


class AnswerForm(forms.Form):
    """Which activity answers a need."""

    activity = forms.TypedChoiceField(label=_("Activity"), coerce=UUID)

    def __init__(
        self,
        *args: Any,
        activities: Iterable[tuple[UUID, str]],
        but: Iterable[UUID] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        left = set(but)
        offered = [(str(pk), name) for pk, name in activities if pk not in left]
        self.has_any = bool(offered)
        self.fields["activity"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]


class SurveyForm(PartnersFileForm):
    """A survey as a table."""

    date_order = forms.ChoiceField(
        label=_("Order of dates"),
        choices=[
            ("", _("As the dates show")),
            ("dmy", _("day/month/year")),
            ("mdy", _("month/day/year")),
            ("ymd", _("year/month/day")),
        ],
        required=False,
    )
