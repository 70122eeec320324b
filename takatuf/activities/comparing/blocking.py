"""Which pairs of activities are worth comparing: never all of them, except of
a few.

Two activities meet where they do the same service at the same place, or speak there of the same
thing, under whichever service it was filed; a city-wide one meets those in every district. Of a
crowd only neighbours are compared, after it was put in order
twice, by different facts (the sorted neighbourhood method, Hernández and Stolfo 1995), so that
the work grows with the number of activities and not with its square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from takatuf.activities.comparing.entries import CITY, Entry

FEW = 400  # activities that are all compared with each other: some tens of thousands of pairs
CROWD = 40  # activities in one place that are still all compared with each other
WINDOW = 4  # neighbours that one of a crowd is compared with, in each order
ANYWHERE = ""  # the place that was not said


def pairs_among(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The pairs to compare, as places in `entries`, the smaller first; each once."""
    if len(entries) <= FEW:
        yield from combinations(range(len(entries)), 2)
        return
    seen: set[int] = set()
    many = len(entries)
    for here, wide in _crowds(entries):
        for one, other in _meetings(entries, here, wide):
            low, high = (one, other) if one < other else (other, one)
            if (mark := low * many + high) not in seen:
                seen.add(mark)
                yield low, high


def _crowds(entries: Sequence[Entry]) -> Iterator[tuple[list[int], list[int]]]:
    """Those of one service or one topic at one place, and those who are everywhere and meet
    them."""
    by_topic: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, entry in enumerate(entries):
        topics = {entry.likely_service, *(f"says {code}" for code in entry.concepts)}
        for place in entry.places or (ANYWHERE,):
            for topic in topics:
                by_topic[topic][place].append(at)
    for by_place in by_topic.values():
        anywhere = by_place.get(ANYWHERE, [])
        wide = by_place.get(CITY, []) + anywhere
        yield wide, []
        for place, here in by_place.items():
            if place not in (CITY, ANYWHERE):
                yield here, wide if place.startswith("area:") else anywhere


def _meetings(
    entries: Sequence[Entry], here: list[int], wide: list[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of whom at least one is here."""
    local = set(here)
    crowd = here + wide
    if len(crowd) <= CROWD:
        for place, one in enumerate(here):
            for other in crowd[place + 1 :]:
                yield one, other
        return
    for order in ORDERS:
        ordered = sorted(crowd, key=lambda at: order(entries[at]))
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 : place + 1 + WINDOW]:
                if one != other and (one in local or other in local):
                    yield one, other


ORDERS: tuple[Callable[[Entry], Any], ...] = (
    lambda entry: entry.order_of_people,
    lambda entry: entry.order_of_words,
)
