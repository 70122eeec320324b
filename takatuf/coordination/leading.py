"""Where practice departs from who leads what, counted from what authorities do at an incident."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import NamedTuple

from takatuf.activities.models import Activity
from takatuf.incidents.models import Incident
from takatuf.network.vocabulary import AgencyKind, Level
from takatuf.plans.leading import Line, lines_of, list_in_force
from takatuf.plans.models import LeadList
from takatuf.plans.rules import departure_of
from takatuf.plans.vocabulary import Departure

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
ORDER = (Departure.NOBODY_LEADS, Departure.BOTH, Departure.ONE_ALONE, "", Departure.NOTHING)


class Practice(NamedTuple):
    """One service at an incident: who leads, who is at work, how the two differ."""

    line: Line
    city: int
    above: int
    others: int  # associations, businesses, international bodies, and whose level is not known
    departure: str  # of `Departure`; "" where practice is as it should be

    @property
    def departure_label(self) -> str:
        return str(Departure(self.departure).label) if self.departure else ""


class Practices(NamedTuple):
    """All services, the gravest departures first, and the list that they were held against;
    None: the city has agreed on none, so it is what the framework says."""

    agreed: LeadList | None
    services: list[Practice]

    @property
    def at_work(self) -> list[Practice]:
        """The services where somebody is at work, the gravest departures first."""
        return [each for each in self.services if each.departure != Departure.NOTHING]

    @property
    def untouched(self) -> list[Practice]:
        """The services where nobody is."""
        return [each for each in self.services if each.departure == Departure.NOTHING]

    @property
    def departing(self) -> int:
        """How many are led otherwise than they should be; those where nobody works not."""
        return sum(each.departure not in ("", Departure.NOTHING) for each in self.services)


def practice_of(incident: Incident, now: datetime) -> Practices:
    """Who leads each service at this incident and who is at work, today: what is planned or
    under way, by the level that its entry names, else its organisation's."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    rows = (
        Activity.objects.filter(incident=incident)
        .under_way(now)
        .exclude(service="")
        .values_list("service", "level", "organisation__level", "organisation__kind")
    )
    for service, level, of_organisation, kind in rows:
        counted[service][_side(level or of_organisation, kind)] += 1
    agreed = list_in_force(incident.city)
    found = [_practice(line, counted[line.service.code]) for line in lines_of(agreed)]
    return Practices(agreed, sorted(found, key=lambda each: ORDER.index(each.departure)))


def _side(level: str, kind: str) -> str:
    if kind in NO_AUTHORITY:
        return "others"
    return "city" if level in THE_CITYS else "above" if level in ABOVE else "others"


def _practice(line: Line, counted: Counter[str]) -> Practice:
    city, above, others = (counted[side] for side in ("city", "above", "others"))
    return Practice(line, city, above, others, departure_of(line.lead, city, above, others))
