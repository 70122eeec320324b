"""The use cases of this room, by what they are for."""

from takatuf.learning.services.dialogues import load_dialogues
from takatuf.learning.services.loading import load_library
from takatuf.learning.services.pages import load_pages

__all__ = ["load_dialogues", "load_library", "load_pages"]
