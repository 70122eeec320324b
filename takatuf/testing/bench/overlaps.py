"""How well overlaps are found, and how quickly. Run by `__main__` in a process of its own.

    python -m takatuf.testing.bench.overlaps 50000

fills an incident with a tenth of so many activities and another with all, compares each, and
holds the rules against the second half of the labelled pairs. Prints one line of JSON.

The labelled pairs are halved by a fixed seed, with as many of each kind in both halves: one was
tuned on, the other is opened only to report. A text may stand in both halves, a pair never.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from takatuf.activities.comparing import Entry, Texts, Thresholds, match_of
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


def judged(pairs: list[Pair], entries: dict[str, Entry]) -> dict[str, float]:
    """Recall and precision, in all, of each kind that was labelled and of each rule."""
    texts, counts = Texts(), Counter[str]()
    texts.prepare(entries[pair[side]] for pair in pairs for side in "ab")
    for pair in pairs:
        match = match_of(entries[pair["a"]], entries[pair["b"]], texts.near, Thresholds())
        right = pair["overlap"] and match is not None
        sorts = ["all", "across" if pair["across"] else "one_language"]
        if pair["overlap"]:
            counts.update(f"labelled {sort}" for sort in [*sorts, pair["kind"]])
        if right:
            counts.update(f"found {sort}" for sort in [*sorts, pair["kind"]])
        if match is not None:
            counts.update(f"proposed {sort}" for sort in [*sorts, match.rule.value])
            counts.update(f"rightly {sort}" for sort in [*sorts, match.rule.value] if right)
    told = {}
    for name, count in sorted(counts.items()):
        word, _blank, sort = name.partition(" ")
        if word == "labelled":
            told[f"recall_{sort}"] = round(counts[f"found {sort}"] / count, 3)
        elif word == "proposed":
            told[f"precision_{sort}"] = round(counts[f"rightly {sort}"] / count, 3)
    return told


def seconds_of(many: int) -> tuple[float, float, int]:
    """How long it takes to compare an incident of so many activities and to keep what was
    found, by the clock and of the processor, and how many overlaps that is."""
    from django.utils import timezone

    from takatuf.activities.services import compare_activities
    from takatuf.testing.bench.coverage import fill

    incident, _lead = fill(many, slug=f"bench-overlaps-{many}")
    begun, used = time.perf_counter(), time.process_time()
    found = compare_activities(incident, now=timezone.now())
    spent = time.perf_counter() - begun, time.process_time() - used
    return round(spent[0], 1), round(spent[1], 1), found.open


def main() -> None:
    import django

    django.setup()
    many = int(sys.argv[1])
    _tuned, reported, entries = halves()
    fewer, fewer_used, _found = seconds_of(many // 10)
    spent, used, found = seconds_of(many)
    told = {
        "tenth_seconds": fewer,
        "tenth_cpu_seconds": fewer_used,
        "seconds": spent,
        "cpu_seconds": used,
        "found": found,
    }
    sys.stdout.write(json.dumps(told | judged(reported, entries)) + "\n")


if __name__ == "__main__":
    main()
