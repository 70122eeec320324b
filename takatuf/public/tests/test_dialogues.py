"""What anybody reads of the dialogues among cities."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.learning.models import Dialogue
from takatuf.learning.services import load_dialogues

AT = "/en/dialogues/oslo-2023/"


@pytest.fixture
def oslo(db):
    load_dialogues(now=timezone.now())
    return Dialogue.objects.get(slug="oslo-2023")


def test_the_past_stands_below_what_is_coming_and_nothing_announced_is_said(client, oslo):
    page = client.get("/en/dialogues/").content.decode()

    assert "No dialogue is announced at the moment." in page
    assert f'href="{AT}"' in page
    assert "May 2023" in page


def test_before_the_set_up_the_page_says_that_nothing_was_held(client, db):
    assert "No dialogue has been held yet." in client.get("/en/dialogues/").content.decode()


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_oslo_is_told_with_its_sources_and_leads_into_the_guide(client, oslo, language):
    answer = client.get(f"/{language}/dialogues/oslo-2023/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert 'id="source-2"' in page
    assert 'href="#source-2"' in page
    assert "[s" not in page
    assert 'lang="en"' in page  # the titles of the sources
    assert "calendar.ics" not in page  # it is over


def test_a_draft_is_nobodys_and_a_withdrawn_one_says_why(client, oslo):
    Dialogue.objects.filter(pk=oslo.pk).update(state="draft")
    assert client.get(AT).status_code == 404
    Dialogue.objects.filter(pk=oslo.pk).update(
        state="withdrawn", withdrawn_at=timezone.now(), withdrawn_reason="It was not held."
    )
    answer = client.get(AT)

    assert answer.status_code == 410
    assert "It was not held." in answer.content.decode()
    assert AT not in client.get("/en/dialogues/").content.decode()


def test_a_coming_dialogue_goes_into_a_calendar_and_one_of_a_month_does_not(client, oslo):
    today = timezone.now().date()
    days = {"begins_on": today, "ends_on": today + timedelta(days=1)}
    Dialogue.objects.filter(pk=oslo.pk).update(**days)
    assert client.get(f"{AT}calendar.ics").status_code == 404
    Dialogue.objects.filter(pk=oslo.pk).update(precision="day")
    answer = client.get(f"{AT}calendar.ics")

    assert answer["Content-Type"].startswith("text/calendar")
    lines = answer.content.decode().split("\r\n")
    assert f"DTSTART;VALUE=DATE:{today:%Y%m%d}" in lines
    assert f"DTEND;VALUE=DATE:{today + timedelta(days=2):%Y%m%d}" in lines
    assert "STATUS:CONFIRMED" in lines
    assert "calendar.ics" in client.get(AT).content.decode()


def test_what_never_was_is_not_found(client, db):
    assert client.get("/en/dialogues/nowhere-1999/").status_code == 404
