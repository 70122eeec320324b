"""Bodies that are known in many countries: their names in three languages and their letters.

Facts for recognising (`bodies.json` says where they come from), read once.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("bodies.json")


class Body(NamedTuple):
    """One body: the name it stands under, every name it goes by, its letters."""

    name: str
    names: tuple[str, ...]
    letters: tuple[str, ...]
    iati: str = ""  # its identifier as it publishes under IATI, where it was checked


@cache
def bodies() -> tuple[Body, ...]:
    """Every body of the list."""
    found = []
    for each in json.loads(FILE.read_text("utf-8"))["bodies"]:
        names = [each[tag] for tag in ("en", "fr", "ar") if each.get(tag)]
        found.append(
            Body(
                each["en"],
                tuple(dict.fromkeys([*names, *each.get("also", ())])),
                tuple(each.get("letters", ())),
                each.get("iati", ""),
            )
        )
    return tuple(found)
