"""The members' map: a net of meridians and parallels with a point for each city, drawn here.

No shore is drawn. The house ships no third party's outlines and asks no server for any; the
table beside the map says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

STEP = 30  # degrees between the lines
SPAN = 60  # degrees that are shown at least, either way
MARGIN = 12
WIDTH = 900
MOST_NAMED = 12
LINE_HEIGHT, LETTER = 18, 9  # of a name on the map, in its units: rough, to keep names apart


class Spot(NamedTuple):
    """A city's place: its number in the table, its name, its degrees."""

    number: int
    name: str
    latitude: float
    longitude: float


class Drawn(NamedTuple):
    number: int
    name: str  # empty where it would lie on another
    title: str
    x: float
    y: float


class Line(NamedTuple):
    x1: float
    y1: float
    x2: float
    y2: float
    label: str
    strong: bool


class Chart(NamedTuple):
    """All that the template draws, in units of the view box."""

    width: int
    height: int
    spots: list[Drawn]
    meridians: list[Line]
    parallels: list[Line]


def chart_of(spots: Sequence[Spot]) -> Chart | None:
    """The map of these places, one degree as wide as high; None where there is no place."""
    if not spots:
        return None
    west, east = _stretch([s.longitude for s in spots], 180, SPAN * 2)
    south, north = _stretch([s.latitude for s in spots], 90, SPAN)
    scale = WIDTH / (east - west)
    height = round((north - south) * scale)

    def x(lon: float) -> float:
        return round((lon - west) * scale, 1)

    def y(lat: float) -> float:
        return round((north - lat) * scale, 1)

    meridians = [
        Line(x(lon), 0, x(lon), height, _degrees(lon, "E", "W"), lon == 0)
        for lon in _lines(west, east)
    ]
    parallels = [
        Line(0, y(lat), WIDTH, y(lat), _degrees(lat, "N", "S"), lat == 0)
        for lat in _lines(south, north)
    ]
    drawn: list[Drawn] = []
    for spot in spots:
        here = Drawn(spot.number, spot.name, spot.name, x(spot.longitude), y(spot.latitude))
        fits = len(spots) <= MOST_NAMED and all(_apart(here, other) for other in drawn)
        drawn.append(here if fits else here._replace(name=""))
    return Chart(WIDTH, height, drawn, meridians, parallels)


def _stretch(values: list[float], edge: int, least: int) -> tuple[float, float]:
    """From where to where the map goes along one axis, within the world's own edges."""
    low, high = min(values) - MARGIN, max(values) + MARGIN
    lacking = max(0, least - (high - low)) / 2
    low, high = low - lacking, high + lacking
    if low < -edge:
        low, high = -edge, min(edge, high - edge - low)
    if high > edge:
        low, high = max(-edge, low + edge - high), edge
    return low, high


def _lines(low: float, high: float) -> list[int]:
    return [line for line in range(-180, 181, STEP) if low < line < high]


def _degrees(value: int, above: str, below: str) -> str:
    return f"{abs(value)}°{above if value > 0 else below if value < 0 else ''}"


def _apart(one: Drawn, other: Drawn) -> bool:
    wide = (len(one.name) + len(other.name)) * LETTER / 2
    return abs(one.x - other.x) > wide or abs(one.y - other.y) > LINE_HEIGHT * 2
