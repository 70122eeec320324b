"""What follows from a report's plain words and figures. No database, no clock."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import rfc8785

BULLETS = ("- ", "– ", "• ", "* ")

# Dates, telephone numbers and figures in groups, whose parts Arabic text would turn round
# (UAX 9), as it should not; what stands in an isolate already stays.
IN_PARTS = re.compile("\\+?\\d+(?:[ \u00a0\u202f./:\u2013-]\\d+)+|\\+\\d+")

# Words by language, with the state of each version: what `translation` calls versions.
Versions = Mapping[str, Mapping[str, str]]


class Block(NamedTuple):
    """One paragraph, or one line of a list."""

    bullet: bool
    text: str


def blocks_of(text: str) -> list[Block]:
    """The paragraphs and list lines of a text as people type it: a line that begins with
    a dash or a dot is a line of a list; empty lines only part."""
    found = []
    for line in text.splitlines():
        words = line.strip()
        bullet = words.startswith(BULLETS)
        if bullet:
            words = words[2:].strip()
        if words:
            found.append(Block(bullet, words))
    return found


def steady(text: str) -> str:
    """The text with each date, number in groups and telephone number kept in its own order,
    from left to right, in whichever direction the line runs."""
    return IN_PARTS.sub(lambda found: f"\u2066{found[0]}\u2069", text)


class Change(NamedTuple):
    """A line of a text that was added, removed, or stands as it stood."""

    kind: str  # "same", "added", "removed"
    text: str


def difference(before: str, after: str) -> list[Change]:
    """Two versions of a text, line by line, in the order of reading."""
    old = [block.text for block in blocks_of(before)]
    new = [block.text for block in blocks_of(after)]
    found: list[Change] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found += [Change("same", text) for text in new[c:d]]
            continue
        found += [Change("removed", text) for text in old[a:b]]
        found += [Change("added", text) for text in new[c:d]]
    return found


def words_in(versions: Versions, language: str) -> str:
    """The words of one language, empty where there are none."""
    return str(versions.get(language, {}).get("words", ""))


def gaps(texts: Mapping[str, Versions], languages: Sequence[str]) -> list[tuple[str, str]]:
    """Language and code of every text that has words in some language and none in this one."""
    return [
        (language, code)
        for language in languages
        for code, versions in texts.items()
        if any(version.get("words") for version in versions.values())
        and not words_in(versions, language)
    ]


def seen(words: str) -> str:
    """What a form keeps of the words that it showed, to tell whether they changed since."""
    return sha256(words.encode()).hexdigest()[:16]


def same_words(here: str, there: str) -> bool:
    """Whether two texts are the same but for blanks, which a browser may change."""
    return here.split() == there.split()


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of a report's content in the one form that RFC 8785 gives it, as hex."""
    return sha256(rfc8785.dumps(content)).hexdigest()


def is_number(value: str) -> bool:
    """Whether a figure's value is a whole number that may be grouped for its reader."""
    return value.isascii() and value.isdigit() and len(value) <= 15


def name_of_figure(figure: Mapping[str, Any], language: str) -> tuple[str, str]:
    """What makes a figure the same in the next report: its key, else its name."""
    if figure["key"]:
        return figure["key"], ""
    return "", " ".join(str(figure["words"].get(language, {}).get("label", "")).lower().split())


def pairs(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], language: str
) -> list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Each figure of two reports beside its other self; what has none stands alone."""
    old = {name_of_figure(figure, language): figure for figure in before}
    found: list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]] = [
        (old.pop(name_of_figure(figure, language), None), figure) for figure in after
    ]
    return found + [(figure, None) for figure in old.values()]
