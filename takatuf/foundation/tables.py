"""Tables as people really send them: CSV in some encoding, TSV, XLSX, XLS, ODS. Bytes to rows
of text.

Nothing is guessed silently: what was chosen stands in the warnings, what cannot be decided
is asked, what would lose rows is refused with the line.
"""

import codecs
import csv
import io
import itertools
import json
import logging
import re
import struct
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from takatuf.foundation.errors import Refused
from takatuf.foundation.text import CONTROLS, listed

logger = logging.getLogger(__name__)

READER = Path(__file__).with_name("workbooks.py")
READER_MEGABYTES = 700  # what reading a workbook may take, in a process of its own
READER_SECONDS = 20
PROLOGUE = 2**20  # bytes of a part in which an entity could be declared
MOST_TO_GUESS = 300_000  # bytes of a file from which its encoding and delimiter are told
MOST_NAMED = 20  # cells or lines that one message names
REPEATED = 200  # characters; a longer cell hardly stands in two rows
HEADER_WITHIN = 25  # rows
SIGNS = frozenset("=+-@＝＋－＠")  # with which a formula begins
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

# What the module zipfile raises for archives that are none.
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, NotImplementedError,
          EOFError, OSError, ValueError, KeyError, OverflowError)  # fmt: skip

Recognise = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken; a file with more is refused, and says which limit it was."""

    megabytes: int = 10
    rows: int = 20_000
    columns: int = 200
    characters: int = 10_000  # in a cell
    cells: int = 3_000_000
    unpacked: int = 48 * 1024 * 1024  # bytes of a workbook's parts together


class WhichEncoding(Refused):
    """The bytes read about as well in several ways. `readings` has each encoding with a sample
    of what it gives, the likeliest first."""

    def __init__(self, readings: Sequence[tuple[str, str]]) -> None:
        self.readings = tuple(readings)
        words = _(
            "The file is not UTF-8, and it is not clear what it is. "
            "Say which it is (at the command: --encoding). It reads as %(readings)s"
        )
        samples = [f"{name}: “{sample}”" for name, sample in readings]
        super().__init__(
            words % {"readings": " · ".join(samples) or "–"},
            code="which-encoding",
            field="encoding",
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; `line` is where it begins in the file, from 1. `filled` has the
    columns, from 0, whose value stands in a merged cell that begins in another row or column."""

    line: int
    cells: tuple[str, ...]
    filled: tuple[int, ...] = ()


@dataclass
class Table:
    """A table without its empty rows; `header` is the row that names the columns, `above` what
    stands before it. `encoding` is the kind of workbook where it is one."""

    header: Row
    rows: list[Row]
    encoding: str
    warnings: list[str] = field(default_factory=list)
    above: tuple[Row, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()  # all that hold anything, where there are several


def read_table(
    data: bytes,
    *,
    recognise: Recognise,
    encoding: str | None = None,
    sheet: str | None = None,
    limits: Limits = Limits(),
) -> Table:
    """Read CSV, TSV, XLSX, XLS or ODS. `recognise` counts the headings that it knows in a row.

    Raises `Refused`, with the line or cell, for what cannot be read without losing rows,
    and asks for an encoding where two readings are about equally likely (`WhichEncoding`).
    """
    if len(data) > limits.megabytes * 2**20:
        words = _("The file is larger than %(most)s MB. Split it.")
        raise Refused(words % {"most": limits.megabytes}, code="too-large")
    if not data[:4096].strip(b"\x00 \t\r\n") and not data.strip(b"\x00 \t\r\n"):
        raise Refused(_("The file is empty."), code="empty-file")
    warnings: list[str] = []
    title = ""
    sheets: list[str] = []
    kind = _kind(data, limits)
    if kind:
        title, sheets, rows = _workbook_rows(data, sheet, recognise, limits, warnings)
        rows, encoding = _cleaned(rows, limits, warnings), kind
        found = _header(rows, recognise)
    else:
        _refuse_other_kinds(data)
        text, encoding = decode(data, encoding, warnings)
        rows, found = _best_delimiter(text, recognise, limits, warnings)
    if not rows:
        raise Refused(_("The file is empty."), code="empty-file")
    if found is None:
        raise Refused(
            _("No row with known headings was found in the first %(most)s rows.")
            % {"most": HEADER_WITHIN},
            code="no-header",
        )
    body = [row for row in rows[found + 1 :] if any(row.cells)]
    if merged := [str(row.line) for row in body if row.filled]:
        words = _(
            "Merged cells were read in each of their rows; figures in the first alone. "
            "The lines: %(lines)s."
        )
        shown = merged[:MOST_NAMED] + ["…"] * (len(merged) > MOST_NAMED)
        warnings.append(words % {"lines": listed(shown)})
    return Table(rows[found], body, encoding, warnings, tuple(rows[:found]), title, tuple(sheets))


def _kind(data: bytes, limits: Limits) -> str:
    """Which kind of workbook it is by its first bytes; empty where it is none."""
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data, limits)
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return ""
    if "EncryptedPackage".encode("utf-16-le") in data:  # an XLSX inside, behind a password
        raise _with_password()
    return "xls"


def _refuse_other_kinds(data: bytes) -> None:
    start = data[:512].lstrip().lower()
    known = (b"%pdf", b"<!doctype", b"<html", b"<?xml", b"{\\rtf", b"\x89png", b"gif8",
             b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"rar!", b"\x7felf", b"mz\x90",
             b"sqlite format")  # fmt: skip
    # A list of objects, or of lists: read as CSV, each of its lines would be a row.
    is_json = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[{]|\{\s*[\"}])", data[:512])
    if start.startswith(known) or is_json or _is_binary(data):
        raise Refused(_("This is not a table. Save it as CSV or XLSX."), code="not-a-table")


def _is_binary(data: bytes) -> bool:
    """Whether bytes are no text in any encoding: control characters that no text has."""
    if any(data.startswith(mark) for mark, _name in MARKS):
        return False
    part = data[:65_536]
    if part.count(0) * 20 > len(part):
        # UTF-16 without a mark has a zero in every other place of its Latin text, and no more.
        return part[::2].count(0) > 4 and part[1::2].count(0) > 4
    odd = sum(part.count(byte) for byte in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
    return odd > 8 and odd * 50 > len(part)


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
    part = _telling_part(data)
    for name in ENCODINGS:
        try:
            data.decode(name)
            text = part.decode(name)
        except UnicodeDecodeError:
            continue
        if all(text != other for _score, _name, other in readings):
            readings.append((likeness(text), name, text))
    # The article tells the two Arabic encodings apart where both give Arabic letters.
    readings.sort(key=lambda reading: (reading[0], _articles(reading[2])), reverse=True)
    _refuse_mixed(data)
    unclear = (
        not readings
        or readings[0][0] < SURE
        or (
            len(readings) > 1
            and readings[0][0] - readings[1][0] < NEAR
            and _articles(readings[0][2]) <= _articles(readings[1][2])
            and not (_mixes_scripts(readings[1][2]) and not _mixes_scripts(readings[0][2]))
        )
    )
    if unclear:
        raise WhichEncoding([(name, _sample(text)) for _score, name, text in readings])
    _score, name, text = readings[0]
    words = _("The file is not UTF-8; it was read as %(encoding)s, as in “%(sample)s”.")
    warnings.append(words % {"encoding": f"{name} ({ENCODINGS[name]})", "sample": _sample(text)})
    return data.decode(name), name


def _refuse_mixed(data: bytes) -> None:
    """Some lines in UTF-8 and others in an older encoding, as when two files were put together:
    no reading gives the words of all. By chance hardly a line of words is UTF-8."""
    old, new = [], 0
    for line, part in enumerate(re.split(rb"\r\n|\r|\n", data), 1):
        if not part.isascii():
            try:
                part.decode()
                new += 1
            except UnicodeDecodeError:
                old.append(line)
    if new and old:
        words = _(
            "Some lines are UTF-8 and others are not (%(lines)s): the file was put together from "
            "two encodings. Save each part as UTF-8 first."
        )
        shown = [str(line) for line in old[:MOST_NAMED]] + ["…"] * (len(old) > MOST_NAMED)
        raise Refused(words % {"lines": listed(shown)}, code="mixed-encodings", field="encoding")


def _mixes_scripts(text: str) -> bool:
    """Whether a word has Arabic and Latin letters side by side: ةcoute for École. Nobody writes
    so; it is the sign of a wrong reading."""
    return bool(MIXED.search(text))


def _telling_part(data: bytes) -> bytes:
    """The lines with a byte beyond ASCII, of a large file as many as tell its encoding."""
    if len(data) <= MOST_TO_GUESS:
        return data
    lines = [line for line in re.split(rb"[\r\n]+", data) if not line.isascii()]
    step = max(1, sum(map(len, lines)) // MOST_TO_GUESS)
    return b"\n".join(lines[::step])[: 2 * MOST_TO_GUESS]


WORD = re.compile(r"[^\W\d_]+(?:[’'ـ\u064b-\u0652]+[^\W\d_]+)*")
# Printed signs that stand inside a word only when the reading is wrong.
MISPLACED = re.compile(r"[^\W\d_][\u0080-\u009f¡¢£¤¥¦§¨©ª¬®¯±²³´µ¶¸¹º¼½¾¿×÷ƒˆ†‡•‰]+(?=[^\W\d_])")
MIXED = re.compile(r"[\u0621-\u064a][a-zà-öø-ÿ]|[a-zà-öø-ÿ][\u0621-\u064a]", re.I)
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

LINE_END = re.compile(r"\r\n|\r|\n")
INSIDE_QUOTES = re.compile(r'[^"]*+(?:""[^"]*+)*+')
LINE_ENDS = re.compile(r"[\r\n]+")
LONGEST_LINE = 100_000  # that is split at once; the module csv knows such a limit too


def parse_delimited(text: str, delimiter: str, limits: Limits = Limits()) -> list[Row]:
    """Rows of a delimited text (RFC 4180), with the line on which each begins.

    Raises `Refused` for a quote that is never closed, or closed in the middle of a cell on
    another line: read on, either would swallow rows.
    """
    rows: list[Row] = []
    cells: list[str] = []
    cell: list[str] = []
    line = begun = quoted_from = 1
    quoted = closed = False
    blank = True  # the cell so far
    count = since = 0  # of cells; where the row begins
    spans: list[tuple[int, int, int]] = []  # line, begin and end of the rows of several lines
    at, end = 0, len(text)
    mark = re.escape(delimiter)
    plain = re.compile(rf'[^"\r\n{mark}]+')
    loose = re.compile(rf"[^\r\n{mark}]+")
    # A line whose quotes all frame a cell; nearly every line is one, or has no quotes at all.
    framed = re.compile(
        rf'(?:"(?:[^"]|"")*+"|[^"{mark}]*+)(?:{mark}(?:"(?:[^"]|"")*+"|[^"{mark}]*+))*+'
    )

    def check_columns(count: int) -> None:
        if count > limits.columns:
            words = _("Line %(line)s has more than %(most)s columns.")
            raise Refused(words % {"line": line, "most": limits.columns}, code="too-large")

    def end_cell() -> None:
        nonlocal closed, blank
        cells.append("".join(cell))
        cell.clear()
        closed, blank = False, True
        check_columns(len(cells))

    def keep_row() -> None:
        nonlocal cells, count
        count += len(cells)
        if any(each.strip() for each in cells):
            rows.append(Row(begun, tuple(cells)))
        if len(rows) > limits.rows + HEADER_WITHIN:
            raise _too_many_rows(limits)
        if count > limits.cells:
            raise _too_many_cells(limits)
        cells = []

    while at < end:
        if not (quoted or cells or cell or closed):
            since = at
            if empty := LINE_ENDS.match(text, at):
                at = empty.end()
                line += len(LINE_END.findall(empty.group()))
                begun = line
                continue
            ends = LINE_END.search(text, at)
            whole = text[at : ends.start()] if ends else text[at:]
            if '"' not in whole:
                check_columns(whole.count(delimiter) + 1)
                cells = whole.split(delimiter)
            elif len(whole) < LONGEST_LINE and framed.fullmatch(whole):
                cells = next(csv.reader([whole], delimiter=delimiter))
                check_columns(len(cells))
            if cells:
                keep_row()
                at = ends.end() if ends else end
                line += 1
                begun = line
                continue
        char = text[at]
        if quoted:
            run = INSIDE_QUOTES.match(text, at)
            part = run.group() if run else ""
            line += part.count("\n") + part.count("\r") - part.count("\r\n")
            cell.append(part.replace('""', '"'))
            at += len(part)
            if at == end:
                break
            quoted, closed = False, True  # what stands here can only be the closing quote
        elif char == delimiter:
            end_cell()
        elif char in "\r\n":
            if line > begun:
                spans.append((begun, since, at))
            at += text.startswith("\r\n", at)
            end_cell()
            keep_row()
            line += 1
            begun = line
        elif char == '"' and blank and not closed:
            cell.clear()
            blank = False
            quoted, quoted_from = True, line
        else:
            if closed and line > quoted_from and char.strip():
                words = _("The quote that opens on line %(line)s is not closed where a cell ends.")
                raise Refused(words % {"line": quoted_from}, code="open-quote")
            # Once something stands in a cell, its quotes are letters like others.
            run = (plain if blank or closed else loose).match(text, at)
            part = run.group() if run else char
            if closed and part.strip():
                # Quotes inside a cell that nobody doubled: keep what was written.
                cell.insert(0, '"')
                cell.append('"')
                closed = False
            cell.append(part)
            blank = blank and not part.strip()
            at += len(part)
            continue
        at += 1
    if quoted:
        words = _("The quote that opens on line %(line)s is never closed.")
        raise Refused(words % {"line": quoted_from}, code="open-quote")
    if cells or cell:
        if line > begun:
            spans.append((begun, since, end))
        end_cell()
        keep_row()
    if spans:
        _refuse_swallowed(rows, spans, text, delimiter)
    return rows


def _refuse_swallowed(
    rows: Sequence[Row], spans: Iterable[tuple[int, int, int]], text: str, delimiter: str
) -> None:
    """Refuse a cell over several lines of which each would be a row of its own: between two
    quotes that stand astray, far apart, every row would be lost and nothing be amiss."""
    width = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    for line, begin, end in spans:
        parts = LINE_END.split(text[begin:end])
        alike = [part.count(delimiter) == width - 1 for part in parts]
        # Two lines of prose may have as many commas as that by chance.
        telling = len(parts) > 2 or width > 4 or delimiter != ","
        if width > 2 and telling and alike[0] and alike[-1] and sum(alike) >= 0.8 * len(alike):
            words = _(
                "The quote that opens on line %(line)s is closed only on line %(last)s, and the "
                "lines between look like rows."
            )
            last = line + len(parts) - 1
            raise Refused(words % {"line": line, "last": last}, code="open-quote")


def _too_many_rows(limits: Limits) -> Refused:
    words = _("The table has more than %(most)s rows. Split it.")
    return Refused(words % {"most": limits.rows}, code="too-large")


def _too_many_cells(limits: Limits) -> Refused:
    words = _("The table has more than %(most)s cells. Split it.")
    return Refused(words % {"most": limits.cells}, code="too-large")


def _best_delimiter(
    text: str, recognise: Recognise, limits: Limits, warnings: list[str]
) -> tuple[list[Row], int | None]:
    """Rows by the delimiter that shows the most known headings, else the steadiest rows."""
    told = re.match(r"sep=(.)\r?\n", text)
    candidates: Sequence[str] = DELIMITERS
    if told:
        text = "\n" + text[told.end() :]
        candidates = [told[1]]
    elif len(text) > MOST_TO_GUESS:
        candidates = [_delimiter_of(text, recognise)]
    best: tuple[tuple[int, int], list[Row], int | None] | None = None
    refusal: Refused | None = None
    for delimiter in candidates:
        if delimiter not in text and delimiter != ",":
            continue
        try:
            rows = parse_delimited(text, delimiter, limits)
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
    return _cleaned(best[1], limits, warnings), best[2]


def _delimiter_of(text: str, recognise: Recognise) -> str:
    """The delimiter of a large text by its first lines, so that it is read only once."""

    def shows(delimiter: str) -> tuple[int, int]:
        top = _top_rows(text, delimiter)
        return max(map(recognise, top), default=0), max(map(len, top), default=0)

    return max(DELIMITERS, key=shows)


def _top_rows(text: str, delimiter: str) -> list[list[str]]:
    lines = LINE_END.split(text[:20_000])[:HEADER_WITHIN]
    return [[cell.strip(' "') for cell in line.split(delimiter)] for line in lines]


def _header(rows: Sequence[Row], recognise: Recognise) -> int | None:
    """The index of the row, among the first, that holds the most known headings."""
    counts = [recognise(row.cells) for row in rows[:HEADER_WITHIN]]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _cleaned(rows: Iterable[Row], limits: Limits, warnings: list[str]) -> list[Row]:
    """Cells without control characters and blank ends; which cells lost some is said.

    A cell that stands in many rows is kept once: a table of fifty thousand rows repeats nearly
    all of its cells.
    """
    cleaned: list[Row] = []
    changed: list[str] = []
    known: dict[str, str] = {}
    for row in rows:
        cells = []
        for column, raw in enumerate(row.cells, 1):
            if len(raw) > limits.characters:
                words = _("Line %(line)s, column %(column)s: longer than %(most)s characters.")
                at = {"line": row.line, "column": column, "most": limits.characters}
                raise Refused(words % at, code="too-large")
            cell = raw
            if not raw.isprintable():
                cell = CONTROLS.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
                if len(cell) < len(raw.replace("\r\n", "\n")) and len(changed) < MOST_NAMED:
                    changed.append(f"{row.line}:{column}")
            cell = cell.strip().strip("\ufeff")
            if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
                cell = cell[2:-1]  # how a CSV tells Excel that 0047 is text
            elif cell.startswith("'") and cell[1:].lstrip(" ")[:1] in SIGNS:
                cell = cell[1:]  # how a CSV tells Excel that +47 is no formula, ours too
            cells.append(known.setdefault(cell, cell) if len(cell) < REPEATED else cell)
        while cells and not cells[-1]:
            cells.pop()
        cleaned.append(Row(row.line, tuple(cells), row.filled))
    if changed:
        words = _("Control characters were taken out of these cells (line:column): %(cells)s.")
        warnings.append(words % {"cells": listed(changed)})
    return cleaned


# Workbooks


def _workbook_rows(
    data: bytes, sheet: str | None, recognise: Recognise, limits: Limits, warnings: list[str]
) -> tuple[str, list[str], list[Row]]:
    """The name of one sheet of a workbook, the names of all between which it was chosen, and its
    rows: values, not formulas."""
    sheets: list[str] = []
    first, answers = _asked(data, sheet, limits)
    if "heads" in first:
        heads = first["heads"]
        if not heads:
            raise Refused(_("The file is empty."), code="empty-file")
        sheets = list(heads)
        # The sheet whose first rows show the most known headings; the first of equals.
        chosen = max(heads, key=lambda name: max(map(recognise, heads[name])))
        words = _("Only the sheet “%(sheet)s” was read. Choose another with --sheet: %(others)s.")
        others = listed(name for name in heads if name != chosen)
        warnings.append(words % {"sheet": chosen, "others": others})
        first, answers = _asked(data, chosen, limits)
    rows = []
    known: dict[str, str] = {}
    for answer in answers:
        if isinstance(answer, list):
            line, cells, *filled = answer
            kept = tuple(known.setdefault(cell, cell) for cell in cells)
            rows.append(Row(line, kept, tuple(*filled)))
        elif answer.get("missing"):
            words = _(
                "These cells hold a formula without a value and count as empty (line:column): "
                "%(cells)s. Open the workbook, save it, and read it again."
            )
            warnings.append(words % {"cells": listed(answer["missing"])})
    if not rows:
        raise Refused(_("The file is empty."), code="empty-file")
    return first["sheet"], sheets, rows


def _asked(data: bytes, sheet: str | None, limits: Limits) -> tuple[dict[str, Any], Iterator[Any]]:
    """The first answer of the process that reads workbooks, and the others. Raises `Refused` for
    its refusals, and where it took more memory or time than it may."""
    asked = {
        "sheet": sheet,
        "head": HEADER_WITHIN,
        "rows": limits.rows + HEADER_WITHIN,
        "columns": limits.columns,
        "cells": limits.cells,
        "characters": limits.megabytes * 2**20,
        "shown": MOST_NAMED,
        "megabytes": READER_MEGABYTES,
        "seconds": READER_SECONDS,
    }
    try:
        done = subprocess.run(  # noqa: S603  our own program and arguments, no shell
            [sys.executable, "-I", str(READER), json.dumps(asked)],
            input=data,
            capture_output=True,
            timeout=2 * READER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _takes_too_much() from None
    # The last line tells whether it went well.
    last = done.stdout[done.stdout.rstrip(b"\n").rfind(b"\n") + 1 :]
    if last.startswith(b'{"refused"'):
        raise _refused(json.loads(last), sheet, limits)
    if done.returncode or not last:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        logger.warning("The reader of workbooks ended with %s: %s", done.returncode, said)
        if b"panicked" in done.stderr and b"memory allocation" not in done.stderr:
            raise _unreadable()  # a broken file, at which the reader stumbled
        raise _takes_too_much()
    lines = iter(io.BytesIO(done.stdout))
    return json.loads(next(lines)), map(json.loads, lines)


def _takes_too_much() -> Refused:
    words = _(
        "The workbook takes more memory or time than a table may: often a cell far below or "
        "beside the list holds something. Copy the list alone into a new workbook."
    )
    return Refused(words, code="too-large")


def _refused(answer: dict[str, Any], sheet: str | None, limits: Limits) -> Refused:
    code = answer["refused"]
    if code == "no-such-sheet":
        words = _("The workbook has no sheet “%(sheet)s”. It has: %(sheets)s.")
        values = {"sheet": sheet, "sheets": listed(answer["sheets"])}
        return Refused(words % values, code=code, field="sheet")
    if code == "too-many-columns":
        words = _("Line %(line)s has more than %(most)s columns.")
        return Refused(words % {"line": answer["line"], "most": limits.columns}, code="too-large")
    if code == "too-many-rows":
        return _too_many_rows(limits)
    if code == "too-many-cells":
        return _too_many_cells(limits)
    if code == "too-large":
        return _takes_too_much()
    if code == "password":
        return _with_password()
    return _unreadable()


def _with_password() -> Refused:
    return Refused(_("The workbook has a password. Save it without one."), code="password")


def _unreadable() -> Refused:
    return Refused(_("The workbook cannot be read. Save it again as .xlsx."), code="bad-workbook")


def _kind_of_archive(data: bytes, limits: Limits) -> str:
    """Whether an archive is an XLSX or an ODS. Raises `Refused` for what is neither, or unpacks
    into more than we take."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            kind = "xlsx" if "xl/workbook.xml" in names else ""
            if "content.xml" in names and "mimetype" in names:
                with archive.open("mimetype") as opened:
                    kind = "ods" if b"spreadsheet" in opened.read(200) else ""
            if not kind:
                raise Refused(
                    _("This is not an Excel workbook. Save it as CSV or XLSX."), code="not-a-table"
                )
            if len(parts) > 5_000 or sum(part.file_size for part in parts) > limits.unpacked:
                raise Refused(
                    _("The workbook unpacks to more than %(most)s MB. Save the list alone.")
                    % {"most": limits.unpacked // 2**20},
                    code="too-large",
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    # The reader resolves no entity; a file that declares one means harm.
                    with archive.open(part) as opened:
                        start = opened.read(PROLOGUE).replace(b"\x00", b"").upper()
                    if b"<!DOCTYPE" in start:
                        words = _("The workbook holds what no workbook should.")
                        raise Refused(words, code="bad-workbook")
    except BROKEN as error:
        raise _unreadable() from error
    return kind
