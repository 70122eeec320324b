"""What a cell means: dates, figures, and words of our lists in Arabic, English and French.

Nothing is guessed: what is not understood raises `Unread` with the words for the reader, and
what was understood with a doubt is said beside the value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import gettext as _

from takatuf.activities.exchange.words import codes, codes_of_choices, folded, words_of
from takatuf.activities.vocabulary import Channel, Offer, Population, Status
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import OVERRIDES, clean_text, search_key
from takatuf.network.vocabulary import AgencyKind, Level
from takatuf.plans.catalogue import services

MOST_PEOPLE = 10_000_000_000  # nobody reaches more than there are
LONGEST = 80  # characters of a cell with a date or a figure
EARLIEST, LATEST = 1950, 2150  # years that a response is planned in
SERIALS = (20_000, 80_000)  # days since 1899-12-30 that a spreadsheet writes for 1954 to 2119


SEVERAL = re.compile(r"[;,|/\n،؛+&]|\band\b|\bet\b")
AND = re.compile(r"\sو(?=\S)")


class Unread(Exception):
    """A cell that is not understood: a code for programs, and the words for the reader."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@lru_cache(maxsize=1)
def _not_said() -> frozenset[str]:
    return frozenset(word for _all, words in words_of("not_said") for word in words)


def said(cell: str) -> str:
    """What a cell says: empty where it only says that nothing is known."""
    return "" if len(cell) < 20 and cell.casefold() in _not_said() else cell


def plain(cell: str) -> str:
    """A cell fit for keeping on one line. Raises `Unread` for text that turns its order round."""
    if cell.isascii():
        return " ".join(cell.split())
    return " ".join(kept(cell).split())


def kept(cell: str) -> str:
    """A cell fit for keeping, its lines as they are. Raises `Unread` as `plain` does."""
    if cell.isascii():
        return cell
    if OVERRIDES.search(cell):
        try:
            return clean_text(cell)
        except Refused as refusal:
            raise Unread(refusal.code, str(refusal)) from None
    return unicodedata.normalize("NFC", cell)


# Words of our lists


@lru_cache(maxsize=1)
def _levels() -> Mapping[str, str]:
    return {**codes("levels"), **codes_of_choices(Level)}


@lru_cache(maxsize=1)
def _statuses() -> Mapping[str, str]:
    return {**codes("statuses"), **codes_of_choices(Status)}


@lru_cache(maxsize=8)
def _lists(choices: Any) -> Mapping[str, tuple[str, ...]]:
    """The folded words of a list with the codes that each means: 24/7 is night and weekend."""
    name = {Channel: "channels", Population: "populations", Offer: "offers"}[choices]
    known: dict[str, tuple[str, ...]] = {}
    for code, words in words_of(name):
        for word in words:
            key = folded(word)
            known[key] = (*known.get(key, ()), code)
    return {**known, **{word: (code,) for word, code in codes_of_choices(choices).items()}}


@lru_cache(maxsize=1)
def _services() -> dict[str, str]:
    """Each service by its code, its names and the other words for it."""
    known: dict[str, str] = {}
    for service in services().values():
        for words in service.terms.values():
            for word in words:
                known.setdefault(folded(word), service.code)
    for service in services().values():
        for word in (service.code, *service.names.values()):
            known[folded(word)] = service.code
    return known


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, str]:
    return {**codes_of_choices(AgencyKind), **codes("kinds")}


def level_of(cell: str) -> str:
    """A level of government: one of the six, or HXL's four words, where local is the
    municipality and regional the region. Raises `Unread` for any other word."""
    found = _levels().get(folded(cell))
    if found is None:
        words = _("“%(text)s” is no level of government that we know. Write one of: %(known)s.")
        known = " · ".join(str(Level(code).label) for code in Level)
        raise Unread("unknown-level", words % {"text": cell[:60], "known": known})
    return found


def status_of(cell: str) -> str:
    """Where an activity stands, by word or IATI's number. Raises `Unread` for any other word."""
    found = _statuses().get(folded(cell))
    if found is None:
        words = _("“%(text)s” is no state of an activity that we know. Write one of: %(known)s.")
        known = " · ".join(str(Status(code).label) for code in Status)
        raise Unread("unknown-status", words % {"text": cell[:60], "known": known})
    return found


def kind_of(cell: str) -> str:
    """The kind of an organisation; empty where the words name none that we know."""
    return _kinds().get(folded(cell), "")


def sector_code_of(cell: str) -> str:
    """The code of a sector, OCHA's or a city's own; empty where the words name none."""
    return codes("sectors").get(folded(cell), "")


def service_of(cell: str) -> str:
    """The service that the whole of a cell names; empty where it names none or several."""
    found = _services().get(folded(cell), "")
    if found or len(cell) < 3:
        return found
    parts = {_services().get(folded(part), "") for part in re.split(r"[;|/\n،]", cell)} - {""}
    return parts.pop() if len(parts) == 1 else ""


def service_in(cell: str) -> str:
    """The one service whose words stand inside a longer text; empty where several services do,
    or none. The longest words count: a crisis line is no line."""
    words = folded(cell).split()
    if not 1 < len(words) <= 40:
        return ""
    known = _services()
    found: list[tuple[int, int, str]] = []
    for start in range(len(words)):
        for end in range(min(len(words), start + 7), start, -1):
            phrase = " ".join(words[start:end])
            code = known.get(phrase)
            # One short word may mean much else.
            if code and (end - start > 1 or len(phrase) > 5):
                found.append((start, end, code))
                break
    # Words inside longer words of the list do not count.
    apart = [
        each for each in found
        if not any(o[0] <= each[0] and each[1] <= o[1] and o != each for o in found)
    ]  # fmt: skip
    meant = {code for _start, _end, code in apart}
    return meant.pop() if len(meant) == 1 else ""


def codes_of(cell: str, choices: Any) -> tuple[tuple[str, ...], list[str]]:
    """The codes of a cell with one or several words of a list, and the words not understood."""
    known = _lists(choices)
    whole = known.get(folded(cell))
    if whole:
        return whole, []
    found: dict[str, None] = {}
    unknown = []
    for text in _parts(cell):
        # “والمتطوعين”: Arabic writes its “and” with the word that follows.
        together = [known.get(folded(text))]
        if not together[0]:
            together = [known.get(folded(part)) for part in AND.split(text)]
        if all(together):
            found.update(dict.fromkeys(code for each in together for code in each or ()))
        else:
            unknown.append(text)
    return tuple(found), unknown


def _parts(cell: str) -> list[str]:
    parts = (part.strip() for part in SEVERAL.split(cell))
    return [part for part in parts if part]


def languages_of(cell: str) -> tuple[tuple[str, ...], list[str]]:
    """The languages of a cell as BCP 47 codes, and the words not understood."""
    known = _known_languages()
    found: dict[str, None] = {}
    unknown = []
    for text in _parts(cell):
        together = [known.get(folded(part)) for part in AND.split(text)]
        if all(together):
            found.update(dict.fromkeys(each for each in together if each))
        else:
            unknown.append(text)
    return tuple(found), unknown


@lru_cache(maxsize=1)
def _known_languages() -> Mapping[str, str]:
    from babel.core import Locale

    known: dict[str, str] = {}
    for language in ("ar", "en", "fr"):
        for code, name in Locale(language).languages.items():
            if len(code) <= 3:
                known.setdefault(folded(code), code)
                known.setdefault(folded(name), code)
    return {**known, **codes("languages")}


def written_in(text: str) -> str:
    """The language of a text where its script tells it: Arabic; empty otherwise."""
    if text.isascii():
        return ""
    letters = [char for char in text if char.isalpha()]
    arabic = sum("\u0600" <= char <= "\u06ff" for char in letters)
    return "ar" if letters and arabic * 2 > len(letters) else ""


# Figures


ABOUT = re.compile(
    r"(?:~|≈|±|>|about|approx\.?|approximately|around|circa|ca\.?|more than|over|environ|env\.|"
    r"près de|plus de|حوالي|نحو|تقريبا|تقريبًا|قرابة|أكثر من)\s*(?=[\d٠-٩])",
    re.I,
)


def without_about(cell: str) -> str:
    """A figure without the words that say that it is not exact: ~500, about 500, 500+."""
    text = cell.strip()
    match = ABOUT.match(text)
    return (text[match.end() :] if match else text).removesuffix("+").rstrip()


def count_of(cell: str, *, most: int = MOST_PEOPLE) -> int:
    """A number of people. Raises `Unread` for what is none, is negative or beyond belief."""
    text = search_key(cell[:LONGEST]).replace("٬", ",").replace("٫", ".").replace("\u2019", "'")
    text = re.sub(r"\s|\u00a0|\u202f", "", text)
    # 1,200 and 1.200 people are no fractions; 1,200.00 has one of nothing.
    if match := re.fullmatch(r"(\d{1,3}([.,'])\d{3}(?:\2\d{3})*)(?:(?!\2)[.,]0+)?", text):
        text = re.sub(r"[.,']", "", match[1])
    text = re.sub(r"[.,]0+$", "", text)
    if not re.fullmatch(r"\d{1,15}", text):
        words = _("“%(text)s” is no number of people. Write digits alone, as in 1200.")
        raise Unread("not-a-number", words % {"text": cell[:60]})
    number = int(text)
    if number > most:
        words = _("“%(text)s” is more people than there are.")
        raise Unread("not-a-number", words % {"text": cell[:60]})
    return number


def degrees_of(cell: str, *, most: int) -> float:
    """Degrees of latitude (`most` 90) or longitude (180). Raises `Unread` beyond them."""
    text = search_key(cell[:LONGEST]).replace("٫", ".").replace("−", "-").strip("° ")
    sign = -1 if re.search(r"[sw]$", text) else 1
    text = re.sub(r"[°\s]*[nsew]$", "", text)
    if re.fullmatch(r"[+-]?\d{1,3},\d+", text):
        text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d*)?", text):
        words = _("“%(text)s” is no position. Write degrees, as in 33.8938.")
        raise Unread("not-degrees", words % {"text": cell[:60]})
    degrees = sign * float(text)
    if abs(degrees) > most:
        words = _("“%(text)s” is beyond %(most)s degrees. Are latitude and longitude exchanged?")
        raise Unread("not-degrees", words % {"text": cell[:60], "most": most})
    return degrees


def both_degrees_of(cell: str) -> tuple[float, float]:
    """Latitude and longitude of one cell: “33.89, 35.50” or “33.89 35.50”."""
    text = cell.strip("()[] ")
    separator = next((each for each in (";", "،", ", ", " ", ",") if each in text), ",")
    parts = [part for part in (part.strip(" ,") for part in text.split(separator)) if part]
    if len(parts) != 2:
        words = _("“%(text)s” is no position. Write degrees, as in 33.8938.")
        raise Unread("not-degrees", words % {"text": cell[:60]})
    return degrees_of(parts[0], most=90), degrees_of(parts[1], most=180)


# Dates

ORDERS = ("dmy", "mdy", "ymd")
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?")
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
PARTS = re.compile(r"(\d{1,4})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{1,4})(?:[t ,].*)?")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
MONTH_ALONE = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")
# What spreadsheets and databases write for “no date”: (year, month, day).
SENTINELS = frozenset(
    {(1899, 12, 30), (1899, 12, 31), (1900, 1, 0), (1900, 1, 1), (1969, 12, 31), (1970, 1, 1)}
)
# A year from 1300 to 1499, or a sign that the year is counted from the Hijra.
HIJRI = re.compile(r"(?<!\d)1[34]\d\d(?!\d)|\d\s*(?:ه|هـ|ah|a\.h\.)$")
TIME_ALONE = re.compile(r"0{1,2}:00(:00(\.0+)?)?")


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell with a date shows before the order of its figures is known.

    `when` is the date where the cell leaves no doubt, `figures` its three numbers where it
    does; neither where it means no date at all. `part` names what was read from less, "month"
    or "serial", and "missing" where a computer wrote for no date the day it counts from.
    """

    when: date | None = None
    figures: tuple[int, int, int] | None = None
    last: date | None = None  # of a month alone, its last day
    part: str = ""


def written(cell: str) -> Written | None:
    """What a cell shows as a date; None where it shows none."""
    return _written(cell) if len(cell) <= LONGEST else None


@lru_cache(maxsize=20_000)
def _written(cell: str) -> Written | None:
    text = search_key(cell).strip()
    if not text or TIME_ALONE.fullmatch(text) or text in {"0", "0.0"}:
        return Written()
    for pattern in (ISO, COMPACT):
        if match := pattern.fullmatch(text):
            year, month, day = (int(part) for part in match.groups()[:3])
            return _dated(year, month, day)
    if match := PARTS.fullmatch(text):
        one, two, three = (int(part) for part in match.groups())
        if len(match[1]) <= 2:
            return _figures(one, two, three, len(match[3]))
        return _dated(one, two, three) if len(match[1]) == 4 else None
    if match := SERIAL.fullmatch(text):
        days = int(match[1])
        if SERIALS[0] <= days <= SERIALS[1]:
            return Written(date.fromordinal(date(1899, 12, 30).toordinal() + days), part="serial")
        return None
    return _by_month(text)


def _dated(year: int, month: int, day: int) -> Written | None:
    if (year, month, day) in SENTINELS:
        return Written(part="missing")
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    return Written(when) if EARLIEST <= year <= LATEST else None


def _figures(one: int, two: int, three: int, digits: int) -> Written | None:
    """Three figures of which the first has one or two digits."""
    if digits == 3:
        return None
    # Of two digits, 69, 70, 99 and 00 are taken for the years in which computers begin to count.
    year = three if digits == 4 else 1900 + three
    if not SENTINELS.isdisjoint({(year, two, one), (year, one, two)}):
        return Written(part="missing")
    if digits == 4 and one == two:
        return _dated(three, two, one)
    return Written(figures=(one, two, three))


def _by_month(text: str) -> Written | None:
    """A date whose month is a word, or a month alone."""
    from calendar import monthrange

    words = [word for word in re.split(r"[\s,./\-]+|(?<=\d)(?=[^\d\s])", text) if word]
    words = [re.sub(r"^(\d{1,2})(st|nd|rd|th|er|e)$", r"\1", word) for word in words]
    words = [word for word in words if word not in BESIDE and word not in _weekdays()]
    figures = [int(word) for word in words if word.isdigit() and len(word) <= 4]
    named = _months().get(" ".join(word for word in words if not word.isdigit()), 0)
    year = next((figure for figure in figures if figure > 31), 0)
    if named and len(figures) == 2:
        day = next((figure for figure in figures if figure != year), 0)
        if not year:  # 5 May 24
            day, year = figures[0], 2000 + figures[1]
        elif year < 100:
            year += 1900 if year >= 70 else 2000
        return _dated(year, named, day)
    month = named if named and len(figures) == 1 and year > 999 else 0
    if match := MONTH_ALONE.fullmatch(text):
        year, month = (int(match[1]), int(match[2])) if match[1] else (int(match[4]), int(match[3]))
    if month and 1 <= month <= 12 and EARLIEST <= year <= LATEST:
        last = date(year, month, monthrange(year, month)[1])
        return Written(date(year, month, 1), last=last, part="month")
    return None


BESIDE = frozenset({"of", "de", "le", "من", "st", "nd", "rd", "th", "er", "the", "يوم", "في"})


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    return frozenset(search_key(word) for _all, words in words_of("weekdays") for word in words)


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {
        " ".join(search_key(word).split()): int(month)
        for month, words in words_of("months")
        for word in words
    }


@lru_cache(maxsize=1)
def _open_ended() -> frozenset[str]:
    return frozenset(folded(word) for _all, words in words_of("open_ended") for word in words)


def is_open_ended(cell: str) -> bool:
    """Whether a cell says in words that something goes on, where a date could stand."""
    return len(cell) <= LONGEST and folded(cell) in _open_ended()


def is_date(cell: str) -> bool:
    """Whether a cell shows a date, or says that there is none."""
    return not said(cell) or written(cell) is not None or is_open_ended(cell)


def in_order(figures: tuple[int, int, int], order: str) -> date | None:
    """The date that three figures are in an order; None where they are none in it."""
    one, two, three = figures
    year, month, day = {
        "dmy": (three, two, one),
        "mdy": (three, one, two),
        "ymd": (one, two, three),
    }[order]
    if year < 100:
        year += 1900 if year >= 70 else 2000
    try:
        return date(year, month, day) if EARLIEST <= year <= LATEST else None
    except ValueError:
        return None


def date_of(cell: str, order: str, *, last: bool = False) -> tuple[date | None, str]:
    """The date of a cell, and what it was read from where that is less than a day: "month" or
    "serial". No date where the cell says that there is none, "missing" where it does so by the
    day that computers count from. `last` takes the end of a month.

    Raises `Unread` for what is no date, or none in the order that was told.
    """
    found = written(cell)
    if found is None or (found.figures and not any(in_order(found.figures, o) for o in ORDERS)):
        words = _("“%(text)s” is no date. Write it as 2026-06-15.")
        if HIJRI.search(search_key(cell[:LONGEST])):
            words = _("“%(text)s” is a Hijri date, which is not read. Write it as 2026-06-15.")
        raise Unread("not-a-date", words % {"text": cell[:60]})
    if found.figures:
        when = in_order(found.figures, order or "dmy")
        if when is None:
            words = _("“%(text)s” is no date when read as %(order)s. Write it as 2026-06-15.")
            raise Unread("not-a-date", words % {"text": cell[:60], "order": order_name(order)})
        return when, ""
    return (found.last if last and found.last else found.when), found.part


def order_in(heading: str) -> str:
    """The order that a heading tells: “Start (dd/mm/yyyy)”; empty where it tells none."""
    match = re.search(
        r"\b([dj]{1,2})?[-/.]?(m{1,2})[-/.]?([dj]{1,2})?[-/.]?([ya]{2,4})\b", heading, re.I
    )
    if match and match[1] and not match[3]:
        return "dmy"
    if match and match[3] and not match[1]:
        return "mdy"
    return ""


def order_name(order: str) -> str:
    """An order of day, month and year as people name it."""
    return {
        "dmy": _("day/month/year"),
        "mdy": _("month/day/year"),
        "ymd": _("year/month/day"),
    }.get(order, "")


@dataclass(slots=True)
class Orders:
    """What the dates of a table tell about the order of their figures."""

    only: dict[str, int] = field(default_factory=dict)  # order → cells that only it reads
    open: int = 0  # cells that several read
    samples: list[str] = field(default_factory=list)
    possible: set[str] = field(default_factory=set)
    example: dict[str, str] = field(default_factory=dict)

    def see(self, cells: Iterable[str]) -> None:
        for cell in cells:
            shown = written(cell) if said(cell) else None
            if shown is None or shown.figures is None:
                continue
            year_last = shown.figures[2] > 99
            orders = ORDERS[:2] if year_last else ORDERS
            fitting = [order for order in orders if in_order(shown.figures, order)]
            if len(fitting) == 1:
                self.only[fitting[0]] = self.only.get(fitting[0], 0) + 1
                self.example.setdefault(fitting[0], cell)
            elif len({in_order(shown.figures, order) for order in fitting}) > 1:
                self.open += 1
                self.possible.update(fitting)
                if len(self.samples) < 3 and cell not in self.samples:
                    self.samples.append(cell)

    @property
    def best(self) -> str:
        """The order that is clearly best; empty where none is, or none is needed."""
        ranked = sorted(self.only, key=lambda order: -self.only[order])
        if not ranked:
            return ""
        second = self.only[ranked[1]] if len(ranked) > 1 else 0
        return ranked[0] if 20 * second <= self.only[ranked[0]] else ""


def is_people(cell: str) -> bool:
    """Whether a cell names groups of people, all or some of its words."""
    return bool(codes_of(cell, Population)[0])


def _reads(meaning: Callable[[str], object], cell: str) -> bool:
    try:
        return not said(cell) or meaning(cell) is not None
    except Unread:
        return False


# Fields whose values show whether a heading was rightly understood.
FITS: dict[str, Callable[[str], bool]] = {
    "level": partial(_reads, level_of),
    "status": partial(_reads, status_of),
    **dict.fromkeys(
        ("targeted", "reached", "weekly_capacity"),
        partial(_reads, lambda cell: count_of(without_about(cell))),
    ),
    "latitude": partial(_reads, partial(degrees_of, most=90)),
    "longitude": partial(_reads, partial(degrees_of, most=180)),
    "coordinates": partial(_reads, both_degrees_of),
}
