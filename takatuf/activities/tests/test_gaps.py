"""What is needed and nobody does, does too little, or will soon do no longer."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from takatuf.activities.gaps import Asked, Doing, Limits, gaps_among

pytestmark = pytest.mark.once
TODAY = date(2026, 3, 1)
SUPPORT = {"counselling": 3, "peer-support": 2, "safety": 1, "fund": None}


def doing(pk="a", **other):
    usual = Doing(
        id=pk, organisation="red-crescent", service="counselling", layer=3,
        keys=frozenset({"area:1"}), populations=frozenset({"bereaved"}),
        languages=frozenset({"ar"}), offers=frozenset(), starts_on=date(2026, 1, 1),
        ends_on=None, counts_as="cover",
    )  # fmt: skip
    sets = {"keys", "populations", "languages", "offers"}
    return replace(usual, **{k: frozenset(v) if k in sets else v for k, v in other.items()})


def need(**other):
    usual = Asked(
        id="n", services=("counselling",), keys=frozenset({"area:1"}),
        populations=frozenset({"bereaved"}), languages=frozenset(), offers=frozenset(),
        people=None, seriousness=3,
    )  # fmt: skip
    sets = {"keys", "populations", "languages", "offers", "linked"}
    return replace(usual, **{k: frozenset(v) if k in sets else v for k, v in other.items()})


def found(doings, needs=(), kind=None, **more):
    gaps = gaps_among(
        doings, needs, today=TODAY, support=SUPPORT, limits=Limits(), **more
    )  # fmt: skip
    return [gap for gap in gaps if kind is None or gap.kind == kind]


def keys(doings, needs=(), kind=None, **more):
    return [gap.key for gap in found(doings, needs, kind, **more)]


@pytest.mark.parametrize(
    ("other", "answered"),
    [
        ({}, True),
        ({"service": "peer-support"}, False),
        ({"keys": {"area:2"}}, False),
        ({"keys": {"city"}}, True),
        ({"keys": ()}, True),  # where, nobody said
        ({"keys": {"outside"}}, False),
        ({"populations": {"pupils"}}, False),
        ({"populations": {"everyone"}}, True),
        ({"populations": ()}, True),
        ({"counts_as": "unconfirmed"}, False),
        ({"counts_as": "planned"}, False),
        ({"counts_as": "paused"}, False),
    ],
)
def test_a_need_is_answered_by_service_place_and_people_that_fit(other, answered):
    assert (keys([doing(**other)], [need()], "need") == []) is answered


def test_what_is_planned_or_unconfirmed_is_told_beside_a_need_without_cover():
    gap = found([doing(counts_as="planned"), doing("b", counts_as="unconfirmed")], [need()])[0]
    assert (gap.planned, gap.unconfirmed) == (1, 1)


def test_whoever_says_that_an_activity_answers_is_believed():
    other = doing(service="safe-space", keys={"area:9"})
    assert keys([other], [need()], "need") == ["need:n"]
    assert keys([other], [need(linked={"a"})], "need") == []
    assert keys([replace(other, counts_as="over")], [need(linked={"a"})], "need") == ["need:n"]


def test_a_further_service_answers_too():
    assert not keys(
        [doing(service="peer-support")], [need(services=("counselling", "peer-support"))], "need"
    )


def test_without_anybody_who_told_only_needs_are_gaps():
    assert keys([], [need()], languages=["ar"], offers=["night"]) == ["need:n"]


def test_what_answers_in_part_leaves_languages_hours_and_places_open():
    asks = need(languages={"ar", "fr"}, offers={"night"}, keys={"area:1", "area:2"})
    gap = found([doing()], [asks], "part")[0]
    assert (gap.languages, gap.offers, gap.elsewhere) == (("fr",), ("night",), True)
    whole = doing("b", languages={"fr"}, offers={"night"}, keys={"city"})
    assert not found([doing(), whole], [asks], "part")


def test_a_need_of_the_whole_city_is_met_in_part_by_a_district():
    assert found([doing()], [need(keys={"city"})], "part")[0].elsewhere
    assert not found([doing(keys={"city"})], [need(keys={"city"})], "part")


def test_people_outside_are_reached_by_what_says_so():
    away = need(keys={"outside"})
    assert keys([doing(keys={"city"})], [away], "need") == ["need:n"]
    assert not keys([doing(keys={"area:1"}, offers={"outside-city"})], [away], "need")
    assert not keys([doing(keys={"area:1"}, offers={"outside-city"})], [away], "part")


def test_an_empty_layer_of_the_pyramid_is_a_gap():
    doings = [
        doing(),
        doing("b", service="safety", layer=1),
        doing("c", layer=4, counts_as="paused"),
    ]
    assert keys(doings, kind="layer") == ["layer:2", "layer:4"]


def test_languages_and_hours_that_no_support_has_are_gaps():
    doings = [doing(offers={"night"}), doing("b", layer=None, languages={"fr"}, offers={"women"})]
    assert keys(doings, kind="language", languages=["ar", "fr"]) == ["language:fr"]
    assert keys(doings, kind="offer", offers=["night", "women"]) == ["offer:women"]


def test_cover_is_thin_where_seeing_everybody_takes_more_than_four_weeks():
    needs = [need(people=300), need(id="m", people=140)]
    assert not keys([doing(weekly=110)], needs, "thin")
    gap = found([doing(weekly=50), doing("b", weekly=50)], needs, "thin")[0]
    assert (gap.people, gap.weekly, gap.weeks) == (440, 100, 4.4)
    assert not keys([doing(weekly=None)], needs, "thin")  # nobody said how many a week


END = TODAY + timedelta(days=20)


@pytest.mark.parametrize(
    ("follows", "cliff"),
    [
        (None, True),
        ({}, False),  # goes on
        ({"ends_on": END + timedelta(days=60)}, False),
        ({"starts_on": END + timedelta(days=5), "counts_as": "planned"}, False),
        ({"starts_on": END + timedelta(days=30), "counts_as": "planned"}, True),
        ({"counts_as": "unconfirmed"}, True),
        ({"keys": {"area:2"}}, True),
        ({"keys": {"city"}}, False),
        ({"populations": {"pupils"}}, True),
        ({"populations": ()}, False),
        ({"service": "peer-support"}, True),
    ],
)
def test_what_ends_within_thirty_days_is_a_cliff_unless_something_follows(follows, cliff):
    doings = [doing(ends_on=END)]
    if follows is not None:
        doings.append(doing("b", **follows))
    assert (keys(doings, kind="ends") == ["ends:a"]) is cliff


def test_what_ends_later_or_is_over_is_no_cliff():
    assert not keys([doing(ends_on=TODAY + timedelta(days=31))], kind="ends")
    assert not keys([doing(ends_on=TODAY - timedelta(days=1), counts_as="over")], kind="ends")


def test_a_service_that_ends_before_a_known_day_is_told_once_by_the_first():
    trial, anniversary = TODAY + timedelta(days=200), TODAY + timedelta(days=300)
    doings = [doing(ends_on=TODAY + timedelta(days=90)), doing("b", service="fund", layer=None)]
    gap = found(doings, kind="day", days=[anniversary, trial])[0]
    assert (gap.service, gap.on, gap.last_on) == ("counselling", trial, doings[0].ends_on)
    assert not keys([*doings, doing("c")], kind="day", days=[trial])
    assert not keys(doings, kind="day", days=[TODAY + timedelta(days=900)])
    assert not keys([doing(ends_on=TODAY + timedelta(days=9))], kind="day", days=[trial])


def test_stale_entries_are_counted_by_the_organisation_that_can_confirm_them():
    doings = [doing(str(n), counts_as="unconfirmed") for n in range(3)]
    doings.append(doing("x", organisation="city", counts_as="unconfirmed"))
    assert [(gap.key, gap.count) for gap in found(doings, kind="stale")] == [
        ("stale:red-crescent", 3),
        ("stale:city", 1),
    ]
