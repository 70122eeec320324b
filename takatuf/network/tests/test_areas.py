"""Districts as cities publish them: other coordinates, crossed edges, codes that repeat."""

import itertools
import json

import pytest
from django.utils import timezone

from takatuf.config import world
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.network.exchange.areas import read_areas
from takatuf.network.queries import area_at, area_named
from takatuf.network.services import import_areas

pytestmark = pytest.mark.django_db
OSLO = ["oslo_districts.geojson", "oslo_districts_epsg3857.geojson"]
GAMLE_OSLO = (10.7606, 59.9127)


@pytest.fixture
def oslo(db):
    return world.make_city("oslo", name="Oslo", country="NO", languages=["nb", "en"])


@pytest.fixture
def sample(samples):
    return lambda name: (samples / "geo" / name).read_bytes()


def square(west=0.0, south=0.0, size=1.0):
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(geometry="Polygon", coordinates=None, **properties):
    shape = {"type": geometry, "coordinates": coordinates or [square()]}
    return {"type": "Feature", "properties": {"name": "Harbour"} | properties, "geometry": shape}


def geojson(*features, **members):
    document = {"type": "FeatureCollection", "features": list(features)} | members
    return json.dumps(document).encode()


def take(city, data, **options):
    report = import_areas(COMMAND, city, data, now=timezone.now(), **options)
    results = ("new", "updated", "unchanged", "rejected")
    assert report["read"] == sum(report[result] for result in results) == len(report["rows"])
    return report


def counts(report):
    return [report[result] for result in ("read", "new", "updated", "unchanged", "rejected")]


@pytest.mark.samples
@pytest.mark.parametrize("name", OSLO)
def test_oslo_as_published_and_as_copied_gives_eighteen_areas(oslo, sample, name):
    report = take(oslo, sample(name))
    assert counts(report) == [18, 18, 0, 0, 0]
    assert area_at(oslo, *GAMLE_OSLO).name == "Gamle Oslo"
    assert sorted(a.name for a in oslo.areas.filter(code="17")) == ["Marka Nord", "Marka Øst"]
    assert oslo.areas.get(name="Gamle Oslo").code == "01"


@pytest.mark.samples
def test_the_published_file_says_its_coordinates_and_needs_no_repair(oslo, sample):
    report = take(oslo, sample(OSLO[1]))
    assert (report["crs"], report["repaired"]) == ("EPSG:3857", [])


@pytest.mark.samples
def test_the_rounded_copy_has_two_areas_repaired_and_named(oslo, sample):
    report = take(oslo, sample(OSLO[0]))
    assert [row["name"] for row in report["repaired"]] == ["Grorud", "Nordre Aker"]
    assert "Self-intersection" in report["repaired"][0]["problem"]
    assert report["crs"] == "EPSG:4326"


@pytest.mark.samples
def test_a_second_time_nothing_is_new(oslo, sample):
    for name in OSLO:
        take(oslo, sample(name))
        assert counts(take(oslo, sample(name))) == [18, 0, 0, 18, 0]
    assert oslo.areas.count() == 18
    assert area_at(oslo, *GAMLE_OSLO).name == "Gamle Oslo"


@pytest.mark.samples
@pytest.mark.parametrize(("name", "number"), [("gov", 12), ("dis", 51)])
def test_arabic_and_english_names_are_both_kept(city, sample, name, number):
    report = take(city, sample(f"jordan_{name}_osm_ar_en.geojson"))
    assert counts(report) == [number, number, 0, 0, 0]
    assert all(set(area.names) == {"ar", "en"} for area in city.areas.all())
    amman = area_at(city, 35.93, 31.95)
    if name == "gov":
        assert (amman.name, amman.names["en"]) == ("عمان", "Amman")
        assert area_named(city, "عمّان") == area_named(city, "amman") == amman


def test_stored_shapes_follow_the_right_hand_rule(city):
    hole = square(0.2, 0.2, 0.2)
    take(city, geojson(feature(coordinates=[square()[::-1], hole])))
    outer, inner = city.areas.get().geometry["coordinates"]

    def turns_left(ring):
        pairs = itertools.pairwise(ring)
        return sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairs) < 0

    assert turns_left(outer)
    assert not turns_left(inner)


def test_metres_without_a_crs_are_refused_with_words(city):
    data = geojson(feature(coordinates=[square(1_193_667, 8_392_724)]))
    with pytest.raises(Refused, match="not degrees") as refusal:
        take(city, data)
    assert refusal.value.code == "not-wgs84"
    assert not city.areas.exists()


@pytest.mark.parametrize(
    ("name", "west", "south", "label"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 10.7, 59.9, "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4326", 10.7, 59.9, "EPSG:4326"),
        ("EPSG:25832", 597_000, 6_641_000, "EPSG:25832"),
        ("urn:ogc:def:crs:EPSG::3857", 1_191_118, 8_379_900, "EPSG:3857"),
    ],
)
def test_a_declared_coordinate_system_is_followed(city, name, west, south, label):
    crs = {"type": "name", "properties": {"name": name}}
    report = take(city, geojson(feature(coordinates=[square(west, south)]), crs=crs))
    assert report["crs"] == label
    west, south, _east, _north = city.areas.get().bounds
    assert 10 < west < 12
    assert 59 < south < 61


@pytest.mark.parametrize(
    "crs",
    [{"type": "name", "properties": {"name": "EPSG:99999999"}}, {"type": "link"}, "EPSG:3857", 7],
)
def test_an_unknown_coordinate_system_is_refused(city, crs):
    with pytest.raises(Refused) as refusal:
        take(city, geojson(feature(), crs=crs))
    assert refusal.value.code == "bad-crs"


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"type": "Point", "coordinates": [0, 0]}, "Point"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "fewer than four"),
        ({"type": "Polygon", "coordinates": [[["0", 0], [1, 1], [1, 0], [0, 0]]]}, "numbers"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "surface"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "empty"),
        (None, "no shape"),
    ],
)
def test_what_is_no_area_is_rejected_with_the_reason_and_the_rest_is_kept(city, shape, words):
    bad = {"type": "Feature", "properties": {"name": "Odd"}, "geometry": shape}
    report = take(city, geojson(bad, feature()))
    assert counts(report) == [2, 1, 0, 0, 1]
    assert words in report["rows"][0]["reason"]


def test_a_bow_tie_is_repaired_and_both_halves_stay(city):
    bow_tie = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]
    report = take(city, geojson(feature(coordinates=[bow_tie])))
    assert report["repaired"][0]["name"] == "Harbour"
    assert area_at(city, 0.2, 1.0)
    assert area_at(city, 1.8, 1.0)
    assert area_at(city, 1.0, 0.2) is None


def test_an_open_edge_is_closed_and_said(city):
    report = take(city, geojson(feature(coordinates=[square()[:-1]])))
    assert report["repaired"] == [{"name": "Harbour", "problem": "Its edge was not closed"}]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"[]",
        b"{}",
        b'{"type": "FeatureCollection"}',
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": [NaN]}',
        b'{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}',
        b"\xff\xfe\x00",
        "{“type”: 1}".encode("cp1252"),
        b"[" * 100_000,
        b'{"type": "FeatureCollection", "features": [' + b"9" * 6000 + b"]}",
    ],
)
def test_a_file_that_is_no_geojson_is_refused_with_words(city, data):
    with pytest.raises(Refused) as refusal:
        take(city, data)
    assert str(refusal.value)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e300", "9" * 400])
def test_numbers_without_end_are_rejected(city, number):
    data = geojson(feature()).replace(b"[1.0, 0.0]", f"[{number}, 0.0]".encode())
    report = take(city, data)
    assert counts(report) == [1, 0, 0, 0, 1]


def test_the_name_is_asked_for_where_it_is_not_clear(city):
    data = geojson(feature(name=None, city_name="A", district_name="B"))
    with pytest.raises(Refused, match="--name") as refusal:
        take(city, data)
    assert refusal.value.code == "which-name"
    report = take(city, data, name_property="district_name")
    assert report["new"] == 1
    assert city.areas.get().name == "B"


def test_a_property_that_is_not_there_is_refused_with_those_that_are(city):
    with pytest.raises(Refused, match=r"has: name"):
        take(city, geojson(feature()), name_property="Navn")
    with pytest.raises(Refused) as refusal:
        take(city, geojson(feature()), id_property="Navn")
    assert refusal.value.field == "id"


def test_a_code_keeps_its_zeros_and_an_area_may_be_renamed(city):
    take(
        city, geojson(feature(code="007"), feature(code="08", name="Old", coordinates=[square(3)]))
    )
    report = take(city, geojson(feature(code="007", name="New harbour")))
    assert counts(report) == [1, 0, 1, 0, 0]
    assert city.areas.get(code="007").name == "New harbour"
    assert any("Old" in warning for warning in report["warnings"])
    assert city.areas.count() == 2


def test_the_same_area_twice_is_taken_once_and_two_parts_both_stay(city):
    twice = [feature(), feature(), feature(coordinates=[square(5)])]
    assert counts(take(city, geojson(*twice))) == [3, 2, 0, 0, 1]
    assert counts(take(city, geojson(*twice))) == [3, 0, 0, 2, 1]


def test_where_areas_overlap_the_smallest_is_meant(city):
    world.make_area(city, "County", 0, 0, size=4)
    world.make_area(city, "Town", 1, 1, size=1)
    assert area_at(city, 1.5, 1.5).name == "Town"
    assert area_at(city, 3.0, 3.0).name == "County"
    assert area_at(city, 1.0, 1.0).name == "Town"  # the edge belongs to it
    assert area_at(city, 9.0, 9.0) is None


def test_a_code_that_two_areas_share_is_not_a_name(city):
    world.make_area(city, "Marka Nord", 0, 0, code="17")
    world.make_area(city, "Marka Øst", 5, 5, code="17")
    assert area_named(city, " marka  OST ").name == "Marka Øst"
    assert area_named(city, "Nowhere") is None
    with pytest.raises(Refused, match="Marka Nord"):
        area_named(city, "17")


def test_only_the_coordinator_reads_areas_in(city, amina, bilal, stranger, act):
    now, data = timezone.now(), geojson(feature())
    with pytest.raises(NotAllowed):
        import_areas(act(bilal), city, data, now=now)
    with pytest.raises(NotFound):
        import_areas(act(stranger), city, data, now=now)
    assert import_areas(act(amina), city, data, now=now)["new"] == 1


@pytest.mark.samples
def test_hostile_names_are_kept_as_they_are_or_rejected_with_a_reason(city, samples):
    strings = json.loads((samples / "text" / "blns.json").read_text())
    names = [name for name in strings if name.strip()]
    data = geojson(
        *(feature(name=name, coordinates=[square(i / 10)]) for i, name in enumerate(names))
    )
    report = take(city, data, name_property="name")
    assert report["new"] > 400
    assert all(row["reason"] for row in report["rows"] if row["result"] == "rejected")
    assert take(city, data, name_property="name")["new"] == 0


def test_reading_says_which_properties_it_took():
    read = read_areas(geojson(feature(BYDEL="01", BYDELSNAVN="Gamle Oslo", name=None)))
    assert read.areas[0].code == "01"
    assert "BYDELSNAVN" in read.warnings[0]
