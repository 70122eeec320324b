"""The use cases of this room, one verb each."""

from takatuf.learning.services.dialogues import load_dialogues

__all__ = ["load_dialogues"]
