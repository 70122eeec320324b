"""Districts from GeoJSON (RFC 7946), as cities really publish it.

Published files declare other coordinate systems, cross their own edges, repeat codes and name
things in several languages. All that is settled here, before any table is touched.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text, listed, search_key

if TYPE_CHECKING:
    from pyproj import CRS

MOST_BYTES = 64 * 1024 * 1024
MOST_FEATURES = 20_000
MOST_CROSSINGS = 1_000  # of one area's edge with itself, and as many as it has points
NAME_LENGTH, CODE_LENGTH = 160, 40
WGS84 = "EPSG:4326"
INTERFACE_LANGUAGES = ("ar", "en", "fr")

# Keys that publishers use, folded; the earlier the likelier.
NAME_KEYS = ["name", "navn", "nom", "names", "title", "label", "الاسم", "اسم", "nombre", "nome"]
NAME_ENDINGS = ["name", "navn", "nom", "naam", "namn", "namnet", "اسم"]
CODE_KEYS = ["code", "kode", "pcode", "p-code", "الرمز", "رمز", "insee", "ref", "wikidata"]
CODE_ENDINGS = ["pcode", "code", "cd", "kode", "nr", "num", "number", "wikidata"]
# Row numbers that a drawing program gives: another export gives others.
ROW_NUMBERS = {"fid", "objectid", "gid", "ogcfid", "id0", "inpolyfid"}

PROBLEMS: dict[str, Callable[[], str]] = {
    "Self-intersection": lambda: _("Self-intersection: its edge crosses itself"),
    "Ring Self-intersection": lambda: _("Ring self-intersection: its edge touches itself"),
    "Hole lies outside shell": lambda: _("A hole lies outside the area"),
    "Holes are nested": lambda: _("One hole lies in another"),
    "Nested shells": lambda: _("One part of the area lies in another"),
    "Interior is disconnected": lambda: _("Holes cut the area in pieces"),
    "Duplicate Rings": lambda: _("The same edge is drawn twice"),
    "Too few points in geometry component": lambda: _("An edge has too few points"),
}


@dataclass(frozen=True)
class AreaRead:
    """One district as the file tells it; `geometry` is WGS84, right-hand rule, valid."""

    feature: int  # its number in the file, from 1
    name: str
    names: dict[str, str]
    code: str
    key: str
    geometry: dict[str, Any]
    bounds: list[float]


@dataclass
class AreasRead:
    crs: str
    areas: list[AreaRead] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)  # feature, name, reason
    repaired: list[dict[str, str]] = field(default_factory=list)  # name, problem
    warnings: list[str] = field(default_factory=list)


class _Unfit(Exception):
    """A feature that cannot become an area, in words."""


def read_areas(
    data: bytes,
    *,
    name_property: str | None = None,
    id_property: str | None = None,
    languages: Sequence[str] = (),
) -> AreasRead:
    """The areas of a GeoJSON file. `languages` are the city's, whose names are looked for.

    Raises `Refused` where the file as a whole makes no sense; a single feature that cannot
    be an area is listed in `rejected` with the reason.
    """
    document = _parse(data)
    features = _features(document)
    declared, warnings = _declared_crs(document)
    read = AreasRead(crs=_label(declared) if declared else WGS84, warnings=warnings)
    if declared is None:
        _check_degrees(features)
    to_wgs84 = _transformation(declared)

    properties = [_properties(feature) for feature in features]
    keys = list(dict.fromkeys(key for each in properties for key in each))
    name_key = _chosen(name_property, keys, "name") or _guess_name(properties, keys)
    id_key = _chosen(id_property, keys, "id") or _guess_code(properties, keys, name_key)
    if not (name_property and id_property):
        read.warnings.append(_told_choice(name_key, id_key))

    spoken = list(dict.fromkeys([*languages, *INTERFACE_LANGUAGES]))
    translations = _translations(keys, name_key, spoken)
    drafts: list[tuple[int, str, dict[str, str], str, BaseGeometry]] = []
    for number, (feature, each) in enumerate(zip(features, properties, strict=True), 1):
        name = ""
        try:
            names = {tag: text for tag, key in translations.items() if (text := _text(each, key))}
            name = _text(each, name_key) or next((names[tag] for tag in spoken if tag in names), "")
            if not name:
                raise _Unfit(_("It has no name in “%(property)s”.") % {"property": name_key})
            if len(name) > NAME_LENGTH:
                raise _Unfit(_("Its name is longer than %(most)s characters.") % {"most": 160})
            if "ar" in languages and "ar" not in names and _is_arabic(name):
                names["ar"] = name
            code = _text(each, id_key) if id_key else ""
            if len(code) > CODE_LENGTH:
                raise _Unfit(_("Its code is longer than %(most)s characters.") % {"most": 40})
            shape, problem = _shape(feature.get("geometry"), to_wgs84)
        except (_Unfit, Refused) as reason:
            read.rejected.append({"feature": number, "name": name, "reason": str(reason)})
            continue
        if problem:
            read.repaired.append({"name": name, "problem": problem})
        drafts.append((number, name, names, code, shape))
    _take(read, drafts)
    return read


def _parse(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise Refused(
            _("The file is larger than %(most)s MB. Simplify the shapes or split it.")
            % {"most": MOST_BYTES // 2**20},
            code="too-large",
        )
    if not data.strip():
        raise Refused(_("The file is empty."), code="empty-file")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"

    def no_constant(word: str) -> None:
        raise Refused(
            _("The file holds %(word)s, which is not a number that JSON allows.") % {"word": word},
            code="not-json",
        )

    try:
        document = json.loads(data.decode(encoding), parse_constant=no_constant)
    except UnicodeDecodeError as error:
        words = _("The file is not UTF-8 at byte %(at)s. Export it again as UTF-8.")
        raise Refused(words % {"at": error.start}, code="not-utf-8") from error
    except json.JSONDecodeError as error:
        words = _("The file is not JSON: line %(line)s, column %(column)s.")
        raise Refused(
            words % {"line": error.lineno, "column": error.colno}, code="not-json"
        ) from error
    except (RecursionError, ValueError) as error:
        raise Refused(_("The file is not JSON that can be read."), code="not-json") from error
    if not isinstance(document, dict):
        raise Refused(_("The file is JSON, but not GeoJSON."), code="not-geojson")
    return document


def _features(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    kind, features = document.get("type"), document.get("features")
    if kind == "Feature":
        features = [document]
    elif kind != "FeatureCollection" or not isinstance(features, list):
        raise Refused(
            _("The file must be a GeoJSON FeatureCollection or Feature."), code="not-geojson"
        )
    if not features:
        raise Refused(_("The file holds no features."), code="empty-file")
    if len(features) > MOST_FEATURES:
        raise Refused(
            _("The file holds more than %(most)s features.") % {"most": MOST_FEATURES},
            code="too-large",
        )
    return [feature if isinstance(feature, dict) else {} for feature in features]


def _declared_crs(document: Mapping[str, Any]) -> tuple[CRS | None, list[str]]:
    """The coordinate system of the old `crs` member, which RFC 7946 took away."""
    if "crs" not in document:
        return None, []
    member = document["crs"]
    if member is None:
        return None, [_("The file says that its coordinate system is unknown; WGS84 is assumed.")]
    name = None
    if isinstance(member, dict) and isinstance(member.get("properties"), dict):
        name = member["properties"].get("name", member["properties"].get("code"))
        if member.get("type") == "EPSG":
            name = f"EPSG:{name}"
    if not isinstance(name, str) or len(name) > 200:
        raise Refused(
            _("The file's “crs” names no coordinate system. Export it as WGS84."), code="bad-crs"
        )
    # Only who imports districts pays for it: 24 MB, which a worker of the web never needs.
    from pyproj import CRS
    from pyproj.exceptions import ProjError

    try:
        return CRS.from_user_input(name).to_2d(), []
    except ProjError as error:
        words = _("The coordinate system “%(name)s” is unknown. Export the file as WGS84.")
        raise Refused(words % {"name": name}, code="bad-crs") from error


def _label(crs: CRS) -> str:
    authority = crs.to_authority()
    label = ":".join(authority) if authority else crs.name
    return WGS84 if label == "OGC:CRS84" else label


def _transformation(crs: CRS | None) -> Callable[[Any], Any] | None:
    if crs is None or _label(crs) == WGS84:
        return None
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        change = Transformer.from_crs(crs, WGS84, always_xy=True)
    except ProjError as error:
        words = _("The coordinate system “%(name)s” cannot be turned into WGS84.")
        raise Refused(words % {"name": crs.name}, code="bad-crs") from error

    def to_wgs84(points: Any) -> Any:
        points[:, 0], points[:, 1] = change.transform(points[:, 0], points[:, 1])
        return points

    return to_wgs84


def _check_degrees(features: Iterable[Mapping[str, Any]]) -> None:
    for number, feature in enumerate(features, 1):
        for x, y in _numbers(feature.get("geometry")):
            if abs(x) > 180 or abs(y) > 90:
                raise Refused(
                    _(
                        "Feature %(number)s lies at %(x)s, %(y)s: these are not degrees, and the "
                        "file does not say what they are. Export it as WGS84 (EPSG:4326)."
                    )
                    % {"number": number, "x": x, "y": y},
                    code="not-wgs84",
                )


def _numbers(geometry: object) -> Iterable[tuple[float, float]]:
    """Every pair of numbers in a geometry, however deep; anything else is passed over."""
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list):
            continue
        if len(part) >= 2 and all(_is_number(value) for value in part[:2]):
            yield float(part[0]), float(part[1])
        else:
            waiting.extend(part)


def _is_number(value: object) -> bool:
    # Python's integers have no end; floats that JSON writes as 1e999 are infinite.
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e12
        and math.isfinite(value)
    )


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _chosen(key: str | None, keys: Sequence[str], option: str) -> str | None:
    if key is None or key in keys:
        return key
    raise Refused(
        _("No feature has the property “%(key)s”. The file has: %(keys)s.")
        % {"key": key, "keys": listed(keys[:30]) or "–"},
        code="no-such-property",
        field=option,
    )


def _folded(key: str) -> str:
    return re.sub(r"[\W_]+", "", search_key(key))


def _guess_name(properties: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> str:
    """The property that most likely holds the name. `Refused` where that is not clear."""
    scores: dict[str, tuple[int, int]] = {}
    for key in keys:
        words = [each[key] for each in properties if isinstance(each.get(key), str)]
        filled = [word for word in words if word.strip()]
        if len(filled) < 0.8 * len(properties) or all(w.strip().isdigit() for w in filled):
            continue
        folded = _folded(key)
        if folded in NAME_KEYS:
            scores[key] = (3, -NAME_KEYS.index(folded))
        elif any(folded.endswith(ending) for ending in NAME_ENDINGS):
            scores[key] = (2, len(set(filled)))
        elif folded.startswith(("name", "nom", "اسم")):
            scores[key] = (1, len(set(filled)))
    best = sorted(scores, key=lambda key: scores[key], reverse=True)
    if best and (len(best) == 1 or scores[best[0]] > scores[best[1]]):
        return best[0]
    unclear = _(
        "It is not clear which property holds the name. Say it with --name, one of: %(keys)s."
    )
    raise Refused(
        unclear % {"keys": listed((best or list(keys))[:30]) or "–"},
        code="which-name",
        field="name",
    )


def _guess_code(
    properties: Sequence[Mapping[str, Any]], keys: Sequence[str], name_key: str
) -> str | None:
    """The property that most likely holds the official code, or None."""
    name = _folded(name_key)
    scores: dict[str, tuple[int, int]] = {}
    for key in keys:
        folded = _folded(key)
        values = [_plain(each.get(key)) for each in properties]
        distinct = len(set(values))
        if key == name_key or folded in ROW_NUMBERS or not all(values):
            continue
        if len(properties) > 1 and distinct < 0.5 * len(properties):
            continue
        if folded in CODE_KEYS:
            scores[key] = (3, -CODE_KEYS.index(folded))
        elif len(folded) > 2 and name.startswith(folded):
            scores[key] = (2, distinct)  # BYDEL beside BYDELSNAVN
        elif any(folded.endswith(ending) for ending in CODE_ENDINGS):
            scores[key] = (1, distinct)
    return max(scores, key=lambda key: scores[key]) if scores else None


def _told_choice(name_key: str, id_key: str | None) -> str:
    if id_key is None:
        words = _("Names are taken from “%(name)s”. Choose another property with --name.")
        return words % {"name": name_key}
    words = _(
        "Names are taken from “%(name)s” and codes from “%(id)s”. "
        "Choose other properties with --name and --id."
    )
    return words % {"name": name_key, "id": id_key}


def _translations(keys: Sequence[str], name_key: str, languages: Sequence[str]) -> dict[str, str]:
    """The properties that hold the name in a language: name_ar, name:en, nom-fr.

    Only languages that are asked for count: `name_id` is seldom Indonesian.
    """
    tags = "|".join(re.escape(tag) for tag in languages)
    ending = re.compile(rf"^(?P<stem>.+?)[_:.\- ](?P<tag>{tags})$", re.IGNORECASE)
    own = ending.match(name_key)
    stem = (own["stem"] if own else name_key).casefold()
    found: dict[str, str] = {}
    for key in keys:
        match = ending.match(key)
        if match and match["stem"].casefold() == stem:
            found[match["tag"].lower()] = key
    return found


def _plain(value: object) -> str:
    """A property as text. Codes stay as written: leading zeros and blanks inside count."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _text(properties: Mapping[str, Any], key: str) -> str:
    return " ".join(clean_text(_plain(properties.get(key))).split())


def _is_arabic(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and all("\u0600" <= char <= "\u06ff" for char in letters)


def _shape(geometry: object, to_wgs84: Callable[[Any], Any] | None) -> tuple[BaseGeometry, str]:
    """The feature's shape in WGS84 and the words for what had to be repaired, if anything."""
    if not isinstance(geometry, dict):
        raise _Unfit(_("It has no shape."))
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise _Unfit(
            _("Its shape is a %(kind)s; an area is a Polygon or a MultiPolygon.")
            % {"kind": str(kind)[:40]}
        )
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        raise _Unfit(_("Its shape is empty."))
    problems: list[str] = []
    polygons = [_polygon(part, problems) for part in parts]
    shape: BaseGeometry = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    if to_wgs84:
        shape = shapely.transform(shape, to_wgs84)
        west, south, east, north = shape.bounds
        if not all(map(math.isfinite, (west, south, east, north))):
            raise _Unfit(_("Its coordinates lie outside its coordinate system."))
    if not shape.is_valid:
        problems.append(_problem(shape))
        if _crosses_itself_too_often(shape):
            raise _Unfit(_("Its edge crosses itself too often to be repaired. Draw it again."))
        shape = _polygonal(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    if shape.is_empty or shape.area == 0:
        raise _Unfit(_("Its shape has no surface."))
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise _Unfit(_("It lies outside the world."))
    return _right_handed(shape), listed(dict.fromkeys(problems))


def _crosses_itself_too_often(shape: BaseGeometry) -> bool:
    """Whether edges meet at more than `MOST_CROSSINGS` places.

    A repair takes time and memory for each crossing, and a few kilobytes of points drawn at
    random cross millions of times. Counted piece by piece, and only until it is too many.
    """
    points, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(shape)), return_index=True
    )
    along = ring[1:] == ring[:-1]
    edges = shapely.linestrings(points.repeat(2, axis=0)[1:-1].reshape(-1, 2, 2)[along])
    tree = shapely.STRtree(edges)
    at_once = max(1, 2_000_000 // len(edges))
    # Each edge meets itself and its two neighbours; a crossing is met from both its edges.
    meetings = -3 * len(edges)
    for begin in range(0, len(edges), at_once):
        met = tree.query(edges[begin : begin + at_once], predicate="intersects")
        meetings += met.shape[1]
        if meetings > 2 * (MOST_CROSSINGS + len(edges)):
            return True
    return False


def _polygon(rings: object, problems: list[str]) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise _Unfit(_("Its shape is empty."))
    lines = []
    for ring in rings:
        if not isinstance(ring, list) or not all(
            isinstance(at, list) and len(at) >= 2 and all(map(_is_number, at[:2])) for at in ring
        ):
            raise _Unfit(_("Its edge holds something that is not a pair of numbers."))
        line = [(float(at[0]), float(at[1])) for at in ring]
        if line and line[0] != line[-1]:
            line.append(line[0])
            problems.append(_("Its edge was not closed"))
        if len(line) < 4:
            raise _Unfit(_("Its edge has fewer than four points."))
        lines.append(line)
    return Polygon(lines[0], lines[1:])


def _problem(shape: BaseGeometry) -> str:
    """What is wrong with a shape, in words, and where."""
    reason: str = shapely.is_valid_reason(shape)
    match = re.match(r"(.+?)\[(\S+) (\S+)\]$", reason)
    if not match:
        return reason
    known = PROBLEMS.get(match[1])
    return _("%(problem)s, at %(lon)s, %(lat)s") % {
        "problem": known() if known else match[1],
        "lon": f"{float(match[2]):.5f}",
        "lat": f"{float(match[3]):.5f}",
    }


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    """The surfaces of a shape, without the lines and points that a repair leaves behind."""
    parts = [
        part
        for each in getattr(shape, "geoms", [shape])
        for part in getattr(each, "geoms", [each])
        if isinstance(part, Polygon) and part.area > 0
    ]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _right_handed(shape: BaseGeometry) -> BaseGeometry:
    """Exterior rings against the clock, holes with it (RFC 7946, 3.1.6)."""
    if isinstance(shape, MultiPolygon):
        return MultiPolygon([orient(part) for part in shape.geoms])
    turned: Polygon = orient(shape)
    return turned


def _take(
    read: AreasRead, drafts: Sequence[tuple[int, str, dict[str, str], str, BaseGeometry]]
) -> None:
    """Give each area the key by which a later file finds it again.

    The code alone where no two share it (so that an area can be renamed), else code and
    name (Oslo has two areas of code 17). Two of one code and one name count in file order.
    """
    codes = Counter(code.upper() for _n, _name, _names, code, _shape in drafts if code)
    seen: dict[str, list[BaseGeometry]] = {}
    for number, name, names, code, shape in drafts:
        key = f"code:{code.upper()}" if codes[code.upper()] == 1 else ""
        key = key or f"code:{code.upper()} name:{search_key(name)}"
        twins = seen.setdefault(key, [])
        if any(shape.equals(twin) for twin in twins):
            reason = _("The file holds the same area twice.")
            read.rejected.append({"feature": number, "name": name, "reason": reason})
            continue
        if twins:
            words = _("Two areas have the name “%(name)s” and the same code; both are kept.")
            read.warnings.append(words % {"name": name})
        twins.append(shape)
        read.areas.append(
            AreaRead(
                feature=number,
                name=name,
                names=names,
                code=code,
                key=key if len(twins) == 1 else f"{key} {len(twins)}",
                geometry=json.loads(json.dumps(mapping(shape))),
                bounds=list(shape.bounds),
            )
        )
