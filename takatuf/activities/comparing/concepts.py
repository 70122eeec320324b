"""What a text speaks of: concepts and their synonyms in Arabic, English and French, from a file.

A concept is found where all the words of one of its names stand in the text, by their stems. Of
a *facet* (the hours, the age, the gender) it may have several values. Concepts of one *family*
are different things of one kind: two fields of the law, two ways to feed people.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from takatuf.foundation.stems import ARABIC_BEFORE, empty_words, stem, words_of
from takatuf.foundation.text import search_key

FILE = Path(__file__).parent / "concepts.json"
LANGUAGES = ("ar", "en", "fr")
EXACT = "="  # before a name that is looked for as it is written, since its stem has others
NEAR = 6  # words from one of a name to another, in a text that is called so
ATTACHED = re.compile("^(?:و?[بلك]|[وف])(?=...)")  # to an Arabic word
# The word after one of these says what something is not.
NOT = frozenset(
    map(search_key, ["no", "not", "without", "sans", "aucun", "aucune", "بلا", "بدون", "دون", "لا"])
)


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return told


class _Names(NamedTuple):
    """The names of all concepts in a language, each in the way in which it is looked for."""

    by_stem: dict[str, list[tuple[frozenset[str], str]]]  # all of these stems, by one of them
    exact: dict[str, list[str]]  # a word as it is written
    phrases: dict[str, list[tuple[str, str]]]  # words one after the other, by the first
    stems: frozenset[str]  # that stand in any name


@cache
def _names(language: str) -> _Names:
    told = _told()
    lists = dict(told["concepts"])
    for facet, values in told["facets"].items():
        lists |= {f"{facet}:{value}": words for value, words in values.items()}
    by_stem: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
    exact: dict[str, list[str]] = defaultdict(list)
    phrases: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, words in lists.items():
        for name in words.get(language, ()):
            folded, stems = words_of(name), stems_of(name, language)
            if name.startswith(EXACT):
                exact[folded[0]].append(code)
            elif len(stems) == 1 < len(folded):  # “at home” is more than “home”
                phrases[folded[0]].append((f" {' '.join(folded)} ", code))
            elif stems:
                by_stem[min(stems)].append((stems, code))
    known = frozenset(one for names in by_stem.values() for stems, _code in names for one in stems)
    return _Names(dict(by_stem), dict(exact), dict(phrases), known)


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
    words = _meant(words_in(text))
    forms = dict.fromkeys(words)
    if language == "ar":
        forms |= dict.fromkeys(found for word in words for found in _apart(word))
    names = _names(language)
    at: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        if word not in empty_words():
            at[stem(word, language)].append(place)
            if language == "ar":
                for form in _apart(word):
                    if (one := stem(form, language)) in names.stems:
                        at[one].append(place)
    found = {
        code
        for one in at
        for stems, code in names.by_stem.get(one, ())
        if stems <= at.keys() and _are_near(stems, at)
    }
    found.update(code for form in forms for code in names.exact.get(form, ()))
    line = f" {' '.join(words)} "
    found.update(
        code for word in forms for phrase, code in names.phrases.get(word, ()) if phrase in line
    )
    return frozenset(found)


def _are_near(stems: frozenset[str], at: Mapping[str, Sequence[int]]) -> bool:
    """Whether the words of a name stand together in the text, in any order."""
    if len(stems) == 1:
        return True
    first, *others = stems
    return any(
        all(any(abs(place - start) <= NEAR for place in at[other]) for other in others)
        for start in at[first]
    )


@lru_cache(maxsize=20_000)
def words_in(text: str) -> tuple[str, ...]:
    """The folded words of a text that is read several times."""
    return tuple(words_of(text))


def _meant(words: tuple[str, ...]) -> list[str]:
    """The words without those that say what something is not."""
    if NOT.isdisjoint(words):
        return list(words)
    before = ("", *words[:-1])
    return [word for word, last in zip(words, before, strict=True) if not NOT & {word, last}]


@lru_cache(maxsize=50_000)
def _apart(word: str) -> list[str]:
    """An Arabic word without the short words that are written together with it: *and*, *by*,
    *for*, *the*."""
    shorter = ATTACHED.sub("", word)
    return [shorter, ARABIC_BEFORE.sub("", shorter), ARABIC_BEFORE.sub("", word)]


def concept_name(code: str, language: str) -> str:
    """What a concept is called in a language; in English where it has no name there."""
    facet, _colon, value = code.rpartition(":")
    told = _told()
    words = told["facets"][facet][value] if facet else told["concepts"][code]
    name: str = (words.get(language) or words["en"])[0]
    return name.removeprefix(EXACT)


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
    one, other = things_of(a), things_of(b)
    if not one or not other:
        return None
    return len(one & other) / min(len(one), len(other))


@lru_cache(maxsize=100_000)
def things_of(said: frozenset[str]) -> frozenset[str]:
    """What is done, of what a text speaks of: without the facets."""
    return frozenset(code for code in said if ":" not in code)
