"""What is done laid beside what is needed, as a table: for pages, the command and the API."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from takatuf.activities.coverage import (
    DIMENSIONS,
    ELSEWHERE,
    MOST_DIMENSIONS,
    Cell,
    Coverage,
)
from takatuf.activities.queries import (
    Known,
    Wanted,
    coverage_of,
    names_of,
)
from takatuf.community.queries import Need, needs_of
from takatuf.coordination.kept import Kept, worth_keeping
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import listed, search_key
from takatuf.incidents.models import Incident
from takatuf.plans.catalogue import services

KEPT: Kept[Coverage] = Kept(most=6)
# By what a need is told too, so that it can stand beside what is done.
TOLD_OF_NEEDS = frozenset({"service", "area", "population"})


@dataclass(frozen=True)
class Needed:
    """What the survey of the issues says is needed in one place of the table."""

    issues: int = 0
    people: int | None = None  # affected; none: nobody counted or estimated
    sources: tuple[str, ...] = ()  # whose figures they are
    seriousness: int = 0  # of the most serious

    def plus(self, need: Need) -> Needed:
        people = self.people if need.people is None else (self.people or 0) + need.people
        source = (need.people_source,) if need.people is not None and need.people_source else ()
        return Needed(
            self.issues + 1,
            people,
            tuple(dict.fromkeys((*self.sources, *source))),
            max(self.seriousness, need.seriousness),
        )


NO_NEED = Needed()


@dataclass(frozen=True)
class Table:
    """Cover by one or two dimensions, with the names of all that it is laid out by, and what is
    needed in each place; the latter where it is laid out by what a need is told by."""

    coverage: Coverage
    on: date
    names: tuple[dict[str, Known], ...]
    needs: Mapping[tuple[str, ...], Needed] = field(default_factory=dict)
    needs_sums: tuple[Mapping[str, Needed], ...] = ()
    needs_whole: Needed = NO_NEED

    def values(self, dimension: int) -> list[str]:
        """The values of a dimension as people read them: services as in the catalogue, the
        others by name, what nobody said last."""
        found = self.names[dimension]
        by = self.coverage.by[dimension]
        order = {code: at for at, code in enumerate(services())} if by == "service" else {}
        return sorted(
            found,
            key=lambda value: (
                value == "",
                order.get(value, len(order)),
                search_key(found[value].name),
                value,
            ),
        )

    def places(self) -> list[tuple[str, ...]]:
        """Every place at which something is done or needed, in the order of its values."""
        order = [
            {value: at for at, value in enumerate(self.values(index))}
            for index in range(len(self.names))
        ]
        return sorted(
            {*self.coverage.cells, *self.needs},
            key=lambda place: [order[index][value] for index, value in enumerate(place)],
        )

    def needed(self, *place: str) -> Needed:
        return self.needs.get(place, NO_NEED)

    def needed_in(self, dimension: int, value: str) -> Needed:
        """What is needed in all of one row (dimension 0) or column (1)."""
        return self.needs_sums[dimension].get(value, NO_NEED) if self.needs_sums else NO_NEED

    def covered(self, *place: str) -> str:
        """Whether something covers there: "yes" at that place itself or in the whole city,
        "partly" where the whole city is meant and only some of it has something, else "no"."""
        if self.coverage.at(*place).cover:
            return "yes"
        if "area" not in self.coverage.by:
            return "no"
        at = self.coverage.by.index("area")
        if self.coverage.at(*place[:at], "city", *place[at + 1 :]).cover:
            return "yes"
        if place[at] not in ("city", ""):
            return "no"
        rest = place[:at] + place[at + 1 :]
        somewhere = (
            self.coverage.sum_of(1 - at, rest[0]).cover if rest else self.coverage.whole.cover
        )
        return "partly" if somewhere else "no"

    @property
    def unmet(self) -> list[tuple[str, ...]]:
        """The places at which something is needed and nothing covers."""
        return [
            place
            for place in self.places()
            if self.needed(*place).issues and self.covered(*place) == "no"
        ]


def checked_dimensions(text: str) -> tuple[str, ...]:
    """One or two dimensions from `service,area`. `Refused` where one is not known."""
    by = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [part for part in by if part not in DIMENSIONS]
    if unknown or not by or len(set(by)) != len(by) or len(by) > MOST_DIMENSIONS:
        raise Refused(
            _("Lay activities out by one or two of these, with a comma between: %(known)s.")
            % {"known": listed(DIMENSIONS)},
            code="by",
            field="by",
        )
    return by


def table_of(
    incident: Incident,
    by: Sequence[str] = ("service", "area"),
    wanted: Wanted | None = None,
    *,
    now: datetime,
    on: date | None = None,
    known_places: Collection[str] | None = None,
    brief: bool = False,
) -> Table:
    """What covers on a day beside what is needed, with names. The door of the incident was
    passed before. `known_places` and `brief` as `activities.queries.coverage_of` takes them."""
    on = on or now.astimezone(ZoneInfo(incident.city.timezone)).date()
    found = KEPT.of(
        incident,
        (tuple(by), wanted, on, known_places and frozenset(known_places), brief),
        lambda: coverage_of(
            incident, by, wanted, now=now, on=on, known_places=known_places, brief=brief
        ),
        now=now,
        worth=lambda: worth_keeping(incident),
    )
    needs, sums, whole = _needs(incident, by, wanted or Wanted(), now, known_places)
    names = tuple(
        names_of(incident, dimension, {*found.sums[index], *(sums[index] if sums else ())})
        for index, dimension in enumerate(by)
    )
    return Table(found, on, names, needs, sums, whole)


Laid = tuple[dict[tuple[str, ...], Needed], tuple[dict[str, Needed], ...], Needed]


def _needs(
    incident: Incident,
    by: Sequence[str],
    wanted: Wanted,
    now: datetime,
    known_places: Collection[str] | None,
) -> Laid:
    """What is needed at each place of the table, in each row and column, and in all. A need
    in two districts stands in both and counts once in the sums, as its people do."""
    if not set(by) <= TOLD_OF_NEEDS:
        return {}, (), NO_NEED
    places: dict[tuple[str, ...], Needed] = {}
    sums: tuple[dict[str, Needed], ...] = tuple({} for _dimension in by)
    whole = NO_NEED
    for need in needs_of(incident, now):
        if not _asked_for(need, wanted):
            continue
        told = {
            "service": (need.service or next(iter(need.services), ""),),
            "area": _keys(need.keys, known_places),
            "population": need.populations or ("",),
        }
        whole = whole.plus(need)
        for place in product(*(told[dimension] for dimension in by)):
            places[place] = places.get(place, NO_NEED).plus(need)
        for index, dimension in enumerate(by):
            for value in dict.fromkeys(told[dimension]):
                sums[index][value] = sums[index].get(value, NO_NEED).plus(need)
    return places, sums, whole


def _asked_for(need: Need, wanted: Wanted) -> bool:
    return bool(
        (not wanted.service or wanted.service in (need.service, *need.services))
        and (not wanted.population or wanted.population in (need.populations or ("",)))
    )


def _keys(keys: Sequence[str], known_places: Collection[str] | None) -> Sequence[str]:
    if known_places is None:
        return keys or ("",)
    return tuple(
        dict.fromkeys(key if key in known_places or not key else ELSEWHERE for key in keys or ("",))
    )


def document_of(table: Table) -> dict[str, Any]:
    """The table for programs: a row for each pair at which something is done or needed, and
    the sums."""
    by = table.coverage.by
    return {
        "by": list(by),
        "on": table.on.isoformat(),
        "rows": [
            {
                **{name: _named(table, at, place[at]) for at, name in enumerate(by)},
                **figures_of(table.coverage.at(*place)),
                **_told_need(table.needed(*place)),
                "covered": table.covered(*place),
            }
            for place in table.places()
        ],
        "sums": {
            name: [
                {
                    name: _named(table, at, value),
                    **figures_of(table.coverage.sum_of(at, value)),
                    **_told_need(table.needed_in(at, value)),
                }
                for value in table.values(at)
            ]
            for at, name in enumerate(by)
        },
        "whole": {**figures_of(table.coverage.whole), **_told_need(table.needs_whole)},
    }


def _told_need(needed: Needed) -> dict[str, Any]:
    return {
        "needs": needed.issues,
        "people_in_need": needed.people,
        "people_source": list(needed.sources),
        "seriousness": needed.seriousness or None,
    }


def _named(table: Table, at: int, value: str) -> dict[str, Any]:
    known = table.names[at][value]
    return {"code": known.code, "name": known.name, "id": str(known.id) if known.id else None}


def figures_of(cell: Cell) -> dict[str, Any]:
    """The figures of one cell by their names."""
    return {
        "activities": cell.cover,
        "organisations": cell.organisations,
        "levels": dict(cell.bands),
        "people_a_week": cell.weekly,
        "planned": cell.planned,
        "unconfirmed": cell.unconfirmed,
        "paused": cell.paused,
        "over": cell.over,
    }
