"""Which row of a file is which activity. No database, no clock, no settings.

A row is known again by its organisation and its own identifier where that is unique in the file
(ours too, which our own table gives where its owner gave none), else by the whole row, columns
without a meaning included. A row that is not known so may still be a change of what stood in the
partner's last file, or the same in another layout: that is proposed, and decided by a person.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

K = TypeVar("K")
Keys = Callable[["Coming | Known[Any]"], list[tuple[str, ...]]]
Pairs = Callable[
    [Sequence["Coming"], Sequence["Known[Any]"]], Iterator[tuple["Coming", "Known[Any]"]]
]
MOST_ALIKE = 40  # rows under one key; beyond it nothing tells them apart
# Of the naming facts: the service is told from the sector, its part or the title, and may change
# with it.
TOGETHER = ((1, 2), (1, 3), (1, 4))


class Kinship(StrEnum):
    """How a row stands to what is known."""

    NEW = "new"
    SAME = "same"  # the whole row is known
    CHANGED = "changed"  # its identifier is known, and the row is another
    MAYBE = "maybe"  # without an identifier; looks like a change
    DOUBLED = "doubled"  # it stands in the file twice


@dataclass(frozen=True, slots=True)
class Coming:
    """One row of the file, as far as it is compared.

    `naming` are the facts that say which activity it is (what, where, for whom), `passing`
    those that change in its life (state, dates, figures).
    """

    line: int
    organisation: str
    own_id: str
    mark: str
    naming: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known(Generic[K]):
    """One activity that stands already. `follows` is true where the last file of the same
    kind brought it, so that a row of this file may follow on it; `beside` where another table of
    the same partner did, which may say the same in other columns."""

    key: K
    organisation: str
    own_id: str
    mark: str
    naming: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    follows: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Verdict(Generic[K]):
    """What a row is. `key` is of the activity that it is, or may be; `line` of the row that
    it repeats. `keeps` is true where the row is known by the identifier that we gave: the mark
    that its owner's own row left stays what it is known by."""

    kinship: Kinship
    key: K | None = None
    line: int = 0
    own_id: str = ""  # where it is unique in the file
    keeps: bool = False


def mark_of(cells: Iterable[tuple[str, str]], secret: bytes) -> str:
    """A keyed hash of a whole row, given as (heading, cell) in the order of the file.

    Empty cells leave no trace, so that a column that nobody filled may come and go, and the
    order of the columns does not matter.
    """
    said = sorted((heading, cell) for heading, cell in cells if cell)
    return hmac.digest(secret, json.dumps(said, ensure_ascii=False).encode(), "sha256").hex()


def unique_ids(rows: Iterable[Coming]) -> set[tuple[str, str]]:
    """Organisation and identifier, where one row alone of the file has them; the same row
    again is no other row."""
    distinct = {row.mark: (row.organisation, row.own_id) for row in rows if row.own_id}
    return {each for each, count in Counter(distinct.values()).items() if count == 1}


def kinships(
    rows: Sequence[Coming], known: Sequence[Known[K]], *, own_alone: bool = False
) -> list[Verdict[K]]:
    """What each row is, in the order of the rows. No activity is given to two of them.

    With `own_alone` a row is never what another organisation does, though all its cells be the
    same: so it is where whose row it is does not stand in its cells, or where the file is of
    somebody who speaks for one organisation alone.
    """
    ids = unique_ids(rows)
    by_id: dict[tuple[str, str], Known[K]] = {}
    by_mark: dict[str, list[Known[K]]] = defaultdict(list)
    for each in known:
        by_id.setdefault((each.organisation, each.own_id or str(each.key)), each)
        if each.mark:
            by_mark[each.mark].append(each)
    found: list[Verdict[K] | None] = []
    first: dict[str, int] = {}
    taken: set[K] = set()
    for row in rows:
        if (line := first.setdefault(row.mark, row.line)) != row.line:
            found.append(Verdict(Kinship.DOUBLED, line=line))
            continue
        has_id = (row.organisation, row.own_id) in ids
        held = by_id.get((row.organisation, row.own_id)) if has_id else None
        if held is None or held.key in taken:
            held = next(
                (
                    one
                    for one in by_mark[row.mark]
                    if one.key not in taken
                    and not (own_alone and one.organisation != row.organisation)
                ),
                None,
            )
        own_id = row.own_id if has_id else ""
        if held is None:
            found.append(Verdict(Kinship.NEW, own_id=own_id) if has_id else None)
            continue
        taken.add(held.key)
        kinship = Kinship.SAME if held.mark == row.mark else Kinship.CHANGED
        if has_id and row.own_id == str(held.key):
            found.append(Verdict(kinship, held.key, own_id=held.own_id, keeps=True))
        else:
            found.append(Verdict(kinship, held.key, own_id=own_id))
    open_rows = [at for at, verdict in enumerate(found) if verdict is None]
    left = [
        each
        for each in known
        if (each.follows or each.beside) and not each.own_id and each.key not in taken
    ]
    pairs = dict(_followers([rows[at] for at in open_rows], left))
    return [
        verdict
        or (
            Verdict(Kinship.MAYBE, pairs[row.line])
            if row.line in pairs
            else Verdict(Kinship.NEW)
        )
        for row, verdict in zip(rows, found, strict=True)
    ]  # fmt: skip


def _followers(rows: Sequence[Coming], left: Sequence[Known[K]]) -> Iterator[tuple[int, K]]:
    """The line of a row and what it may be a change of, where that is one thing alone.

    First what says the same as far as both say it, in whatever columns. Then, of a table of the
    same kind, what is named the same and differs in what passes; among several, the one that
    differs least. Then what differs in one of the naming facts and in nothing else.
    """
    rows_left, known_left = list(rows), list(left)
    steps: tuple[tuple[Keys, Pairs], ...]
    steps = (
        (_all_of_it, _in_their_order),
        (_whole, _saying_no_other),
        (_whole, _nearest),
        (_without_one, _nearest),
    )
    for keys, pairs in steps:
        if pairs is _nearest:
            known_left = [each for each in known_left if each.follows]
        groups: dict[tuple[str, ...], tuple[list[Coming], list[Known[K]]]] = defaultdict(
            lambda: ([], [])
        )
        for row in rows_left:
            for key in keys(row):
                groups[key][0].append(row)
        for each in known_left:
            for key in keys(each):
                if key in groups:
                    groups[key][1].append(each)
        said_rows: set[int] = set()
        said_known: set[K] = set()
        for some, others in groups.values():
            for row, each in pairs(some, others) if others else ():
                if row.line not in said_rows and each.key not in said_known:
                    said_rows.add(row.line)
                    said_known.add(each.key)
                    yield row.line, each.key
        rows_left = [row for row in rows_left if row.line not in said_rows]
        known_left = [each for each in known_left if each.key not in said_known]


def _all_of_it(row: Coming | Known[K]) -> list[tuple[str, ...]]:
    return [(row.organisation, *row.naming, *row.passing)] if any(row.naming) else []


def _whole(row: Coming | Known[K]) -> list[tuple[str, ...]]:
    return [(row.organisation, *row.naming)] if any(row.naming) else []


def _without_one(row: Coming | Known[K]) -> list[tuple[str, ...]]:
    """The row without each of its naming facts in turn: two rows that differ in one alone
    share a key. One at least must be left to be the same."""
    filled = sum(map(bool, row.naming))
    if filled < 2:
        return []
    left_out: list[tuple[int, ...]] = [(at,) for at in range(len(row.naming))]
    if len(row.naming) > max(map(max, TOGETHER)):
        left_out += (some for some in TOGETHER if filled > sum(bool(row.naming[at]) for at in some))
    return [
        (
            str(out),
            row.organisation,
            *("" if at in out else fact for at, fact in enumerate(row.naming)),
            *row.passing,
        )
        for out in left_out
    ]


def _in_their_order(
    some: Sequence[Coming], others: Sequence[Known[K]]
) -> Iterator[tuple[Coming, Known[K]]]:
    """What says the same word for word, one after the other; of more rows than before nobody
    knows which is the new one."""
    if len(some) == len(others):
        yield from zip(some, others, strict=True)


def _saying_no_other(
    some: Sequence[Coming], others: Sequence[Known[K]]
) -> Iterator[tuple[Coming, Known[K]]]:
    """Pairs of which neither contradicts the other in what both say, and no second is like them."""
    if max(len(some), len(others)) > MOST_ALIKE:
        return

    def agree(row: Coming, each: Known[K]) -> bool:
        return all(a == b or not a or not b for a, b in zip(row.passing, each.passing, strict=True))

    for row in some:
        alike = [each for each in others if agree(row, each)]
        if len(alike) == 1 and sum(agree(other, alike[0]) for other in some) == 1:
            yield row, alike[0]


def _nearest(
    some: Sequence[Coming], others: Sequence[Known[K]]
) -> Iterator[tuple[Coming, Known[K]]]:
    """Pairs of which each is the other's nearest, and no second is as near."""
    if max(len(some), len(others)) > MOST_ALIKE:
        return

    def away(row: Coming, each: Known[K]) -> int:
        return sum(a != b for a, b in zip(row.passing, each.passing, strict=True))

    def nearest(distances: Sequence[int]) -> int | None:
        least = min(distances)
        return distances.index(least) if distances.count(least) == 1 else None

    table = [[away(row, each) for each in others] for row in some]
    for at, row in enumerate(some):
        to = nearest(table[at])
        if to is not None and nearest([line[to] for line in table]) == at:
            yield row, others[to]
