"""The library as it ships: one file a card, read from the folder beside this one.

Plain values, no database. `services.load_library` brings them into the tables.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from takatuf.learning.rules import Body

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one card."""
    read: dict[str, Any] = json.loads((FOLDER / "card.schema.json").read_text(encoding="utf-8"))
    return read


def shipped_cards() -> list[Body]:
    """Every card that this version of the software ships, by slug.

    Raises `ValueError` with the file's name where one is no JSON, or is named otherwise than
    its card.
    """
    return [_read(path) for path in sorted((FOLDER / "cards").glob("*.json"))]


@cache
def _asked() -> dict[str, dict[str, list[str]]]:
    read: dict[str, Any] = json.loads((FOLDER / "asked.json").read_text(encoding="utf-8"))
    return read


def questions_to(slug: str) -> dict[str, list[str]]:
    """Questions that people ask before they know the card, by language; none for a card that
    was not shipped. The search reads them as part of the card's meaning: a question lies
    nearer to a question than to an answer, above all in another language."""
    return _asked().get(slug, {})


def shape_faults(body: Any) -> list[tuple[str, str]]:
    """Where a card departs from the schema, as path and what is wrong there; empty: nowhere."""
    import jsonschema  # a fifth of a second that only a load needs

    found = jsonschema.Draft202012Validator(schema()).iter_errors(body)
    return [("/".join(map(str, fault.absolute_path)), fault.message) for fault in found]


def _read(path: Path) -> Body:
    try:
        body: Body = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if body.get("slug") != path.stem:
        raise ValueError(f"{path.name}: the card in it is called {body.get('slug')!r}.")
    return body
