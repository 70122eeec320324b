"""Where: the words of a partner's table, and the districts that the city knows."""

import json
from types import SimpleNamespace

import pytest
from django.utils.translation import override
from shapely.geometry import shape

from takatuf.activities.exchange.places import (
    Places,
    country_code,
    text_key,
)
from takatuf.foundation.samples import samples_folder
from takatuf.network.places import words_of_key

pytestmark = pytest.mark.once


def square(west, south):
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def area(id, name, code="", at=(0, 0), **names):
    return SimpleNamespace(id=id, name=name, names=names, code=code, geometry=square(*at))


PLACES = Places(
    [
        area("a", "Old Town", "MN01", ar="البلدة القديمة", fr="Vieille ville"),
        area("b", "Harbour", "MN02", at=(1, 0), ar="الميناء"),
        area("c", "Springs", "7", at=(2, 0)),
        area("d", "Springs", "7", at=(3, 0)),
        area("e", "Wells", "MN05", at=(9, 9)),
    ],
    ("Marsa Nur", "مرسى نور"),
)


def resolved(latitude=None, longitude=None, **place):
    scope, places, warning = PLACES.resolve(place, latitude, longitude)
    return scope, [key for _area, key in places], warning


@pytest.mark.parametrize(
    "place",
    [
        {"adm2_code": " mn01 "},
        {"adm2": "old town"},
        {"adm2": "البَلدة القديمه"},
        {"loc": "Vieille Ville"},
        {"adm1": "Somewhere", "adm2": "Old-Town"},
        {"adm1": "Old Town", "loc": "in the school by the square"},
        {"adm2": "بلدة قديمة"},
        {"adm2": "حي البلدة القديمة"},
        {"adm2": "Quartier de la Vieille Ville"},
        {"adm2": "Old Town district"},
    ],
)
def test_a_district_is_known_by_its_code_or_by_its_name_in_any_language(place):
    assert resolved(**place) == ("areas", ["area:a"], None)


@pytest.mark.parametrize(
    "text",
    [
        "Old Town; Harbour",
        "Old Town, Harbour",
        "الميناء والبلدة القديمة",
        "Harbour / Old Town",
        "Vieille ville et Harbour",
    ],
)
def test_several_districts_in_one_cell_are_each_known(text):
    scope, keys, warning = resolved(adm2=text)
    assert (scope, sorted(keys), warning) == ("areas", ["area:a", "area:b"], None)


def test_of_several_names_the_unknown_is_kept_as_text_and_said():
    scope, keys, warning = resolved(adm2="Old Town; Atlantis")
    assert (scope, keys) == ("areas", ["area:a", "text:atlantis"])
    assert "Atlantis" in warning


def test_a_point_is_found_in_the_district_that_holds_it():
    assert resolved(0.5, 1.5, loc="the school") == ("areas", ["area:b"], None)
    assert resolved(50, 50) == ("outside", ["outside"], None)
    assert resolved(50, 50, adm1="Bekaa") == ("text", ["text:bekaa"], None)


def test_a_code_that_the_city_does_not_know_is_kept_as_text_with_a_warning():
    scope, keys, warning = resolved(adm1_code="LB-07", adm1="Bekaa", country="Lebanon")
    assert (scope, keys) == ("text", ["text:lbn/bekaa"])
    assert "LB-07" in warning
    assert resolved(adm1_code="0047")[:2] == ("text", ["text:0047"])
    assert resolved(adm2_code="ZZ", adm2="Harbour")[:2] == ("areas", ["area:b"])


def test_where_code_and_name_differ_the_code_is_followed_and_it_is_said():
    scope, keys, warning = resolved(adm2_code="MN01", adm2="Harbour")
    assert (scope, keys) == ("areas", ["area:a"])
    assert "Harbour" in warning


def test_a_name_or_code_of_two_districts_names_neither_until_a_point_tells():
    assert resolved(adm2="Springs") == ("text", ["text:springs"], None)
    assert resolved(0.5, 3.5, adm2="Springs") == ("areas", ["area:d"], None)
    assert resolved(adm2_code="7")[0] == "text"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Whole city", "city"),
        ("المدينة كلها", "city"),
        ("toute la ville", "city"),
        ("مرسى نور", "city"),
        ("outside the city", "outside"),
        ("خارج المدينة", "outside"),
    ],
)
def test_the_whole_city_and_outside_of_it_are_understood(text, scope):
    assert resolved(adm2=text)[:2] == (scope, [scope])


def test_nothing_said_is_no_place():
    assert resolved(adm1=" ") == ("", [], None)


def test_a_country_is_one_word_however_it_is_written():
    keys = {text_key({"country": name}) for name in ("Lebanon", "لبنان", "Liban", "LB", "lbn")}
    assert keys == {"text:lbn"}
    assert country_code("Mali Situation") == ""
    assert text_key({"country": "Mali Situation", "adm1": "Gao"}) == "text:mali situation/gao"


def test_long_words_give_a_key_that_fits_and_is_their_own():
    one, two = (text_key({"loc": "x" * 300 + end}) for end in "ab")
    assert one != two
    assert len(one) == len(two) == 200


def test_a_place_written_nearly_as_a_district_is_kept_as_text_and_asked_about():
    scope, keys, warning = resolved(adm2="Harbuor")
    assert (scope, keys) == ("text", ["text:harbuor"])
    assert "Harbour" in warning
    assert resolved(adm2="Atlantis")[2] is None


@pytest.mark.samples
def test_each_real_district_of_jordan_is_known_by_both_names_and_by_a_point_in_it():
    file = samples_folder() / "geo" / "jordan_dis_osm_ar_en.geojson"
    if not file.exists():
        pytest.skip("the sample files are not here")
    districts = [
        SimpleNamespace(id=at, name=told["name_en"], names={"ar": told["name"]}, code="",
                        geometry=feature["geometry"])
        for at, feature in enumerate(json.loads(file.read_text())["features"])
        if (told := feature["properties"])
    ]  # fmt: skip
    places = Places(districts)
    for district in districts:
        point = shape(district.geometry).representative_point()
        found = [
            places.resolve({"adm2": district.name}, None, None),
            places.resolve({"adm2": district.names["ar"]}, None, None),
            places.resolve({"loc": "the school"}, point.y, point.x),
        ]
        assert [keys for _scope, keys, _warning in found] == [
            [(district.id, f"area:{district.id}")]
        ] * 3
    assert len(districts) == 51


def test_a_place_in_words_is_called_by_its_country_and_by_large_letters():
    assert words_of_key("text:lbn/al mina") == "Lebanon · Al Mina"
    assert words_of_key("text:egy/egypt") == "Egypt"
    assert words_of_key("text:mali situation/gao") == "Mali Situation · Gao"
    with override("ar"):
        assert words_of_key("text:lbn/صيدا") == "لبنان · صيدا"
    assert words_of_key("text:lbn/bekaa~0a1b2c3d4e5f") == "Lebanon · Bekaa"
