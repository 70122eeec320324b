"""How well and how fast is it found? Run by `__main__` in a process of its own.

    python -m takatuf.testing.bench.finding 10000

fills the library up to so many cards (the real ones among them, `cards.py`), then asks the
sixty labelled questions of `learning/library/questions.json`. For those that cross languages
the right card's text in the question's own language is taken out of what is found, so that only
another language can answer. Prints one line of JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from takatuf.testing.bench.cards import made_up_cards

AT_ONCE = 1_000  # cards taken in together
TIMES = 3  # each question, to measure its time


def resident_mb() -> float:
    """What this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


def fill(cards: int) -> dict[str, float]:
    """Cards made up to so many in all, taken into the index with their meanings."""
    from django.utils import timezone

    from takatuf.learning.models import Card
    from takatuf.learning.services import load_library
    from takatuf.search.services import bring_up, work_out

    made, now = list(made_up_cards(max(cards - Card.objects.count(), 0))), timezone.now()
    for start in range(0, len(made), AT_ONCE):
        load_library(now=now, shipped=made[start : start + AT_ONCE])
    begun = time.perf_counter()
    bring_up(whole=True)
    indexed = time.perf_counter() - begun
    begun, documents = time.perf_counter(), 0
    while done := work_out(20_000):  # sentences that texts share are worked out once
        documents += done
    return {
        "index_seconds": round(indexed, 1),
        "meaning_seconds": round(time.perf_counter() - begun, 1),
        "documents": documents,
    }


def load() -> dict[str, float]:
    """What it takes to load the encoder, numpy with it."""
    from takatuf.foundation import meaning

    before, begun = resident_mb(), time.perf_counter()
    meaning.encoder()
    return {
        "encoder_seconds": round(time.perf_counter() - begun, 2),
        "encoder_mb": round(resident_mb() - before),
    }


def ask() -> dict[str, float]:
    """Recall at ten, and the time of one question in a process that is warm."""
    from takatuf.learning import library
    from takatuf.search import engine, nearness
    from takatuf.search.queries import find

    by_words, nearest = engine.ask, nearness.nearest
    left_out: tuple[str, str] | None = None

    def words_without(*asked: Any, **more: Any) -> Any:
        found = by_words(*asked, **more)
        return [row for row in found if (row.key, row.language) != left_out]

    def nearest_without(known: Any, *asked: Any, **more: Any) -> Any:
        found = nearest(known, *asked, **more)
        return [
            pair
            for pair in found
            if (known.keys[pair[0]], str(known.languages[pair[0]])) != left_out
        ]

    engine.ask, nearness.nearest = words_without, nearest_without
    questions = json.loads((Path(library.__file__).parent / "questions.json").read_text())
    hits: dict[bool, list[bool]] = {True: [], False: []}
    spent, used = [], []
    find("a warm start", language="en", within=["card"])
    for asked in questions:
        crosses = bool(asked["crosses"])
        left_out = (asked["card"], asked["language"]) if crosses else None
        for _time in range(TIMES):
            begun, before = time.perf_counter(), time.process_time()
            found = find(asked["question"], language=asked["language"], within=["card"])
            spent.append((time.perf_counter() - begun) * 1_000)
            used.append((time.process_time() - before) * 1_000)
        hits[crosses].append(asked["card"] in [hit.key for hit in found.hits])
    every = hits[True] + hits[False]
    return {
        "recall": round(statistics.mean(every), 3),
        "recall_same": round(statistics.mean(hits[False]), 3),
        "recall_across": round(statistics.mean(hits[True]), 3),
        "median_ms": round(statistics.median(spent), 1),
        "cpu_ms": round(statistics.quantiles(used, n=20)[-1], 1),
        "p95_ms": round(statistics.quantiles(spent, n=20)[-1], 1),
    }


def main() -> None:
    import django

    django.setup()
    told = load() | fill(int(sys.argv[1])) | ask()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
