"""Activities as lines of a list and as facts of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from takatuf.activities.asking import ActivityForm
from takatuf.activities.queries import GOING_ON, where_of
from takatuf.activities.rules import is_stale, status_on
from takatuf.activities.vocabulary import Channel, Offer, Population, Scope, Standing, Status
from takatuf.foundation.text import listed
from takatuf.network.vocabulary import Level
from takatuf.plans.catalogue import services
from takatuf.ui.reading import date_words, language_name

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.activities.models import Activity, ActivityChange

TONES = {"planned": "", "active": "go", "paused": "warn", "ended": "quiet", "cancelled": "quiet"}


class Line(NamedTuple):
    """One activity in the reader's words."""

    one: Activity
    service: str  # empty where the title says it already, or it is not known
    where: str
    for_whom: str
    state: tuple[str, str]  # words and tone
    stale: bool


def line_of(one: Activity, phase: str, now: datetime) -> Line:
    """The activity as a reader sees it in a list, in an incident of this phase."""
    service = services().get(one.service)
    named = service.name if service else one.sector
    status = status_on(one, timezone.localdate(now))
    return Line(
        one,
        named if named != str(one) else "",
        where_of(one),
        groups(one.populations),
        state_of(one, status),
        one.standing == Standing.CURRENT
        and status in GOING_ON
        and is_stale(one.confirmed_at, phase, now),
    )


def lines_of(found: Iterable[Activity], phase: str, now: datetime) -> list[Line]:
    return [line_of(one, phase, now) for one in found]


def groups(codes: Iterable[str]) -> str:
    """Groups of people as a reader lists them."""
    return _labels(Population, codes)


def _labels(vocabulary: Any, codes: Iterable[str]) -> str:
    labels = dict(vocabulary.choices)
    return listed(labels.get(code, code) for code in codes)


def state_of(one: Activity, status: str) -> tuple[str, str]:
    """How an activity stands that has this status now, in words, and the tone of its badge."""
    if one.standing != Standing.CURRENT:
        return str(one.get_standing_display()), "quiet"
    return str(dict(Status.choices).get(status, "")) or _("Not said"), TONES.get(status, "")


class Fact(NamedTuple):
    """One thing that is told: its label and what is said; `day` or `number` as they are."""

    label: str
    said: Any
    kind: str = ""  # day, number, phone, email, words or block


class Change(NamedTuple):
    """One change: when, by whom, and for each fact what stood there and what stands now."""

    at: datetime
    person: Person | None
    by: str
    facts: list[tuple[str, str, str]]


def label_of(name: str) -> str:
    """What a fact is called where it stands alone."""
    labels = {
        "service": _("Service"),
        "title": _("In their own words"),
        "places": _("Where"),
        "place": _("Place in words"),
        "populations": _("For whom"),
        "starts_on": _("From when"),
        "ends_on": _("Until when"),
        "status": _("State"),
        "channel": _("How people are reached"),
        "languages": _("Languages"),
        "offers": _("Also provides"),
        "weekly_capacity": _("People a week"),
        "targeted": _("Meant for how many people"),
        "reached": _("How many people it has reached"),
        "level": _("Level of government"),
    }
    return labels.get(name) or str(ActivityForm.base_fields[name].label)


def facts_lines(one: Activity, *, under_its_title: bool = False) -> list[Fact]:
    """What is told of an activity; what was not said is left out, and the title where it
    stands above already."""
    service = services().get(one.service)
    shown = under_its_title and one.title == str(one)
    found = [
        Fact(label_of("service"), service.name if service else one.sector),
        Fact(label_of("title"), "" if shown else one.title, "words"),
        Fact(label_of("places"), where_of(one) or _("Not said"), "words"),
        Fact(label_of("populations"), groups(one.populations) or _("Not said")),
        Fact(label_of("starts_on"), one.starts_on, "day"),
        Fact(label_of("ends_on"), one.ends_on or _("Not said"), "day" if one.ends_on else ""),
        Fact(label_of("description"), one.description, "block"),
        Fact(label_of("channel"), one.get_channel_display() if one.channel else ""),
        Fact(label_of("number"), one.number, "phone"),
        Fact(label_of("languages"), listed(language_name(code) for code in one.languages)),
        Fact(label_of("offers"), _labels(Offer, one.offers)),
        Fact(label_of("weekly_capacity"), one.weekly_capacity, "number"),
        Fact(label_of("targeted"), one.targeted, "number"),
        Fact(label_of("reached"), one.reached, "number"),
        Fact(label_of("level"), one.get_level_display() if one.level else ""),
        Fact(label_of("programming"), one.programming, "words"),
        Fact(label_of("funder"), one.funder, "words"),
        Fact(label_of("contact_name"), one.contact_name, "words"),
        Fact(label_of("contact_email"), one.contact_email, "email"),
        Fact(_("Source"), one.source, "words"),
    ]
    return [fact for fact in found if fact.said not in ("", None)]


def history_of(changes: Iterable[ActivityChange], areas: Mapping[str, str]) -> list[Change]:
    """The changes of an activity, each with all that it made of the facts. `areas` are the
    names of the city's districts by the keys of places."""
    found = []
    for _version, rows in groupby(changes, key=lambda change: change.version):
        facts = list(rows)
        found.append(
            Change(
                facts[0].at,
                facts[0].person,
                facts[0].by,
                [
                    (
                        label_of(row.field),
                        said(row.field, row.before, areas),
                        said(row.field, row.after, areas),
                    )
                    for row in facts
                ],
            )
        )
    return found


def said(name: str, text: str, areas: Mapping[str, str]) -> str:
    """A fact as a change kept it, in the reader's words."""
    if not text:
        return _("Not said")
    choices: dict[str, Any] = {"status": Status, "channel": Channel, "level": Level}
    lists: dict[str, Any] = {"populations": Population, "offers": Offer}
    if name in choices:
        return str(dict(choices[name].choices).get(text, text))
    if name in lists:
        return _labels(lists[name], text.split(","))
    if name == "languages":
        return listed(language_name(code) for code in text.split(","))
    if name == "service":
        service = services().get(text)
        return service.name if service else text
    if name == "places":
        wide = {"city": Scope.CITY.label, "outside": Scope.OUTSIDE.label}
        return listed(wide.get(key) or areas.get(key, _("Not said")) for key in text.split(","))
    if name in ("starts_on", "ends_on"):
        return date_words(date.fromisoformat(text))
    return text
