"""The glossary as data, and the rule that finds where a version departs from it.

A version departs from a term when its source uses the term and the version holds none of the
renderings that the glossary accepts. Words are compared folded (`foundation.text.search_key`),
Arabic ones with the clitics and endings that a rendering may carry in a sentence, others with
their plural, so that a warning is worth reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from takatuf.foundation.text import search_key

FILE = Path(__file__).parent / "glossary.json"
# What may stand before an Arabic word and after it within one written word.
BEFORE = "(?:[وف]?(?:ال|لل|[بكل](?:ال)?)?)"
AFTER = (
    "(?:ا|ات|ان|تين|تان|ه|ها|هم|هن|هما|نا|كم|ته|تها|تهم|تنا|اتها|اته|اتهم"
    "|[يو](?:ن|ها|هم|ه|نا|كم)?)?"
)
TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Rendering:
    """A term in one language: how it is written, and what else is accepted for it."""

    term: str
    also: tuple[str, ...] = ()
    find: tuple[str, ...] = ()  # what counts as a use in a source; else the term itself


@dataclass(frozen=True, slots=True)
class Term:
    """One notion and its renderings by language."""

    id: str
    renderings: Mapping[str, Rendering]

    def in_language(self, language: str) -> str:
        """The term in a language; empty where the glossary has none."""
        found = self.renderings.get(language)
        return found.term if found else ""


class Departure(NamedTuple):
    """A term that the source uses and the version does not, and what it might have used."""

    term: Term
    used: str  # as the source writes it
    wanted: str


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    """Every term, in the order of the file."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Term(
            one["id"],
            {
                language: Rendering(
                    told["term"], tuple(told.get("also", ())), tuple(told.get("find", ()))
                )
                for language, told in one.items()
                if isinstance(told, dict)
            },
        )
        for one in read["terms"]
    )


def terms_used(words: str, language: str) -> list[tuple[Term, str]]:
    """The terms that a text uses, in the order of its words, each with the words that it uses;
    a term inside a longer one ("exercise" in "tabletop exercise") does not count."""
    return list(_used(search_key(words), language))


def departures(
    source: str, version: str, *, source_language: str, language: str
) -> list[Departure]:
    """Where a version departs from the glossary; nothing for languages that it does not have."""
    if not source or not version:
        return []
    return list(_departures(source, version, source_language, language))


@lru_cache(maxsize=20_000)  # texts are never edited in place, and lists ask for them again
def _departures(
    source: str, version: str, source_language: str, language: str
) -> tuple[Departure, ...]:
    held = search_key(version)
    return tuple(
        Departure(term, used, term.in_language(language))
        for term, used in _used(search_key(source), source_language)
        if language in term.renderings and not _accepted(term.id, language).search(held)
    )


def _used(folded: str, language: str) -> Iterable[tuple[Term, str]]:
    begins = {token[:4] for token in TOKEN.findall(folded)}
    spans: list[tuple[int, int, Term]] = []
    for term, first, pattern in _finders(language):
        if language == "ar" or first & begins:
            spans += [(*found.span(), term) for found in pattern.finditer(folded)]
    spans.sort(key=lambda span: (span[0], -span[1]))
    end, seen = 0, set()
    for start, stop, term in spans:
        if stop <= end:
            continue
        end = stop
        if term.id not in seen:
            seen.add(term.id)
            yield term, folded[start:stop]


@lru_cache(maxsize=64)
def _finders(language: str) -> tuple[tuple[Term, frozenset[str], re.Pattern[str]], ...]:
    found = []
    for term in glossary():
        rendering = term.renderings.get(language)
        if rendering:
            phrases = rendering.find or (rendering.term,)
            begins = frozenset(TOKEN.findall(search_key(phrase))[0][:4] for phrase in phrases)
            found.append((term, begins, _pattern(phrases, language)))
    return tuple(found)


@lru_cache(maxsize=1024)
def _accepted(term_id: str, language: str) -> re.Pattern[str]:
    term = next(one for one in glossary() if one.id == term_id)
    rendering = term.renderings[language]
    return _pattern((rendering.term, *rendering.also), language)


def _pattern(phrases: Iterable[str], language: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_phrase(phrase, language)})" for phrase in phrases))


def _phrase(phrase: str, language: str) -> str:
    tokens = TOKEN.findall(search_key(phrase))
    if language == "ar":
        return r"\b" + r"\W+".join(map(_arabic, tokens)) + r"\b"
    joined = r"\W+(?:(?:le|la|les|de|du|des|d|l)\W+)?".join(map(_latin, tokens))
    return rf"\b{joined}\b(?!-\w)"  # a log-in is no log


def _arabic(token: str) -> str:
    """A word with what Arabic writes together with it; folded, ة is ه, and ت before a suffix."""
    stem = token.removeprefix("ال") if len(token) > 4 else token
    if stem.endswith("ه"):
        return f"{BEFORE}{re.escape(stem[:-1])}(?:ه|ات|تان|تين|ت(?:ه|ها|هم|هن|نا|كم|ي)?|يه)?"
    return f"{BEFORE}{re.escape(stem)}{AFTER}"


def _latin(token: str) -> str:
    """A word in the singular or the plural: city and cities, bénévole and bénévoles."""
    if len(token) < 3:
        return re.escape(token)
    if token.endswith("y"):
        return f"{re.escape(token[:-1])}(?:y|ies)"
    if token.endswith("al"):
        return f"{re.escape(token[:-2])}(?:al|als|ale|ales|aux)"
    return f"{re.escape(token)}(?:e?s|x|es?|\\Ws)?"
