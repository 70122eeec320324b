"""What was translated before: exact and near matches among the public texts and the interface.

The memory of a language is read once and kept until somebody writes, reviews or approves a
version; a look costs a few milliseconds whatever the number of texts (`MOST` bounds it).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils.translation import to_locale
from rapidfuzz import fuzz, process

from takatuf.foundation.text import search_key
from takatuf.translation.models import PublicText
from takatuf.translation.queries import texts_as_they_are
from takatuf.translation.vocabulary import State

INTERFACE = "interface"
MOST = 20_000  # versions that are looked through
LONGEST = 2_000  # letters of a source that are compared
LIKE_ENOUGH = 72  # of a hundred: below it a suggestion costs more than it helps
# The interface counts as approved by whoever released it only as far as it ships: a draft.
BEST_FIRST = (State.APPROVED, State.REVIEWED, State.DRAFT, State.BEHIND)


class Suggestion(NamedTuple):
    """A version of a like source, and where it stands."""

    words: str
    source: str
    state: str
    origin: str  # the key of a public text, or "interface"
    likeness: int  # of a hundred; 100 is the same but for case, marks and blanks


class _Entry(NamedTuple):
    source: str
    words: str
    state: str
    origin: str


def suggestions(
    source: str, language: str, *, source_language: str, without: str = "", most: int = 3
) -> list[Suggestion]:
    """What was written in `language` for the same or a like source, likest first and of equals
    the one with more people behind it; `without` is the key of the text itself."""
    entries, folded = _memory(language, source_language, texts_as_they_are())
    found = process.extract(
        search_key(source[:LONGEST]),
        folded,
        scorer=fuzz.ratio,
        score_cutoff=LIKE_ENOUGH,
        limit=most * 4,
    )
    best: dict[str, Suggestion] = {}
    for _folded, score, at in found:
        entry = entries[at]
        one = Suggestion(entry.words, entry.source, entry.state, entry.origin, int(score))
        if entry.origin == without:
            continue
        known = best.get(entry.words)
        if known is None or _rank(one) < _rank(known):
            best[entry.words] = one
    return sorted(best.values(), key=_rank)[:most]


def _rank(one: Suggestion) -> tuple[int, int]:
    return -one.likeness, BEST_FIRST.index(State(one.state))


@lru_cache(maxsize=8)
def _memory(language: str, source_language: str, _stamp: str) -> tuple[list[_Entry], list[str]]:
    entries = [*_of_texts(language, source_language), *_of_interface(language, source_language)]
    entries = entries[:MOST]
    return entries, [search_key(entry.source[:LONGEST]) for entry in entries]


def _of_texts(language: str, source_language: str) -> list[_Entry]:
    held = PublicText.objects.filter(withdrawn=False, text__source_language=source_language)
    entries = []
    for key, versions in held.order_by("key").values_list("key", "text__versions"):
        version, source = versions.get(language), versions.get(source_language)
        if version and source and version["state"] in BEST_FIRST:
            entries.append(_Entry(source["words"], version["words"], version["state"], key))
    return entries


def _of_interface(language: str, source_language: str) -> list[_Entry]:
    if source_language != "en":
        return []
    entries = []
    for root in settings.LOCALE_PATHS:
        path = Path(root) / to_locale(language) / "LC_MESSAGES" / "django.mo"
        if not path.is_file():
            continue
        with path.open("rb") as stream:
            for message in read_mo(stream):
                if message.id and isinstance(message.id, str) and isinstance(message.string, str):
                    entries.append(_Entry(message.id, message.string, State.DRAFT.value, INTERFACE))
    return entries
