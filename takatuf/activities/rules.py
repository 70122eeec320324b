"""What may follow what in the life of a task. No database, no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from takatuf.foundation.calendar import anniversary
from takatuf.foundation.roles import Role

# State -> states that may follow. Done can be undone: people press the wrong line at night.
MOVES = {
    "open": {"taken", "blocked", "done"},
    "taken": {"taken", "open", "blocked", "done"},
    "blocked": {"taken", "open", "done"},
    "done": {"open"},
    "asleep": {"open", "taken", "done", "dropped"},
    "dropped": {"open"},
}
CLOSED = ("done", "dropped")
NEAR = timedelta(days=14)  # what is due sooner does not sleep
WAKES_BEFORE = timedelta(days=30)  # at most
# An entry of who does what that nobody confirmed for so long no longer counts as cover.
STALE_AFTER = timedelta(days=7)  # while the first weeks last
STALE_AFTER_LATER = timedelta(days=60)
FIRST_PHASES = frozenset({"prepare", "first-hour", "first-day", "three-days", "first-weeks"})
MORNING = time(9)  # a task of a day is due at nine, in the city's time


class Dated(Protocol):
    """Something with a status, a first and a last day."""

    status: str
    starts_on: date | None
    ends_on: date | None


def may_move(state: str, to: str) -> bool:
    """Whether a task in `state` may become `to`; unknown states lead nowhere."""
    return to in MOVES.get(state, set())


def clash(was: str | None, theirs: str, mine: str) -> bool:
    """Whether two people changed one field to different things. `was` is what both had seen;
    None where that is not known, and then every difference has to be looked at."""
    return mine not in (theirs, was) and theirs != was


def due_at(declared_at: datetime, due_within: timedelta | None) -> datetime | None:
    """When a task is due; never, where the plan gives no time."""
    return declared_at + due_within if due_within is not None else None


def status_on(one: Dated, today: date) -> str:
    """The status that an activity has by its days, whatever was told last: it is planned before
    its first day and ended after its last. `queries.standing_as` says the same to the database."""
    if one.status in ("planned", "active", "paused") and one.ends_on and one.ends_on < today:
        return "ended"
    if one.status == "active" and one.starts_on and one.starts_on > today:
        return "planned"
    return one.status


def is_late(state: str, due: datetime | None, now: datetime) -> bool:
    """Whether the due time has passed and the task is not closed. Without a time, never."""
    return state not in CLOSED and due is not None and due < now


def rank(state: str, due: datetime | None, now: datetime) -> tuple[int, float]:
    """Order of a list of work: late first, then blocked, then by due time, then what sleeps, closed
    last."""
    if state in CLOSED:
        group = 4
    elif state == "asleep":
        group = 3
    elif is_late(state, due, now):
        group = 0
    elif state == "blocked":
        group = 1
    else:
        group = 2
    return group, due.timestamp() if due else float("inf")


def wakes_at(due: datetime | None, now: datetime) -> datetime | None:
    """When a task that lies ahead wakes; None: it is near, or has no day.

    It wakes the longer before its day the farther that is: a quarter of the way before, two
    weeks at least and thirty days at most, so that a yearly act leaves a month to prepare it.
    """
    if due is None or due - now <= NEAR:
        return None
    return due - min(WAKES_BEFORE, max(NEAR, (due - now) / 4))


def on_day(day: date, due_within: timedelta, zone: ZoneInfo) -> datetime:
    """The moment that lies `due_within` (negative: before) from a day's morning; whole days
    are counted in the city's own time, so that summer time does not shift the hour."""
    days = due_within // timedelta(days=1)
    morning = datetime.combine(day + timedelta(days=days), MORNING, tzinfo=zone)
    return morning + (due_within - timedelta(days=days))


def stale_after(phase: str) -> timedelta:
    """How long an entry of who does what stands unconfirmed in this phase of its incident."""
    return STALE_AFTER if phase in FIRST_PHASES else STALE_AFTER_LATER


def is_stale(confirmed_at: datetime, phase: str, now: datetime) -> bool:
    """Whether nobody has confirmed an entry for too long for it to count as cover."""
    return now - confirmed_at > stale_after(phase)


def next_anniversary(of: date, due_within: timedelta, zone: ZoneInfo, now: datetime) -> datetime:
    """When something counted from each anniversary (the first is a year on) is due next,
    later than `now`."""
    year = max(of.year + 1, now.astimezone(zone).year - 1)
    while (due := on_day(anniversary(of, year), due_within, zone)) <= now:
        year += 1
    return due


def next_return(due: datetime, repeat_days: int, now: datetime) -> datetime:
    """The next of the days that follow `due` every `repeat_days`, later than `now`."""
    step = timedelta(days=repeat_days)
    missed = max((now - due) // step, 0)
    following = due + step * missed
    return following if following > now and missed else due + step * (missed + 1)


# Who answers first to an overlap among these services; then whoever leads.
FIRST_ASKED = {
    "psychosocial": Role.PSYCHOSOCIAL,
    "cohesion": Role.COHESION,
    "remembrance": Role.COHESION,
}
DECIDERS = (Role.COORDINATOR, Role.MAYOR)
REVIEW_AFTER = timedelta(days=60)


def asked_about(rule: str, group: str) -> tuple[Role, ...]:
    """The roles that answer to an overlap, in the order in which it comes to them: between
    levels of government the national liaison first, then whoever leads the kind of work
    (`group` of the catalogue), then whoever leads the response."""
    if rule == "vertical":
        return (Role.NATIONAL_LIAISON, *DECIDERS)
    first = FIRST_ASKED.get(group)
    return (first, *DECIDERS) if first else DECIDERS
