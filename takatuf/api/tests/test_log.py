from uuid import uuid4

import pytest

from takatuf.api.decisions import Confidence, Kind, Outcome
from takatuf.api.tests.conftest import problem_of
from takatuf.decisions.models import LogEntry


@pytest.fixture
def entry(farid_calls, incident):
    body = {"kind": "question", "text": "Is the school open?"}
    return farid_calls.post(f"/incidents/{incident.pk}/log", body).json()


def test_the_words_are_those_of_the_room():
    assert set(Kind.__args__) == set(LogEntry.Kind.values)
    assert set(Outcome.__args__) == set(LogEntry.Outcome.values)
    assert set(Confidence.__args__) == {"", *LogEntry.Confidence.values}


def test_everyone_at_the_incident_writes_the_log(farid_calls, incident, fire):
    at = f"/incidents/{incident.pk}/log"
    body = {
        "kind": "decision", "text": "Close the market", "reasons": "Two exits are blocked",
        "options": "Keep it open", "present": [str(fire.pk)], "confidence": "likely",
    }  # fmt: skip
    made = [farid_calls.post(at, body, Idempotency_Key="d-1") for _ in range(2)]
    assert made[0].status_code == 201, made[0].content
    assert made[0].json() == made[1].json()
    assert made[0].json()["present"][0]["name"] == fire.name
    assert farid_calls.get(at).json()["total_items"] == 1
    assert farid_calls.get(at).json()["contents"][0]["text"] == "Close the market"
    problem_of(farid_calls.post(at, {"kind": "decision", "text": "x"}), 422, field="reasons")
    promise = {"kind": "promise", "text": "x"}
    problem_of(farid_calls.post(at, promise), 422, field="promised_to")
    problem_of(farid_calls.post(at, promise | {"promised_to": "y"}), 422, field="due_at")
    late = {"kind": "information", "text": "x", "happened_at": "2020-01-01T00:00:00Z"}
    problem_of(farid_calls.post(at, late), 422, field="delay_reason")
    problem_of(farid_calls.post(at, {**body, "present": [str(uuid4())]}), 422, field="present")
    problem_of(farid_calls.post(at, {"kind": "information", "text": "x" * 10_001}), 422)


def test_a_correction_strikes_the_old_entry(farid_calls, entry):
    at = f"/log/{entry['id']}"
    new = farid_calls.post(f"{at}/strike", {"text": "Are both schools open?"})
    assert new.status_code == 201, new.content
    assert new.json()["strikes"] == entry["id"]
    assert farid_calls.get(at).json()["struck_by"] == new.json()["id"]
    problem_of(farid_calls.post(f"{at}/strike", {"text": "Again"}), 409, "struck-already")


def test_a_question_is_answered_once(farid_calls, entry):
    at = f"/log/{entry['id']}/settle"
    problem_of(farid_calls.post(at, {"outcome": "kept", "note": "x"}), 422, field="outcome")
    problem_of(farid_calls.post(at, {"outcome": "answered", "note": ""}), 422, field="note")
    done = farid_calls.post(at, {"outcome": "answered", "note": "Yes, both."}).json()
    assert (done["outcome"], done["settled_note"]) == ("answered", "Yes, both.")
    again = farid_calls.post(at, {"outcome": "answered", "note": "No."})
    problem_of(again, 409, "settled-already")


def test_a_stranger_cannot_tell_that_the_entry_exists(stranger_calls, entry):
    settled = {"outcome": "answered", "note": "x"}
    for method, path, body in [
        ("GET", "", None),
        ("POST", "/strike", {"text": "x"}),
        ("POST", "/settle", settled),
    ]:
        there = stranger_calls.send(method, f"/log/{entry['id']}{path}", body)
        never = stranger_calls.send(method, f"/log/{uuid4()}{path}", body)
        problem_of(there, 404)
        assert there.content == never.content


def test_a_page_of_the_log_costs_the_same_however_long_it_is(
    farid_calls, incident, fire, django_assert_max_num_queries
):
    for number in range(51):
        body = {"kind": "information", "text": f"N{number}", "present": [str(fire.pk)]}
        farid_calls.post(f"/incidents/{incident.pk}/log", body)
    with django_assert_max_num_queries(8):
        page = farid_calls.get(f"/incidents/{incident.pk}/log").json()
    assert len(page["contents"]) == 50


def test_what_may_be_chosen_is_listed_in_the_callers_language(farid_calls, incident):
    wrong = {"kind": "rumour", "text": "x"}
    refused = farid_calls.post(f"/incidents/{incident.pk}/log", wrong, Accept_Language="ar")
    assert "information، decision، question، promise" in problem_of(refused, 422)["detail"]
