"""How a figure or a moment is written for a reader: plain functions over plain values."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import TIMEDELTA_UNITS, format_date, format_interval, format_timedelta
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DAY = {
    "ar": "EEEE d MMMM y",
    "en": "EEE d MMM y",
    "fr": "EEE d MMM y",
}
# Units of a distance in time and their seconds; the first of which there are 1.2 is said.
UNITS = [(unit, size) for unit, size in TIMEDELTA_UNITS if unit != "second"]
# Nearer than this no number is said: right after an act "1 minute ago" reads like a fault.
NEAR_SECONDS = 45


def language() -> str:
    """The language in which figures and days are written: the page's, where CLDR knows it."""
    code = (get_language() or "en").split("-")[0]
    return code if _locale(code) else "en"


@lru_cache(maxsize=256)
def direction_of(code: str) -> str:
    """The direction of writing of a language, "rtl" or "ltr", as CLDR has it; of a language
    that CLDR does not know, "ltr"."""
    found = _locale(code)
    return "rtl" if found and found.text_direction == "rtl" else "ltr"


def language_name(code: str) -> str:
    """A language's name in the reader's language, as it stands in a sentence."""
    return _language_name(code, language())


@lru_cache(maxsize=256)
def _language_name(code: str, reader: str) -> str:
    found = _locale(code)
    return (found.get_display_name(reader) if found else None) or code


@lru_cache(maxsize=256)
def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def in_digits(text: str, digits: str) -> str:
    """`text` with Arabic-Indic digits where the city asks for them and the page is Arabic."""
    return text.translate(INDIC) if digits == "arab" and language() == "ar" else text


def country_names() -> dict[str, str]:
    """Countries by their code (ISO 3166-1 alpha-2), in the reader's language."""
    known = Locale(language()).territories
    groups = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
    parts = {"AC", "CP", "CQ", "DG", "EA", "IC", "TA"}  # islands and coasts of a country
    return {
        code: name
        for code, name in known.items()
        if len(code) == 2 and code.isalpha() and code not in groups | parts
    }


def number(value: int | float, digits: str = "latn") -> str:
    """A number grouped as the reader's language groups it."""
    system = "arab" if digits == "arab" and language() == "ar" else "latn"
    # Babel takes the separators of a system, not its digits.
    grouped = format_decimal(value, locale=Locale(language()), numbering_system=system)
    return in_digits(grouped, digits)


def day(moment: datetime, digits: str = "latn") -> str:
    """The day of a moment in the zone in force: Sun 22 Nov 2026."""
    return in_digits(_day(timezone.localtime(moment).date(), language()), digits)


@lru_cache(maxsize=512)  # a list of fifty names the same few days
def _day(on: date, tongue: str) -> str:
    return format_date(on, DAY.get(tongue, DAY["en"]), locale=tongue)


def date_words(on: date, digits: str = "latn") -> str:
    """A day that has no hour, written as `day` writes it."""
    return in_digits(_day(on, language()), digits)


def span_words(first: date, last: date, *, month_only: bool = False, digits: str = "latn") -> str:
    """The days from `first` to `last`, or the month alone where no more is known."""
    return in_digits(_span(first, last, month_only, language()), digits)


@lru_cache(maxsize=512)
def _span(first: date, last: date, month_only: bool, tongue: str) -> str:
    if month_only:
        return format_date(first, "LLLL y", locale=tongue)
    if first == last:
        return format_date(first, DAY.get(tongue, DAY["en"]), locale=tongue)
    # American order would put the month before the day that `DAY` puts first.
    return format_interval(first, last, "yMMMMd", locale="en_GB" if tongue == "en" else tongue)


def hour(moment: datetime, digits: str = "latn") -> str:
    """Hour and minute on a clock of 24 hours, in the zone in force."""
    return clock(timezone.localtime(moment).time(), digits)


def clock(at: time, digits: str = "latn") -> str:
    """An hour of the day on a clock of 24 hours, whatever the zone."""
    return in_digits(f"{at:%H:%M}", digits)


def zone(moment: datetime, digits: str = "latn") -> str:
    """The name of the zone in force, or its distance from UTC where it has no name."""
    name = timezone.localtime(moment).tzname() or "UTC"
    if name[0] in "+-":
        hours, minutes = int(name[1:3]), name[3:5]
        tail = f":{minutes}" if minutes and minutes != "00" else ""
        name = f"UTC{name[0]}{hours}{tail}"
    return in_digits(name, digits)


def ago(moment: datetime, now: datetime, digits: str = "latn") -> str:
    """How far `moment` lies from `now`, in words: just now, 5 minutes ago, in 2 hours."""
    away = (moment - now).total_seconds()
    if abs(away) < NEAR_SECONDS:
        return _("just now") if away <= 0 else _("in less than a minute")
    seconds = (moment - now) // timedelta(seconds=1)
    unit, size = next(
        (unit, size) for unit, size in UNITS if abs(seconds) >= 1.2 * size or unit == "minute"
    )
    count = max(1, round(abs(seconds) / size))
    return in_digits(_ago(unit, size * (count if seconds > 0 else -count), language()), digits)


@lru_cache(maxsize=2048)  # a list of fifty says few distances
def _ago(unit: str, seconds: int, tongue: str) -> str:
    """A distance that is whole in a unit, in that unit; behind where negative."""
    return format_timedelta(
        seconds,
        add_direction=True,
        granularity=unit,  # type: ignore[arg-type]
        threshold=1e9,
        locale=tongue,
    )
