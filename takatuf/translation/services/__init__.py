"""The use cases of this room, by what they are for."""

from takatuf.translation.services.importing import import_versions
from takatuf.translation.services.machine import (
    ask_machine,
    missing_in,
    stop_machine,
    translate_next_text,
    translated,
)
from takatuf.translation.services.mistakes import (
    NewMistake,
    keep_mistake,
    load_first_reports,
    reopen_mistake,
    settle_mistake,
)
from takatuf.translation.services.saying import say_publicly
from takatuf.translation.services.shipping import Shipped, put_texts
from takatuf.translation.services.texts import NewText, rewrite_text, write_text, write_texts
from takatuf.translation.services.versions import (
    approve_version,
    approve_versions,
    review_version,
    send_back_version,
    write_version,
)

__all__ = [
    "NewMistake",
    "NewText",
    "Shipped",
    "approve_version",
    "approve_versions",
    "ask_machine",
    "import_versions",
    "keep_mistake",
    "load_first_reports",
    "missing_in",
    "put_texts",
    "reopen_mistake",
    "review_version",
    "rewrite_text",
    "say_publicly",
    "send_back_version",
    "settle_mistake",
    "stop_machine",
    "translate_next_text",
    "translated",
    "write_text",
    "write_texts",
    "write_version",
]
