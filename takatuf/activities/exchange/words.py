"""The words that partners use, in Arabic, English and French: `words.json`, read once.

Each list has codes and the words for each, of the three languages together: a table mixes them.
The words for services stand with the services, in the catalogue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import override

from takatuf.foundation.text import search_key

NO_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, list[str]]]:
    content = Path(__file__).with_name("words.json").read_text("utf-8")
    lists: dict[str, dict[str, list[str]]] = json.loads(content)
    return lists


def folded(text: str) -> str:
    """Words as they are compared: letters and digits alone, in one spelling, without the Arabic
    article (people write شرطة where our list has الشرطة)."""
    return _short(text) if len(text) < 200 else _long(text)


def _long(text: str) -> str:
    words = NO_WORD.sub(" ", search_key(text)).split()
    if text.isascii():
        return " ".join(words)
    return " ".join(word[2:] if word.startswith("ال") and len(word) > 3 else word for word in words)


_short = lru_cache(maxsize=20_000)(_long)  # cells repeat; a long one hardly does


def words_of(name: str) -> Iterable[tuple[str, list[str]]]:
    """Each code of a list with its words, as they stand in the file."""
    return _lists()[name].items()


@lru_cache
def codes(name: str) -> Mapping[str, str]:
    """The folded words of a list and the code that each means; the first of two that claim it."""
    known: dict[str, str] = {}
    for code, words in words_of(name):
        for word in (*words, code):
            known.setdefault(folded(word), code)
    return known


@lru_cache
def codes_of_choices(choices: Any) -> Mapping[str, str]:
    """Every code and label of a vocabulary in the three languages, folded."""
    known = {folded(value): str(value) for value in choices.values}
    for language, _name in settings.SPOKEN_LANGUAGES:
        with override(language):
            for value, label in choices.choices:
                known.setdefault(folded(str(label)), str(value))
    return known
