"""Two people change one action: different fields go together, the same field is asked for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import TaskChange
from takatuf.activities.rules import clash
from takatuf.activities.services import (
    Conflict,
    add_task,
    block_task,
    finish_task,
    note_task,
    reopen_task,
    take_task,
)
from takatuf.foundation.errors import Refused
from takatuf.incidents.services import open_incident
from takatuf.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def task(amina, act, city, fire, farid, now):
    incident = open_incident(
        act(amina), city=city, title="Shots at the market", kind="attack", severity=2, now=now
    )
    return add_task(
        act(amina), incident, title="Open the hall", language="en", agency=fire, now=now
    )


@pytest.mark.parametrize(
    ("was", "theirs", "mine", "meet"),
    [
        ("a", "b", "c", True),
        ("a", "b", "b", False),  # both the same
        ("a", "b", "a", False),  # only they
        ("a", "a", "c", False),  # only I
        (None, "b", "c", True),  # nobody knows what was
        (None, "b", "b", False),
    ],
)
def test_two_changes_clash_where_both_changed_to_something_else(was, theirs, mine, meet):
    assert clash(was, theirs, mine) is meet


def test_a_note_and_a_take_go_together_by_themselves(act, amina, farid, task, now):
    seen = task.version
    note_task(act(amina), task, note="The key is at the gate", now=now, version=seen)
    take_task(act(farid), task, now=now, version=seen)

    task.refresh_from_db()
    assert (task.state, task.taken_by, task.note) == ("taken", farid, "The key is at the gate")


def test_two_notes_meet_with_what_was_theirs_and_mine(act, amina, farid, task, now):
    note_task(act(amina), task, note="Closed", now=now)
    task.refresh_from_db()
    seen = task.version
    note_task(act(amina), task, note="Half open", now=now, version=seen)

    with pytest.raises(Conflict) as caught:
        note_task(act(farid), task, note="Open", now=now, version=seen)

    [met] = caught.value.clashes
    assert (met.field, met.was, met.theirs, met.mine) == ("note", "Closed", "Half open", "Open")
    assert (met.person_id, met.at) == (amina.pk, now)
    task.refresh_from_db()
    assert task.note == "Half open"


def test_the_same_said_twice_is_no_conflict(act, amina, farid, task, now):
    seen = task.version
    note_task(act(amina), task, note="Open", now=now, version=seen)
    note_task(act(farid), task, note="Open", now=now, version=seen)

    task.refresh_from_db()
    assert task.version == seen + 1


def test_who_takes_what_another_has_taken_is_asked(act, amina, farid, task, now):
    seen = task.version
    take_task(act(amina), task, now=now, version=seen)

    with pytest.raises(Conflict) as caught:
        take_task(act(farid), task, now=now, version=seen)

    assert [met.field for met in caught.value.clashes] == ["taken_by_id"]


def test_ones_own_take_that_arrives_again_changes_nothing(act, farid, task, now):
    seen = task.version
    take_task(act(farid), task, now=now, version=seen)
    take_task(act(farid), task, now=now, version=seen)

    task.refresh_from_db()
    assert task.version == seen + 1


def test_two_who_finish_keep_both_notes_apart_until_somebody_chooses(act, amina, farid, task, now):
    seen = task.version
    finish_task(act(amina), task, note="Open since ten", now=now, version=seen)

    with pytest.raises(Conflict) as caught:
        finish_task(act(farid), task, note="Open, no water", now=now, version=seen)
    assert [met.field for met in caught.value.clashes] == ["note"]

    task.refresh_from_db()
    finish_task(act(farid), task, note="Open since ten, no water", now=now, version=task.version)
    task.refresh_from_db()
    assert task.note == "Open since ten, no water"
    assert Entry.objects.filter(verb="task.finished").count() == 1


def test_a_move_without_words_is_refused_where_another_moved(act, amina, farid, task, now):
    seen = task.version
    block_task(act(amina), task, reason="No key", now=now, version=seen)

    with pytest.raises(Refused, match="a moment ago"):
        reopen_task(act(farid), task, now=now, version=seen)


def test_where_no_trace_was_kept_every_difference_is_asked_about(act, amina, farid, task, now):
    seen = task.version
    note_task(act(amina), task, note="Half open", now=now)
    TaskChange.objects.all().delete()

    with pytest.raises(Conflict) as caught:
        note_task(act(farid), task, note="Open", now=now, version=seen)
    assert caught.value.clashes[0].was is None


def test_what_a_note_said_before_stands_in_the_record(act, amina, task, now):
    note_task(act(amina), task, note="Closed", now=now)
    note_task(act(amina), task, note="Open", now=now + timedelta(minutes=1))

    entry = Entry.objects.filter(verb="task.noted").latest("index")
    assert entry.private == {"note": "Open", "before": "Closed"}
