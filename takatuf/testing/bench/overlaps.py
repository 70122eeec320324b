"""How well overlaps are found, and how quickly. `python -m takatuf.testing.bench.overlaps`

The labelled pairs are halved by a fixed seed, with as many of each kind in both halves: one was
tuned on, the other is opened only to report. A text may stand in both halves, a pair never.
"""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

from takatuf.activities.comparing import Entry
from takatuf.foundation.stems import words_of
from takatuf.foundation.text import search_key

FILE = Path(__file__).parent / "overlap_pairs.json"
SEED = 20261123
# What the city of the pairs calls its districts, in its languages.
DISTRICTS = {
    "Old Town": ("Old Town", "Vieille Ville", "البلدة القديمة"),
    "Harbour": ("Harbour", "Port", "الميناء"),
    "University": ("University", "Université", "الجامعة"),
    "Station": ("Station", "Gare", "المحطة"),
    "Market": ("Market", "Marché", "السوق"),
    "Garden": ("Garden", "Jardin", "الحديقة"),
    "Hill": ("Hill", "Colline", "التل"),
    "North Bank": ("North Bank", "Rive Nord", "الضفة الشمالية"),
    "South Bank": ("South Bank", "Rive Sud", "الضفة الجنوبية"),
}
Pair = dict[str, Any]


def halves() -> tuple[list[Pair], list[Pair], dict[str, Entry]]:
    """The pairs to tune on, those to report on, and the activities of both."""
    told = json.loads(FILE.read_text("utf-8"))
    pairs = list(told["pairs"])
    random.Random(SEED).shuffle(pairs)
    pairs.sort(key=lambda pair: (pair["kind"], pair["hard"], pair["across"]))  # keeps the shuffle
    entries = {key: entry_of(key, facts) for key, facts in told["activities"].items()}
    return pairs[::2], pairs[1::2], entries


def entry_of(key: str, facts: dict[str, Any]) -> Entry:
    """A labelled activity as it is compared."""
    places = {
        "areas": {f"area:{area}" for area in facts["areas"]},
        "text": {f"text:{area}" for area in facts["areas"]},
        "city": {"city"},
        "outside": {"outside"},
    }.get(facts["scope"], set())
    words = " ".join(words_of(f"{facts['title']} {facts['description']}"))
    return Entry(
        key=key,
        named_places=frozenset(
            f"area:{area}"
            for area, names in DISTRICTS.items()
            if any(f" {search_key(name)} " in f" {words} " for name in names)
        ),
        owner=facts["organisation"],
        level=facts["level"],
        service=facts["service"],
        channel=facts["channel"],
        number=facts["number"],
        populations=frozenset(facts["populations"]),
        places=frozenset(places),
        languages=frozenset(facts["languages"]),
        offers=frozenset(facts["offers"]),
        layer=facts["layer"],
        starts_on=date.fromisoformat(facts["starts_on"]) if facts["starts_on"] else None,
        ends_on=date.fromisoformat(facts["ends_on"]) if facts["ends_on"] else None,
        title=facts["title"],
        description=facts["description"],
        language=facts["language"],
        refers_to=facts["refers_to"],
    )
