"""The log: never erased, late entries say why, corrections strike in the open."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from takatuf.decisions.models import LogEntry
from takatuf.decisions.queries import (
    decisions_to_review,
    open_promises,
    open_questions,
    unknowns,
)
from takatuf.decisions.services import settle_entry, strike_entry, write_entry
from takatuf.foundation.errors import NotFound, Refused
from takatuf.incidents.services import involve, open_incident

NOW = timezone.now()


@pytest.fixture
def incident(act, amina, city, fire):
    made = open_incident(act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW)
    involve(act(amina), made, [fire], now=NOW)
    return made


@pytest.fixture
def write(act, farid, incident):
    def write(kind="information", text="Forty people left", **rest):
        return write_entry(
            act(farid), incident, kind=kind, text=text, language="en",
            **{"now": NOW} | rest,
        )  # fmt: skip

    return write


def test_numbers_run_without_a_gap(write):
    assert [write().number, write().number, write().number] == [1, 2, 3]


def test_a_decision_needs_its_reasons(write):
    with pytest.raises(Refused) as refusal:
        write("decision", "Open the school")
    assert refusal.value.field == "reasons"
    entry = write("decision", "Open the school", reasons="Near", review_at=NOW)
    assert list(decisions_to_review(entry.incident, NOW)) == [entry]


def test_an_entry_written_late_says_why(write):
    before = NOW - timedelta(hours=2)
    with pytest.raises(Refused) as refusal:
        write(happened_at=before)
    assert refusal.value.field == "delay_reason"
    assert write(happened_at=before, delay_reason="No signal in the cellar").happened_at == before


def test_the_future_is_not_logged(write):
    with pytest.raises(Refused):
        write(happened_at=NOW + timedelta(hours=1))


def test_a_correction_strikes_the_old_entry_and_both_stay(write, act, farid):
    old = write()
    new = strike_entry(
        act(farid), old, text="Forty-one people left", language="en", now=NOW + timedelta(hours=3)
    )
    assert new.strikes == old
    assert LogEntry.objects.standing().get() == new
    assert LogEntry.objects.count() == 2
    with pytest.raises(Refused):
        strike_entry(act(farid), old, text="Again", language="en", now=NOW)


def test_questions_and_promises_stay_open_until_settled(write, act, farid):
    question = write("question", "Is everyone found?")
    promise = write("promise", "We ring every family", promised_to="The association", due_at=NOW)
    incident = question.incident
    assert list(open_questions(incident)) == [question]
    assert list(open_promises(incident)) == [promise]
    with pytest.raises(Refused):
        settle_entry(act(farid), question, outcome="kept", note="x", now=NOW)
    with pytest.raises(Refused):
        settle_entry(act(farid), question, outcome="answered", note=" ", now=NOW)
    settle_entry(act(farid), question, outcome="answered", note="Yes", now=NOW)
    settle_entry(act(farid), promise, outcome="kept", note="By eight", now=NOW)
    with pytest.raises(Refused):
        settle_entry(act(farid), promise, outcome="broken", note="x", now=NOW)
    assert not open_questions(incident).exists()
    assert not open_promises(incident).exists()


def test_a_promise_says_to_whom_and_by_when(write):
    with pytest.raises(Refused) as refusal:
        write("promise", "We ring", due_at=NOW)
    assert refusal.value.field == "promised_to"
    with pytest.raises(Refused, match="by when") as refusal:
        write("promise", "We ring", promised_to="The families")
    assert refusal.value.field == "due_at"


def test_nobody_makes_up_a_date_to_correct_a_promise_that_never_had_one(write, act, farid):
    old = write("promise", "We rign", promised_to="The families", due_at=NOW)
    dated = {"text": "We ring", "language": "en", "now": NOW}
    with pytest.raises(Refused):
        strike_entry(act(farid), old, due_at=None, **dated)
    LogEntry.objects.filter(pk=old.pk).update(due_at=None)  # as it was written long ago
    old.refresh_from_db()
    assert strike_entry(act(farid), old, **dated).due_at is None


def test_what_a_decision_did_not_know_stays_in_sight(write):
    entry = write("decision", "Open", reasons="Near", unknowns="How many come")
    assert unknowns(entry.incident) == [entry]


def test_words_are_encrypted_in_the_table(write):
    write(text="The family asks for quiet")
    with connection.cursor() as cursor:
        cursor.execute("select text from decisions_logentry")
        [stored] = cursor.fetchone()
    assert "family" not in stored


def test_a_stranger_writes_nothing(act, stranger, incident):
    with pytest.raises(NotFound):
        write_entry(act(stranger), incident, kind="information", text="x", language="en", now=NOW)


def test_hostile_text_is_kept_as_it_is(write, samples):
    import json

    from takatuf.foundation.text import clean_text

    for text in json.loads((samples / "text" / "blns.json").read_text()):
        try:
            expected = clean_text(text)
        except Refused:
            continue
        if expected:
            entry = write(text=text)
            assert LogEntry.objects.get(pk=entry.pk).text == expected
