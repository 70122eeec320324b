"""What an issue may become, and where it stands among others. No database, no clock."""

from __future__ import annotations

MOST_PEOPLE = 100_000_000  # a figure above is a slip of the hand


def may_close(state: str) -> bool:
    """Whether an issue in this state can be closed with what came of it."""
    return state == "open"


def may_reopen(state: str) -> bool:
    """Whether an issue in this state can be opened again."""
    return state == "closed"


def is_lesson_worth(outcome: str) -> bool:
    """Whether what came of an issue can teach somebody: not where it never was one."""
    return outcome in {"met", "partly-met", "passed-on", "over"}
