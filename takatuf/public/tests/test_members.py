"""The public list of members shows what each city chose, and no more."""

import pytest
from django.test import Client

from takatuf.config import world
from takatuf.journal.models import Entry
from takatuf.network.places import countries_in, languages_of, region_of, zones_of
from takatuf.public.members.chart import Spot, chart_of


@pytest.mark.django_db
def test_a_city_is_listed_when_its_mayor_chooses_so_and_not_before(signed_in, mayor, city):
    stranger = Client()
    assert "Marsa Noor" not in stranger.get("/en/members/").content.decode()

    sent = {"listing": "page", "latitude": "٣١٫٩٥", "longitude": "35,934"}
    signed_in(mayor).post("/en/desk/marsa-noor/listing/", sent)

    page = stranger.get("/ar/members/")
    assert "مرسى" not in page.content.decode()
    assert "الأردن" in page.content.decode()
    [spot] = page.context["chart"].spots
    assert (spot.name, spot.number) == ("Marsa Noor", 1)
    city.refresh_from_db()
    assert (city.latitude, city.longitude) == (31.95, 35.93)
    assert Entry.objects.get(verb="city.listed").facts["listing"] == "page"
    assert stranger.get("/en/cities/marsa-noor/").status_code == 200


@pytest.mark.django_db
def test_name_and_country_alone_show_no_place_and_open_no_page(client):
    world.make_city(listing="name", latitude=31.0, longitude=35.0)

    page = client.get("/en/members/")

    assert page.context["chart"] is None
    assert "/cities/" not in page.content.decode()
    assert client.get("/en/cities/marsa-noor/").status_code == 404


@pytest.mark.django_db
def test_the_list_is_cut_by_region_and_country_and_paged(client):
    for number in range(60):
        world.make_city(f"town-{number}", name=f"Town {number:02}", listing="name", country="NO")
    world.make_city(name="Marsa Noor", listing="name")

    assert len(client.get("/en/members/").context["page"].object_list) == 50
    cut = client.get("/en/members/?region=arab-world&country=NO")
    assert [m.name for m in cut.context["page"]] == ["Marsa Noor"]
    assert client.get("/en/members/?page=2&country=NO").context["page"].number == 2
    assert client.get("/en/members/?region=%3Cscript%3E&page=x").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"listing": "page", "latitude": "31"}, "latitude and longitude"),
        ({"listing": "page", "latitude": "91", "longitude": "0"}, "-90 to 90"),
        ({"listing": "page", "latitude": "nan", "longitude": "0"}, "number"),
        ({"listing": "everything"}, "Choose from the list"),
    ],
    ids=["half", "beyond", "nan", "made-up"],
)
def test_a_choice_that_will_not_do_is_refused_in_words(signed_in, amina, sent, said):
    page = signed_in(amina).post("/en/desk/marsa-noor/listing/", sent).content.decode()

    assert said in page


@pytest.mark.django_db
def test_others_of_the_city_read_the_choice_and_cannot_make_it(signed_in, farid, city):
    browser = signed_in(farid)
    assert (
        "<form"
        not in browser.get("/en/desk/marsa-noor/listing/")
        .content.decode()
        .split("<main")[1]
        .split("tabs")[1]
        .split("</main")[0]
    )
    assert browser.post("/en/desk/marsa-noor/listing/", {"listing": "page"}).status_code == 403
    city.refresh_from_db()
    assert city.listing == "not-listed"


@pytest.mark.once
def test_every_country_has_a_name_a_zone_and_mostly_a_region():
    assert countries_in("ar")["NO"] == "النرويج"
    assert zones_of("JO") == ["Asia/Amman"]
    assert languages_of("CA") == ["en", "fr"]
    assert region_of("XM") == ""
    without = [code for code in countries_in("en") if not region_of(code)]
    assert set(without) <= {"AQ", "BV", "HM", "GS", "TF", "UM", "IO"}


@pytest.mark.once
def test_the_map_keeps_within_the_world_and_its_names_apart():
    near = [Spot(1, "Amman", 31.95, 35.93), Spot(2, "Salt", 32.04, 35.73)]
    chart = chart_of(near)
    assert [spot.name for spot in chart.spots] == ["Amman", ""]
    for place in ((89.9, 179.9), (-89.9, -179.9), (0, 0)):
        [spot] = chart_of([Spot(1, "X", *place)]).spots
        assert 0 <= spot.x <= chart.width
        assert spot.y >= 0
