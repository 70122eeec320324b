"""Meetings: what the picture puts on the agenda, and what comes of it where it belongs."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from takatuf.activities.services import add_task
from takatuf.alerts.models import Alert, Call, Delivery
from takatuf.alerts.notices import email_for, sms_for
from takatuf.coordination.agenda import agenda_of, agenda_of_meeting, came_of
from takatuf.coordination.services import (
    begin_meeting,
    end_meeting,
    record_outcome,
    stand_down,
)
from takatuf.decisions.exchange import calendar_of
from takatuf.decisions.models import Attendance, LogEntry, Meeting
from takatuf.decisions.queries import planned_meeting, proposed_time
from takatuf.decisions.rules import next_in_rhythm
from takatuf.decisions.services import Mark, mark_attendance, plan_meeting, set_rhythm, write_entry
from takatuf.foundation.errors import NotAllowed, NotFound, Refused


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def planned(act, amina, incident, now):
    return plan_meeting(
        act(amina), incident, at=now + timedelta(hours=1), place="Town hall", now=now
    )


@pytest.fixture
def held(act, amina, planned, now):
    return begin_meeting(act(amina), planned, now=now)


def record(who, meeting, now, **more):
    values = {"kind": "decision", "text": "Close the square", "reasons": "It is not safe"}
    return record_outcome(who, meeting, language="en", now=now, **values | more)


def test_the_agenda_is_drawn_from_the_picture_and_kept_when_the_meeting_opens(
    act, amina, planned, incident, now
):
    drawn = agenda_of(incident, now)
    assert [group.code for group in drawn.groups] == ["late", "blocked", "questions"]
    assert "Open the assembly point" in [item.words("en") for item in drawn.groups[0].items]
    assert drawn.groups[1].items[0].why == "No key"

    meeting = begin_meeting(act(amina), planned, now=now)
    write_entry(
        act(amina), incident, kind="question", text="Who has the key?", language="en", now=now
    )

    assert agenda_of_meeting(meeting, now) == drawn
    incident.refresh_from_db()
    assert incident.next_meeting_at is None


def test_a_long_list_is_cut_and_says_so(act, amina, incident, fire, now):
    for number in range(22):
        add_task(
            act(amina), incident, title=f"Action {number}", language="en", agency=fire,
            due=now - timedelta(minutes=5), now=now,
        )  # fmt: skip
    late = agenda_of(incident, now).groups[0]
    assert len(late.items) == 20
    assert late.more == incident.tasks.filter(due_at__lt=now).exclude(state="done").count() - 20


def test_outcomes_stand_in_the_log_and_among_the_actions_and_in_the_minutes(
    act, amina, held, incident, fire, farid, now
):
    point = "questions:" + agenda_of_meeting(held, now).groups[2].items[0].thing
    mark_attendance(act(amina), held, marks={fire.pk: Mark("came", "Watch commander")}, now=now)
    record(act(amina), held, now, point=point)
    due = now + timedelta(hours=3)
    record(act(amina), held, now, kind="action", text="Fetch the key", agency=fire, due_at=due)

    closed = end_meeting(act(amina), held, language="en", now=now)

    decision, action = came_of(closed)
    assert decision.outcome.point == point
    assert decision.entry.reasons == "It is not safe"
    assert [agency.name for agency in decision.entry.present.all()] == ["Fire and Rescue"]
    assert (action.task.agency, action.task.due_at) == (fire, due)
    assert "Came: Fire and Rescue (Watch commander)" in closed.entry.text
    assert f"Decision {decision.entry.number}" in closed.entry.text
    assert "Fetch the key" in closed.entry.text


def test_nothing_of_a_closed_meeting_changes(act, amina, held, fire, now):
    end_meeting(act(amina), held, language="en", now=now)
    entries = LogEntry.objects.count()
    for change in (
        lambda: record(act(amina), held, now),
        lambda: mark_attendance(act(amina), held, marks={fire.pk: Mark("came")}, now=now),
        lambda: end_meeting(act(amina), held, language="en", now=now),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.code == "not-open"
    assert LogEntry.objects.count() == entries, "what was written for it is taken back"


def test_the_next_agenda_tells_what_changed_since(act, amina, held, incident, now):
    record(act(amina), held, now)
    end_meeting(act(amina), held, language="en", now=now)
    later = now + timedelta(hours=1)
    write_entry(
        act(amina), incident, kind="decision", text="Open the bridge", language="en", now=later,
        reasons="It was checked",
    )  # fmt: skip
    since = agenda_of(incident, later).groups[0]
    assert (since.code, [item.words("en") for item in since.items]) == (
        "since",
        ["Open the bridge"],
    )


def test_the_agencies_are_invited_told_of_a_move_and_of_the_end(
    act, amina, farid, incident, planned, now, settings
):
    settings.SMS_URL = "http://127.0.0.1:1/?to={to}&text={text}"
    farid.phone = "+962790000009"
    farid.save()
    plan_meeting(act(amina), incident, at=planned.at, place="Town hall", now=now)  # pressed twice
    plan_meeting(act(amina), incident, at=planned.at, place="School", now=now)
    plan_meeting(act(amina), incident, at=None, place="", now=now)

    alerts = Alert.objects.filter(notice__contains="meeting").order_by("raised_at", "pk")
    assert [alert.context["change"] for alert in alerts] == ["planned", "moved", "called-off"]
    told = Delivery.objects.filter(call__alert=alerts[1]).select_related(
        "person", "call__agency", "call__alert__city"
    )
    assert {one.person for one in told} == {farid}
    local = timezone.localtime(planned.at, timezone=ZoneInfo("Asia/Amman"))
    sms = sms_for(told.get(channel="sms")).text
    assert f"{local:%H:%M} (UTC+3), School." in sms
    assert "/meetings/1/" in sms
    assert "Shots" not in sms + email_for(told.get(channel="email")).text
    assert not Call.objects.about(incident.about).filter(alert__in=alerts).exists()
    assert planned_meeting(incident) is None


def test_the_rhythm_proposes_and_plans_nothing(act, amina, incident, planned, now):
    set_rhythm(act(amina), incident, hours=6, now=now)
    incident.refresh_from_db()
    begin_meeting(act(amina), planned, now=now)
    later = planned.at + timedelta(hours=7)
    assert proposed_time(incident, later) == planned.at + timedelta(hours=12)
    assert planned_meeting(incident) is None
    assert next_in_rhythm(later, timedelta(hours=6), now) == later
    with pytest.raises(Refused):
        set_rhythm(act(amina), incident, hours=0, now=now)


def test_who_leads_holds_meetings_and_a_stranger_knows_of_none(
    act, farid, stranger, held, fire, now
):
    for who, refusal in ((farid, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refusal):
            record(act(who), held, now)
        with pytest.raises(refusal):
            mark_attendance(act(who), held, marks={fire.pk: Mark("came")}, now=now)


def test_only_agencies_at_the_incident_come(act, amina, held, health, now):
    with pytest.raises(Refused) as refusal:
        mark_attendance(act(amina), held, marks={health.pk: Mark("came")}, now=now)
    assert refusal.value.field == "agency"
    assert not Attendance.objects.exists()


def test_a_stand_down_calls_the_next_meeting_off(act, amina, incident, planned, now):
    stand_down(act(amina), incident, reason="It is over", language="en", now=now)
    assert Meeting.objects.get().state == "called-off"


def test_the_calendar_file_is_whole_and_names_no_event(planned, now):
    planned.place = "Town hall, room; 2 " + "قاعة " * 20
    file = calendar_of(planned, summary="Meeting of the partners", url="https://x.org/m/", now=now)
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert file.endswith(b"END:VCALENDAR\r\n")
    unfolded = file.replace(b"\r\n ", b"").decode()
    assert "LOCATION:Town hall\\, room\\; 2 قاعة" in unfolded
    assert f"DTSTART:{planned.at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in unfolded
    assert "Shots" not in unfolded
