"""What is done laid out as a table, as pages, the command and the API show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from takatuf.activities.coverage import DIMENSIONS, MOST_DIMENSIONS, Cell, Coverage
from takatuf.activities.queries import Known, Wanted, coverage_of, names_of
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import listed, search_key
from takatuf.incidents.models import Incident
from takatuf.plans.catalogue import services


@dataclass(frozen=True)
class Table:
    """Cover by one or two dimensions, with the names of all that it is laid out by."""

    coverage: Coverage
    on: date
    names: tuple[dict[str, Known], ...]

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
) -> Table:
    """What covers on a day, with names. The door of the incident was passed before."""
    on = on or now.astimezone(ZoneInfo(incident.city.timezone)).date()
    found = coverage_of(incident, by, wanted, now=now, on=on)
    names = tuple(
        names_of(incident, dimension, found.sums[index]) for index, dimension in enumerate(by)
    )
    return Table(found, on, names)


def document_of(table: Table) -> dict[str, Any]:
    """The table for programs: a row for each pair that has an activity, and the sums."""
    by = table.coverage.by
    order = [
        {value: at for at, value in enumerate(table.values(index))} for index in range(len(by))
    ]
    places = sorted(
        table.coverage.cells,
        key=lambda place: [order[index][value] for index, value in enumerate(place)],
    )
    return {
        "by": list(by),
        "on": table.on.isoformat(),
        "rows": [
            {
                **{name: _named(table, at, place[at]) for at, name in enumerate(by)},
                **figures_of(table.coverage.at(*place)),
            }
            for place in places
        ],
        "sums": {
            name: [
                {
                    name: _named(table, at, value),
                    **figures_of(table.coverage.sum_of(at, value)),
                }
                for value in table.values(at)
            ]
            for at, name in enumerate(by)
        },
        "whole": figures_of(table.coverage.whole),
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
