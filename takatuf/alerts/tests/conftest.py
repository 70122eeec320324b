from datetime import UTC, datetime, timedelta

import pytest

from takatuf.alerts.notices import test_notice as a_test_notice
from takatuf.alerts.services import raise_alert
from takatuf.foundation.actors import COMMAND


@pytest.fixture
def now():
    return datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def call_out(city, now):
    """Raise a test alert to these agencies."""

    def call_out(*agencies, at=now, within=10, about="incident:test", **rest):
        return raise_alert(
            COMMAND,
            a_test_notice(city.name, city.names, about),
            city=city,
            agencies=agencies,
            answer_within=timedelta(minutes=within),
            now=at,
            **rest,
        )

    return call_out
