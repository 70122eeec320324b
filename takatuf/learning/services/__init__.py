"""The use cases of this room, one verb each."""

from takatuf.learning.services.dialogues import load_dialogues
from takatuf.learning.services.loading import load_library

__all__ = ["load_dialogues", "load_library"]
