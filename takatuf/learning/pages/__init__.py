"""The prose of the public pages as it ships: one file a page, each text in every language.

Plain values, no database. What readers get are the texts of the `translation` room, which
`services.load_pages` writes from these files and an installation may correct.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"
LANGUAGES = ("en", "ar", "fr")


@lru_cache(maxsize=1)
def shipped_pages() -> dict[str, dict[str, dict[str, str]]]:
    """The texts of each page by name: `{"front": {"title": {"en": …, "ar": …, "fr": …}}}`.

    Raises `ValueError` where a file is not what it should be, or a text lacks a language.
    """
    pages = {}
    for path in sorted(FOLDER.glob("*.json")):
        body = _read(path)
        told = set(body) - {"sources"}  # a page that tells of facts names what was read
        if told != {"page", "texts"} or body["page"] != path.stem:
            raise ValueError(f"{path.name} needs “page”, which is its name, and “texts”.")
        for name, words in body["texts"].items():
            if any(not str(words.get(language, "")).strip() for language in LANGUAGES):
                raise ValueError(f"{path.name}: the text “{name}” lacks one of {LANGUAGES}.")
        pages[body["page"]] = body["texts"]
    return pages


@lru_cache
def sources_of(page: str) -> tuple[dict[str, Any], ...]:
    """What was read for a page, records as on a card; its texts cite them as `[s1]`."""
    return tuple(_read(FOLDER / f"{page}.json").get("sources", ()))


def _read(path: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body
