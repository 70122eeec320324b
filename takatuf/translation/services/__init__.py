"""The use cases of this room, by what they are for."""

from takatuf.translation.services.shipping import Shipped, put_texts
from takatuf.translation.services.texts import NewText, rewrite_text, write_text, write_texts

__all__ = [
    "NewText",
    "Shipped",
    "put_texts",
    "rewrite_text",
    "write_text",
    "write_texts",
]
