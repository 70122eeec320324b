"""Where an activity is: the words of a table to the districts that a city knows.

A code decides before a name, a name before a point on the map. What the city does not know is
kept as text, and a code or a point that it does not know is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2s
from typing import Any, Protocol

import pycountry
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from takatuf.activities.exchange.words import NO_WORD, codes, folded, words_of
from takatuf.activities.vocabulary import Scope
from takatuf.foundation.text import listed, search_key
from takatuf.network.models import Area, City
from takatuf.network.places import countries_in

MOST_KEPT = 20_000  # answers; the same few places stand in nearly every row
LONGEST_KEY = 200  # of a text key, as `ActivityPlace.key` holds it
FINEST_FIRST = ("loc", "adm3", "adm2", "adm1")
CODES = ("loc_code", "adm3_code", "adm2_code", "adm1_code")
RESEMBLES = 85  # of 100, by rapidfuzz
COARSEST_FIRST = ("adm1", "adm2", "adm3", "loc")
SEVERAL = re.compile(r"\s*(?:[;|\n]|،|؛| / )\s*")
MORE = re.compile(r"\s*(?:,|/|&|\+|\band\b|\bet\b|\sو(?=\S))\s*")
Found = tuple[str, list[tuple[Any, str]], str | None]


class District(Protocol):
    """What `Places` reads of a district: `network.Area`, or anything shaped like it."""

    id: Any
    name: str
    names: Any
    code: str
    geometry: Any


class Places:
    """The districts of one city, asked many thousand times.

    `names` are those of the city itself: a row that says no more than the city means all of it.
    """

    def __init__(self, areas: Iterable[District], names: Iterable[str] = ()) -> None:
        self._codes: dict[str, list[Any]] = {}
        self._names: dict[str, list[Any]] = {}
        self._bare: dict[str, set[Any]] = {}  # names without “district of”, “حي”, “quartier du”
        self._city = {_folded(name) for name in names if name}
        self._label: dict[Any, str] = {}
        # They bring numpy, 15 MB that a process which reads no table need not hold.
        from shapely import STRtree
        from shapely.errors import GEOSException  # type: ignore[attr-defined]
        from shapely.geometry import shape

        shapes, self._order = [], []
        for area in areas:
            self._label[area.id] = area.name
            if area.code.strip():
                self._codes.setdefault(_code(area.code), []).append(area.id)
            for name in {_folded(name) for name in (area.name, *(area.names or {}).values())}:
                if name:
                    self._names.setdefault(name, []).append(area.id)
                    self._bare.setdefault(_bare(name), set()).add(area.id)
            try:
                polygon = shape(area.geometry)
            except (GEOSException, ValueError, TypeError, AttributeError, KeyError, IndexError):
                continue  # a district without a shape is still found by its code and name
            if not polygon.is_empty:
                shapes.append(polygon)
                self._order.append(area.id)
        self._tree = STRtree(shapes)
        self._known: dict[tuple[Any, ...], Found] = {}

    def resolve(
        self, place: Mapping[str, str], latitude: float | None, longitude: float | None
    ) -> Found:
        """The scope, the places as (id of the district or None, key), and what to tell of it.

        `place` holds the words as written: country, country_code, adm1, adm1_code, adm2,
        adm2_code, adm3, adm3_code, loc, loc_code. Keys are those of `ActivityPlace.key`.
        The warning is None where nothing has to be said.
        """
        asked = (tuple(place.items()), latitude, longitude)
        found = self._known.get(asked)
        if found is None:
            found = self._resolved(place, latitude, longitude)
            if len(self._known) < MOST_KEPT:
                self._known[asked] = found
        return found

    def _resolved(
        self, place: Mapping[str, str], latitude: float | None, longitude: float | None
    ) -> Found:
        words = {name: text.strip() for name, text in place.items() if text and text.strip()}
        named, unnamed = self._by_name(words)
        coded, unknown = self._by_code(words, named)
        if coded:
            other = [area for area in named if area not in coded]
            return _areas(coded, self._differ(coded, other) if named and other else None)
        warning = None
        if unknown:
            said = _("The city knows no place with the code “%(code)s”; it was kept as text.")
            warning = said % {"code": unknown[:60]}
        if named and not unnamed:
            return _areas(named, warning)
        if named:
            # Some of several names: the known as districts, the others beside them as text.
            places = _areas(named, None)[1] + [(None, _text_key([text])) for text in unnamed]
            said = _("The city knows no place named %(names)s; it was kept as text.")
            return Scope.AREAS, places, warning or said % {"names": listed(unnamed)[:200]}
        of_scope = self._by_scope(words)
        if of_scope:
            return of_scope, [(None, of_scope.value)], warning
        if latitude is not None and longitude is not None:
            inside = self._by_point(latitude, longitude)
            if inside:
                return _areas(inside, warning)
            if not words and len(self._order):
                return Scope.OUTSIDE, [(None, Scope.OUTSIDE.value)], None
            if not words:
                words = {"loc": f"{latitude:.3f}, {longitude:.3f}"}
        if not words:
            return Scope.UNKNOWN, [], None
        return Scope.TEXT, [(None, text_key(words))], warning or self._resembling(words) or None

    def _by_code(self, words: Mapping[str, str], named: Sequence[Any]) -> tuple[list[Any], str]:
        """The districts that the finest known code names, and the finest that nobody has."""
        unknown = ""
        for field in CODES:
            text = words.get(field, "")
            if not text:
                continue
            whole = self._codes.get(_code(text), [])
            parts = [whole] if whole else [
                self._codes.get(_code(part), []) for part in re.split(r"[;|,،\n]", text)
            ]  # fmt: skip
            found: list[Any] = []
            for ids in parts:
                # Two districts of one code: the name beside it tells which.
                found += [area for area in ids if area in named] if len(ids) > 1 else ids
            if found and all(parts):
                return list(dict.fromkeys(found)), ""
            if not any(parts):
                unknown = unknown or text
        return [], unknown

    def _by_name(self, words: Mapping[str, str]) -> tuple[list[Any], list[str]]:
        """The districts that the finest known name names; of several names, the unknown too."""
        for field in FINEST_FIRST:
            text = words.get(field, "")
            if not text:
                continue
            if whole := self._one(text):
                return whole, []
            for separator in (SEVERAL, MORE):
                parts = [part for part in separator.split(text) if part]
                found = [self._one(part) for part in parts]
                if len(parts) > 1 and any(found):
                    unnamed = [part for part, ids in zip(parts, found, strict=True) if not ids]
                    # "Old Town and nearby": one of the words is no name of a place.
                    if separator is SEVERAL or not unnamed:
                        return list(dict.fromkeys(one for ids in found for one in ids)), unnamed
        return [], []

    def _one(self, text: str) -> list[Any]:
        """The district of a name. A name of two districts names neither."""
        ids = self._names.get(_folded(text), [])
        if not ids and (bare := _bare(text)):
            ids = list(self._bare.get(bare, ()))
        return ids if len(ids) == 1 else []

    def _resembling(self, words: Mapping[str, str]) -> str:
        """What to say of a place that is written nearly as a district of the city."""
        text = next((words[field] for field in FINEST_FIRST if field in words), "")
        name = _bare(text)
        if len(name) < 5:
            return ""
        found = process.extractOne(
            name, self._bare.keys(), scorer=fuzz.ratio, score_cutoff=RESEMBLES
        )
        if not found or len(self._bare[found[0]]) != 1:
            return ""
        (area,) = self._bare[found[0]]
        said = _(
            "The city knows no place named “%(name)s”; it was kept as text. Is %(district)s meant?"
        )
        return said % {"name": text[:60], "district": self._label[area]}

    def _by_scope(self, words: Mapping[str, str]) -> Scope | None:
        said = [_folded(words[field]) for field in FINEST_FIRST if field in words]
        if not said:
            return None
        if said[0] in self._city:
            return Scope.CITY
        found = codes("scopes").get(folded(said[0]))
        return Scope(found) if found else None

    def _by_point(self, latitude: float, longitude: float) -> list[Any]:
        """The first district, in the city's order, whose shape holds the point."""
        from shapely.geometry import Point

        hits = sorted(self._tree.query(Point(longitude, latitude), predicate="intersects"))
        return [self._order[hit] for hit in hits[:1]]

    def _differ(self, coded: Sequence[Any], named: Sequence[Any]) -> str:
        said = _("The code means %(coded)s, the name %(named)s; the code was followed.")
        return said % {
            "coded": listed(self._label[area] for area in coded),
            "named": listed(self._label[area] for area in named),
        }


def places_of(city: City) -> Places:
    """The places of a city as its tables have them."""
    areas = Area.objects.filter(city=city).order_by("name", "pk")
    return Places(areas, (city.name, *city.names.values()))


def text_key(place: Mapping[str, str]) -> str:
    """The key of a place that no district stands for: its folded words, country first.

    A country is one word however it is written, so that Lebanon and لبنان are counted as one.
    """
    country = country_code(place.get("country_code", "")) or country_code(place.get("country", ""))
    words = [country or place.get("country", "") or place.get("country_code", "")]
    for field in COARSEST_FIRST:
        words.append(place.get(field, "") or place.get(f"{field}_code", ""))
    return _text_key(words)


def _text_key(words: Iterable[str]) -> str:
    key = "text:" + "/".join(_folded(word) for word in words if _folded(word))
    if len(key) > LONGEST_KEY:
        # Cut, and still another key than that of a place with the same beginning.
        mark = blake2s(key.encode(), digest_size=6).hexdigest()
        key = f"{key[: LONGEST_KEY - 13]}~{mark}"
    return key


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """The code of a country (ISO 3166, three letters) by code or name in the three languages;
    empty where the words name none."""
    name = _folded(text)
    if not name:
        return ""
    if len(name) in (2, 3) and name.isascii():
        code = name.upper()
        found = (
            pycountry.countries.get(alpha_2=code)
            if len(code) == 2
            else pycountry.countries.get(alpha_3=code)
        )
        if found:
            return str(found.alpha_3)
    return _countries().get(name, "")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    longer = {one.alpha_2: one.alpha_3 for one in pycountry.countries}
    known = {
        _folded(name): longer[code]
        for language in ("fr", "ar", "en")
        for code, name in countries_in(language).items()
    }
    for one in pycountry.countries:
        for name in (one.name, getattr(one, "official_name", ""), getattr(one, "common_name", "")):
            if name:
                known.setdefault(_folded(name), one.alpha_3)
    return known


def _areas(ids: Iterable[Any], warning: str | None) -> Found:
    return Scope.AREAS, [(area, f"area:{area}") for area in dict.fromkeys(ids)], warning


def _folded(text: str) -> str:
    """A name as it is compared: letters and digits alone, in one spelling."""
    return " ".join(NO_WORD.sub(" ", search_key(text)).split())


@lru_cache(maxsize=1)
def _kinds_of_places() -> frozenset[str]:
    return frozenset(folded(word) for _all, words in words_of("of_places") for word in words)


def _bare(text: str) -> str:
    """A name without the words for what kind of place it is, and without the Arabic article."""
    words = folded(text).split()
    return " ".join(word for word in words if word not in _kinds_of_places())


def _code(text: str) -> str:
    """A code as it is compared: an opaque word, but for blanks at its ends and small letters."""
    return text.strip().upper()
