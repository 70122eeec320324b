"""What makes an entry late, and how each kind can be settled. No database, no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from takatuf.foundation.calendar import months_after

LATE_AFTER = timedelta(minutes=15)
OUTCOMES = {
    "information": frozenset[str](),
    "question": frozenset({"answered"}),
    "promise": frozenset({"kept", "broken", "released"}),
    "decision": frozenset({"upheld", "changed"}),
}

# What an entry of a kind cannot do without, besides its text.
NEEDED = {"decision": ("reasons",), "promise": ("promised_to", "due_at")}


def is_late(happened_at: datetime, recorded_at: datetime) -> bool:
    """An entry written more than a quarter of an hour after the event must say why."""
    return recorded_at - happened_at > LATE_AFTER


def may_settle(kind: str, outcome: str) -> bool:
    """Whether an entry of this kind can end with this outcome."""
    return outcome in OUTCOMES.get(kind, frozenset())


RHYTHMS = (2, 4, 6, 8, 12, 24, 48, 72, 168, 336, 672)  # hours between two meetings


def next_in_rhythm(last: datetime, every: timedelta, now: datetime) -> datetime:
    """The next meeting in a rhythm counted from the last: the first such time after `now`."""
    if last > now:
        return last
    return last + every * ((now - last) // every + 1)


REMINDED_BEFORE = timedelta(days=21)


def reminds_at(now: datetime) -> datetime:
    """Of what is due until then its keeper is reminded now."""
    return now + REMINDED_BEFORE


def quarter_of(on: date) -> tuple[int, int]:
    """Year and quarter (1 to 4) of a day."""
    return on.year, (on.month - 1) // 3 + 1


def days_of_quarter(year: int, quarter: int) -> tuple[date, date]:
    """The first day of a quarter, and the first after it."""
    first = date(year, 3 * quarter - 2, 1)
    return first, months_after(first, 3)


def quarters_until(year: int, quarter: int, count: int) -> list[tuple[int, int]]:
    """So many quarters, the last of them this one, the latest first."""
    at = year * 4 + quarter - 1
    return [((at - back) // 4, (at - back) % 4 + 1) for back in range(count)]
