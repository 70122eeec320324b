"""Writing texts. A text in use is never changed: whoever edits one writes a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text
from takatuf.translation.models import Text
from takatuf.translation.rules import Version, versions_after, versions_of


class NewText(NamedTuple):
    """What `write_texts` writes: words by language, and where known a fixed id."""

    words: Mapping[str, str]
    source_language: str
    owner: str
    states: Mapping[str, str] | None = None
    id: UUID | None = None


def write_text(
    words: Mapping[str, str],
    *,
    source_language: str,
    owner: str,
    states: Mapping[str, str] | None = None,
) -> Text:
    """Write one text. `words` and `states` are by language (BCP 47), `owner` is
    "framework" or the city's log name. Raises `Refused` on hidden direction overrides."""
    text = _text(NewText(words, source_language, owner, states))
    text.save(force_insert=True)
    return text


def write_texts(texts: Iterable[NewText]) -> list[Text]:
    """Write many texts in few statements, in the order given.

    Those with a fixed id that are already there are left as they are, so that what ships
    can be loaded again.
    """
    return Text.objects.bulk_create(
        [_text(new) for new in texts], batch_size=200, ignore_conflicts=True
    )


def rewrite_text(
    text: Text,
    words: Mapping[str, str],
    *,
    source_language: str,
    owner: str,
    states: Mapping[str, str] | None = None,
) -> Text:
    """A new text in the place of `text`, or `text` itself where nothing changed.

    Translations whose source was rewritten without them are marked as behind.
    """
    versions = versions_after(
        text.versions, _cleaned(words), source_language=source_language, states=states
    )
    if versions == text.versions and source_language == text.source_language:
        return text
    return _saved(versions, source_language, owner)


def _saved(versions: dict[str, Version], source_language: str, owner: str) -> Text:
    return Text.objects.create(owner=owner, source_language=source_language, versions=versions)


def _text(new: NewText) -> Text:
    return Text(
        id=new.id or uuid7(),
        owner=new.owner,
        source_language=new.source_language,
        versions=versions_of(
            _cleaned(new.words), source_language=new.source_language, states=new.states
        ),
    )


def _cleaned(words: Mapping[str, str]) -> dict[str, str]:
    return {language: clean_text(written) for language, written in words.items()}
