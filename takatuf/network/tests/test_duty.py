"""Who is on duty, also over midnight and in the nights when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from takatuf.network.rules import InOrder, Shift, next_to_call, on_duty

AMMAN, OSLO = ZoneInfo("Asia/Amman"), ZoneInfo("Europe/Oslo")
MONDAY, SUNDAY = 0, 6
ANNA, BASIL, CARLA = (UUID(int=n) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("day", "hour", "on"),
    [(9, 19, False), (9, 20, True), (9, 23, True), (10, 7, True), (10, 8, False), (10, 21, False)],
)
def test_a_monday_night_shift_runs_into_tuesday_morning(day, hour, on):
    shift = Shift(MONDAY, time(20), time(8))

    assert on_duty([shift], datetime(2026, 3, day, hour, tzinfo=AMMAN)) is on


def test_a_sunday_night_shift_runs_into_the_new_week():
    shift = Shift(SUNDAY, time(22), time(6))

    assert on_duty([shift], datetime(2026, 3, 9, 5, 59, tzinfo=AMMAN))
    assert not on_duty([shift], datetime(2026, 3, 9, 6, 0, tzinfo=AMMAN))


def test_a_shift_that_ends_when_it_starts_lasts_a_day():
    shift = Shift(MONDAY, time(8), time(8))

    assert on_duty([shift], datetime(2026, 3, 10, 7, 59, tzinfo=AMMAN))
    assert not on_duty([shift], datetime(2026, 3, 10, 8, 0, tzinfo=AMMAN))


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        (OSLO, datetime(2026, 3, 28, 20, tzinfo=UTC)),  # 02:00 becomes 03:00
        (OSLO, datetime(2026, 10, 24, 20, tzinfo=UTC)),  # 03:00 becomes 02:00
        (AMMAN, datetime(2022, 2, 24, 18, tzinfo=UTC)),  # midnight becomes 01:00
        (AMMAN, datetime(2021, 10, 28, 18, tzinfo=UTC)),  # 01:00 becomes midnight
        (AMMAN, datetime(2026, 10, 29, 18, tzinfo=UTC)),  # no change any more
    ],
)
@pytest.mark.parametrize("handover", [time(0), time(0, 30), time(2), time(2, 30), time(3)])
def test_when_the_clocks_change_exactly_one_of_two_turns_is_on_duty(zone, night, handover):
    evening = [Shift(day, time(18), handover) for day in range(7)]
    morning = [Shift(day, handover, time(18)) for day in range(7)]

    for quarter in range(4 * 12):
        local = (night + timedelta(minutes=15 * quarter)).astimezone(zone)
        assert on_duty(evening, local) is not on_duty(morning, local), local


def now_in_amman(hour):
    return datetime(2026, 3, 10, hour, tzinfo=AMMAN)


DAY = [Shift(day, time(8), time(20)) for day in range(7)]
NIGHT = [Shift(day, time(20), time(8)) for day in range(7)]


def test_those_with_shifts_are_called_only_on_duty_and_the_others_always():
    people = [InOrder(ANNA, 1, DAY), InOrder(BASIL, 1, NIGHT), InOrder(CARLA, 1, [])]

    assert next_to_call(people, [], now_in_amman(12)) == (1, [ANNA, CARLA], False)
    assert next_to_call(people, [], now_in_amman(23)) == (1, [BASIL, CARLA], False)


def test_an_order_with_nobody_on_duty_waits_until_all_on_duty_were_asked():
    people = [InOrder(ANNA, 1, DAY), InOrder(BASIL, 3, []), InOrder(CARLA, 0, [])]

    assert next_to_call(people, [], now_in_amman(23)) == (3, [BASIL], False)
    assert next_to_call(people, [BASIL], now_in_amman(23)) == (1, [ANNA], True)
    assert next_to_call(people, [BASIL, ANNA], now_in_amman(23)) == (0, [], False)


def test_a_gap_in_the_rota_never_makes_an_agency_silent():
    people = [InOrder(ANNA, 1, DAY), InOrder(BASIL, 2, DAY)]

    assert next_to_call(people, [], now_in_amman(23)) == (1, [ANNA], True)
    assert next_to_call(people, [ANNA], now_in_amman(23)) == (2, [BASIL], True)


def test_who_comes_on_duty_meanwhile_is_asked_before_those_off_duty():
    people = [InOrder(ANNA, 1, DAY), InOrder(BASIL, 2, NIGHT), InOrder(CARLA, 2, DAY)]

    assert next_to_call(people, [BASIL], now_in_amman(7)) == (1, [ANNA], True)
    assert next_to_call(people, [BASIL], now_in_amman(9)) == (1, [ANNA], False)
    assert next_to_call(people, [BASIL, ANNA], now_in_amman(9)) == (2, [CARLA], False)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        on_duty(DAY, datetime(2026, 3, 10, 12))
