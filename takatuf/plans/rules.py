"""What a plan may be: the cut to a place's size, and the order of its steps; no database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

from takatuf.plans.vocabulary import Anchor, Departure, Lead, Phase, Size

SIZES = (Size.VILLAGE, Size.TOWN, Size.CITY)
PHASES = tuple(Phase)
STARTED_PHASES = (Phase.FIRST_HOUR, Phase.FIRST_DAY)  # handed out when an incident is declared

# At most this many people, and at most this many agencies.
VILLAGE = (5, 3)
TOWN = (30, 12)

# A phase's own time after the declaration; None: it has no clock.
PHASE_ENDS = {
    Phase.FIRST_HOUR: timedelta(hours=1),
    Phase.FIRST_DAY: timedelta(hours=24),
    Phase.THREE_DAYS: timedelta(hours=72),
    Phase.FIRST_WEEKS: timedelta(weeks=6),
    Phase.MONTHS: timedelta(days=335),
}
PHASE_BEGINS = {Phase.FIRST_HOUR: timedelta(0)} | {
    later: PHASE_ENDS[earlier] for earlier, later in pairwise(PHASES) if earlier in PHASE_ENDS
}
LONG_PHASES = (Phase.MONTHS, Phase.YEARS)
RETURNING_PHASES = (Phase.PREPARE, Phase.FIRST_WEEKS, *LONG_PHASES)  # an action may come again
A_YEAR = timedelta(days=366)


class Sized(Protocol):
    @property
    def size(self) -> str: ...
    @property
    def kinds(self) -> Sequence[str]: ...


A = TypeVar("A", bound=Sized)


def size_of_place(people: int, agencies: int) -> Size:
    """How much of the framework a place can carry: village up to 5 people and 3 agencies,
    town up to 30 people and 12 agencies, city above. People are those who hold a post.

    The bounds are ours (practice, not yet sourced): a village hands each of its officials
    two actions an hour, not twenty.
    """
    if people <= VILLAGE[0] and agencies <= VILLAGE[1]:
        return Size.VILLAGE
    if people <= TOWN[0] and agencies <= TOWN[1]:
        return Size.TOWN
    return Size.CITY


def fits(smallest: str, size: str) -> bool:
    """Whether an action that places of `smallest` and above need is for a place of `size`."""
    return SIZES.index(Size(smallest)) <= SIZES.index(Size(size))


def is_for(kinds: Collection[str], kind: str | None) -> bool:
    """Whether an action for `kinds` (empty: all) belongs to an incident of `kind`;
    with None it belongs to the plan whatever the kind."""
    return not kinds or kind is None or kind in kinds


def actions_for(actions: Iterable[A], *, kind: str | None, size: str) -> list[A]:
    """The actions of the framework for one kind of incident in a place of one size."""
    return [action for action in actions if fits(action.size, size) and is_for(action.kinds, kind)]


def cycle_in(after: Mapping[str, Collection[str]]) -> list[str]:
    """A ring of codes in which each waits for the next, or nothing. Codes that are not
    among the keys are passed over."""
    done: set[str] = set()
    for start in after:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            code, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(code)
                done.add(code)
            elif code in on_path:
                return path[path.index(code) :]
            elif code not in done:
                path.append(code)
                on_path.add(code)
                stack.append((code, True))
                stack.extend((first, False) for first in after[code] if first in after)
    return []


def waits_for_later_phase(phase: str, first: str) -> bool:
    """Whether a step in `phase` would wait for one that comes in a later phase."""
    return PHASES.index(Phase(first)) > PHASES.index(Phase(phase))


def is_due_in_phase(
    phase: str, due_within: timedelta | None, anchor: str = Anchor.DECLARATION
) -> bool:
    """Whether the time belongs to the phase: after the declaration and not after the phase
    ended. A preparation has none; a day that is known later (an anniversary, a trial) may be
    counted to as well as from, within a year, and only in months and years."""
    if phase == Phase.PREPARE:
        return due_within is None and anchor == Anchor.DECLARATION
    if due_within is None:
        return False
    if anchor != Anchor.DECLARATION:
        return phase in LONG_PHASES and abs(due_within) <= A_YEAR
    if due_within < timedelta(0):
        return False
    ends = PHASE_ENDS.get(Phase(phase))
    return ends is None or due_within <= ends


def departure_of(
    lead: str,
    *,
    city: int,
    above: int,
    others: int,
    needed: bool = False,
    is_agreed: bool = True,
    led_by: Collection[str] = (),
) -> str:
    """How practice departs from who leads a service; "" where it does not.

    `city` and `above` count what authorities of the city's own level, and of a level above it
    (county to nation), answer for; `others` what associations, businesses and international
    bodies do by themselves: beside whoever leads, that is help. `needed` says that a need of the
    service is open; `is_agreed`, that the city agreed on the line; `led_by` which of `Lead` people
    said leads where both are at work.
    """
    city_leads = lead in (Lead.CITY, Lead.SHARED) and city
    above_leads = lead in (Lead.NATIONAL, Lead.SHARED) and above
    other = {Lead.CITY: above, Lead.NATIONAL: city}.get(Lead(lead), 0)
    if other and (not (city_leads or above_leads) or (led_by and lead not in led_by)):
        return Departure.OTHER_LEADS
    if city_leads or above_leads or not is_agreed:
        return ""
    return Departure.LEADER_ABSENT if others or needed else ""
