"""Reading texts in the reader's language, with what to know about the version shown."""

from __future__ import annotations

from takatuf.translation.models import Shown, Text
from takatuf.translation.vocabulary import State

NOTHING = Shown("", "", State.SOURCE.value)


def in_language(text: Text | None, language: str) -> Shown:
    """The words for a reader of `language`, the language that they are really in, and their
    state; nothing where there is no text."""
    return text.in_language(language) if text else NOTHING


def words_of(text: Text | None) -> dict[str, str]:
    """All versions' words by language, for editing and for the history."""
    return (
        {language: version["words"] for language, version in text.versions.items()} if text else {}
    )


def states_of(text: Text | None) -> dict[str, str]:
    """All versions' states by language."""
    return (
        {language: version["state"] for language, version in text.versions.items()} if text else {}
    )
