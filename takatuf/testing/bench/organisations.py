"""How well are organisations recognised? `python -m takatuf.testing.bench.organisations`

Real mess: the names, short names and synonyms that a published map of aid in Somalia keeps for
its organisations (`samples/hxl/iati3w_org-map.json`), each put in as an organisation of its own,
as if partners had written them. Two names of one entry should be proposed as one. The file also
calls one what no name tells (a ministry its country, an agency its programme), and keeps some
twice under two entries: its word is taken all the same.

And a list of our own (`organisation_names.json`): the partners of eighteen towns under the names
that they bear in Arabic, English and French, with their traps, written before the rules were read
by whoever wrote them next. The towns are halved by a seed: the rules were tuned on the first
half, the second is opened only to report. Prints one line of JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from takatuf.foundation.samples import samples_folder
from takatuf.foundation.text import search_key
from takatuf.network.likeness import ARABIC, Bearer, Likeness, likenesses
from takatuf.network.tongues import words_of_country

FILE = samples_folder() / "hxl" / "iati3w_org-map.json"
LONGEST = 120  # signs; what is longer tells of an organisation and is no name
COUNTRY = "SO"
SURE = 80  # of 100
MANY = 5_000  # names of one large city
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
    sure = {pair for pair, sureness in proposed.items() if sureness >= SURE}
    right = same & proposed.keys()
    many = made_up(MANY)
    begun = time.perf_counter()
    likenesses(many)
    many_seconds = round(time.perf_counter() - begun, 2)
    tuned, held = (measured_on(towns) for towns in halves())
    own = {f"tuned_{key}": value for key, value in tuned.items()}
    own |= {f"held_{key}": value for key, value in held.items()}
    return own | {
        "many_seconds": many_seconds,
        "names": len(written),
        "seconds": round(seconds, 2),
        "pairs": len(same),
        "proposed": len(proposed),
        "precision": round(len(right) / len(proposed), 3),
        "precision_sure": round(len(same & sure) / len(sure), 3),
        "recall": round(len(right) / len(same), 3),
        "recall_short": round(len(short & proposed.keys()) / len(short), 3),
    }


LIST = Path(__file__).with_name("organisation_names.json")
SEED = 20261123  # which towns the rules were tuned on, and which were opened to report


class Found(NamedTuple):
    """What came of one list of names: pairs of names, each pair in one order."""

    same: set[Pair]
    proposed: dict[Pair, Likeness]


def halves() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The towns of our own list: those to tune on, and those kept to report."""
    towns = json.loads(LIST.read_text("utf-8"))
    random.Random(SEED).shuffle(towns)
    return towns[: len(towns) // 2], towns[len(towns) // 2 :]


def found_in(town: dict[str, Any]) -> Found:
    """What is proposed where each name of a town's list stands for itself, as in a file."""
    bearers: dict[str, Bearer] = {}
    same: set[Pair] = set()
    for organisation in town["organisations"]:
        keys = {search_key(name): name for name in organisation["names"]}
        bearers |= {key: Bearer(key, (name,)) for key, name in keys.items()}
        same |= {frozenset(pair) for pair in combinations(keys, 2)}
    found = likenesses(list(bearers.values()), here=words_of_country(town["country"]))
    return Found(same, {frozenset((str(each.one), str(each.other))): each for each in found})


def made_up(many: int) -> list[Bearer]:
    """Names as a large city's partners might bear, to measure how long it takes: places, names of
    a few syllables, forms of bodies in two languages, letters."""
    chance = random.Random(SEED)
    signs = [first + last for first in "bdklmnrstwzfhj" for last in "aeio"]
    own = [
        "".join(chance.choices(signs, k=chance.randint(2, 4))).title() for _one in range(many // 3)
    ]
    forms = (
        "{} Association", "{} Foundation for Development", "{} Women's Organization",
        "Municipality of {}", "{} General Hospital", "Directorate of Health {}",
        "{} {} Relief and Development Organization", "جمعية {}", "مركز {} للشباب", "{} {}",
    )  # fmt: skip
    names: set[str] = set()
    while len(names) < many:
        letters = "".join(chance.choices("ABCDEFGHILMNOPRSTU", k=chance.randint(3, 5)))
        name = chance.choice(forms).format(*chance.choices(own, k=2))
        names.add(letters if chance.random() < 0.1 else name)
    return [Bearer(name, (name,)) for name in sorted(names)]


def measured_on(towns: list[dict[str, Any]]) -> dict[str, float]:
    """Pairs, and shares of them, over some towns of our own list."""
    pairs = proposed = right = 0
    sure = sure_right = across = across_right = 0
    for town in towns:
        found = found_in(town)
        hits = found.same & found.proposed.keys()
        certain = {pair for pair, each in found.proposed.items() if each.sureness >= SURE}
        scripts = {
            pair for pair in found.same if len({bool(ARABIC.search(name)) for name in pair}) > 1
        }
        pairs, proposed, right = (
            pairs + len(found.same), proposed + len(found.proposed), right + len(hits),
        )  # fmt: skip
        sure, sure_right = sure + len(certain), sure_right + len(certain & found.same)
        across, across_right = across + len(scripts), across_right + len(scripts & hits)
    return {
        "pairs": pairs,
        "proposed": proposed,
        "precision": round(right / proposed, 3),
        "precision_sure": round(sure_right / sure, 3),
        "recall": round(right / pairs, 3),
        "recall_scripts": round(across_right / across, 3),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured()) + "\n")
