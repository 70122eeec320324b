"""How well are organisations recognised? `python -m takatuf.testing.bench.organisations`

Real mess: the names, short names and synonyms that a published map of aid in Somalia keeps for
its organisations (`samples/hxl/iati3w_org-map.json`), each put in as an organisation of its own,
as if partners had written them. Two names of one entry should be proposed as one. The file also
calls one what no name tells (a ministry its country, an agency its programme), and keeps some
twice under two entries: its word is taken all the same. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from itertools import combinations

from takatuf.foundation.samples import samples_folder
from takatuf.foundation.text import search_key
from takatuf.network.likeness import Bearer, likenesses
from takatuf.network.tongues import words_of_country

FILE = samples_folder() / "hxl" / "iati3w_org-map.json"
LONGEST = 120  # signs; what is longer tells of an organisation and is no name
COUNTRY = "SO"
Pair = frozenset[str]


def names() -> tuple[dict[str, str], dict[str, set[str]], set[Pair]]:
    """Each folded name as it is written, the entries that bear it, and the pairs of a name with
    the short name of the same entry."""
    written: dict[str, str] = {}
    entries: dict[str, set[str]] = defaultdict(set)
    short: set[Pair] = set()
    for entry in json.loads(FILE.read_text("utf-8")).values():
        own = [entry["name"], entry.get("shortname") or "", *(entry.get("synonyms") or [])]
        for name in own:
            if name and len(name) <= LONGEST:
                written.setdefault(search_key(name), " ".join(name.split()))
                entries[search_key(name)].add(entry["name"])
        pair = frozenset(search_key(name) for name in own[:2] if name)
        short |= {pair} if len(pair) == 2 else set()
    return written, entries, short


def measured() -> dict[str, float]:
    """Names, pairs, shares of them, and seconds; nothing where the sample is not there."""
    if not FILE.is_file():
        return {}
    written, entries, short = names()
    by_entry: dict[str, set[str]] = defaultdict(set)
    for key, those in entries.items():
        for entry in those:
            by_entry[entry].add(key)
    same = {frozenset(pair) for keys in by_entry.values() for pair in combinations(keys, 2)}
    bearers = [Bearer(key, (name,)) for key, name in written.items()]
    begun = time.perf_counter()
    found = likenesses(bearers, here=words_of_country(COUNTRY))
    seconds = time.perf_counter() - begun
    proposed = {frozenset((each.one, each.other)): each.sureness for each in found}
    sure = {pair for pair, sureness in proposed.items() if sureness >= 80}
    right = same & proposed.keys()
    return {
        "names": len(written),
        "seconds": round(seconds, 2),
        "pairs": len(same),
        "proposed": len(proposed),
        "precision": round(len(right) / len(proposed), 3),
        "precision_sure": round(len(same & sure) / len(sure), 3),
        "recall": round(len(right) / len(same), 3),
        "recall_short": round(len(short & proposed.keys()) / len(short), 3),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured()) + "\n")
