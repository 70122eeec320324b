"""Countries: their names, regions, timezones and languages, as CLDR and ISO 3166 have them; and the
words for a place that no district stands for."""

from __future__ import annotations

from functools import lru_cache

import pycountry
from babel.core import Locale, UnknownLocaleError, get_global
from babel.languages import get_official_languages
from django.utils.translation import get_language

from takatuf.foundation.text import search_key

# The members of the League of Arab States; for every other country the first part of its
# first timezone tells the region.
ARAB = frozenset({
    "DZ", "BH", "KM", "DJ", "EG", "IQ", "JO", "KW", "LB", "LY", "MR",
    "MA", "OM", "PS", "QA", "SA", "SO", "SD", "SY", "TN", "AE", "YE",
})  # fmt: skip
NORTH_AMERICA = frozenset({"US", "CA", "GL", "BM", "PM"})
OF_ZONE = {
    "Africa": "africa",
    "America": "latin-america",
    "Asia": "asia-pacific",
    "Australia": "asia-pacific",
    "Europe": "europe",
    "Atlantic": "europe",
    "Arctic": "europe",
    "Indian": "asia-pacific",
    "Pacific": "asia-pacific",
}
# Lie in another part of the world than the name of their first zone says.
ELSEWHERE = {
    "CY": "europe", "AM": "europe", "GE": "europe", "AZ": "europe", "CV": "africa",
    "SH": "africa", "MU": "africa", "SC": "africa", "MG": "africa", "RE": "africa",
    "YT": "africa", "FK": "latin-america", "TR": "turkiye",
}  # fmt: skip


def region_of(country: str) -> str:
    """The region of a country (ISO 3166, two letters), by the codes that cards of the library
    use; empty where the code is nobody's."""
    if country in ARAB:
        return "arab-world"
    if country in NORTH_AMERICA:
        return "north-america"
    if country in ELSEWHERE:
        return ELSEWHERE[country]
    zone = next(iter(zones_of(country)), "")
    return OF_ZONE.get(zone.partition("/")[0], "")


def zones_of(country: str) -> list[str]:
    """The timezones of a country (IANA), the first one first; none for a code of nobody."""
    return list(get_global("territory_zones").get(country, ()))


def languages_of(country: str) -> list[str]:
    """The languages in which a country's authorities work (BCP 47), the usual first."""
    found = get_official_languages(country, regional=False, de_facto=True)
    return [code.replace("_", "-") for code in found if "_" not in code] or ["en"]


@lru_cache(maxsize=8)
def countries_in(language: str) -> dict[str, str]:
    """The names of all countries in a language, by code, in the order in which they are read."""
    known = _territories(language)
    names = {one.alpha_2: known.get(one.alpha_2, one.name) for one in pycountry.countries}
    return dict(sorted(names.items(), key=lambda pair: search_key(pair[1])))


def country_name(code: str, language: str) -> str:
    """The name of a country in a language; empty for a code of nobody, as a made-up city has."""
    return countries_in(language).get(code, "")


def words_of_key(key: str) -> str:
    """A place that no district stands for as a reader may know it, from its key alone: LBN/bekaa
    is Lebanon · Bekaa. A word in one spelling is not always as its owner wrote it."""
    return _words_of_key(key, get_language() or "en")


@lru_cache(maxsize=4096)
def _words_of_key(key: str, language: str) -> str:
    first, *rest = key.removeprefix("text:").partition("~")[0].split("/")
    found = pycountry.countries.get(alpha_3=first.upper()) if len(first) == 3 else None
    country = country_name(found.alpha_2, language) if found else ""
    words = [country or _capitalised(first), *map(_capitalised, rest)]
    return " · ".join(dict.fromkeys(words))


def _capitalised(words: str) -> str:
    """Each word with a large letter, and nothing else changed."""
    return " ".join(word[:1].upper() + word[1:] for word in words.split())


def _territories(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language, sep="-").territories)
    except (UnknownLocaleError, ValueError):
        return dict(Locale("en").territories)
