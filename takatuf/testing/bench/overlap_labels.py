"""How well overlaps are found: the labelled pairs, and ways to hold the rules against them.

    python -m takatuf.testing.bench.overlap_labels [--report] [--table] [--teach]

prints a table: the pairs to tune with, the near misses apart, and every pair of whole tables,
each read by who was not taught it; the pairs that nothing was tuned on; and with `--report` the
two last sets, which were opened for nothing else. `--table` also writes the fresh activities as
partners' tables, takes them in by the command's own way and asks for the overlaps: what people
get, losses on the way included. `--teach` first learns the scorecard anew and says what a closer
reading counts beside it; texts are read as `teaching` and `teaching_closely` taught.

**By who was not taught it** means: texts that are linked by pairs form a component; the
components are put into `FOLDS` parts by a fixed seed, and the pairs of each part are judged by a
scorecard that was learnt from the others, with readings of the texts that were taught without
their writers. So no text is on both sides. Concepts and rules are not made anew for each part:
what they were taught by these texts flatters here too.

A set is `{"about", "activities", "pairs"}`; the second also has `"halves"`, which half (1 or 2)
each scene is in, and the `"seed"` that halved it. Scenes share no text.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple

from takatuf.activities.comparing import Entry, Rule, Texts, Thresholds, match_of, scoring
from takatuf.activities.comparing.finding import FAINT, doubtful
from takatuf.activities.comparing.scoring import (
    SCORECARD,
    SPEAKS_FOR,
    by_words,
    evidence_of,
    excluded,
    odds_at_a_glance,
    read_too,
)
from takatuf.foundation.stems import words_of
from takatuf.foundation.text import search_key
from takatuf.testing.bench.scorecard import learnt, points_of

FOLDER = Path(__file__).parent
# What a glance was taught: all pairs of these, and one half of the second set.
GLANCED = tuple(f"overlap_pairs{which}.json" for which in ("", "_3", "_4", "_6"))
NEAR_MISSES = ("overlap_pairs_7.json", "overlap_pairs_8.json")  # of these reading closely alone
FRESH = "overlap_pairs_5.json"  # that nothing was tuned on
NEIGHBOURS = "overlap_neighbours.json"  # texts of all these that lie near each other, as judged
TABLES = "overlap_tables.json"  # whole tables: each pair that is not listed is none
HALVED = "overlap_pairs_2.json"  # of which the first half is here
# Written last, and opened to report alone; since then a further lesson may learn from the older.
OPENED, LAST = "overlap_pairs_9.json", "overlap_pairs_10.json"
REPORTED = {"pairs_9": OPENED, "pairs_10": LAST}  # by the name of their figures
SEED = 20261123
FOLDS = 8
NEARNESS = "overlap_nearness.json"  # of two texts, as read by layers taught without them
CLOSENESS = "overlap_closeness.json"  # log-odds of two texts, by a reader taught without them
# The writers of whom each reader of `teaching_closely` was not taught; no text is on both sides.
PARTS = (
    ("overlap_pairs:", "overlap_pairs_4:a4", "overlap_pairs_4:l5", "overlap_pairs_6:v7",
     "overlap_pairs_7:a8", "overlap_pairs_8:e8", "overlap_pairs_8:f8", "t6-"),
    ("overlap_pairs_2:", "overlap_pairs_4:b4", "overlap_pairs_4:u6", "overlap_pairs_6:w7",
     "overlap_pairs_7:b8", "overlap_pairs_8:g8", "overlap_pairs_8:h8", "y7-"),
)  # fmt: skip
# What a pair that is none counts against an overlap when the scorecard is learnt, so that recall
# and precision come out alike; and what a pair of a whole table counts, of which there are many.
AGAINST, OF_A_TABLE = 1.1, 0.1
OF_A_NEAR_MISS = 0.4  # what a pair counts of the sets that are full of them
WORDS_ALONE = ("overlap_pairs_4:l5", "overlap_pairs_6:")  # others that are
A_TABLE = 300  # activities
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
Row = tuple[dict[str, float], bool, float]  # what speaks for or against, overlap, what it counts


class Labelled(NamedTuple):
    """Labelled pairs, and their activities as they were written, each under a name of its own."""

    pairs: list[Pair]
    facts: dict[str, dict[str, Any]]

    @property
    def entries(self) -> dict[str, Entry]:
        return {key: entry_of(key, facts) for key, facts in self.facts.items()}


def read(names: Iterable[str], *, half: int = 0) -> Labelled:
    """The pairs of these files of the folder, those that are there; of one half where asked."""
    pairs: list[Pair] = []
    facts: dict[str, dict[str, Any]] = {}
    for name in names:
        if not (file := FOLDER / name).exists():
            continue
        told = json.loads(file.read_text("utf-8"))
        mine = [
            pair for pair in told["pairs"] if not half or told["halves"][str(pair["scene"])] == half
        ]
        wanted = {pair[side] for pair in mine for side in "ab"}
        mark = f"{Path(name).stem}:"
        for key in sorted(wanted):
            one = told["activities"][key]
            passes = mark + one["refers_to"] if one["refers_to"] else ""
            facts[mark + key] = one | {"refers_to": passes}
        pairs += [pair | {side: mark + pair[side] for side in "ab"} for pair in mine]
    return Labelled(pairs, facts)


def at_a_glance() -> Labelled:
    """What the glance at single texts, and its scorecard, were tuned on."""
    whole, half = read(GLANCED), read([HALVED], half=1)
    return Labelled(whole.pairs + half.pairs, whole.facts | half.facts)


def to_tune() -> Labelled:
    """What the rules may be tuned on."""
    some, rest = at_a_glance(), read(NEAR_MISSES)
    return Labelled(some.pairs + rest.pairs, some.facts | rest.facts)


def held_back(told: Labelled) -> Labelled:
    """Of these pairs the ones of the writers whom one of the readers was not taught: what the
    scorecard of a closer reading is learnt from."""
    writers = tuple(writer for part in PARTS for writer in part)
    return Labelled([pair for pair in told.pairs if pair["a"].startswith(writers)], told.facts)


def neighbours() -> Labelled:
    """Texts of the sets to tune with and of the tables that lie near each other, and whether they
    say one work, as readers judged who saw the texts alone."""
    told = json.loads((FOLDER / NEIGHBOURS).read_text("utf-8"))
    pairs = [{"a": a, "b": b, "overlap": overlap} for a, b, overlap in told["pairs"]]
    return Labelled(pairs, to_tune().facts | tables().facts)


def tables() -> Labelled:
    """Every pair of two owners within each whole table."""
    pairs: list[Pair] = []
    facts: dict[str, dict[str, Any]] = {}
    for name, told in json.loads((FOLDER / TABLES).read_text("utf-8"))["tables"].items():
        known = {frozenset((one["a"], one["b"])) for one in told["overlaps"]}
        doubtful = {frozenset((one["a"], one["b"])) for one in told["doubtful"]}
        there = told["activities"]
        mark = f"{name}:"
        for key, one in there.items():
            passes = mark + one["refers_to"] if one["refers_to"] else ""
            facts[mark + key] = one | {"refers_to": passes}
        for a, b in combinations(sorted(there), 2):
            met = frozenset((a, b))
            if met in doubtful or there[a]["organisation"] == there[b]["organisation"]:
                continue
            across = there[a]["language"] != there[b]["language"]
            pairs.append(
                {"scene": name, "a": mark + a, "b": mark + b, "overlap": met in known, "kind": "",
                 "across": across}
            )  # fmt: skip
    return Labelled(pairs, facts)


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


def shares(pairs: Sequence[Pair], rules: Sequence[str]) -> dict[str, float]:
    """Recall and precision, in all, of each kind that was labelled and of each rule; `rules`
    holds for each pair the rule by which it was proposed, empty where it was not."""
    counts = Counter[str]()
    for pair, rule in zip(pairs, rules, strict=True):
        sorts = ["all", "across" if pair["across"] else "one_language"]
        if pair["overlap"]:
            counts.update(f"labelled {sort}" for sort in [*sorts, pair["kind"]])
        if pair["overlap"] and rule:
            counts.update(f"found {sort}" for sort in [*sorts, pair["kind"]])
        if rule:
            counts.update(f"proposed {sort}" for sort in [*sorts, rule])
            counts.update(f"rightly {sort}" for sort in [*sorts, rule] if pair["overlap"])
    told = {"pairs": float(len(pairs))}
    for name, count in sorted(counts.items()):
        word, _blank, sort = name.partition(" ")
        if word == "labelled":
            told[f"recall_{sort}"] = round(counts[f"found {sort}"] / count, 3)
        elif word == "proposed":
            told[f"precision_{sort}"] = round(counts[f"rightly {sort}"] / count, 3)
    return told


def judged(told: Labelled) -> list[str]:
    """By which rule each pair is proposed as the rules stand; empty where it is not."""
    entries, thresholds, texts = told.entries, Thresholds(), Texts()
    texts.prepare(entries.values(), most=len(told.facts))
    pairs = [(entries[pair["a"]], entries[pair["b"]]) for pair in told.pairs]
    met = [pair for pair in pairs if not excluded(*pair, thresholds)]
    texts.read_closely(doubtful(met, texts.near, thresholds))
    return [
        str(match.rule) if match else ""
        for match in (match_of(a, b, texts.near, thresholds, texts.closely) for a, b in pairs)
    ]


class Apart:
    """How the texts of pairs to tune with are read by who was not taught them."""

    def __init__(self, told: Labelled) -> None:
        self._texts = Texts()
        self._texts.prepare(told.entries.values(), most=len(told.facts))
        self._nearness: dict[str, float] = json.loads((FOLDER / NEARNESS).read_text("utf-8"))
        self._closeness: dict[str, float] = json.loads((FOLDER / CLOSENESS).read_text("utf-8"))

    def near(self, a: Entry, b: Entry) -> float | None:
        """At a glance, from 0 to 1; of the sets of which a glance was taught nothing, as it is."""
        return self._nearness.get(f"{a.key} {b.key}", self._texts.near(a, b))

    def closely(self, a: Entry, b: Entry) -> float | None:
        """Side by side, from 0 to 1; None of writers whom both readers were taught."""
        odds = self._closeness.get(f"{a.key} {b.key}")
        return None if odds is None else 1 / (1 + exp(-odds))


def left_to_words(told: Labelled) -> list[Pair]:
    """The pairs that nothing rules out and that no other rule decides: whether these are one
    work, their words must say."""
    entries, thresholds = told.entries, Thresholds()
    return [
        pair
        for pair in told.pairs
        if not excluded(entries[pair["a"]], entries[pair["b"]], thresholds)
        and by_words(entries[pair["a"]], entries[pair["b"]])
    ]


def taught_card() -> dict[str, Any]:
    """The scorecard of all that a glance may be tuned on."""
    return _card_of(_rows(at_a_glance(), 1) + _rows(tables(), OF_A_TABLE))


def _rows(told: Labelled, counts: float) -> list[Row]:
    return [
        (evidence, pair["overlap"], counts * (1 if pair["overlap"] else AGAINST))
        for evidence, pair in zip(weighed(told), told.pairs, strict=True)
        if evidence is not None
    ]


def weighed(told: Labelled) -> list[dict[str, float] | None]:
    """What speaks for or against in each pair at a glance, as it is read by who was not taught
    it; None where nothing is weighed."""
    entries, thresholds, apart = told.entries, Thresholds(), Apart(told)
    return [
        evidence_of(entries[pair["a"]], entries[pair["b"]], apart.near, thresholds)
        for pair in told.pairs
    ]


def _card_of(rows: Sequence[Row]) -> dict[str, Any]:
    import numpy as np

    names = list(rows[0][0])
    values = np.array([[evidence[name] for name in names] for evidence, _overlap, _counts in rows])
    labels = np.array([float(overlap) for _evidence, overlap, _counts in rows])
    counts = np.array([counts for _evidence, _overlap, counts in rows])
    speaks = {name: 1 if name in SPEAKS_FOR else -1 for name in names}
    return learnt(names, values, labels, counts, speaks=speaks, seed=SEED)


def glanced(told: Labelled, seed: int = SEED) -> list[float | None]:
    """The log-odds of each pair at a glance, by who was not taught it: of the sets that the
    scorecard was learnt from, by one that was learnt from texts linked to none of its own."""
    import numpy as np

    entries, thresholds, apart = told.entries, Thresholds(), Apart(told)
    odds = [
        None
        if excluded(a := entries[pair["a"]], b := entries[pair["b"]], thresholds)
        else odds_at_a_glance(a, b, apart.near, thresholds)
        for pair in told.pairs
    ]
    marks = tuple(f"{Path(name).stem}:" for name in (*GLANCED, HALVED))
    those = [place for place, pair in enumerate(told.pairs) if pair["a"].startswith(marks)]
    if not those:
        return odds
    learnt_from = Labelled([told.pairs[place] for place in those], told.facts)
    found, part = weighed(learnt_from), _folds(learnt_from.pairs, seed)
    whole = _rows(tables(), OF_A_TABLE)
    for fold in range(FOLDS):
        rows = [
            (evidence, pair["overlap"], 1 if pair["overlap"] else AGAINST)
            for evidence, pair, its in zip(found, learnt_from.pairs, part, strict=True)
            if evidence is not None and its != fold
        ]
        card = _card_of(rows + whole)
        for place, evidence, its in zip(those, found, part, strict=True):
            if its == fold and evidence is not None and odds[place] is not None:
                values = np.array([list(evidence.values())])
                odds[place] = float(points_of(card, list(evidence), values)[0])
    return odds


def crossed(told: Labelled) -> list[str]:
    """As `judged`, each pair by who was not taught it."""
    entries, thresholds, apart = told.entries, Thresholds(), Apart(told)
    rules = []
    for pair, odds in zip(told.pairs, glanced(told), strict=True):
        a, b = entries[pair["a"]], entries[pair["b"]]
        read = apart.closely(a, b)
        if odds is None or odds < FAINT or read is None:
            match = match_of(a, b, apart.near, thresholds)
            rules.append(str(match.rule) if match else "")
        elif scoring.weighed(a, b, apart.near, thresholds, apart.closely) is None:
            rules.append("")  # their words do not speak of one work
        else:
            rule = rule_between(a, b)
            likely = round(100 / (1 + exp(-read_too(odds, read))))
            rules.append(rule if likely >= getattr(thresholds, rule) else "")
    return rules


def taught_both() -> list[float]:
    """What counts of a glance and of a closer reading (`BOTH`): a logistic regression on the
    pairs that neither was taught, by Newton's method. Near misses count less, since they are
    many more here than anywhere else."""
    import numpy as np

    near_misses = tuple(f"{Path(name).stem}:" for name in NEAR_MISSES)
    values, labels, counts = [], [], []
    for told, share in ((held_back(to_tune()), 1.0), (tables(), OF_A_TABLE)):
        entries, apart = told.entries, Apart(told)
        for pair, odds in zip(told.pairs, glanced(told), strict=True):
            read = apart.closely(entries[pair["a"]], entries[pair["b"]])
            if odds is not None and read is not None:
                values.append([1.0, odds, log(read / (1 - read))])
                labels.append(float(pair["overlap"]))
                is_miss = pair["a"].startswith((*near_misses, *WORDS_ALONE))
                counts.append(share * (OF_A_NEAR_MISS if is_miss else 1))
    rows, right, times = np.array(values), np.array(labels), np.array(counts)
    weights = np.zeros(3)
    for _step in range(30):
        likely = 1 / (1 + np.exp(-(rows @ weights)))
        bend = (rows.T * (times * likely * (1 - likely))) @ rows
        weights += np.linalg.solve(bend, rows.T @ (times * (right - likely)))
    return [round(float(one), 3) for one in weights]


def rule_between(a: Entry, b: Entry) -> str:
    """The rule that holds between two whose evidence is weighed."""
    if a.digits and b.digits and a.digits != b.digits:
        return str(Rule.NUMBER)
    vertical = a.is_national != b.is_national and a.level and b.level
    return str(Rule.VERTICAL if vertical else Rule.HORIZONTAL)


def _folds(pairs: Sequence[Pair], seed: int) -> list[int]:
    """The part that each pair is in: of the components of linked texts the largest first, each
    into the part with the fewest pairs."""
    above: dict[str, str] = {}

    def top(key: str) -> str:
        while above.setdefault(key, key) != key:
            key = above[key]
        return key

    for pair in pairs:
        above[top(pair["a"])] = top(pair["b"])
    sizes = Counter(top(pair["a"]) for pair in pairs)
    order = sorted(sizes)
    random.Random(seed).shuffle(order)
    filled, part = [0] * FOLDS, {}
    for component in sorted(order, key=lambda one: -sizes[one]):
        part[component] = min(range(FOLDS), key=lambda fold: filled[fold])
        filled[part[component]] += sizes[component]
    return [part[top(pair["a"])] for pair in pairs]


# As people get it: a table is taken in, and the overlaps are asked for

COLUMNS = {  # what a partner's table calls them: heading, hashtag
    "id": ("Number", "#activity+id"),
    "organisation": ("Organisation", "#org+name+impl"),
    "level": ("Level", "#meta+level"),
    "service": ("Service", "#service+code"),
    "channel": ("Channel", "#channel"),
    "populations": ("For whom", "#beneficiary+type"),
    "title": ("Activity", "#activity+name"),
    "description": ("Description", "#description"),
    "where": ("Place", "#loc+name"),
    "starts_on": ("Start", "#date+start"),
    "ends_on": ("End", "#date+end"),
    "languages": ("Languages", "#language"),
}


def table_of(facts: dict[str, dict[str, Any]]) -> bytes:
    """Activities as a table of the standard's columns: no column of levels of the pyramid, of
    referrals, of the language in which it was written."""
    out = io.StringIO()
    sheet = csv.writer(out)
    for row in zip(*COLUMNS.values(), strict=True):
        sheet.writerow(row)
    for key, one in facts.items():
        where = {"city": "whole city", "outside": "outside the city"}.get(one["scope"])
        cells = one | {"id": key, "where": where or " ; ".join(one["areas"])}
        sheet.writerow(
            " ; ".join(cell) if isinstance(cell := cells[name], list) else cell for name in COLUMNS
        )
    return out.getvalue().encode()


def through_tables(told: Labelled) -> tuple[list[str], int]:
    """As `judged`, but the activities are taken in as partners' tables of some `A_TABLE` rows,
    each into a new incident, and the overlaps are those that the command lists; and how many
    rows were refused. Leaves nothing."""
    rules = [""] * len(told.pairs)
    refused = 0
    for places in _tables_of(told.pairs):
        pairs = [told.pairs[place] for place in places]
        keys = {pair[side] for pair in pairs for side in "ab"}
        found, lost = _through_a_table({key: told.facts[key] for key in sorted(keys)})
        refused += lost
        for place, pair in zip(places, pairs, strict=True):
            rules[place] = found.get(frozenset((pair["a"], pair["b"])), "")
    return rules, refused


def _tables_of(pairs: Sequence[Pair]) -> Iterable[list[int]]:
    """The places of the pairs, by tables: linked texts stand in one."""
    some: list[int] = []
    keys: set[str] = set()
    scene = None
    for place, pair in enumerate(pairs):
        here = (pair["a"].partition(":")[0], str(pair.get("scene", "")))
        if len(keys) >= A_TABLE and here != scene:
            yield some
            some, keys = [], set()
        scene = here
        some.append(place)
        keys |= {pair["a"], pair["b"]}
    if some:
        yield some


def _through_a_table(facts: dict[str, dict[str, Any]]) -> tuple[dict[frozenset[str], str], int]:
    from django.db import transaction
    from django.utils import timezone

    from takatuf.activities.beside import entries_of, matches_in, names_of
    from takatuf.activities.services import import_file
    from takatuf.config import world
    from takatuf.foundation.actors import COMMAND
    from takatuf.incidents.services import open_incident

    now = timezone.now()
    with transaction.atomic():
        city = world.make_city("labelled")
        for place, (name, (english, french, arabic)) in enumerate(DISTRICTS.items()):
            names = {"en": english, "fr": french, "ar": arabic}
            world.make_area(city, name, 35 + place / 20, 31, names=names)
        lead = world.make_person("labelled", (world.make_agency(city, "City"), "coordinator"))
        incident = open_incident(
            world.acting(lead), city=city, title="Shots", kind="attack", severity=2, now=now
        )
        report = import_file(COMMAND, incident, table_of(facts), filename="labelled.csv", now=now)
        names = names_of(incident)
        found = {
            frozenset((names[match.a], names[match.b])): str(match.rule)
            for match in matches_in(entries_of(incident, now))
        }
        transaction.set_rollback(True)
    return found, report["rejected"]


def figures(*, report: bool = False, table: bool = False) -> dict[str, float]:
    """Every figure, by where it comes from: `crossed` and `near_misses` of what was tuned on,
    `tables`, `fresh`, `pairs_9` and `pairs_10` with `report`, and `table` for the fresh pairs
    taken in as tables."""
    told, whole, fresh = held_back(to_tune()), tables(), read([FRESH])
    asked = {}
    misses = tuple(f"{Path(name).stem}:" for name in NEAR_MISSES)
    rules = crossed(told)
    for name, is_miss in (("crossed", False), ("near_misses", True)):
        some = [
            (pair, rule)
            for pair, rule in zip(told.pairs, rules, strict=True)
            if pair["a"].startswith(misses) == is_miss
        ]
        asked[name] = shares([pair for pair, _rule in some], [rule for _pair, rule in some])
    asked["tables"] = shares(whole.pairs, crossed(whole))
    asked["fresh"] = shares(fresh.pairs, judged(fresh))
    for name, file in REPORTED.items() if report else ():
        rest = read([file])
        asked[name] = shares(rest.pairs, judged(rest))
    if table:
        rules, refused = through_tables(fresh)
        asked["table"] = shares(fresh.pairs, rules) | {"refused": float(refused)}
    return {
        f"{where}_{name}": value for where, some in asked.items() for name, value in some.items()
    }


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
    django.setup()
    if "--teach" in sys.argv:
        SCORECARD.write_text(json.dumps(taught_card(), indent=1) + "\n", "utf-8")
        sys.stdout.write(f"BOTH = {taught_both()}\n")
    found = figures(report="--report" in sys.argv, table="--table" in sys.argv)
    for name, value in found.items():
        sys.stdout.write(f"{name:<36}{value:>8g}\n")


if __name__ == "__main__":
    main()
