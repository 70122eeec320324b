"""Where practice departs from who leads what, counted from what authorities do at an incident."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from takatuf.activities.models import Activity, Agreement
from takatuf.activities.vocabulary import Answer
from takatuf.community.queries import needed_services
from takatuf.incidents.models import Incident
from takatuf.network.services.organisations import Organisations
from takatuf.network.vocabulary import AgencyKind, Level
from takatuf.plans.leading import Line, lines_of, list_in_force
from takatuf.plans.models import LeadList
from takatuf.plans.rules import departure_of
from takatuf.plans.vocabulary import Departure, Lead

THE_CITYS = frozenset({Level.NEIGHBOURHOOD, Level.MUNICIPALITY})
ABOVE = frozenset({Level.COUNTY, Level.REGION, Level.NATIONAL})
# What these do is nobody's lead, at whatever level they work.
NO_AUTHORITY = frozenset(
    {
        AgencyKind.FAITH,
        AgencyKind.COMMUNITY,
        AgencyKind.SURVIVORS,
        AgencyKind.RED_CROSS,
        AgencyKind.PHILANTHROPY,
        AgencyKind.BUSINESS,
        AgencyKind.MEDIA,
        AgencyKind.CONSULATE,
        AgencyKind.PEER_CITY,
        AgencyKind.NETWORK,
    }
)
# The graver first.
ORDER = (Departure.OTHER_LEADS, Departure.LEADER_ABSENT, "")


class Practice(NamedTuple):
    """One service at an incident: who leads, who is at work, how the two differ."""

    line: Line
    city: int
    above: int
    others: int  # associations, businesses, international bodies, and whose level is not known
    needed: bool
    departure: str  # of `Departure`; "" where practice is as it should be

    @property
    def departure_label(self) -> str:
        return str(Departure(self.departure).label) if self.departure else ""

    @property
    def is_at_work(self) -> bool:
        return bool(self.city + self.above + self.others)

    @property
    def why(self) -> str:
        """In what practice departs, as a sentence; empty where it does not."""
        if self.departure == Departure.OTHER_LEADS:
            return _said_of_other(self)
        if self.departure != Departure.LEADER_ABSENT:
            return ""
        if self.needed and self.others:
            return _(
                "It is needed and others are at work, but whoever was to lead has nothing "
                "planned or under way."
            )
        if self.needed:
            return _("It is needed, but whoever was to lead has nothing planned or under way.")
        return _("Others are at work, but whoever was to lead has nothing planned or under way.")


def _said_of_other(one: Practice) -> str:
    by_city = one.line.lead == Lead.NATIONAL
    if one.city and one.above:
        if by_city:
            return _("Both are at work and said that the city leads, against the list.")
        return _("Both are at work and said that a level above the city leads, against the list.")
    if by_city:
        return _("The city is at work; the national authorities, who were to lead, are not.")
    return _("Levels above the city are at work; the city, which was to lead, is not.")


class Practices(NamedTuple):
    """All services, the gravest departures first, and the list that they were held against;
    None: the city has agreed on none, so it is what the framework says."""

    agreed: LeadList | None
    services: list[Practice]

    @property
    def departures(self) -> list[Practice]:
        return [each for each in self.services if each.departure]

    @property
    def as_agreed(self) -> list[Practice]:
        """The services where somebody is at work as it should be."""
        return [each for each in self.services if each.is_at_work and not each.departure]

    @property
    def untouched(self) -> list[Practice]:
        """The services where nobody is at work, nor should be."""
        return [each for each in self.services if not (each.departure or each.is_at_work)]

    @property
    def departing(self) -> int:
        """How many are led otherwise than they should be."""
        return len(self.departures)


def practice_of(incident: Incident, now: datetime) -> Practices:
    """Who leads each service at this incident and who is at work, today: what is planned or
    under way, by the level of whoever answers for it: the organisation that the entry names as
    planning it, where the city knows it, else the level of the entry, else its organisation's."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    rows = list(
        Activity.objects.filter(incident=incident)
        .under_way(now)
        .exclude(service="")
        .values_list("service", "level", "organisation__level", "organisation__kind", "programming")
        .annotate(many=Count("pk"))
        .order_by()
    )
    answering = {programming for *_rest, programming, _many in rows if programming}
    known = Organisations(incident.city, only=answering) if answering else None
    for service, level, of_organisation, kind, programming, many in rows:
        answers = known.level_and_kind(programming) if known and programming else None
        counted[service][_side(*(answers or (level or of_organisation, kind)))] += many
    agreed = list_in_force(incident.city)
    needed = needed_services(incident, now)
    led_by = _said_to_lead(incident)
    found = [
        _practice(line, counted[line.service.code], needed, led_by[line.service.code])
        for line in lines_of(agreed)
    ]
    return Practices(agreed, sorted(found, key=lambda each: ORDER.index(each.departure)))


def _said_to_lead(incident: Incident) -> dict[str, set[str]]:
    """Service → which side leads, as people agreed where both are at work."""
    agreements = Agreement.objects.filter(
        overlap__incident=incident, ended_at=None, answer=Answer.LEAD
    ).exclude(organisation=None)
    found: dict[str, set[str]] = defaultdict(set)
    for a, b, level, kind in agreements.values_list(
        "overlap__a__service", "overlap__b__service", "organisation__level", "organisation__kind"
    ):
        side = {"city": Lead.CITY, "above": Lead.NATIONAL}.get(_side(level, kind))
        if side is not None:
            for service in {a, b} - {""}:
                found[service].add(side)
    return found


def _side(level: str, kind: str) -> str:
    if kind in NO_AUTHORITY:
        return "others"
    return "city" if level in THE_CITYS else "above" if level in ABOVE else "others"


def _practice(line: Line, counted: Counter[str], needed: set[str], led_by: set[str]) -> Practice:
    city, above, others = (counted[side] for side in ("city", "above", "others"))
    is_needed = line.service.code in needed
    departure = departure_of(
        line.lead,
        city=city,
        above=above,
        others=others,
        needed=is_needed,
        is_agreed=line.is_agreed,
        led_by=led_by,
    )
    return Practice(line, city, above, others, is_needed, departure)
