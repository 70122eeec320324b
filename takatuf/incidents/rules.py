"""What follows from an incident's plain values. No database, no clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from takatuf.foundation.calendar import anniversary, months_after
from takatuf.plans.vocabulary import Phase

DUPLICATE_WITHIN = timedelta(hours=1)
DUPLICATE_METRES = 2_000
EARTH_RADIUS_METRES = 6_371_008.8  # mean radius R1, IUGG
# Phases that a declared incident can be in: preparing is over once it is declared.
PHASES = [phase for phase in Phase if phase != Phase.PREPARE]
# What the first six fields leave out, in the order in which a city usually learns it.
WORTH_KNOWING = ("place", "area", "targeted", "lead_agency", "casualties", "next_meeting_at")


def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in metres between two WGS84 points, by the haversine formula."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half)))


def may_be_the_same(
    *,
    kinds: tuple[str, str],
    happened: tuple[datetime, datetime],
    areas: tuple[object, object],
    points: tuple[tuple[float, float] | None, tuple[float, float] | None],
) -> bool:
    """Whether two reports may tell of one event: near in time and place, or of one kind
    where a place is missing. It errs on the side of asking a person."""
    if abs(happened[0] - happened[1]) > DUPLICATE_WITHIN:
        return False
    here, there = points
    if here and there:
        return metres_between(*here, *there) <= DUPLICATE_METRES
    if areas[0] and areas[1]:
        return areas[0] == areas[1]
    return kinds[0] == kinds[1]


def missing(values: Mapping[str, object], *, kind: str) -> list[str]:
    """Names of the fields worth knowing that nobody has filled in yet. Casualties are
    asked of an attack only."""
    return [
        name
        for name in WORTH_KNOWING
        if values.get(name) in (None, "") and not (name == "casualties" and kind != "attack")
    ]


def next_phase(phase: str) -> str | None:
    """The phase after this one; none after the years."""
    order = [str(value) for value in PHASES]
    here = order.index(phase)
    return order[here + 1] if here + 1 < len(order) else None


MOURNING = (7, 30, 40, 100)  # days after, kept in many rites


def remembered_days(happened: date, today: date) -> list[tuple[date, str, int]]:
    """The days that follow from the day of the event and do not lie behind, as day, unit
    ("days", "months", "years") and count: the 7th, 30th, 40th and 100th day, half a year, and
    the next two anniversaries."""
    days = [(happened + timedelta(days=count), "days", count) for count in MOURNING]
    days.append((months_after(happened, 6), "months", 6))
    year = max(today.year, happened.year + 1)
    if anniversary(happened, year) < today:
        year += 1
    for one in (year, year + 1):
        days.append((anniversary(happened, one), "years", one - happened.year))
    return [day for day in days if day[0] >= today]


def acronym(is_major: bool | None) -> str:
    """What a message from the scene is called: below a major incident the M is dropped
    (JESIP); as long as nobody knows, both are said."""
    return {True: "METHANE", False: "ETHANE", None: "M/ETHANE"}[is_major]


def is_point(lon: float | None, lat: float | None) -> bool:
    """Whether the two are a point in WGS84 degrees, or both are missing."""
    if lon is None or lat is None:
        return lon is lat
    return -180 <= lon <= 180 and -90 <= lat <= 90
