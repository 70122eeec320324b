"""The use cases of this room, by what they are for."""

from takatuf.translation.services.mistakes import (
    NewMistake,
    keep_mistake,
    load_first_reports,
    reopen_mistake,
    settle_mistake,
)
from takatuf.translation.services.shipping import Shipped, put_texts
from takatuf.translation.services.texts import NewText, rewrite_text, write_text, write_texts

__all__ = [
    "NewMistake",
    "NewText",
    "Shipped",
    "keep_mistake",
    "load_first_reports",
    "put_texts",
    "reopen_mistake",
    "rewrite_text",
    "settle_mistake",
    "write_text",
    "write_texts",
]
