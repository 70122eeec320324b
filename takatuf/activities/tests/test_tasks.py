"""The life of an action: taken, handed over, blocked, finished, undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Need
from takatuf.activities.queries import my_tasks, tasks_of
from takatuf.activities.rules import rank
from takatuf.activities.services import (
    add_task,
    block_task,
    finish_task,
    hand_over_task,
    reopen_task,
    take_task,
)
from takatuf.config import world
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.services import involve, open_incident
from takatuf.journal.models import Entry

NOW = timezone.now()


@pytest.fixture
def incident(act, amina, city, fire, health):
    made = open_incident(act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW)
    involve(act(amina), made, [fire, health], now=NOW)
    return made


@pytest.fixture
def task(act, amina, incident, fire):
    return add_task(
        act(amina), incident, title="Open the hall", language="en", agency=fire, now=NOW
    )


def test_the_agency_takes_blocks_and_finishes_its_action(act, farid, task):
    actor = act(farid)
    task = take_task(actor, task, now=NOW)
    assert (task.state, task.taken_by) == ("taken", farid)
    task = block_task(actor, task, reason="No key", now=NOW)
    assert task.state == "blocked"
    task = finish_task(actor, task, note="Door opened", now=NOW)
    assert task.state == "done"
    task = reopen_task(actor, task, now=NOW)
    assert (task.state, task.taken_by) == ("open", None)
    verbs = Entry.objects.filter(thing=f"task:{task.pk}").order_by("index")
    assert list(verbs.values_list("verb", flat=True)) == [
        "task.added", "task.taken", "task.blocked", "task.finished", "task.reopened",
    ]  # fmt: skip


def test_another_agency_sees_it_and_may_not_move_it(act, bilal, task, stranger):
    assert tasks_of(task.incident).count() == 1
    with pytest.raises(NotAllowed):
        take_task(act(bilal), task, now=NOW)


def test_a_block_needs_a_reason(act, farid, task):
    with pytest.raises(Refused) as refusal:
        block_task(act(farid), task, reason=" ", now=NOW)
    assert refusal.value.field == "reason"


def test_the_second_of_two_editors_is_told(act, farid, amina, task):
    take_task(act(farid), task, now=NOW, version=1)
    with pytest.raises(Refused) as refusal:
        finish_task(act(amina), task, note="", now=NOW, version=1)
    assert refusal.value.code == "changed-meanwhile"


def test_an_action_that_waits_is_not_finished_first(act, amina, task, incident):
    first = add_task(act(amina), incident, title="Find the key", language="en", now=NOW)
    Need.objects.create(task=task, first=first)
    with pytest.raises(Refused) as refusal:
        finish_task(act(amina), task, note="", now=NOW)
    assert "Find the key" in str(refusal.value)
    finish_task(act(amina), first, note="", now=NOW)
    finish_task(act(amina), task, note="", now=NOW)


def test_it_is_handed_to_a_person_or_to_an_agency_of_this_city(
    act, farid, chen, health, task, stranger
):
    task = hand_over_task(act(farid), task, agency=health, now=NOW)
    assert (task.agency, task.state) == (health, "open")
    with pytest.raises(NotAllowed):
        take_task(act(farid), task, now=NOW)
    task = hand_over_task(act(chen), task, person=chen, now=NOW)
    assert (task.taken_by, task.state) == (chen, "taken")
    with pytest.raises(Refused):
        hand_over_task(act(chen), task, person=stranger, now=NOW)
    with pytest.raises(Refused):
        hand_over_task(act(chen), task, now=NOW)


def test_a_stranger_cannot_add_to_an_incident(act, stranger, incident):
    with pytest.raises(NotFound):
        add_task(act(stranger), incident, title="x", language="en", now=NOW)


def test_today_is_what_one_holds_and_what_ones_agency_must_take(act, farid, bilal, task):
    assert list(my_tasks(act(farid), NOW)) == [task]
    assert list(my_tasks(act(bilal), NOW)) == []


def test_late_ones_rise_and_done_ones_sink():
    hour = timedelta(hours=1)
    work = [
        ("done", NOW - hour), ("open", NOW + hour), ("blocked", NOW + hour),
        ("open", NOW - hour), ("open", None),
    ]  # fmt: skip
    ordered = sorted(work, key=lambda item: rank(*item, NOW))
    assert ordered == [work[3], work[2], work[1], work[4], work[0]]


def test_whoever_is_handed_an_action_sees_its_incident(act, amina, city, task):
    police = world.make_agency(city, "Police", "police")
    officer = world.make_person("Paul", (police, "liaison"))
    hand_over_task(act(amina), task, person=officer, now=NOW)
    assert list(my_tasks(act(officer), NOW)) == [task]
