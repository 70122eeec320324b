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
from takatuf.decisions.services.promises import (
    KEEPERS,
    give_promise,
    make_promise,
    move_promise,
    remind_of_promise,
    settle_promise,
    word_promise,
)

__all__ = [
    "KEEPERS",
    "MOST_TEXT",
    "NEEDED_WORDS",
    "Mark",
    "close_meeting",
    "give_promise",
    "link_outcome",
    "make_promise",
    "mark_attendance",
    "move_promise",
    "open_meeting",
    "plan_meeting",
    "remind_of_promise",
    "set_rhythm",
    "settle_entry",
    "settle_promise",
    "strike_entry",
    "word_promise",
    "write_entry",
]
