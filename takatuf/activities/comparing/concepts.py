"""What a text speaks of: concepts and their synonyms in Arabic, English and French, from a file.

A concept is found where all the words of one of its names stand in the text, by their stems. Of
a *facet* (the hours, the age, the gender) it may have several values. Concepts of one *family*
are different things of one kind: two fields of the law, two ways to feed people.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from takatuf.foundation.stems import empty_words, stem, words_of

FILE = Path(__file__).parent / "concepts.json"
LANGUAGES = ("ar", "en", "fr")
NOT = re.compile(  # a word that says what something is not
    r"\b(?:no|not|without|sans|aucun|aucune|بلا|بدون|دون|لا)\s+\w+", re.IGNORECASE
)


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return told


@cache
def _names(language: str) -> dict[str, list[tuple[frozenset[str], str]]]:
    """The names of all concepts in a language as stems, by one stem that each has."""
    told = _told()
    lists = dict(told["concepts"])
    for facet, values in told["facets"].items():
        lists |= {f"{facet}:{value}": words for value, words in values.items()}
    found: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
    for code, words in lists.items():
        for name in words.get(language, ()):
            if stems := stems_of(name, language):
                found[min(stems)].append((stems, code))
    return dict(found)


@cache
def words_named(language: str) -> frozenset[str]:
    """The folded words of the names of all concepts in a language."""
    told = _told()
    lists = [
        *told["concepts"].values(),
        *(v for vs in told["facets"].values() for v in vs.values()),
    ]
    return (
        frozenset(
            word for words in lists for name in words.get(language, ()) for word in words_of(name)
        )
        - empty_words()
    )


def stems_of(text: str, language: str) -> frozenset[str]:
    """The stems of a text's telling words."""
    return frozenset(stem(word, language) for word in words_of(text) if word not in empty_words())


@lru_cache(maxsize=100_000)
def concepts_in(text: str, language: str) -> frozenset[str]:
    """What a text speaks of; of a facet as `age:primary`."""
    if language not in LANGUAGES:
        return frozenset()
    said = stems_of(NOT.sub(" ", text), language)
    names = _names(language)
    return frozenset(code for one in said for stems, code in names.get(one, ()) if stems <= said)


def concept_name(code: str, language: str) -> str:
    """What a concept is called in a language; in English where it has no name there."""
    facet, _colon, value = code.rpartition(":")
    told = _told()
    words = told["facets"][facet][value] if facet else told["concepts"][code]
    name: str = (words.get(language) or words["en"])[0]
    return name


@cache
def _families() -> tuple[frozenset[str], ...]:
    told = _told()
    facets = (
        frozenset(f"{facet}:{value}" for value in values)
        for facet, values in told["facets"].items()
    )
    return (*facets, *(frozenset(family) for family in told["families"].values()))


@lru_cache(maxsize=100_000)
def _by_family(said: frozenset[str]) -> dict[int, frozenset[str]]:
    """What a text speaks of, by the families that it has something of."""
    return {place: found for place, family in enumerate(_families()) if (found := said & family)}


def told_apart(a: frozenset[str], b: frozenset[str]) -> list[frozenset[str]]:
    """In which respects two texts speak of different things of one kind: other hours, another
    age, another field of the law. Where one says nothing, it tells nothing apart."""
    if not a or not b:
        return []
    mine, theirs = _by_family(a), _by_family(b)
    return [
        found | theirs[place]
        for place, found in mine.items()
        if place in theirs and found.isdisjoint(theirs[place])
    ]


def shared(a: frozenset[str], b: frozenset[str]) -> float | None:
    """How much of what the text that says less speaks of is in the other, from 0 to 1; None
    where one speaks of nothing that is known."""
    one, other = _things(a), _things(b)
    if not one or not other:
        return None
    return len(one & other) / min(len(one), len(other))


@lru_cache(maxsize=100_000)
def _things(said: frozenset[str]) -> frozenset[str]:
    return frozenset(code for code in said if ":" not in code)
