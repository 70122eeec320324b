"""What makes an entry late, and how each kind can be settled. No database, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

LATE_AFTER = timedelta(minutes=15)
OUTCOMES = {
    "information": frozenset[str](),
    "question": frozenset({"answered"}),
    "promise": frozenset({"kept", "broken"}),
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
