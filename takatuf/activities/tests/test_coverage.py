"""Cover is counted once for each activity, and only where it is really there."""

import pytest

from takatuf.activities.coverage import ELSEWHERE, NOTHING, apart, coverage_of_facts, together

pytestmark = pytest.mark.once


def fact(activity, service, area, *, level="municipality", who="City", counts="cover", weekly=None):
    return (activity, level, who, counts, weekly, service, area)


def laid(*facts):
    return coverage_of_facts(("service", "area"), facts)


def test_each_service_and_district_has_its_cell():
    found = laid(
        fact("1", "helpline", "north"),
        fact("2", "helpline", "north", level="national", who="State"),
        fact("3", "housing", "south"),
    )
    cell = found.at("helpline", "north")
    assert (cell.cover, cell.organisations) == (2, 2)
    assert dict(cell.bands) == {"local": 1, "national": 1}
    assert found.at("housing", "north") is NOTHING


def test_an_activity_in_two_districts_counts_once_in_the_sum_of_its_service():
    found = laid(
        fact("1", "helpline", "north", weekly=40),
        fact("1", "helpline", "south", weekly=40),
        fact("2", "helpline", "south"),
    )
    assert found.sum_of(0, "helpline").cover == 2
    assert found.sum_of(0, "helpline").weekly == 40
    assert [found.sum_of(1, area).cover for area in ("north", "south")] == [1, 2]
    assert found.whole.cover == 2
    assert found.whole.levels == {"municipality": 2}


def test_what_is_planned_paused_unconfirmed_or_over_is_counted_but_is_no_cover():
    found = laid(
        *(
            fact(counts, "helpline", "north", counts=counts, who=counts, weekly=5)
            for counts in ("cover", "planned", "paused", "unconfirmed", "over")
        )
    )
    cell = found.at("helpline", "north")
    assert (cell.cover, cell.planned, cell.paused, cell.unconfirmed, cell.over) == (1, 1, 1, 1, 1)
    assert (cell.organisations, cell.weekly, dict(cell.levels)) == (1, 5, {"municipality": 1})


def test_nobody_said_is_not_the_same_as_nobody():
    found = laid(fact("1", "", ""), fact("2", "helpline", "north", level=""))
    assert found.at("", "").weekly is None
    assert dict(found.at("helpline", "north").bands) == {"": 1}


def test_six_levels_are_told_as_the_four_that_others_exchange():
    levels = ["neighbourhood", "municipality", "county", "region", "national", "international"]
    found = laid(*(fact(level, "food", "north", level=level) for level in levels))
    assert dict(found.at("food", "north").bands) == {
        "local": 2,
        "regional": 2,
        "national": 1,
        "international": 1,
    }


def test_an_activity_for_two_groups_stands_under_both():
    facts = [("1", "", "City", "cover", None, ("bereaved", "injured")), *(
        ("2", "", "City", "cover", None, ()),
    )]  # fmt: skip
    found = coverage_of_facts(["population"], apart(facts, 0))
    assert {value: found.at(value).cover for value in ("bereaved", "injured", "")} == {
        "bereaved": 1,
        "injured": 1,
        "": 1,
    }
    assert found.whole.cover == 2


def test_places_that_the_city_does_not_know_share_a_column_in_which_each_activity_stands_once():
    facts = [
        fact("1", "food", "text:jordan amman"),
        fact("1", "food", "text:jordan zarqa"),
        fact("2", "food", "text:iraq"),
        fact("2", "food", "city"),
    ]
    found = coverage_of_facts(("service", "area"), together(facts, 1, {"city"}))
    assert found.at("food", ELSEWHERE).cover == 2
    assert found.sum_of(0, "food").cover == 2
