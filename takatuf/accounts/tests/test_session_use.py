"""When a session was last used is noted, but not with every page."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
PAGE = "/en/account/sessions/"


def _writes(client: Client, agent: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE, headers={"user-agent": agent})
    return [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))]


def test_reading_page_after_page_writes_nothing(signed_in, amina) -> None:
    client = signed_in(amina)

    assert _writes(client, "Firefox")
    assert not _writes(client, "Firefox")
    assert UserSession.objects.get(user=amina).user_agent == "Firefox"


def test_a_session_is_told_in_the_time_of_the_city_that_one_serves(signed_in, amina, city) -> None:
    type(city).objects.update(timezone="Asia/Amman")

    assert b"UTC+3" in signed_in(amina).get(PAGE).content


def test_another_browser_with_the_same_session_is_noted_at_once(signed_in, amina) -> None:
    client = signed_in(amina)
    _writes(client, "Firefox")

    assert _writes(client, "Chrome")
    assert UserSession.objects.get(user=amina).user_agent == "Chrome"
