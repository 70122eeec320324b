"""Activities as lines of a list and as facts of a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from takatuf.activities.queries import GOING_ON, where_of
from takatuf.activities.rules import is_stale
from takatuf.activities.vocabulary import Population, Standing
from takatuf.foundation.text import listed
from takatuf.plans.catalogue import services

if TYPE_CHECKING:
    from takatuf.activities.models import Activity

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
    return Line(
        one,
        named if named != str(one) else "",
        where_of(one),
        groups(one.populations),
        state_of(one),
        one.standing == Standing.CURRENT
        and one.status in GOING_ON
        and is_stale(one.confirmed_at, phase, now),
    )


def lines_of(found: Iterable[Activity], phase: str, now: datetime) -> list[Line]:
    return [line_of(one, phase, now) for one in found]


def groups(codes: Iterable[str]) -> str:
    """Groups of people as a reader lists them."""
    labels = dict(Population.choices)
    return listed(labels.get(code, code) for code in codes)


def state_of(one: Activity) -> tuple[str, str]:
    """How an activity stands, in words, and the tone of its badge."""
    if one.standing != Standing.CURRENT:
        return str(one.get_standing_display()), "quiet"
    return str(one.get_status_display()) or _("Not said"), TONES.get(one.status, "")
