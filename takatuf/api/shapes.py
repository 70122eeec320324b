"""The small shapes that many answers share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import get_language
from pydantic import Field

from takatuf.api.fields import Shape

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.network.models import Agency, Area, Organisation
    from takatuf.translation.models import Text


class Named(Shape):
    """A thing by its identifier, and its name for a reader."""

    id: UUID
    name: str


class Words(Shape):
    """A text in the caller's language where there is a version, else in its source's."""

    words: str
    language: str = Field(description="The language that the words are really in (BCP 47)")
    state: str = Field(description="Who stands behind this version: source, draft, approved …")


def named(thing: Agency | Area | Organisation | Person | None) -> Named | None:
    return Named(id=thing.pk, name=thing.name) if thing is not None else None


def words(text: Text | None) -> Words | None:
    if text is None:
        return None
    shown = text.in_language(language())
    return Words(words=shown.words, language=shown.language, state=shown.state)


def language() -> str:
    """The language of the answer, from `Accept-Language`."""
    return (get_language() or "en").split("-")[0]
