"""A partner's table of who does what: understood, asked about, and read row by row.

Plain values in and out, no database. `understand` proposes what each column is and asks what it
cannot know; `rows_of` then gives each row as facts, or the faults for which it cannot be taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import gettext as _

from takatuf.activities.exchange import values
from takatuf.activities.exchange.mapping import (
    DATES,
    WHERE,
    Column,
    columns_of,
    recognise,
    unmet,
)
from takatuf.activities.exchange.places import Places, country_code
from takatuf.activities.exchange.values import Unread
from takatuf.activities.vocabulary import Channel, Offer, Population, Scope, Status
from takatuf.foundation.errors import Refused
from takatuf.foundation.tables import Limits, Row, Table, WhichEncoding, read_table
from takatuf.foundation.text import isolated, labelled, listed, quoted
from takatuf.plans.catalogue import services
from takatuf.ui.reading import date_words

LIMITS = Limits(megabytes=40, rows=120_000, columns=300, characters=20_000, unpacked=256 * 2**20)
LONGEST = {
    "organisation": 200, "programming": 200, "funder": 200, "sector": 200, "subsector": 200,
    "sector_code": 40, "sector_ocha": 40, "title": 400, "number": 60, "indicator": 400,
    "own_id": 200, "source": 200, "contact_name": 200, "contact_email": 254,
}  # fmt: skip
MOST_KNOWN = 100_000  # by `recognise`, of a row of hashtags
MOST_NAMED = 20  # columns or lines that one message names
# Question marks for letters, or letters of UTF-8 that somebody read as Windows-1252.
LOST = re.compile("\ufffd|\\?{3,}|(?:[ØÙ][\u0080-\u00bf\u0152-\u2122]){3}|Ã[\u0080-\u00bf]")


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
    wrong: tuple[str, ...] = ()  # of the warnings, those of hashtags that are none

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
    Where something cannot be known it is asked, and read in the likeliest way meanwhile.
    Raises `Refused` for what is no table or cannot be read without losing rows.
    """
    if date_order and date_order not in values.ORDERS:
        words = _("“%(order)s” is no order of dates. Write dmy, mdy or ymd.")
        raise Refused(words % {"order": date_order[:20]}, code="date-order", field="date_order")
    asks: list[Ask] = []
    read = partial(read_table, data, recognise=recognise, sheet=sheet, limits=LIMITS)
    try:
        table = read(encoding=encoding)
    except WhichEncoding as unclear:
        if not unclear.readings:
            raise
        asks.append(_which_encoding(unclear))
        table = read(encoding=unclear.readings[0][0])
    _go_below_a_group(table)
    _leave_out_repeated_headings(table)
    if not table.rows:
        raise Refused(
            _("The file “%(file)s” has headings, but no row below them.")
            % {"file": filename[:100]},
            code="no-rows",
        )
    columns, wrong = columns_of(table.header, table.above, table.rows, layout or {})
    order, ask, told = _date_order(table.rows, columns, date_order or "")
    asks += ask
    warnings = [
        *table.warnings,
        *_longer(table),
        *_unmet(layout or {}, columns),
        *wrong,
        *_unread(columns),
        *told,
        *_lost(table.rows),
    ]
    return Understood(
        table=table,
        columns=columns,
        asks=tuple(asks),
        warnings=tuple(warnings),
        encoding=table.encoding,
        date_order=order,
        sheet=table.sheet,
        layout_key=" | ".join(column.key for column in columns),
        wrong=tuple(wrong),
    )


def _which_encoding(unclear: WhichEncoding) -> Ask:
    return Ask(
        code="which-encoding",
        option="encoding",
        message=str(unclear),
        choices=tuple((name, labelled(name, quoted(sample))) for name, sample in unclear.readings),
        samples=tuple(sample for _name, sample in unclear.readings),
    )


def _go_below_a_group(table: Table) -> None:
    """Where headings stand over several columns, the row below them names the columns."""
    above, below = table.header.cells, table.rows[0].cells if table.rows else ()
    gaps = [at for at, cell in enumerate(above) if not cell or (at and cell == above[at - 1])]
    named = any(at < len(below) and below[at] for at in gaps)
    named = named and not any(cell.isdigit() for cell in below)
    enough = 100 * max(2, sum(map(bool, below)) / 2)
    if named and recognise(above) < MOST_KNOWN and recognise(below) >= enough:
        table.above = (*table.above, table.header)
        table.header = table.rows.pop(0)


def _leave_out_repeated_headings(table: Table) -> None:
    """Rows that only say the headings once more, as pages of a print or a second language do."""
    repeated: list[int] = []
    rows = []
    for at, row in enumerate(table.rows):
        again = row.cells == table.header.cells or (
            # The headings in a second language, and in a third.
            at == len(repeated)
            and recognise(row.cells) >= 100 * max(3, sum(map(bool, row.cells)) - 1)
        )
        if again:
            repeated.append(row.line)
        else:
            rows.append(row)
    if repeated:
        words = _("These lines repeat the headings and were left out: %(lines)s.")
        table.warnings.append(words % {"lines": _shortened(repeated)})
        table.rows = rows


def _unread(columns: Sequence[Column]) -> list[str]:
    """What is said of columns without a meaning here: each is named."""
    is_hxl = any(column.hashtag for column in columns)
    untagged = [column.label for column in columns if not column.field and not column.hashtag]
    unread = [column.label for column in columns if not column.field and column.hashtag]
    said = []
    if untagged and is_hxl:
        words = _("These columns have no hashtag; they are kept with each activity: %(columns)s.")
        said.append(words % {"columns": listed(untagged)})
    if others := unread if is_hxl else untagged:
        words = _("These columns were not read; they are kept with each activity: %(columns)s.")
        said.append(words % {"columns": listed(others)})
    return said


def _longer(table: Table) -> list[str]:
    """Rows of more cells than there are headings: a delimiter inside a cell moves all that
    follows it to another column."""
    width = max(len(row.cells) for row in (table.header, *table.above[-1:]))
    lines = [row.line for row in table.rows if len(row.cells) > width]
    words = _(
        "These lines have more cells than there are headings: %(lines)s. Perhaps a cell holds the "
        "sign that separates cells, and stands without quotes."
    )
    return [words % {"lines": _shortened(lines)}] if lines else []


def _unmet(layout: Mapping[str, str], columns: Sequence[Column]) -> list[str]:
    """What was said of columns that the table does not have."""
    names = unmet(layout, columns)
    words = _("The table has no such columns as were told: %(columns)s.")
    return [words % {"columns": listed(names)[:500]}] if names else []


def _lost(rows: Sequence[Row]) -> list[str]:
    """Cells whose letters were lost before the file came to us."""
    lost = {
        cell
        for cell in {cell for row in rows for cell in row.cells}
        if ("?" in cell or not cell.isascii()) and LOST.search(cell)
    }
    if not lost:
        return []
    cells = [
        f"{row.line}:{column}"
        for row in rows
        for column, cell in enumerate(row.cells, 1)
        if cell in lost
    ]
    words = _(
        "In these cells (line:column) letters were lost before the file came here; "
        "ask its owner for it in UTF-8: %(cells)s."
    )
    return [words % {"cells": _shortened(cells)}]


def _date_order(
    rows: Sequence[Row], columns: Sequence[Column], told: str
) -> tuple[str, list[Ask], list[str]]:
    """The order of day, month and year: as told, as the dates show, or asked once."""
    dated = [column for column in columns if column.field in DATES]
    seen = values.Orders()
    for column in dated:
        # Each once, in the file's order, so that the samples are the same in every language.
        cells = (row.cells[column.at] for row in rows if column.at < len(row.cells))
        seen.see(dict.fromkeys(cells))
    in_heading = {order for column in dated if (order := values.order_in(column.heading))}
    best = seen.best or (in_heading.pop() if len(in_heading) == 1 and not seen.only else "")
    # What was told may be what was settled for their last file: it is said like a reading.
    best = told or best
    if best:
        words = _("The dates were read as %(order)s, as in “%(sample)s”.")
        sample = seen.example.get(best) or next(iter(seen.samples), "")
        told_so = [words % {"order": values.order_name(best), "sample": sample}]
        return best, [], told_so if sample else []
    if not (seen.open or seen.only):
        return "", [], []
    possible = seen.possible | set(seen.only)
    samples = seen.samples or list(seen.example.values())
    words = (
        _(
            "It is not clear in which order day, month and year are written, as in "
            "%(samples)s. Say which it is."
        )
        if "ymd" in possible
        else _(
            "It is not clear whether the dates are written day first or month first, as in "
            "%(samples)s. Say which it is."
        )
    )
    ask = Ask(
        code="date-order",
        option="date_order",
        message=words % {"samples": listed(map(quoted, samples))},
        choices=tuple(
            (order, values.order_name(order)) for order in values.ORDERS if order in possible
        ),
        samples=tuple(samples),
        columns=tuple(column.label for column in dated),
    )
    return next(order for order in values.ORDERS if order in possible), [ask], []


def _shortened(items: Sequence[object]) -> str:
    shown = [str(item) for item in items[:MOST_NAMED]]
    return listed([*shown, "…"] if len(items) > MOST_NAMED else shown)


# Rows

Converted = tuple[Any, tuple[str, str] | None, tuple[str, str] | None]  # value, fault, warning


def rows_of(
    understood: Understood, city_places: Places, defaults: Mapping[str, str] | None = None
) -> Iterator[ReadRow]:
    """Each row of an understood table, in its order.

    `defaults` stand where a row says nothing: `level` (one of the six, or HXL's four words),
    `organisation`, `source`. Raises `Refused` where no column can name an organisation, and for
    a default that is not understood.
    """
    given = {name: value for name, value in (defaults or {}).items() if value}
    if level := given.get("level"):
        try:
            given["level"] = values.level_of(level)
        except Unread as unread:
            raise Refused(unread.message, code=unread.code, field="level") from None
    if "organisation" not in understood.says and "organisation" not in given:
        words = _(
            "No column names the organisation. Say which one does, or whose file it is (at the "
            "command: --map or --source). The columns are: %(columns)s."
        )
        labels = listed(
            " ".join(filter(None, (column.heading, column.hashtag))) or column.label
            for column in understood.columns
        )
        said = [words % {"columns": labels[:500]}, *understood.wrong]
        raise Refused(" ".join(said), code="no-organisation-column", field="columns")
    reader = _Reader(understood, city_places, given)
    for row in understood.table.rows:
        yield reader.read(row)


class _Reader:
    """Reads the rows of one table. Cells repeat, so each column keeps what it understood."""

    def __init__(self, understood: Understood, places: Places, given: Mapping[str, str]) -> None:
        self._places = places
        self._given = given
        self._order = understood.date_order
        self._says = understood.says
        self._where = not self._says.isdisjoint(WHERE)
        self._known: list[dict[str, Converted]] = [{} for _column in understood.columns]
        self._columns = understood.columns
        self._converters = [self._converter(column.field) for column in understood.columns]
        self._by_field = {column.field: column for column in understood.columns if column.field}
        self._labels = labels_of(understood.columns)

    def read(self, row: Row) -> ReadRow:
        found: dict[str, Any] = {}
        extra: dict[str, str] = {}
        faults: list[Fault] = []
        warnings: list[Fault] = []
        for column, label, known, convert in zip(
            self._columns, self._labels, self._known, self._converters, strict=True
        ):
            cell = row.cells[column.at] if column.at < len(row.cells) else ""
            if not cell:
                continue
            if convert is None:
                extra[label] = cell
                continue
            if column.at in row.filled and column.field in COUNTED:
                continue  # a figure of a merged cell counts once
            converted = known.get(cell)
            if converted is None:
                converted = _converted(convert, cell)
                if len(known) < 20_000:
                    known[cell] = converted
            value, fault, warning = converted
            if fault:
                faults.append(Fault(row.line, label, cell[:200], *fault))
                continue
            if warning:
                warnings.append(Fault(row.line, label, cell[:200], *warning))
                extra[label] = cell  # what was not wholly understood is kept beside it
            if value not in (None, "", ()):
                found[column.field] = value
        self._check(row, found, faults, warnings)
        if faults:
            return ReadRow(row.line, None, tuple(faults), tuple(warnings), row.cells)
        facts = self._facts(row, found, extra, warnings)
        return ReadRow(row.line, facts, (), tuple(warnings), row.cells)

    def _check(
        self, row: Row, found: dict[str, Any], faults: list[Fault], warnings: list[Fault]
    ) -> None:
        """What a row needs besides each of its cells: who, what, where, and its dates in order."""

        def fault(field: str, value: str, code: str, message: str) -> Fault:
            column = self._by_field.get(field)
            return Fault(row.line, self._labels[self._columns.index(column)] if column else "",
                         value, code, message)  # fmt: skip

        wrong = {each.column for each in faults}
        if both := found.pop("coordinates", None):
            found["latitude"], found["longitude"] = both
        known = "latitude" in found, "longitude" in found
        if known[0] != known[1] and not faults:
            name = "latitude" if known[0] else "longitude"
            words = _("A latitude without a longitude, or the other way round, is no position.")
            warnings.append(fault(name, str(found.pop(name)), "half-position", words))
        elif all(known) and found["latitude"] == found["longitude"] == 0:
            words = _("0, 0 is a point in the sea; it was read as no position.")
            warnings.append(fault("latitude", "0, 0", "half-position", words))
            del found["latitude"], found["longitude"]
        organisation = self._by_field.get("organisation")
        if not found.get("organisation") and "organisation" not in self._given and not (
            organisation and organisation.label in wrong
        ):  # fmt: skip
            words = _("The organisation is missing.")
            faults.append(fault("organisation", "", "no-organisation", words))
        if not any(found.get(name) for name in WHAT):
            words = _("It does not say what is done: no sector, service or activity.")
            faults.append(fault("title", "", "no-activity", words))
        if self._where and not wrong and not any(found.get(name) for name in WHERE):
            where = next(f for f in WHERE if f in self._by_field)
            if found.get("channel") in FROM_AFAR:
                words = _("It does not say where. It was taken, since it reaches people from afar.")
                warnings.append(fault(where, "", "no-place", words))
            else:
                words = _(
                    "It does not say where. Write a district, another place, or “whole city”."
                )
                faults.append(fault(where, "", "no-place", words))
        starts, ends = found.get("starts_on"), found.get("ends_on")
        if starts and ends and ends < starts:
            words = _("It ends on %(ends)s, before it starts on %(starts)s.")
            told = {"ends": date_words(ends), "starts": date_words(starts)}
            faults.append(fault("ends_on", ends.isoformat(), "ends-before-it-starts", words % told))

    def _facts(
        self, row: Row, found: dict[str, Any], extra: dict[str, str], warnings: list[Fault]
    ) -> Facts:
        place = {name: found.pop(name) for name in WHERE if name in found and name not in POSITION}
        code = country_code(place.get("country", ""))
        if code:
            place.setdefault("country_code", code)
        latitude, longitude = found.get("latitude"), found.get("longitude")
        scope, places, warning = self._places.resolve(place, latitude, longitude)
        if warning:
            field = next((name for name in reversed(WHERE) if name in place), "loc")
            column = self._by_field.get(field)
            warnings.append(
                Fault(
                    row.line,
                    column.label if column else "",
                    place.get(field, ""),
                    "unknown-place",
                    warning,
                )
            )
        titles = {
            language: found.pop(f"title_{language}")
            for language in ("en", "ar", "fr")
            if f"title_{language}" in found
        }
        language = ""
        if titles and "title" not in found:
            # The first column with a title is the one in which it was written.
            language = next(
                column.field[-2:]
                for column in self._columns
                if column.field.startswith("title_") and column.field[-2:] in titles
            )
            found["title"] = titles.pop(language)
        title = self._fitting("title", found, extra, row, warnings)
        for name in LONGEST:
            if name in found and name != "title":
                self._fitting(name, found, extra, row, warnings)
        service = found.pop("service", "")
        if not service:
            said = tuple(str(found.get(name, "")) for name in ("subsector", "title", "sector"))
            service, name = _service_said(*said)
            if name and name != "exact":
                words = _("The service was told from the words: %(service)s.")
                column = self._by_field.get(name) or self._by_field.get(f"title_{language}")
                warnings.append(
                    Fault(
                        row.line,
                        column.label if column else "",
                        str(found.get(name, ""))[:200],
                        "service-from-words",
                        words % {"service": services()[service]},
                    )
                )
        ocha = found.pop("sector_ocha", "")
        if not found.get("sector_code"):
            found["sector_code"] = ocha
        if not found["sector_code"]:
            found["sector_code"] = values.sector_code_of(found.get("sector", ""))
        kind = found.pop("organisation_type", "")
        return Facts(
            **{
                **self._given,
                **found,
                "title": title,
                "titles": {key: text for key, text in titles.items() if text != title},
                "language": language or values.written_in(title or found.get("description", "")),
                "service": service,
                "organisation_kind": kind,
                "scope": str(scope),
                "places": tuple(places),
                "place": place,
                "extra": extra,
            }
        )

    def _fitting(
        self,
        name: str,
        found: dict[str, Any],
        extra: dict[str, str],
        row: Row,
        warnings: list[Fault],
    ) -> str:
        """A text as long as its place; what is longer is cut, kept whole beside it, and said."""
        text = str(found.get(name, ""))
        if len(text) > LONGEST[name]:
            column = self._by_field.get(name)
            label = column.label if column else name
            words = _("Longer than %(most)s characters: it was cut, and is kept whole beside.")
            said = words % {"most": LONGEST[name]}
            warnings.append(Fault(row.line, label, text[:200], "too-long", said))
            extra[label] = text
            text = found[name] = text[: LONGEST[name] - 1] + "…"
        return text

    def _converter(self, field: str) -> Callable[[str], Converted] | None:
        """What makes a value of a cell of this field; none for a column that is kept unread."""
        if not field:
            return None
        if field in DATES:
            return partial(_date, order=self._order, last=field == "ends_on")
        return CONVERTERS.get(field, _text)


@lru_cache(maxsize=5_000)
def _service_said(subsector: str, title: str, sector: str) -> tuple[str, str]:
    """The service that other words of a row name, and the field that told it where it stands
    among other words."""
    for text in (subsector, title, sector):
        if code := values.service_of(text):
            return code, "exact"
    for name, text in (("subsector", subsector), ("title", title)):
        if code := values.service_in(text):
            return code, name
    return "", ""


# HAPI's numbers for governments, international organisations, the United Nations, observers and
# development programmes.
OF_SEVERAL_KINDS = frozenset({"435", "438", "447", "502", "503"})
COUNTED = frozenset({"targeted", "reached", "weekly_capacity"})
POSITION = frozenset({"latitude", "longitude", "coordinates"})
# What reaches people wherever they are needs no place.
FROM_AFAR = frozenset({Channel.PHONE, Channel.ONLINE, Channel.PRINT, Channel.MONEY})
WHAT = ("service", "sector", "sector_code", "sector_ocha", "subsector", "title", "title_en",
        "title_ar", "title_fr", "description")  # fmt: skip


def labels_of(columns: Sequence[Column]) -> list[str]:
    """What messages and kept cells name each column by; two of one heading are numbered."""
    seen: Counter[str] = Counter()
    labels = []
    for column in columns:
        seen[column.label] += 1
        count = seen[column.label]
        labels.append(column.label if count == 1 else f"{column.label} ({count})")
    return labels


def _converted(convert: Callable[[str], Converted], cell: str) -> Converted:
    try:
        return convert(cell)
    except Unread as unread:
        return None, (unread.code, unread.message), None


def _text(cell: str) -> Converted:
    return values.plain(values.said(cell)), None, None


def _long_text(cell: str) -> Converted:
    return values.kept(cell), None, None


def _coded(cell: str, *, meaning: Callable[[str], str]) -> Converted:
    said = values.said(cell)
    return (meaning(said) if said else ""), None, None


def _count(cell: str, *, most: int = values.MOST_PEOPLE) -> Converted:
    said = values.said(cell)
    if not said:
        return None, None, None
    exact = values.without_about(said)
    if exact == said:
        return values.count_of(said, most=most), None, None
    number = values.count_of(exact, most=most)
    words = _("“%(text)s” is no exact number; it was read as %(number)s and is kept beside.")
    return number, None, ("not-exact", words % {"text": said[:60], "number": number})


def _degrees(cell: str, *, most: int) -> Converted:
    said = values.said(cell)
    return (values.degrees_of(said, most=most) if said else None), None, None


def _both_degrees(cell: str) -> Converted:
    said = values.said(cell)
    return (values.both_degrees_of(said) if said else None), None, None


def _date(cell: str, *, order: str, last: bool) -> Converted:
    said = values.said(cell)
    if not said:
        return None, None, None
    if values.is_open_ended(said):
        words = _("“%(text)s” is no day; no date was read, and it is kept beside.")
        return None, None, ("open-ended", words % {"text": said})
    when, part = values.date_of(said, order, last=last)
    if part == "missing":
        words = _("“%(text)s” is what computers write for no date; it was read as none.")
        return None, None, ("missing-date", words % {"text": said})
    if when and part:
        told = {
            "month": _("Only a month is told; it was read as %(date)s."),
            "serial": _("The number of a day in a spreadsheet; it was read as %(date)s."),
        }[part]
        return when, None, (f"date-from-{part}", told % {"date": isolated(when)})
    return when, None, None


def _service_cell(cell: str) -> Converted:
    said = values.plain(values.said(cell))
    code = values.service_of(said) or values.service_in(said)
    if said and not code:
        words = _("“%(text)s” is no service of the catalogue; it was kept beside.")
        return "", None, ("unknown-service", words % {"text": said[:60]})
    return code, None, None


def _kind_cell(cell: str) -> Converted:
    said = values.said(cell)
    code = values.kind_of(said)
    if said in OF_SEVERAL_KINDS:
        words = _("“%(text)s” stands for several types of organisation; it was kept beside.")
        return "", None, ("unknown-type", words % {"text": said})
    if said and not code:
        words = _("“%(text)s” is no type of organisation that we know; it was kept beside.")
        return "", None, ("unknown-type", words % {"text": said[:60]})
    return code, None, None


def _several(
    cell: str, *, meaning: Callable[[str], tuple[tuple[str, ...], list[str]]]
) -> Converted:
    said = values.said(cell)
    codes, unknown = meaning(said) if said else ((), [])
    if unknown:
        words = _("Not understood, and kept beside: %(words)s.")
        return codes, None, ("unknown-words", words % {"words": listed(unknown)[:200]})
    return codes, None, None


def _channel_cell(cell: str) -> Converted:
    codes, fault, warning = _several(cell, meaning=partial(values.codes_of, choices=Channel))
    if len(codes) > 1:
        words = _("Several ways of reaching people; the first was taken, all are kept beside.")
        warning = warning or ("several-channels", words)
    return (codes[0] if codes else ""), fault, warning


def _email(cell: str) -> Converted:
    text = values.plain(values.said(cell)).removeprefix("mailto:")
    if text and (len(text) > 254 or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text)):
        words = _("“%(text)s” is no e-mail address; it was kept beside.")
        return "", None, ("not-an-address", words % {"text": text[:60]})
    return text, None, None


CONVERTERS: dict[str, Callable[[str], Converted]] = {
    "description": _long_text,
    "level": partial(_coded, meaning=values.level_of),
    "status": partial(_coded, meaning=values.status_of),
    "service": _service_cell,
    "organisation_type": _kind_cell,
    "channel": _channel_cell,
    "populations": partial(_several, meaning=partial(values.codes_of, choices=Population)),
    "offers": partial(_several, meaning=partial(values.codes_of, choices=Offer)),
    "languages": partial(_several, meaning=values.languages_of),
    "targeted": _count,
    "reached": _count,
    "weekly_capacity": partial(_count, most=2**31 - 1),
    "latitude": partial(_degrees, most=90),
    "longitude": partial(_degrees, most=180),
    "coordinates": _both_degrees,
    "contact_email": _email,
}
