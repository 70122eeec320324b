"""Needs as lines of a list and as facts of a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from takatuf.foundation.text import listed
from takatuf.plans.catalogue import services
from takatuf.plans.vocabulary import Offer, Population, Scope

if TYPE_CHECKING:
    from takatuf.community.models import Issue

TONES = {1: "quiet", 2: "", 3: "warn", 4: "stop"}


class Line(NamedTuple):
    """One need in the reader's words."""

    one: Issue
    service: str
    where: str
    for_whom: str
    seriousness: tuple[str, str]  # words and tone
    over: bool  # still open, and past the day until which it was said to last


def line_of(one: Issue, today: date) -> Line:
    """The need as a reader sees it in a list, on this day in the city."""
    service = services().get(one.service)
    return Line(
        one,
        service.name if service else "",
        where_of(one),
        labels(one.populations, Population),
        (str(one.get_seriousness_display()), TONES.get(one.seriousness, "")),
        one.state == "open" and one.until is not None and one.until < today,
    )


def lines_of(found: Iterable[Issue], today: date) -> list[Line]:
    return [line_of(one, today) for one in found]


def where_of(one: Issue) -> str:
    """The place of a need; empty where it was not said. Its places are loaded."""
    if one.scope == Scope.AREAS:
        return listed(sorted(str(place.area) for place in one.places.all() if place.area))
    if one.scope in (Scope.CITY, Scope.OUTSIDE):
        return str(one.get_scope_display())
    return one.place


def labels(codes: Iterable[str], of: type[Population] | type[Offer]) -> str:
    """Codes as a reader lists them."""
    known = dict(of.choices)
    return listed(known.get(code, code) for code in codes)
