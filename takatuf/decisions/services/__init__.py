"""The use cases of this room, one verb each."""

from takatuf.decisions.services.log import (
    MOST_TEXT,
    NEEDED_WORDS,
    settle_entry,
    strike_entry,
    write_entry,
)

__all__ = ["MOST_TEXT", "NEEDED_WORDS", "settle_entry", "strike_entry", "write_entry"]
