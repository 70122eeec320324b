"""A partner's table of who does what: understood, asked about, and read row by row.

Plain values in and out, no database. `understand` proposes what each column is and asks what it
cannot know; `rows_of` then gives each row as facts, or the faults for which it cannot be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from takatuf.activities.exchange.places import Places
from takatuf.activities.vocabulary import Scope, Status
from takatuf.foundation.tables import Table


@dataclass(frozen=True, slots=True)
class Facts:
    """What one row says, named as the fields of `Activity`; an empty value was not said.

    `organisation` stands as written. `place` has the words of the row: country, country_code
    (ISO 3166, three letters), adm1, adm1_code, adm2, adm2_code, loc, …; `places` what the city
    knows of them, as (id of the district or None, key).
    """

    organisation: str
    organisation_kind: str = ""  # `network.AgencyKind`, where the table tells the type
    programming: str = ""
    funder: str = ""
    level: str = ""
    service: str = ""
    sector_code: str = ""
    sector: str = ""
    subsector: str = ""
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    description: str = ""
    channel: str = ""
    number: str = ""
    populations: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    scope: str = Scope.UNKNOWN
    places: tuple[tuple[Any, str], ...] = ()
    place: Mapping[str, str] = field(default_factory=dict)
    latitude: float | None = None
    longitude: float | None = None
    status: str = Status.ACTIVE
    starts_on: date | None = None
    ends_on: date | None = None
    reported_on: date | None = None
    confirmed_on: date | None = None
    targeted: int | None = None
    reached: int | None = None
    indicator: str = ""
    weekly_capacity: int | None = None
    contact_name: str = ""
    contact_email: str = ""
    own_id: str = ""
    source: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)  # heading → cell, kept unread


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, or was done to it; `line` and `column` as in the file."""

    line: int
    column: str  # its heading or hashtag; "" where it is the row
    value: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row: its facts, or none and the faults. `raw` has the cells as they came, all of
    them, by which the row is known again."""

    line: int
    facts: Facts | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    raw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What cannot be known from the file. `option` is the argument of `understand` that
    answers it (at the command with hyphens: --date-order); choices are (value, words)."""

    code: str
    option: str
    message: str
    choices: tuple[tuple[str, str], ...]
    samples: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what is proposed for it. `field` is one of `mapping.FIELDS`, "" keeps it
    unread with the activity. `sureness` runs from 0 to 1; a person's own choice is 1."""

    at: int
    key: str  # by which a layout remembers it
    heading: str
    hashtag: str
    field: str
    reason: str
    samples: tuple[str, ...]
    sureness: float

    @property
    def label(self) -> str:
        """How messages name it: by its heading, else its hashtag, else its number."""
        return self.heading or self.hashtag or f"#{self.at + 1}"


@dataclass(frozen=True)
class Understood:
    """A table with what its columns are taken for, and what has to be asked first.

    `layout_key` is the same for two files with the same headings in the same order; `layout`
    is what a partner's layout keeps: key of the column to field.
    """

    table: Table
    columns: tuple[Column, ...]
    asks: tuple[Ask, ...]
    warnings: tuple[str, ...]
    encoding: str
    date_order: str  # dmy, mdy or ymd; "" where no date needs it
    sheet: str
    layout_key: str

    @property
    def layout(self) -> dict[str, str]:
        return {column.key: column.field for column in self.columns}

    @property
    def says(self) -> frozenset[str]:
        """The fields of which the table speaks at all: the others are not to be overwritten."""
        return frozenset(column.field for column in self.columns if column.field)


def understand(
    data: bytes,
    *,
    filename: str,
    layout: Mapping[str, str] | None = None,
    encoding: str | None = None,
    date_order: str | None = None,
    sheet: str | None = None,
) -> Understood:
    """Read a table and say what its columns are.

    `layout` gives columns their field by key, heading or hashtag; the others are proposed.
    Raises `Refused` for what is no table or cannot be read without losing rows.
    """
    raise NotImplementedError


def rows_of(
    understood: Understood, city_places: Places, defaults: Mapping[str, str] | None = None
) -> Iterator[ReadRow]:
    """Each row of an understood table. `defaults` stand where a row says nothing: `level`,
    `organisation`, `source`, by name of the field."""
    raise NotImplementedError
