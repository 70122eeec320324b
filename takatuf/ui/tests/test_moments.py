"""Hours as the city's clocks show them, also in the night in which the clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from takatuf.ui.forms import MomentField, on_this_clock

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("clock", "now", "moment"),
    [
        # Any other night.
        ("2026-11-22 23:10", "2026-11-22 22:11", "2026-11-22 22:10"),
        # The hour that comes twice: before its second coming, and after.
        ("2026-10-25 02:30", "2026-10-25 00:31", "2026-10-25 00:30"),
        ("2026-10-25 02:30", "2026-10-25 01:31", "2026-10-25 01:30"),
        ("2026-10-25 02:30", "2027-01-01 00:00", "2026-10-25 01:30"),
        # The hour that is missing: by the old time half past two was half past one in UTC.
        ("2026-03-29 02:30", "2026-03-29 09:00", "2026-03-29 01:30"),
    ],
)
def test_an_hour_is_read_as_the_clocks_showed_it(clock, now, moment):
    read = on_this_clock(
        datetime.fromisoformat(clock), OSLO, datetime.fromisoformat(now).replace(tzinfo=UTC)
    )
    assert read.astimezone(UTC) == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert read.tzinfo is OSLO


def test_a_form_takes_the_hour_that_comes_twice():
    with timezone.override(OSLO):
        assert MomentField().clean("2026-10-25T02:30").utcoffset() == timedelta(hours=1)
        assert MomentField().clean("2026-03-29T02:30").hour == 3
        assert MomentField(required=False).clean("") is None
