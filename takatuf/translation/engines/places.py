"""What a machine must hand back as it was: places for values, marks of sources, addresses, and
the terms whose translation the glossary fixes. Taken out before, put back after, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from takatuf.translation.engines import CannotTranslate

PLACES = re.compile(
    r"%\(\w+\)[sd]|%[sd]|\{\{?\s*\w*\s*\}?\}|\[s[1-9][0-9]?\]|https?://[^\s<>\"]+|<[^<>]+>|&\w+;"
)
# No word of any language, so engines hand them on: the first that the text itself has not.
STARTS = ("XQ", "ZQX", "QXZ")
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class Guarded(NamedTuple):
    """A text with tokens in the place of what must not change, and what stands behind them."""

    text: str
    start: str
    held: tuple[str, ...]


def guard(text: str, terms: Mapping[str, str] | None = None) -> Guarded:
    """Put tokens in the place of all that must come back as it is.

    `terms` are words of the source and the words that the glossary has for them in the
    target: those come back instead. The longest term wins; case does not matter.
    """
    start = next((one for one in STARTS if one not in text), "")
    if not start:
        raise CannotTranslate("the text holds our own tokens")
    held: list[str] = []

    def keep(words: str) -> str:
        held.append(words)
        return f"{start}{len(held) - 1}X"

    shorter_last = sorted(terms or {}, key=len, reverse=True)
    lower = {term.lower(): words for term, words in (terms or {}).items()}
    known = "|".join(rf"\b{re.escape(term)}\b" for term in shorter_last)
    wanted = re.compile(f"{PLACES.pattern}|{known}" if known else PLACES.pattern, re.IGNORECASE)
    guarded = wanted.sub(lambda found: keep(lower.get(found[0].lower(), found[0])), text)
    return Guarded(guarded, start, tuple(held))


def put_back(answer: str, guarded: Guarded) -> str:
    """The machine's words with all that was taken out, each in its place.

    Raises `CannotTranslate` where a token is missing, came twice, or was made up.
    """
    token = re.compile(rf"{guarded.start}\s?([0-9٠-٩۰-۹]+)\s?X", re.IGNORECASE)
    seen = [int(number.translate(DIGITS)) for number in token.findall(answer)]
    if sorted(seen) != list(range(len(guarded.held))):
        raise CannotTranslate("lost")
    return token.sub(lambda found: guarded.held[int(found[1].translate(DIGITS))], answer)
