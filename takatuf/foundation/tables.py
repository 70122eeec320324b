"""Tables as people really send them: CSV in some encoding, TSV, XLSX. Bytes to rows of text.

Nothing is guessed silently: what was chosen stands in the warnings, what cannot be decided
is asked, what would lose rows is refused with the line.
"""

import codecs
import io
import itertools
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from takatuf.foundation.errors import Refused
from takatuf.foundation.text import CONTROLS, listed

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CHARACTERS = 10_000  # in a cell
MOST_UNPACKED = 48 * 1024 * 1024  # of a workbook's parts together
MOST_EMPTY = 50_000  # rows of a workbook, one after the other; a file may claim a billion
HEADER_WITHIN = 25  # rows
DELIMITERS = (",", ";", "\t", "|")
MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
ENCODINGS = {
    "cp1252": "Windows-1252",
    "cp1256": "Windows-1256",
    "iso8859-6": "ISO 8859-6",
}
SURE = 0.6  # a guess below this, or this near to another, is asked
NEAR = 0.25

Recognise = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Row:
    """One row of the table; `line` is where it begins in the file, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass
class Table:
    """A table without its empty rows; `header` is the row that names the columns."""

    header: Row
    rows: list[Row]
    encoding: str
    warnings: list[str] = field(default_factory=list)


def read_table(
    data: bytes,
    *,
    recognise: Recognise,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Read CSV, TSV or XLSX. `recognise` counts the headings that it knows in a row.

    Raises `Refused`, with the line or cell, for what cannot be read without losing rows,
    and asks for an encoding where two readings are about equally likely.
    """
    if len(data) > MOST_BYTES:
        words = _("The file is larger than %(most)s MB. Split it.")
        raise Refused(words % {"most": MOST_BYTES // 2**20}, code="too-large")
    if not data.strip(b"\x00 \t\r\n"):
        raise Refused(_("The file is empty."), code="empty-file")
    warnings: list[str] = []
    if data.startswith(b"PK\x03\x04"):
        rows, encoding = list(_workbook_rows(data, sheet, warnings)), "xlsx"
        rows = _cleaned(rows, warnings)
        found = _header(rows, recognise)
    else:
        _refuse_other_kinds(data)
        text, encoding = decode(data, encoding, warnings)
        rows, found = _best_delimiter(text, recognise, warnings)
    if found is None:
        raise Refused(
            _("No row with known headings was found in the first %(most)s rows.")
            % {"most": HEADER_WITHIN},
            code="no-header",
        )
    header = rows[found]
    body = [row for row in rows[found + 1 :] if any(row.cells)]
    return Table(header, body, encoding, warnings)


def _refuse_other_kinds(data: bytes) -> None:
    start = data[:512].lstrip().lower()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            _("This is an old Excel file (.xls), or one with a password. Save it as .xlsx."),
            code="old-excel",
        )
    if start.startswith((b"%pdf", b"<!doctype", b"<html", b"<?xml", b"{\\rtf", b"\x89png")):
        raise Refused(_("This is not a table. Save it as CSV or XLSX."), code="not-a-table")


# Bytes to text


def decode(data: bytes, encoding: str | None, warnings: list[str]) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    A mark at the start decides, then strict UTF-8, then what reads most like words. Raises
    `Refused` for bytes that the given encoding does not have, and where it is not clear.
    """
    if encoding:
        return _decoded(data, encoding), _known(encoding)
    for mark, name in MARKS:
        if data.startswith(mark):
            return _decoded(data, "utf-8-sig" if name == "utf-8" else name), name
    if data.count(0) * 20 > len(data):
        for parity, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if not data[1 - parity :: 2].count(0) and len(data) % 2 == 0:
                return _decoded(data, name), "utf-16"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guessed(data, warnings)


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "x".encode(name)  # codecs also knows things that are no encodings of text
    except (LookupError, ValueError, TypeError) as error:
        words = _("The encoding “%(encoding)s” is unknown. Known are, for example: %(known)s.")
        raise Refused(
            words % {"encoding": encoding[:40], "known": listed(["utf-8", *ENCODINGS])},
            code="encoding",
            field="encoding",
        ) from error
    return name


def _decoded(data: bytes, encoding: str) -> str:
    name = _known(encoding)
    try:
        return data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        words = _("Line %(line)s holds bytes that are not %(encoding)s.")
        raise Refused(
            words % {"line": line, "encoding": encoding}, code="encoding", field="encoding"
        ) from error


def _guessed(data: bytes, warnings: list[str]) -> tuple[str, str]:
    """Read bytes as each of the likely encodings and take the one that gives words."""
    readings: list[tuple[float, str, str]] = []
    for name in ENCODINGS:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if all(text != other for _score, _name, other in readings):
            readings.append((likeness(text), name, text))
    # The article tells the two Arabic encodings apart where both give Arabic letters.
    readings.sort(key=lambda reading: (reading[0], _articles(reading[2])), reverse=True)
    unclear = (
        not readings
        or readings[0][0] < SURE
        or (
            len(readings) > 1
            and readings[0][0] - readings[1][0] < NEAR
            and _articles(readings[0][2]) <= _articles(readings[1][2])
        )
    )
    if unclear:
        samples = [f"{name}: “{_sample(text)}”" for _score, name, text in readings]
        words = _(
            "The file is not UTF-8, and it is not clear what it is. "
            "Say which it is (at the command: --encoding). It reads as %(readings)s"
        )
        raise Refused(
            words % {"readings": " · ".join(samples) or "–"},
            code="which-encoding",
            field="encoding",
        )
    _score, name, text = readings[0]
    words = _("The file is not UTF-8; it was read as %(encoding)s, as in “%(sample)s”.")
    warnings.append(words % {"encoding": f"{name} ({ENCODINGS[name]})", "sample": _sample(text)})
    return text, name


WORD = re.compile(r"[^\W\d_]+(?:[’'ـ\u064b-\u0652]+[^\W\d_]+)*")
# Printed signs that stand inside a word only when the reading is wrong.
MISPLACED = re.compile(r"[^\W\d_][\u0080-\u009f¡¢£¤¥¦§¨©ª¬®¯±²³´µ¶¸¹º¼½¾¿×÷ƒˆ†‡•‰]+(?=[^\W\d_])")
# Letters that Arabic uses at the end of a word only.
FINAL_ONLY = re.compile(r"[ةى](?=[\u0621-\u064a])")
COMMON_ARABIC = frozenset("اليمونرتبةعدسفهكقحجش")


def likeness(text: str) -> float:
    """How much the letters beyond ASCII of a text look like words, from -1 to 1.

    An Arabic word is wholly Arabic; a Western accent stands among Latin letters. A reading
    in the wrong encoding mixes the scripts, piles up accents, or puts signs inside words.
    """
    good = bad = 0.0
    for match in WORD.finditer(text):
        word = match.group()
        beyond = [char for char in word if not char.isascii() and char.isalpha()]
        if not beyond:
            continue
        arabic = sum("\u0600" <= char <= "\u06ff" for char in word)
        if arabic and arabic < sum(char.isalpha() for char in word):
            bad += len(beyond)
        elif arabic:
            common = sum(char in COMMON_ARABIC for char in word) / len(word)
            weight = len(beyond) * (1.0 if common >= 0.5 else 0.4)
            good += weight if len(word) > 1 else 0
            bad += 2 * len(FINAL_ONLY.findall(word))
            good += 1 if word.startswith("ال") and len(word) > 3 else 0
        elif len(beyond) * 2 > len(word) and len(word) > 2:
            bad += len(beyond)
        elif len(word) > 1:
            odd = any(a.islower() and b.isupper() and not b.isascii()
                      for a, b in itertools.pairwise(word))  # fmt: skip
            bad += len(beyond) if odd else 0
            good += 0 if odd else len(beyond)
    bad += 1.5 * len(MISPLACED.findall(text))
    bad += sum(unicodedata.category(char) in {"Cc", "Cn"} for char in text if ord(char) > 126)
    return (good - bad) / (good + bad) if good + bad else 0.0


def _articles(text: str) -> int:
    """How many words begin with the Arabic article."""
    return len(re.findall(r"\bال(?=[\u0621-\u064a]{2})", text))


def _sample(text: str) -> str:
    """A few words of a text that hold a letter beyond ASCII."""
    cells = re.split(r'[\s,;|"]+', text)
    words = [word for word in cells if any(ord(char) > 126 for char in word)]
    return " ".join(words[:3])[:60]


# Text to rows


def parse_delimited(text: str, delimiter: str) -> list[Row]:
    """Rows of a delimited text (RFC 4180), with the line on which each begins.

    Raises `Refused` for a quote that is never closed, or closed in the middle of a cell on
    another line: read on, either would swallow rows.
    """
    rows: list[Row] = []
    cells: list[str] = []
    cell: list[str] = []
    line = begun = quoted_from = 1
    quoted = closed = False
    at, end = 0, len(text)
    plain = re.compile(rf'[^"\r\n{re.escape(delimiter)}]+')

    def end_cell() -> None:
        nonlocal closed
        cells.append("".join(cell))
        cell.clear()
        closed = False
        if len(cells) > MOST_COLUMNS:
            words = _("Line %(line)s has more than %(most)s columns.")
            raise Refused(words % {"line": line, "most": MOST_COLUMNS}, code="too-large")

    def end_row() -> None:
        nonlocal cells
        end_cell()
        if any(each.strip() for each in cells):
            rows.append(Row(begun, tuple(cells)))
            if len(rows) > MOST_ROWS + HEADER_WITHIN:
                words = _("The table has more than %(most)s rows. Split it.")
                raise Refused(words % {"most": MOST_ROWS}, code="too-large")
        cells = []

    while at < end:
        char = text[at]
        if quoted:
            if char == '"':
                if text.startswith('""', at):
                    cell.append('"')
                    at += 2
                    continue
                quoted, closed = False, True
            else:
                run = re.compile(r'[^"]+').match(text, at)
                part = run.group() if run else char
                newlines = part.count("\n") + part.count("\r") - part.count("\r\n")
                line += newlines
                cell.append(part)
                at += len(part)
                continue
        elif char == delimiter:
            end_cell()
        elif char in "\r\n":
            at += text.startswith("\r\n", at)
            end_row()
            line += 1
            begun = line
        elif char == '"' and not "".join(cell).strip() and not closed:
            cell.clear()
            quoted, quoted_from = True, line
        else:
            if closed and line > quoted_from and char.strip():
                words = _("The quote that opens on line %(line)s is not closed where a cell ends.")
                raise Refused(words % {"line": quoted_from}, code="open-quote")
            run = plain.match(text, at)
            part = run.group() if run else char
            if closed and part.strip():
                # Quotes inside a cell that nobody doubled: keep what was written.
                cell.insert(0, '"')
                cell.append('"')
                closed = False
            cell.append(part)
            at += len(part)
            continue
        at += 1
    if quoted:
        words = _("The quote that opens on line %(line)s is never closed.")
        raise Refused(words % {"line": quoted_from}, code="open-quote")
    if cells or cell:
        end_row()
    return rows


def _best_delimiter(
    text: str, recognise: Recognise, warnings: list[str]
) -> tuple[list[Row], int | None]:
    """Rows by the delimiter that shows the most known headings, else the steadiest rows."""
    told = re.match(r"sep=(.)\r?\n", text)
    candidates: Iterable[str] = DELIMITERS
    if told:
        text = "\n" + text[told.end() :]
        candidates = [told[1]]
    best: tuple[tuple[int, int], list[Row], int | None] | None = None
    refusal: Refused | None = None
    for delimiter in candidates:
        if delimiter not in text and delimiter != ",":
            continue
        try:
            rows = parse_delimited(text, delimiter)
        except Refused as error:
            refusal = refusal or error
            top = _top_rows(text, delimiter)
            if max(map(recognise, top), default=0) >= 2:
                raise
            continue
        found = _header(rows, recognise)
        known = recognise(rows[found].cells) if found is not None else 0
        steady = Counter(len(row.cells) for row in rows).most_common(1)
        score = (known, steady[0][1] if steady and steady[0][0] > 1 else 0)
        if best is None or score > best[0]:
            best = (score, rows, found)
    if best is None:
        raise refusal or Refused(_("The file is empty."), code="empty-file")
    return _cleaned(best[1], warnings), best[2]


def _top_rows(text: str, delimiter: str) -> list[list[str]]:
    lines = re.split(r"\r\n|\r|\n", text[:20_000])[:HEADER_WITHIN]
    return [[cell.strip(' "') for cell in line.split(delimiter)] for line in lines]


def _header(rows: Sequence[Row], recognise: Recognise) -> int | None:
    """The index of the row, among the first, that holds the most known headings."""
    counts = [recognise(row.cells) for row in rows[:HEADER_WITHIN]]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _cleaned(rows: Iterable[Row], warnings: list[str]) -> list[Row]:
    """Cells without control characters and blank ends; which cells lost some is said."""
    cleaned, changed = [], []
    for row in rows:
        cells = []
        for column, raw in enumerate(row.cells, 1):
            if len(raw) > MOST_CHARACTERS:
                words = _("Line %(line)s, column %(column)s: longer than %(most)s characters.")
                at = {"line": row.line, "column": column, "most": MOST_CHARACTERS}
                raise Refused(words % at, code="too-large")
            cell = CONTROLS.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
            if len(cell) < len(raw.replace("\r\n", "\n")):
                changed.append(f"{row.line}:{column}")
            cells.append(cell.strip().strip("\ufeff"))
        while cells and not cells[-1]:
            cells.pop()
        cleaned.append(Row(row.line, tuple(cells)))
    if changed:
        words = _("Control characters were taken out of these cells (line:column): %(cells)s.")
        warnings.append(words % {"cells": listed(changed[:20])})
    return cleaned


# Workbooks


def _workbook_rows(data: bytes, sheet: str | None, warnings: list[str]) -> Iterator[Row]:
    """Rows of one sheet of an XLSX file: values, not formulas."""
    from openpyxl.reader.excel import load_workbook

    _check_archive(data)
    try:
        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        written = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except Exception as error:
        # openpyxl raises whatever the XML in it leads to.
        raise Refused(_("The workbook cannot be read. Save it again as .xlsx."),
                      code="bad-workbook") from error  # fmt: skip
    try:
        names = [each.title for each in values.worksheets if each.sheet_state == "visible"]
        title = _sheet(names, values, sheet, warnings)
        yield from _sheet_rows(values[title], written[title], warnings)
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, SyntaxError) as error:
        raise Refused(_("The workbook cannot be read. Save it again as .xlsx."),
                      code="bad-workbook") from error  # fmt: skip
    finally:
        values.close()
        written.close()


def _check_archive(data: bytes) -> None:
    """Refuse archives that are no workbook, or that unpack into more than we take."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Refused(
                    _("This is not an Excel workbook. Save it as CSV or XLSX."), code="not-a-table"
                )
            if len(parts) > 5_000 or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(
                    _("The workbook unpacks to more than %(most)s MB. Save the list alone.")
                    % {"most": MOST_UNPACKED // 2**20},
                    code="too-large",
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(4096).upper():
                            raise Refused(_("The workbook holds what no workbook should."),
                                          code="bad-workbook")  # fmt: skip
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Refused(_("The workbook cannot be read. Save it again as .xlsx."),
                      code="bad-workbook") from error  # fmt: skip


def _sheet(names: list[str], book: Any, wanted: str | None, warnings: list[str]) -> str:
    if wanted is not None:
        if wanted in book.sheetnames:
            return wanted
        words = _("The workbook has no sheet “%(sheet)s”. It has: %(sheets)s.")
        raise Refused(
            words % {"sheet": wanted, "sheets": listed(book.sheetnames)},
            code="no-such-sheet",
            field="sheet",
        )
    filled = [
        name
        for name in names
        if any(
            any(value is not None for value in row)
            for row in book[name].iter_rows(max_row=HEADER_WITHIN, values_only=True)
        )
    ]
    if not filled:
        raise Refused(_("The file is empty."), code="empty-file")
    if len(filled) > 1:
        words = _("Only the sheet “%(sheet)s” was read. Choose another with --sheet: %(others)s.")
        warnings.append(words % {"sheet": filled[0], "others": listed(filled[1:])})
    return filled[0]


def _sheet_rows(values: Any, written: Any, warnings: list[str]) -> Iterator[Row]:
    missing: list[str] = []
    count, last = 0, 0
    values.reset_dimensions()
    written.reset_dimensions()
    pairs = zip(values.iter_rows(values_only=True), written.iter_rows(values_only=True),
                strict=False)  # fmt: skip
    for line, (row, formulas) in enumerate(pairs, 1):
        if not any(value is not None for value in (*row, *formulas)):
            if line - last > MOST_EMPTY:
                words = _(
                    "Nothing was read after line %(line)s, which %(most)s empty lines follow."
                )
                warnings.append(words % {"line": last, "most": MOST_EMPTY})
                break
            continue
        count, last = count + 1, line
        if count > MOST_ROWS + HEADER_WITHIN:
            words = _("The table has more than %(most)s rows. Split it.")
            raise Refused(words % {"most": MOST_ROWS}, code="too-large")
        if any(value is not None for value in row[MOST_COLUMNS:]):
            words = _("Line %(line)s has more than %(most)s columns.")
            raise Refused(words % {"line": line, "most": MOST_COLUMNS}, code="too-large")
        cells = []
        for column, (value, formula) in enumerate(zip(row, formulas, strict=False), 1):
            has_formula = isinstance(formula, str) and formula.startswith("=")
            if (value is None and has_formula) or _is_error(value):
                missing.append(f"{line}:{column}")
                value = None
            cells.append(_cell_text(value))
        yield Row(line, tuple(cells))
    if missing:
        words = _(
            "These cells hold a formula without a value and count as empty (line:column): "
            "%(cells)s. Open the workbook, save it, and read it again."
        )
        warnings.append(words % {"cells": listed(missing[:20])})


def _is_error(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"#[A-Z/0]+[!?A]?", value))


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
