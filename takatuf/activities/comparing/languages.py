"""In which language a text is written, where its table does not say: by script and small words."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from takatuf.activities.comparing.concepts import LANGUAGES, words_in, words_named
from takatuf.foundation.stems import EMPTY_WORDS
from takatuf.foundation.text import search_key

OF_ARABIC, OF_LATIN = re.compile("[\u0620-\u064a]"), re.compile("[^\\W\\d_\u0600-\u06ff]")
SMALL = 2  # how much more a small word tells than another


@lru_cache(maxsize=100_000)
def written_in(text: str, told: str = "") -> str:
    """The language of a text. What was told is believed where the script fits it: a title in
    French stays French in the column of Arabic ones. A text without a known word is `told`, else
    in English."""
    if len(OF_ARABIC.findall(text)) > len(OF_LATIN.findall(text)):
        return "ar"
    if told and told != "ar":
        return told
    words = words_in(text)
    points = {
        language: sum(SMALL * (word in small) + (word in known) for word in words)
        for language, (small, known) in _telling().items()
    }
    points["fr"] += any(sign in "éèêàçùâîôûëïœ" for sign in text.casefold())
    return max(points, key=lambda language: points[language])


@cache
def _telling() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Of each language in Latin letters its small words, and those that the concepts name; what
    two languages share tells nothing."""
    latin = [language for language in LANGUAGES if language != "ar"]
    small = {one: frozenset(map(search_key, EMPTY_WORDS[one].split())) for one in latin}
    known = {one: words_named(one) for one in latin}
    return {
        one: (
            small[one].difference(*(small[other] for other in latin if other != one)),
            known[one].difference(*(known[other] for other in latin if other != one)),
        )
        for one in latin
    }
