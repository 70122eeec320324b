"""A city's districts drawn from their own shapes: plain values in, a view box of our own out.

One degree of longitude is drawn as wide as it is in the middle of the city, against one of
latitude. Nothing is asked of another server, and no shore or street is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

WIDTH = 800  # of the view box
TALLEST, LOWEST = 900, 260
MARGIN = 8
FINE = 0.8  # units within which a shore may be drawn straighter than it is


class Shape(NamedTuple):
    """One district: what it is known by, its path and the point at which its figure stands."""

    key: str
    path: str
    x: int
    y: int
    wide: int


class Chart(NamedTuple):
    width: int
    height: int
    shapes: list[Shape]


def chart_of(districts: Iterable[tuple[str, Mapping[str, Any]]]) -> Chart | None:
    """The map of these districts (key, GeoJSON geometry in WGS 84); None where there is none.
    A shape that cannot be read is left out of the drawing; the table beside it has it still."""
    import shapely  # brings numpy, 15 MB that a process which draws nothing need not hold
    from shapely.errors import ShapelyError  # type: ignore[attr-defined]
    from shapely.geometry import shape

    found = []
    for key, geometry in districts:
        try:
            drawn = shape(geometry)
        except (AttributeError, KeyError, TypeError, ValueError, ShapelyError):
            continue
        if not drawn.is_empty:
            found.append((key, drawn))
    if not found:
        return None
    west, south, east, north = shapely.total_bounds([one for _key, one in found])
    wide = max(math.cos(math.radians((south + north) / 2)), 0.01)
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * wide, 1e-9)
    scale = min(scale, (TALLEST - 2 * MARGIN) / max(north - south, 1e-9))
    height = max(round((north - south) * scale) + 2 * MARGIN, LOWEST)
    left = (WIDTH - (east - west) * wide * scale) / 2
    top = (height - (north - south) * scale) / 2

    def to_view(points: Any) -> Any:
        x = left + (points[:, 0] - west) * wide * scale
        y = top + (north - points[:, 1]) * scale
        return shapely.get_coordinates(shapely.points(x, y))

    shapes = []
    for key, one in found:
        drawn = shapely.transform(one, to_view).simplify(FINE)
        at = drawn.representative_point()
        shapes.append(
            Shape(
                key,
                _path(drawn),
                round(at.x),
                round(at.y),
                round(drawn.bounds[2] - drawn.bounds[0]),
            )
        )
    return Chart(WIDTH, height, shapes)


def _path(drawn: Any) -> str:
    """The edge of a shape as an SVG path, in whole units."""
    rings = [
        ring
        for part in getattr(drawn, "geoms", [drawn])
        if hasattr(part, "exterior")
        for ring in (part.exterior, *part.interiors)
    ]
    return "".join(_ring(ring.coords) for ring in rings)


def _ring(points: Sequence[tuple[float, ...]]) -> str:
    corners = list(dict.fromkeys((round(point[0]), round(point[1])) for point in points))
    return "M" + "L".join(f"{x} {y}" for x, y in corners) + "Z"
