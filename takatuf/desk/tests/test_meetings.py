"""A meeting at the desk: set, opened, attended, written down, closed, printed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.coordination.services import begin_meeting
from takatuf.decisions.models import Attendance, LogEntry, Meeting
from takatuf.decisions.services import plan_meeting

ALL = "/en/desk/marsa-noor/incidents/1/meetings/"
PLAN = "/en/desk/marsa-noor/incidents/1/meeting/"


@pytest.fixture
def planned(act, amina, incident):
    now = timezone.now()
    return plan_meeting(
        act(amina), incident, at=now + timedelta(hours=1), place="Town hall", now=now
    )


@pytest.fixture
def held(act, amina, planned, task):
    return begin_meeting(act(amina), planned, now=timezone.now())


def test_it_is_set_with_its_rhythm_and_the_next_is_proposed(desk_of, amina, incident):
    browser = desk_of(amina)
    assert "The partners have not met yet" in browser.get(ALL).content.decode()
    at = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    browser.post(PLAN, {"at": at, "place": "Town hall", "hours": "24"})
    page = browser.get(ALL).content.decode()
    assert "Every day" in page
    assert "Town hall" in page
    browser.post(f"{ALL}1/call-off/")
    assert "Called off" in browser.get(ALL).content.decode()
    picture = browser.get("/en/desk/marsa-noor/incidents/1/").content.decode()
    assert "By the rhythm it would be at" in picture
    form = browser.get(PLAN).content.decode()
    assert 'value="24" selected' in form
    assert browser.post(PLAN, {"at": "", "hours": ""}).status_code == 422


def test_it_is_held_from_one_page(desk_of, amina, farid, planned, task, fire):
    browser = desk_of(amina)
    assert "Open the assembly point" in browser.get(f"{ALL}1/").content.decode()
    browser.post(f"{ALL}1/open/")
    page = browser.get(f"{ALL}1/?point=late:task:{task.pk}").content.decode()
    assert f'value="late:task:{task.pk}" selected' in page
    browser.post(
        f"{ALL}1/attendance/", {f"state-{fire.pk}": "came", f"who-{fire.pk}": "Watch commander"}
    )
    said = {
        "kind": "decision", "text": "Wait for light", "reasons": "It is dark",
        "point": f"late:task:{task.pk}", "key": "a",
    }  # fmt: skip
    for _ in range(2):  # pressed twice
        browser.post(f"{ALL}1/outcomes/", said)
    assert LogEntry.objects.filter(kind="decision").count() == 1
    browser.post(f"{ALL}1/close/")

    minutes = desk_of(farid).get(f"{ALL}1/").content.decode()

    for words in ("Minutes of meeting", "Watch commander", "Wait for light", "In the chair"):
        assert words in minutes, words
    french = desk_of(farid).get(f"{ALL}1/".replace("/en/", "/fr/")).content.decode()
    assert f"{fire.name}</bdi>\u00a0: " in french, "the colon stays with the name before it"
    assert "Write down what came" not in minutes
    picture = desk_of(farid).get("/en/desk/marsa-noor/incidents/1/").content.decode()
    assert "Wait for light" in picture


def test_what_is_missing_is_said_beside_its_field(desk_of, amina, held, fire):
    browser = desk_of(amina)
    page = browser.post(f"{ALL}1/outcomes/", {"kind": "decision", "text": "Wait", "key": "a"})
    assert page.status_code == 422
    assert "Give the reasons for the decision" in page.content.decode()
    wrong = browser.post(f"{ALL}1/attendance/", {f"state-{fire.pk}": "late"})
    assert wrong.status_code == 422
    assert not Attendance.objects.exists()


def test_whoever_does_not_lead_reads_and_changes_nothing(desk_of, farid, held):
    browser = desk_of(farid)
    page = browser.get(f"{ALL}1/").content.decode()
    assert "Close the meeting" not in page
    for path in ("1/outcomes/", "1/attendance/", "1/close/", "1/open/", "1/call-off/"):
        assert browser.post(ALL + path, {"kind": "information", "text": "x"}).status_code == 403
    assert Meeting.objects.get().state == "open"


def test_it_goes_into_ones_own_calendar(desk_of, farid, planned):
    answer = desk_of(farid).get(f"{ALL}1/calendar/")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"SUMMARY:Meeting of the partners\\, Marsa Noor" in answer.content
    assert b"Shots" not in answer.content


def test_a_meeting_costs_few_statements(desk_of, amina, held, statements_of):
    count, _page = statements_of(desk_of(amina), f"{ALL}1/")
    assert count <= 14
    count, _page = statements_of(desk_of(amina), "/en/desk/marsa-noor/incidents/1/")
    assert count <= 20
