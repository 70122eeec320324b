"""What is asked of whoever tells what an organisation does: five questions, and details.

The desk and a partner's own page ask the same; each adds what is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from takatuf.activities.facts import FACTS, LENGTHS
from takatuf.activities.vocabulary import Channel, Offer, Population, Scope, Status
from takatuf.network.vocabulary import Level
from takatuf.plans.catalogue import services
from takatuf.ui.forms import CountInput, DayInput, WordsArea, WordsInput, by_name
from takatuf.ui.reading import language_name

if TYPE_CHECKING:
    from takatuf.network.models import Area, City

OTHER = "other"  # a service that the catalogue does not have
IN_WORDS = "words"  # a place that stands in words
SHIPPED = ("ar", "en", "fr")
GROUPS: dict[str, str | Promise] = {
    "information": _("Information and language"),
    "safety": _("Safety and investigation"),
    "family": _("Families and those affected"),
    "psychosocial": _("Psychosocial support"),
    "health": _("Health"),
    "means": _("Money, housing and things"),
    "rights": _("Rights"),
    "education": _("Schools and children"),
    "cohesion": _("Living together"),
    "remembrance": _("Remembrance"),
}


def service_choices() -> list[tuple[str, str]]:
    """The services in the reader's language, in the catalogue's order."""
    return [(service.code, service.name) for service in services().values()]


def grouped_services() -> list[tuple[str, list[tuple[str, str]]]]:
    """The services under the names of their groups: on a phone the whole list is long."""
    named: dict[str, list[tuple[str, str]]] = {}
    for service in services().values():
        named.setdefault(service.group, []).append((service.code, service.name))
    return [(str(GROUPS[group]), found) for group, found in named.items()]


def place_choices(areas: Iterable[Area]) -> list[tuple[str, Any]]:
    """Where something can be: the whole city, outside it, or one of its districts. The codes
    are the keys of places (`ActivityPlace.key`)."""
    named = by_name((f"area:{area.pk}", area) for area in areas)
    wide = [(str(Scope.CITY), Scope.CITY.label), (str(Scope.OUTSIDE), Scope.OUTSIDE.label)]
    return [*wide, (gettext("Districts"), named)] if named else list(wide)


def _words(name: str, label: Any, **more: Any) -> forms.CharField:
    area = more.pop("area", False)
    return forms.CharField(
        label=label,
        max_length=LENGTHS[name],
        required=False,
        widget=WordsArea() if area else WordsInput(),
        **more,
    )


def _count(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, required=False, widget=CountInput, **more)


def _codes(label: Any, choices: Any = (), **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "even"}),
        **more,
    )


class ActivityForm(forms.Form):
    """The five questions first; the fields named in `DETAILS` stand behind “More details”.

    Whoever speaks for their own organisation alone is not asked for its level of government
    (`any_name`): that is the city's to say.
    """

    service = forms.ChoiceField(
        label=_("What is done?"), error_messages={"required": _("Choose a service from the list.")}
    )
    title = _words(
        "title",
        _("In your own words"),
        help_text=_("A short line, for example: evening groups for pupils, in Arabic."),
    )
    places = forms.ChoiceField(
        label=_("Where?"), error_messages={"required": _("Say where it is done.")}
    )
    populations = _codes(_("For whom?"), Population.choices)
    ends_on = forms.DateField(
        label=_("Until when?"),
        required=False,
        widget=DayInput,
        help_text=_("The last day. Leave it empty where it is not known yet."),
    )

    place = _words("place", _("Which place, in words"))
    further = _codes(_("Further districts"))
    description = _words(
        "description",
        _("Description"),
        area=True,
        help_text=_("What others should know. No names of people who are helped."),
    )
    status = forms.ChoiceField(label=_("State"), choices=Status, required=False)
    starts_on = forms.DateField(
        label=_("Since when, or from when?"), required=False, widget=DayInput
    )
    channel = forms.ChoiceField(
        label=_("How are people reached?"),
        choices=[("", _("Not said")), *Channel.choices],
        required=False,
    )
    number = _words("number", _("Telephone number that is published"))
    languages = _codes(_("In which languages?"))
    offers = _codes(_("Does it also provide…"), Offer.choices)
    weekly_capacity = _count(_("How many people a week can come?"))
    targeted = _count(_("How many people is it meant for?"))
    reached = _count(_("How many people has it reached?"))
    level = forms.ChoiceField(
        label=_("Level of government of who does it"),
        choices=[("", _("Not said")), *Level.choices],
        required=False,
    )
    programming = _words("programming", _("Who plans it and answers for it"))
    funder = _words("funder", _("Who pays for it"))
    contact_name = _words(
        "contact_name",
        _("Whom to ask"),
        help_text=_("A person at work who agreed to stand here, or an office."),
    )
    contact_email = _words("contact_email", _("Their e-mail address"))

    # The place in words shows where no district is chosen (`takatuf.css`).
    FIRST: tuple[str, ...] = ("service", "title", "places", "place", "populations", "ends_on")
    DETAILS: tuple[str, ...] = (
        "further", "description", "status", "starts_on", "channel", "number", "languages",
        "offers", "weekly_capacity", "targeted", "reached", "level", "programming", "funder",
        "contact_name", "contact_email",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        city: City,
        areas: Iterable[Area],
        any_name: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not any_name:
            del self.fields["level"]
        areas = list(areas)
        districts = by_name((f"area:{area.pk}", area) for area in areas)
        spoken = list(dict.fromkeys([*city.languages, *SHIPPED, *self._there("languages")]))
        offered: dict[str, list[Any]] = {
            "service": [
                ("", gettext("Choose")),
                *grouped_services(),
                (OTHER, gettext("Something else, in my own words")),
            ],
            "places": [
                ("", gettext("Choose")),
                *place_choices(areas),
                (IN_WORDS, gettext("Another place, in my own words")),
            ],
            "further": districts,
            "languages": by_name((code, language_name(code)) for code in spoken),
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not districts:
            del self.fields["further"]
        self.fields["contact_email"].widget.attrs["dir"] = "ltr"
        self.fields["number"].widget.attrs |= {"dir": "ltr", "inputmode": "tel"}

    def _there(self, name: str) -> Iterable[str]:
        return self.initial.get(name) or ()

    def first(self) -> list[forms.BoundField]:
        """The questions that everybody is asked."""
        return [self[name] for name in self.FIRST if name in self.fields]

    def details(self) -> list[forms.BoundField]:
        """What may be told in addition."""
        return [self[name] for name in self.DETAILS if name in self.fields]

    def details_open(self) -> bool:
        """Whether something behind “More details” must be seen at once."""
        return any(name in self.errors for name in self.DETAILS)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("service") == OTHER and not told.get("title") and "title" not in self.errors:
            self.add_error("title", gettext("Say in a few words what is done."))
        if told.get("places") == IN_WORDS and not told.get("place") and "place" not in self.errors:
            self.add_error("place", gettext("Write which place it is."))
        if self._is_past_by_mistake(told):
            self.add_error(
                "ends_on",
                gettext(
                    "This day is past. Correct it, or choose the state “Ended” under “More "
                    "details”."
                ),
            )
        return told

    def _is_past_by_mistake(self, told: dict[str, Any]) -> bool:
        """Whether what goes on has a last day that is past: a month mistyped at night would
        leave the entry out of every list."""
        last, begins = told.get("ends_on"), told.get("starts_on")
        if not last or last >= timezone.localdate() or "ends_on" not in self.changed_data:
            return False
        before_its_first = begins is not None and begins > last  # has a refusal of its own
        return not before_its_first and told.get("status") not in (Status.ENDED, Status.CANCELLED)

    def facts(self) -> dict[str, Any]:
        """What was told, as `report_activity` and `change_activity` take it."""
        told = self.cleaned_data
        facts = {name: told[name] for name in FACTS if name in told and name != "places"}
        chosen, further = told["places"], tuple(told.get("further", ()))
        facts["service"] = "" if told["service"] == OTHER else told["service"]
        facts["places"] = (*(() if chosen == IN_WORDS else (chosen,)), *further)
        for name in ("populations", "languages", "offers"):
            facts[name] = tuple(told[name])
        return facts


def as_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows of facts that stand (`services.facts_of`)."""
    places = facts["places"]
    where = places[0] if places else IN_WORDS if facts["place"] else ""
    return {
        **facts,
        "service": facts["service"] or (OTHER if facts["title"] else ""),
        "places": where,
        "further": places[1:],
    }
