"""The end of the open response and what lives on; and its return, ten years after."""

from datetime import UTC, datetime, timedelta

import pytest

from takatuf.activities.jobs import wake_next
from takatuf.activities.queries import my_tasks, sleeping
from takatuf.activities.services import add_task, reopen_task
from takatuf.alerts.models import Call
from takatuf.coordination.services import (
    call_another_agency,
    change_phase,
    declare_incident,
    reopen_incident,
    stand_down,
)
from takatuf.decisions.queries import open_promises
from takatuf.decisions.services import write_entry
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.queries import open_incidents
from takatuf.journal.models import Entry
from takatuf.plans.services import start_plan

START = datetime(2026, 5, 22, 20, 30, tzinfo=UTC)
WEEK_SIX = START + timedelta(days=42)


@pytest.fixture
def incident(db, city, amina, municipality, act):
    start_plan(act(amina), city, title="The city’s plan", size="city", now=START)
    return declare_incident(
        act(amina), city=city, title="Fire at the hall", kind="attack", severity=3, now=START,
        casualties="yes",
    )  # fmt: skip


def end(who, incident, **more):
    return stand_down(
        who, incident, reason="The acute time is over.", language="en", now=WEEK_SIX, **more
    )


def test_what_is_kept_stays_somebodys_work_and_the_rest_is_closed_with_the_reason(
    incident, amina, act, municipality
):
    wanted = add_task(
        act(amina), incident, title="Visit the families", language="en", now=WEEK_SIX,
        agency=municipality,
    )  # fmt: skip
    lost = incident.tasks.exclude(pk=wanted.pk).filter(state="open").first()
    write_entry(
        act(amina), incident, kind="promise", text="The hall will be rebuilt", language="en",
        promised_to="The association", due_at=WEEK_SIX + timedelta(days=400), now=WEEK_SIX,
    )  # fmt: skip

    end(act(amina), incident, keep=[wanted.pk], with_years=False)

    assert not open_incidents(act(amina)).exists()
    assert [task.pk for task in my_tasks(act(amina), WEEK_SIX)] == [wanted.pk]
    lost.refresh_from_db()
    assert (lost.state, lost.note) == ("dropped", "The acute time is over.")
    assert open_promises(incident).count() == 1
    entry = incident.log_entries.get(kind="decision")
    assert (entry.reasons, "stood down" in entry.text) == ("The acute time is over.", True)
    assert Entry.objects.filter(verb="task.dropped", thing=f"task:{lost.pk}").exists()
    reopen_task(act(amina), lost, now=WEEK_SIX)
    lost.refresh_from_db()
    assert lost.state == "open"


def test_the_months_and_years_are_handed_out_and_wake_after_the_stand_down(incident, amina, act):
    end(act(amina), incident)
    asleep = sleeping(incident).filter(anchor="anniversary").first()
    assert asleep
    while wake_next(asleep.wakes_at):
        pass
    assert my_tasks(act(amina), asleep.wakes_at).filter(pk=asleep.pk).exists()


def test_a_stood_down_incident_takes_late_entries_and_no_new_phase(
    incident, amina, act, city, health
):
    end(act(amina), incident)
    incident.refresh_from_db()
    write_entry(
        act(amina), incident, kind="information", text="A letter came", language="en",
        now=WEEK_SIX + timedelta(days=30),
    )  # fmt: skip
    with pytest.raises(Refused, match="Open it again"):
        change_phase(act(amina), incident, "months", reason="x", language="en", now=WEEK_SIX)
    with pytest.raises(Refused, match="Open it again"):
        call_another_agency(act(amina), incident, health, now=WEEK_SIX)
    with pytest.raises(Refused, match="Open it again"):
        end(act(amina), incident)


def test_it_is_opened_again_ten_years_on_with_its_log_and_calls_anew(incident, amina, act):
    end(act(amina), incident)
    later = START + timedelta(days=3653)
    calls = Call.objects.about(incident.about).count()
    assert calls

    opened = reopen_incident(
        act(amina), incident, reason="The case is tried again.", language="en", now=later,
        call_again=True,
    )  # fmt: skip

    assert opened.stood_down_at is None
    assert open_incidents(act(amina)).get() == incident
    assert Call.objects.about(incident.about).count() == 2 * calls
    closing = incident.closings.get()
    assert (closing.reopened_at, closing.reopen_reason) == (later, "The case is tried again.")
    assert incident.log_entries.count() == 2
    with pytest.raises(Refused, match="open already"):
        reopen_incident(act(amina), incident, reason="x", language="en", now=later)


def test_a_reason_is_asked_for_and_nothing_is_half_done(incident, amina, act):
    before = incident.tasks.filter(state="open").count()
    with pytest.raises(Refused) as refusal:
        stand_down(act(amina), incident, reason=" ", language="en", now=WEEK_SIX)
    assert refusal.value.field == "reason"
    assert incident.tasks.filter(state="open").count() == before


def test_a_liaison_may_not_end_it_and_a_stranger_finds_nothing(farid, incident, stranger, act):
    with pytest.raises(NotAllowed):
        end(act(farid), incident)
    with pytest.raises(NotFound):
        end(act(stranger), incident)
