"""Cover: how many activities, of whom, at which level of government, by any two of their facts.

Pure counting over plain values; no database, no clock. What nobody confirmed in time, what is
only planned, paused or over is counted apart, and is no cover.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import Any

# What activities can be laid out by: the word that the command takes -> the field of the table.
DIMENSIONS: Mapping[str, str] = {
    "service": "service",
    "area": "places__key",
    "level": "level",
    "organisation": "organisation",
    "population": "populations",
    "channel": "channel",
    "status": "status",
    "sector": "sector_code",
}
MOST_DIMENSIONS = 2
# Levels of government as others exchange them (HXL 4W): four words for our six.
BANDS: Mapping[str, str] = {
    "neighbourhood": "local",
    "municipality": "local",
    "county": "regional",
    "region": "regional",
    "national": "national",
    "international": "international",
}
ELSEWHERE = "text"  # where places that the city does not know are laid together


class CountsAs(StrEnum):
    """As what an activity counts on a day."""

    COVER = "cover"  # under way on that day, and confirmed in time
    PLANNED = "planned"  # has not begun
    UNCONFIRMED = "unconfirmed"  # nobody said lately that it stands
    PAUSED = "paused"
    OVER = "over"  # ended or cancelled


# One activity at one place of the table: which, the level of its owner, its organisation, as
# what it counts, for how many people a week (none: not said), and then its value in each
# dimension ("" where nobody said). An activity of two districts is two facts; the same fact
# never comes twice. Plain tuples, as the database gives them: there may be 50,000.
Fact = tuple[Any, ...]
BEFORE = 5  # what stands in a fact before the dimensions


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of the table. Levels, organisations and people a week are those
    of what covers."""

    counts: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    organisations: int | None = 0  # none: nobody counted them
    weekly: int | None = None  # people; none: nobody said

    @property
    def cover(self) -> int:
        return self.counts.get("cover", 0)

    @property
    def planned(self) -> int:
        return self.counts.get("planned", 0)

    @property
    def unconfirmed(self) -> int:
        return self.counts.get("unconfirmed", 0)

    @property
    def paused(self) -> int:
        return self.counts.get("paused", 0)

    @property
    def over(self) -> int:
        return self.counts.get("over", 0)

    @property
    def bands(self) -> Mapping[str, int]:
        """What covers by the four levels that people compare, "" where nobody said."""
        found: dict[str, int] = {}
        for level, number in self.levels.items():
            band = BANDS.get(level, "")
            found[band] = found.get(band, 0) + number
        return {band: found[band] for band in (*dict.fromkeys(BANDS.values()), "") if band in found}


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole table: a cell for each pair (or single value) that has an activity, and the
    sums, in which an activity of several districts counts once."""

    by: tuple[str, ...]
    cells: Mapping[tuple[str, ...], Cell]
    sums: tuple[Mapping[str, Cell], ...]  # for each dimension, by its value
    whole: Cell

    def at(self, *place: str) -> Cell:
        """The cell of these values; an empty one where nobody does anything."""
        return self.cells.get(place, NOTHING)

    def sum_of(self, dimension: int, value: str) -> Cell:
        """All of one row (dimension 0) or column (1)."""
        return self.sums[dimension].get(value, NOTHING)


def coverage_of_facts(
    by: Sequence[str],
    facts: Iterable[Fact],
    alone: Mapping[Fact, int] | None = None,
    *,
    whose: bool = True,
) -> Coverage:
    """Count the facts by these dimensions. Linear in their number, and counted by what Python
    itself counts with: what a row or a column sums up is put together from the cells, less what
    an activity of several places would count there again.

    `alone` are those of activities that have no other fact: without the first value, and how
    often each comes. Without `whose`, organisations are not counted (`Cell.organisations`).
    """
    facts = list(facts)
    counted = Counter(map(itemgetter(slice(1, None)), facts))
    counted.update(alone or {})
    cells: dict[tuple[str, ...], _Sum] = defaultdict(_Sum)
    for (level, organisation, counts, weekly, *at), number in counted.items():
        cell = cells[tuple(at)]
        cell.count(counts, level, number)
        if counts == "cover":
            cell.organisations.add(organisation)
            if weekly is not None:
                cell.add_weekly(weekly * number)
    sums: list[dict[str, _Sum]] = [defaultdict(_Sum) for _dimension in by]
    whole = _Sum()
    for place, cell in cells.items():
        whole.add(cell)
        for index, value in enumerate(place):
            sums[index][value].add(cell)
    for several in _several_places(facts):
        for fact in several[1:]:
            whole.take_away(fact)
        for index in range(len(by)):
            seen = set()
            for fact in several:
                value = fact[BEFORE + index]
                if value in seen:
                    sums[index][value].take_away(fact)
                seen.add(value)
    return Coverage(
        tuple(by),
        {place: cell.told(whose) for place, cell in cells.items()},
        tuple({value: one.told(whose) for value, one in part.items()} for part in sums),
        whole.told(whose),
    )


def _several_places(facts: Sequence[Fact]) -> Iterable[list[Fact]]:
    """The facts of each activity that has more than one."""
    times = Counter(map(itemgetter(0), facts))
    found: dict[str, list[Fact]] = {pk: [] for pk, number in times.items() if number > 1}
    for fact in facts:
        if fact[0] in found:
            found[fact[0]].append(fact)
    return found.values()


class _Sum:
    """What is counted so far."""

    __slots__ = ("kinds", "levels", "organisations", "weekly")

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self.levels: dict[str, int] = {}
        self.organisations: set[str] = set()
        self.weekly: int | None = None

    def count(self, counts: str, level: str, number: int) -> None:
        self.kinds[counts] = self.kinds.get(counts, 0) + number
        if counts == "cover":
            self.levels[level] = self.levels.get(level, 0) + number

    def add_weekly(self, people: int) -> None:
        self.weekly = (self.weekly or 0) + people

    def add(self, other: _Sum) -> None:
        for mine, theirs in ((self.kinds, other.kinds), (self.levels, other.levels)):
            for name, number in theirs.items():
                mine[name] = mine.get(name, 0) + number
        self.organisations |= other.organisations
        if other.weekly is not None:
            self.add_weekly(other.weekly)

    def take_away(self, fact: Fact) -> None:
        """A fact of an activity that is counted here already."""
        _activity, level, _organisation, counts, weekly = fact[:BEFORE]
        self.count(counts, level, -1)
        if counts == "cover" and weekly is not None:
            self.add_weekly(-weekly)

    def told(self, whose: bool) -> Cell:
        organisations = len(self.organisations) if whose else None
        return Cell(self.kinds, self.levels, organisations, self.weekly)


def apart(facts: Iterable[Fact], at: int) -> Iterator[Fact]:
    """A fact for each of several values (the groups of people) that stand at one dimension."""
    at += BEFORE
    for fact in facts:
        for value in fact[at] or ("",):
            yield (*fact[:at], value, *fact[at + 1 :])


def moved_together(
    alone: Mapping[Fact, int], at: int, known: Collection[str]
) -> Mapping[Fact, int]:
    """As `together`, of facts that are counted (`coverage_of_facts`)."""
    at += BEFORE - 1
    found: dict[Fact, int] = {}
    for fact, number in alone.items():
        place = fact if fact[at] in known else (*fact[:at], ELSEWHERE, *fact[at + 1 :])
        found[place] = found.get(place, 0) + number
    return found


def together(facts: Iterable[Fact], at: int, known: Collection[str]) -> Iterator[Fact]:
    """The places that the city does not know, laid into one column at this dimension."""
    at += BEFORE
    met = set()
    for fact in facts:
        if fact[at] in known:
            yield fact
            continue
        moved = (*fact[:at], ELSEWHERE, *fact[at + 1 :])
        if (moved[0], moved[BEFORE:]) not in met:
            met.add((moved[0], moved[BEFORE:]))
            yield moved
