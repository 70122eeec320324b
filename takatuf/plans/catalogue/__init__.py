"""The services that a city and its partners offer, as they ship: codes, names, who usually leads.

Read once from the file beside this one; plain values, no database. A service has one layer of
the IASC pyramid of psychosocial support (2007), where it has one: 1 basic services and security,
2 community and family supports, 3 focused non-specialised, 4 specialised. `lead` follows what
national authorities and cities usually lead; a city agrees its own list with its counterpart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Service:
    """One service: what it is called, and where it stands among the others."""

    code: str
    group: str
    layer: int | None
    lead: str  # city, national or shared: who usually leads
    sector: str  # the nearest code of OCHA (HAPI)
    city_sector: str  # our own, CTY-…
    names: Mapping[str, str]
    terms: Mapping[str, tuple[str, ...]]  # other words for it, by language; `terms.json`
    adds: Mapping[str, str]  # what the city adds to it, whoever leads

    @property
    def what_the_city_adds(self) -> str:
        """A sentence in the reader's language, in English where there is none."""
        return self.adds.get(get_language() or "") or self.adds["en"]

    @property
    def name(self) -> str:
        """Its name in the reader's language, in English where there is none."""
        return self.names.get(get_language() or "") or self.names["en"]

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=1)
def services() -> Mapping[str, Service]:
    """All services that ship, by code, in the order in which people are shown them."""
    rows: list[dict[str, Any]] = json.loads((FOLDER / "services.json").read_text("utf-8"))
    terms: dict[str, Any] = json.loads((FOLDER / "terms.json").read_text("utf-8"))
    adds: dict[str, dict[str, str]] = json.loads((FOLDER / "adds.json").read_text("utf-8"))
    return {
        row["code"]: Service(
            code=row["code"],
            group=row["group"],
            layer=row["layer"],
            lead=row["lead"],
            sector=row["sector"],
            city_sector=row["city_sector"],
            names=row["name"],
            terms={language: tuple(words) for language, words in terms[row["code"]].items()},
            adds=adds[row["code"]],
        )
        for row in rows
    }
