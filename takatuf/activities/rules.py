"""What may follow what in the life of a task. No database, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

# State -> states that may follow. Done can be undone: people press the wrong line at night.
MOVES = {
    "open": {"taken", "blocked", "done"},
    "taken": {"taken", "open", "blocked", "done"},
    "blocked": {"taken", "open", "done"},
    "done": {"open"},
}


def may_move(state: str, to: str) -> bool:
    """Whether a task in `state` may become `to`; unknown states lead nowhere."""
    return to in MOVES.get(state, set())


def due_at(declared_at: datetime, due_within: timedelta | None) -> datetime | None:
    """When a task is due; never, where the plan gives no time."""
    return declared_at + due_within if due_within is not None else None


def is_late(state: str, due: datetime | None, now: datetime) -> bool:
    """Whether the due time has passed and the task is not done. Without a time, never."""
    return state != "done" and due is not None and due < now


def rank(state: str, due: datetime | None, now: datetime) -> tuple[int, float]:
    """Order of a list of work: late first, then blocked, then by due time, done last."""
    if state == "done":
        group = 3
    elif is_late(state, due, now):
        group = 0
    elif state == "blocked":
        group = 1
    else:
        group = 2
    return group, due.timestamp() if due else float("inf")
