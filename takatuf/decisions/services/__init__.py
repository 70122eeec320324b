"""The use cases of this room, one verb each."""

from takatuf.decisions.services.log import (
    MOST_TEXT,
    NEEDED_WORDS,
    settle_entry,
    strike_entry,
    write_entry,
)
from takatuf.decisions.services.meetings import (
    Mark,
    close_meeting,
    link_outcome,
    mark_attendance,
    open_meeting,
    plan_meeting,
    set_rhythm,
)

__all__ = [
    "MOST_TEXT",
    "NEEDED_WORDS",
    "Mark",
    "close_meeting",
    "link_outcome",
    "mark_attendance",
    "open_meeting",
    "plan_meeting",
    "set_rhythm",
    "settle_entry",
    "strike_entry",
    "write_entry",
]
