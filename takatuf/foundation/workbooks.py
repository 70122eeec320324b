"""Workbooks (XLSX, XLS, ODS) to rows of text, in a process of its own.

Run as a script with the file on standard input and what is wanted, as JSON, in the one argument;
it answers lines of JSON. The process may take only so much memory and time: a workbook that
claims a billion cells ends this process and not the server. Nothing of Takatuf is imported here.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MOST_ROWS = 1_048_576  # that a sheet can have
MOST_CELLS = 6_000_000  # of a sheet, empty ones with a style too; each takes some microseconds
MOST_SHEETS = 200  # that are looked into for the one with the list
PORTION = 2**20  # bytes
COUNTED = {
    "xl/worksheets/": (b"<row", b"<c"),
    "content.xml": (b"<table:table-row", b"<table:table-cell"),
}
MOST_FILLED = 1_000_000  # cells that merged ranges of one sheet may spread over

Range = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column), from 0


class Unfit(Exception):
    """The code and values of a refusal; whoever started this process has the words."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.answer = {"refused": code, **values}


def confine(megabytes: int, seconds: int) -> None:
    """Take no more memory and time than this, where the system knows such limits."""
    try:
        import resource

        size = megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # not on Windows; the time is limited from outside all the same


def answers(data: bytes, asked: dict[str, Any]) -> Iterator[object]:
    """What is written, line by line: the sheets with their first rows, or the rows of one.

    Where one sheet alone has anything in it, its rows come at once.
    """
    weigh(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            yield from _of_book(book, data, asked)
    except PasswordError:
        raise Unfit("password") from None
    except (CalamineError, ValueError, OSError, KeyError) as error:
        raise Unfit("bad-workbook") from error


def weigh(data: bytes) -> None:
    """Refuse a workbook with more rows or cells than a sheet can have before the reader goes
    through them: to count them takes a tenth of its time, and no memory."""
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [
            (name, row, cell)
            for name in archive.namelist()
            for part, (row, cell) in COUNTED.items()
            if name.startswith(part)
        ]
        for name, row, cell in sheets:
            rows = cells = 0
            with archive.open(name) as part:
                while some := part.read(PORTION):
                    rows += some.count(row)
                    cells += some.count(cell)
                    if rows > MOST_ROWS or cells > MOST_CELLS:
                        raise Unfit("too-large")


def _of_book(book: CalamineWorkbook, data: bytes, asked: dict[str, Any]) -> Iterator[object]:
    tables = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    names = [each.name for each in tables]
    name = asked["sheet"]
    if name is not None and name not in names:
        raise Unfit("no-such-sheet", sheets=names)
    if name is None:
        shown = [each.name for each in tables if each.visible == SheetVisibleEnum.Visible]
        if len(shown or names) > MOST_SHEETS:
            raise Unfit("too-large")
        # Hidden sheets hold lists of choices; they are read where no sheet is visible.
        heads = {
            each: _head(book.get_sheet_by_name(each), asked["head"]) for each in shown or names
        }
        heads = {each: rows for each, rows in heads.items() if rows}
        if len(heads) != 1:
            yield {"heads": heads}
            return
        (name,) = heads
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None:
        yield {"sheet": name}
        return
    yield {"sheet": name}
    merged = sheet.merged_cell_ranges
    if merged is None:
        merged = ods_merged(data, names.index(name))
    content, padded = sheet_part(data, name)
    missing = uncomputed(content, asked["shown"])
    as_shown = shown_with_zeros(content, padded)
    del content
    yield from rows_of(sheet, merged, as_shown, asked)
    yield {"missing": missing}


def _head(sheet: CalamineSheet, most: int) -> list[list[str]]:
    """The first rows of a sheet; none where nothing stands in it."""
    if sheet.start is None:
        return []
    rows = itertools.islice(sheet.iter_rows(), most)
    return [[cell_text(cell) for cell in row] for row in rows]


def rows_of(
    sheet: CalamineSheet,
    merged: Iterable[Range],
    as_shown: dict[tuple[int, int], str],
    asked: dict[str, Any],
) -> Iterator[Any]:
    """[line, cells, the columns that a merged cell filled] of each row that is not empty.

    `as_shown` has the cells, by row and column from 0, that are shown in other words than their
    value.
    """
    # The reader gives the empty rows before the first cell, but not the empty columns.
    start, end = sheet.start or (0, 0), sheet.end or (0, 0)
    filling = spread(merged, *end)
    before = [""] * start[1]
    tops: dict[tuple[int, int], str] = {}
    count = characters = total = 0
    for at, row in enumerate(sheet.iter_rows()):
        cells = before + [cell_text(cell) for cell in row]
        if as_shown:
            for column in range(len(cells)):
                cells[column] = as_shown.get((at, column), cells[column])
        filled = []
        for column, top in filling.get(at, ()):
            if top == (at, column):
                tops[top] = cells[column] if column < len(cells) else ""
            elif column < len(cells) and not cells[column] and tops.get(top):
                cells[column] = tops[top]
                filled.append(column)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        total += len(cells)
        characters += sum(map(len, cells))
        if len(cells) > asked["columns"]:
            raise Unfit("too-many-columns", line=at + 1)
        if count > asked["rows"]:
            raise Unfit("too-many-rows")
        if total > asked["cells"]:
            raise Unfit("too-many-cells")
        if characters > asked["characters"]:
            raise Unfit("too-large")
        yield [at + 1, cells, filled] if filled else [at + 1, cells]


def spread(
    merged: Iterable[Range], last_row: int, last_column: int
) -> dict[int, list[tuple[int, tuple[int, int]]]]:
    """For each row, the columns that a merged range covers and the cell that holds its value."""
    found: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    count = 0
    for (top, left), (bottom, right) in merged:
        for row in range(top, min(bottom, last_row) + 1):
            for column in range(left, min(right, last_column) + 1):
                count += 1
                if count > MOST_FILLED:
                    raise Unfit("too-large")
                found.setdefault(row, []).append((column, (top, left)))
    return found


def cell_text(value: object) -> str:
    """A value as it would be written in a CSV: dates as ISO 8601, whole numbers without a dot."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        at_midnight = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if at_midnight else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


# What the reader of workbooks does not tell

FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
ERROR = re.compile(rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>""")
AN_EMPTY_TEXT = re.compile(rb"""\bt=["']str["']""")  # computed, and nothing
NUMBER = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?v>(\d{1,15})</")
STYLE = re.compile(rb"""\bs=["'](\d+)["']""")
PADDED = re.compile(r'("[^"]*")?(0{2,15})')  # a format that writes 47 as 0047 or "LB"0047
REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")


def sheet_part(data: bytes, name: str) -> tuple[bytes, dict[bytes, tuple[str, int]]]:
    """The XML of a sheet of an XLSX, and its styles that fill numbers up with zeros; both empty
    for another kind of workbook."""
    if not data.startswith(b"PK"):
        return b"", {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part_of(archive, name)
        if part is None:
            return b"", {}
        return archive.read(part), _padding_styles(archive)


def uncomputed(content: bytes, most: int) -> list[str]:
    """Cells of a sheet that hold an error, or a formula that was never computed, as line:column.
    The reader gives both as empty."""
    found: set[tuple[int, int]] = set()
    for pattern in (FORMULA_ALONE, ERROR):
        for match in itertools.islice(pattern.finditer(content), most):
            at = _reference(match[1])
            if at and not AN_EMPTY_TEXT.search(match[1]):
                found.add(at)
    return [f"{row + 1}:{column + 1}" for row, column in sorted(found)[:most]]


def shown_with_zeros(
    content: bytes, padded: dict[bytes, tuple[str, int]]
) -> dict[tuple[int, int], str]:
    """Cells whose number is shown with zeros before it, as codes of places are: 0047, not 47."""
    found: dict[tuple[int, int], str] = {}
    if not padded:
        return found
    for match in NUMBER.finditer(content):
        style = STYLE.search(match[1])
        if style and style[1] in padded and (at := _reference(match[1])):
            before, digits = padded[style[1]]
            found[at] = before + match[2].decode().zfill(digits)
    return found


def _reference(attributes: bytes) -> tuple[int, int] | None:
    """The row and column of a cell, from 0."""
    match = REFERENCE.search(attributes)
    return (int(match[2]) - 1, column_number(match[1].decode()) - 1) if match else None


def _padding_styles(archive: zipfile.ZipFile) -> dict[bytes, tuple[str, int]]:
    """The number of each style that fills numbers up with zeros: what it writes before them, and
    to how many digits."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    content = archive.read("xl/styles.xml")
    formats = {}
    for told in _elements(content, "numFmt"):
        if match := PADDED.fullmatch(told.get("formatCode", "")):
            formats[told.get("numFmtId", "")] = ((match[1] or "").strip('"'), len(match[2]))
    if not formats:
        return {}
    styles = _elements(content, "xf", inside="cellXfs")
    return {
        str(number).encode(): formats[told["numFmtId"]]
        for number, told in enumerate(styles)
        if told.get("numFmtId") in formats
    }


def column_number(letters: str) -> int:
    """The number of a column, from 1, by its letters: A, B, …, AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _part_of(archive: zipfile.ZipFile, name: str) -> str | None:
    """The part of an XLSX that holds a sheet, by the sheet's name."""
    try:
        targets: dict[str, str] = {}
        for attributes in _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")
        for attributes in _elements(archive.read("xl/workbook.xml"), "sheet"):
            if attributes.get("name") == name:
                wanted = next((v for k, v in attributes.items() if k.endswith(":id")), "")
                target = targets.get(wanted, "").lstrip("/")
                part = target if target.startswith("xl/") else f"xl/{target}"
                return part if part in archive.namelist() else None
    except (KeyError, expat.ExpatError):
        pass
    return None


def _elements(content: bytes, wanted: str, *, inside: str = "") -> list[dict[str, str]]:
    """The attributes of each element of a name; of those `inside` another alone, where told."""
    found: list[dict[str, str]] = []
    depth = 0
    parser = _parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        bare = name.rpartition(":")[2]
        depth += bare == inside
        if bare == wanted and (depth or not inside):
            found.append(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= name.rpartition(":")[2] == inside

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(content, True)
    return found


def _parser() -> expat.XMLParserType:
    """A parser that stops at what could declare entities."""

    def doctype(*_told: object) -> None:
        raise Unfit("bad-workbook")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    return parser


def ods_merged(data: bytes, at: int) -> list[Range]:
    """The merged ranges of one table of an ODS, which the reader does not tell."""
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "content.xml" not in archive.namelist():
            return []
        content = archive.read("content.xml")
    if b"-spanned" not in content:
        return []
    found: list[Range] = []
    table, row, column, repeated = -1, 0, 0, 1

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal table, row, column, repeated
        kind = name.rpartition(":")[2]
        told = {key.rpartition(":")[2]: value for key, value in attributes.items()}

        def number(key: str) -> int:
            value = told.get(key, "1")
            return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else 1

        if kind == "table":
            table, row = table + 1, 0
        elif kind == "table-row":
            column, repeated = 0, number("number-rows-repeated")
        elif kind in {"table-cell", "covered-table-cell"}:
            down, right = number("number-rows-spanned"), number("number-columns-spanned")
            if table == at and kind == "table-cell" and (down > 1 or right > 1):
                found.append(((row, column), (row + down - 1, column + right - 1)))
            column += number("number-columns-repeated")

    def end(name: str) -> None:
        nonlocal row
        if name.rpartition(":")[2] == "table-row":
            row += repeated

    parser = _parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(content, True)
    return found


def main() -> None:
    asked = json.loads(sys.argv[1])
    confine(asked["megabytes"], asked["seconds"])
    write = sys.stdout.buffer.write
    try:
        for answer in answers(sys.stdin.buffer.read(), asked):
            write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    except Unfit as unfit:
        write(json.dumps(unfit.answer).encode() + b"\n")
    except MemoryError:
        write(b'{"refused": "too-large"}\n')
    except BaseException:
        # Whatever a broken file leads to, down to a panic of the reader, which is no Exception.
        write(b'{"refused": "bad-workbook"}\n')


if __name__ == "__main__":
    main()
