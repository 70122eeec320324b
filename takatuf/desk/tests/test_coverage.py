"""The matrix and the map of who does what."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.community.services import IssueFacts, report_issue
from takatuf.config import world
from takatuf.desk.activities.chart import chart_of
from takatuf.journal.models import Entry

NOW = timezone.now()


def part(name, language="en", **asked):
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return f"/{language}/desk/marsa-noor/incidents/1/who-does-what/{name}/?{query}"


@pytest.fixture
def districts(city):
    world.make_area(city, "Old Harbour", 33.0, 33.5, code="01")
    world.make_area(city, "Market", 33.02, 33.5, code="02")


def text_of(page):
    return " ".join(page.content.decode().split())


def test_the_matrix_shows_a_service_in_its_district_with_the_level_of_who_offers_it(
    desk_of, farid, incident, districts
):
    world.make_activity(incident, "helpline", "Market", level="national", who="State", now=NOW)
    world.make_activity(incident, "food", "city", level="municipality", now=NOW)

    answer = desk_of(farid).get(part("matrix"))

    rows = {row.name: row for row in answer.context["rows"]}
    market = rows["Helpline"].squares[2]
    assert (market.label, market.cover) == ("Market", "<bdi>1</bdi>")
    assert market.levels == ["National\N{NO-BREAK SPACE}<bdi>1</bdi>"]
    assert "service=helpline&amp;place=area" in text_of(answer)
    assert "Compensation" in answer.context["silent"]
    assert "activities <bdi>2</bdi>, organisations <bdi>2</bdi>" in text_of(answer)


def test_a_need_where_nobody_is_stands_in_the_matrix_and_on_the_map(
    desk_of, farid, amina, act, incident, city, districts
):
    harbour = city.areas.get(name="Old Harbour")
    need = IssueFacts(
        text="Families ask for a counsellor.", seriousness=3, service="counselling",
        scope="areas", areas=(harbour.pk,), people=120, people_source="Health, estimate",
    )  # fmt: skip
    report_issue(act(amina), incident, need, language="en", now=NOW)

    said = "Needed for <bdi>120</bdi> people, nobody there"
    assert said in text_of(desk_of(farid).get(part("matrix")))
    page = desk_of(farid).get(part("map", service="counselling"))
    assert "Nobody there for: Counselling" in text_of(page)
    assert "Old Harbour: 0 !" in text_of(page)

    world.make_activity(incident, "counselling", "city", now=NOW)
    assert "nobody there" not in text_of(desk_of(farid).get(part("matrix")))


def test_what_has_ended_by_the_day_that_is_asked_for_covers_no_more(
    desk_of, farid, incident, districts
):
    today = timezone.localdate(NOW)
    world.make_activity(incident, "food", "Market", ends_on=today + timedelta(days=2), now=NOW)
    browser = desk_of(farid)

    assert "in <bdi>1</bdi> of <bdi>2</bdi> districts" in text_of(browser.get(part("map")))
    later = browser.get(part("map", on=today + timedelta(days=3)))
    assert "No entry fits this choice." in text_of(later)


def test_what_it_is_narrowed_to_stands_on_paper_too(desk_of, farid, incident, districts):
    made = world.make_activity(
        incident, "food", "city", who="Kitchen", level="national", populations=("injured",), now=NOW
    )
    owner = made.organisation_id
    page = desk_of(farid).get(part("matrix", level="national", organisation=owner))
    assert page.context["narrowed"] == ["National", "Kitchen"]
    assert 'Narrowed to:</strong> <bdi dir="auto">National</bdi>' in text_of(page)


def test_the_districts_stand_in_the_order_of_the_readers_language(desk_of, farid, incident, city):
    world.make_area(city, "Market", 33.0, 33.5, names={"fr": "Vieux marché"})
    world.make_area(city, "Station", 33.02, 33.5, names={"fr": "Gare"})
    world.make_activity(incident, "food", "city", now=NOW)
    lines = desk_of(farid).get(part("map", "fr")).context["lines"]
    assert [line.name for line in lines][:2] == ["Gare", "Vieux marché"]


def test_a_matrix_without_entries_says_what_will_stand_there(desk_of, farid, incident):
    for name in ("matrix", "map"):
        assert "Nobody has told yet what they do." in text_of(desk_of(farid).get(part(name)))


@pytest.mark.parametrize("page", ["matrix/", "map/", "entries.csv", "entries.xlsx", "entries.json"])
def test_another_agency_does_not_find_them(desk_of, chen, incident, page):
    assert desk_of(chen).get(part("matrix").replace("matrix/", page)).status_code == 404


def test_the_entries_are_taken_out_as_the_list_shows_them(desk_of, farid, incident, districts):
    world.make_activity(incident, "food", "Market", who="Kitchen", now=NOW)
    world.make_activity(incident, "helpline", "city", status="ended", now=NOW)
    browser, asked = desk_of(farid), part("matrix").replace("matrix/", "entries.json")

    def taken(address):
        return json.loads(b"".join(browser.get(address).streaming_content))

    assert [one["#org+name+impl"] for one in taken(asked + "service=food")] == ["Kitchen"]
    assert len(taken(asked)) == 2  # what has ended too
    file = browser.get(asked.replace("json", "csv"))
    assert file["Content-Disposition"] == 'attachment; filename="marsa-noor-1-who-does-what.csv"'
    assert "Take all entries out:" in text_of(browser.get(part("matrix")))
    browser.head(asked)
    acts = Entry.objects.filter(verb="activities.taken_out").order_by("index")
    assert [act.facts for act in acts] == [
        {"form": "json", "count": 1, "all": False},
        {"form": "json", "count": 2, "all": True},
        {"form": "hxl", "count": 2, "all": True},
    ]
    assert {act.actor_name for act in acts} == {farid.name}


@pytest.mark.once
def test_a_district_is_drawn_as_wide_as_it_is_on_the_ground():
    """At 60 degrees north a degree of longitude is half as long as one of latitude."""
    square = [[10, 59.5], [12, 59.5], [12, 60.5], [10, 60.5], [10, 59.5]]
    chart = chart_of([
        ("a", {"type": "Polygon", "coordinates": [square]}), ("b", {"type": "Nonsense"}),
    ])  # fmt: skip
    [shape] = chart.shapes
    assert shape.key == "a"
    assert 0.98 < (chart.height - 16) / (chart.width - 16) < 1.02
    assert shape.path == "M8 792L792 792L792 8L8 8Z"


@pytest.mark.once
def test_a_city_without_shapes_has_no_map():
    assert chart_of([]) is None
    assert chart_of([("a", {})]) is None
