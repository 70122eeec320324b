"""What covers on a day, from the tables: levels, places, groups, and what no longer counts."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from takatuf.activities.coverage import ELSEWHERE
from takatuf.activities.queries import Wanted, activities_of
from takatuf.activities.rules import status_on
from takatuf.community.services import IssueFacts, report_issue
from takatuf.config import world
from takatuf.coordination.coverage import checked_dimensions, document_of, table_of
from takatuf.coordination.kept import Kept
from takatuf.foundation.errors import Refused
from takatuf.incidents.services import open_incident

NOW = timezone.now()


@pytest.fixture
def incident(city, amina, act):
    world.make_area(city, "Old Harbour", 33.0, 33.5, names={"ar": "الميناء القديم"}, code="01")
    world.make_area(city, "Market", 33.1, 33.5, code="02")
    return open_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, happened_at=NOW, now=NOW
    )


@pytest.fixture
def reported(incident):
    """A maker of activities of this incident."""
    return partial(world.make_activity, incident, now=NOW)


def rows(table):
    return {
        tuple(row[name]["name"] for name in table.coverage.by): row["activities"]
        for row in document_of(table)["rows"]
    }


def test_a_service_stands_in_each_district_with_the_level_of_who_offers_it(incident, reported):
    reported("helpline", "Old Harbour", "Market", level="municipality")
    reported("helpline", "Market", who="State", level="national")
    reported("housing", "city")
    reported("", "text:jordan amman")

    table = table_of(incident, now=NOW)

    assert rows(table) == {
        ("Helpline", "Old Harbour"): 1,
        ("Helpline", "Market"): 2,
        ("Housing", "In the whole city"): 1,
        ("Not said", "Jordan Amman"): 1,
    }
    document = document_of(table)
    [helpline] = [
        row for row in document["sums"]["service"] if row["service"]["code"] == "helpline"
    ]
    assert (helpline["activities"], helpline["levels"]) == (2, {"local": 1, "national": 1})
    assert document["whole"]["activities"] == 4
    market = next(row["area"] for row in document["rows"] if row["area"]["name"] == "Market")
    assert market["code"] == "02"


def test_the_short_count_of_a_page_says_the_same_also_of_activities_in_several_places(
    incident, reported
):
    reported("helpline", "Old Harbour", "Market", "text:zarqa", "text:amman")
    reported("helpline", "Market", who="State", level="national", weekly_capacity=10)
    reported("", "text:zarqa", "text:amman")
    known = {"city", "outside", *(f"area:{area.pk}" for area in incident.city.areas.all())}

    whole = table_of(incident, now=NOW, known_places=known).coverage
    short = table_of(incident, now=NOW, known_places=known, brief=True).coverage

    def figures(coverage):
        laid = {(): {(): coverage.whole}, "cells": coverage.cells, **dict(enumerate(coverage.sums))}
        return {
            (part, place): (cell.counts, cell.levels)
            for part, cells in laid.items()
            for place, cell in cells.items()
        }

    assert figures(short) == figures(whole)
    assert (whole.at("", ELSEWHERE).cover, whole.whole.cover) == (1, 3)
    assert short.whole.organisations == whole.whole.organisations == 2
    assert (whole.at("helpline", "city").cover, short.sum_of(1, ELSEWHERE).organisations) == (
        0,
        None,
    )


def test_a_count_is_kept_until_something_happens_in_the_city(incident, act, amina):
    kept, counted = Kept(most=2), iter(range(9))
    of = partial(kept.of, incident, "all", lambda: next(counted), worth=lambda: True)
    assert (of(now=NOW), of(now=NOW)) == (0, 0)
    assert of(now=NOW + timedelta(minutes=1)) == 1
    open_incident(
        act(amina), city=incident.city, title="Again", kind="attack", severity=2, happened_at=NOW,
        now=NOW,
    )  # fmt: skip
    assert of(now=NOW) == 2
    assert of(now=NOW, worth=lambda: False) == 2
    few = partial(kept.of, incident, "food", lambda: next(counted), worth=lambda: False)
    assert (few(now=NOW), few(now=NOW)) == (3, 4)


def test_what_has_ended_or_nobody_confirmed_covers_nothing_on_that_day(incident, reported):
    today = timezone.localdate(NOW)
    reported("food", "city", ends_on=today + timedelta(days=3))
    reported("food", "city", confirmed_at=NOW - timedelta(days=8))
    reported("food", "city", status="planned", starts_on=today + timedelta(days=2))
    reported("food", "city", status="cancelled")
    reported("food", "city", standing="withdrawn")

    def food(**rest):
        return table_of(incident, ["service"], now=NOW, **rest).coverage.at("food")

    now = food()
    assert (now.cover, now.unconfirmed, now.planned, now.over) == (1, 1, 1, 0)
    assert food(on=today + timedelta(days=3)).cover == 2  # what was planned has begun
    assert food(on=today + timedelta(days=4)).cover == 1
    assert food(wanted=Wanted(status="all")).over == 1


def test_the_list_shows_an_entry_as_the_table_counts_it_whatever_its_owner_told_last(
    incident, reported
):
    today = timezone.localdate(NOW, ZoneInfo(incident.city.timezone))
    day = timedelta(days=1)
    over = reported("food", "city", starts_on=today - 3 * day, ends_on=today - day)
    later = reported("food", "city", starts_on=today + 2 * day)
    there = reported("food", "city", starts_on=today, ends_on=today)

    def listed(status=""):
        return set(activities_of(incident, Wanted(status=status), now=NOW))

    assert [status_on(one, today) for one in (over, later, there)] == [
        "ended", "planned", "active",
    ]  # fmt: skip
    assert listed() == {later, there}
    assert [listed(status) for status in ("ended", "planned", "active")] == [
        {over}, {later}, {there},
    ]  # fmt: skip
    whole = table_of(incident, ["service"], now=NOW).coverage.whole
    assert (whole.cover, whole.planned, whole.over) == (1, 1, 0)
    assert table_of(incident, ["service"], now=NOW, on=today - day).coverage.whole.cover == 1


def test_it_is_narrowed_to_a_level_a_group_or_an_organisation(incident, reported):
    reported("food", "city", level="national", populations=("bereaved", "injured"))
    reported("food", "city", who="Kitchen", populations=("injured",))

    assert rows(table_of(incident, ["population"], now=NOW)) == {
        ("Bereaved families",): 1,
        ("The injured",): 2,
    }
    national = table_of(incident, ["organisation"], Wanted(level="national"), now=NOW)
    assert rows(national) == {("City of Marsa Noor",): 1}


def test_a_need_stands_beside_what_covers_it_and_its_people_count_once(
    incident, reported, act, amina
):
    areas = tuple(incident.city.areas.values_list("pk", flat=True))
    counselling = IssueFacts(
        text="Families wait.", seriousness=3, service="counselling", people=120,
        people_source="Health, estimate",
    )  # fmt: skip
    tell = partial(report_issue, act(amina), incident, language="en", now=NOW)
    tell(replace(counselling, scope="areas", areas=areas))
    tell(replace(counselling, scope="city", service="legal-aid", people=None))
    reported("counselling", "Market")
    reported("legal-aid", "Market")

    table = table_of(incident, now=NOW)

    keys = {area.name: f"area:{area.pk}" for area in incident.city.areas.all()}
    assert table.unmet == [("counselling", keys["Old Harbour"])]
    assert table.covered("counselling", keys["Market"]) == "yes"
    assert table.covered("legal-aid", "city") == "partly"
    document = document_of(table)
    [row] = [row for row in document["sums"]["service"] if row["service"]["code"] == "counselling"]
    assert (row["needs"], row["people_in_need"]) == (1, 120)
    assert row["people_source"] == ["Health, estimate"]
    assert document["whole"]["needs"] == 2


def test_a_dimension_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(Refused, match="service, area"):
        checked_dimensions("service,colour")
