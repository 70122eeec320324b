from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from takatuf.activities.models import Task
from takatuf.activities.services import add_task
from takatuf.api.activities import State
from takatuf.api.tests.conftest import Caller, problem_of


@pytest.fixture
def task(amina, incident, fire, act):
    return add_task(
        act(amina), incident, title="Close the street", language="en", agency=fire,
        due=timezone.now() - timedelta(minutes=1), now=timezone.now(),
    )  # fmt: skip


def test_the_states_are_those_of_the_room():
    assert set(State.__args__) == set(Task.State.values)


def test_an_action_is_taken_blocked_finished_and_opened_again(farid_calls, task, farid):
    at = f"/tasks/{task.pk}"
    seen = farid_calls.get(at).json()
    assert seen["title"]["words"] == "Close the street"
    assert seen["late"]
    taken = farid_calls.post(f"{at}/take", {"version": seen["version"]}).json()
    assert (taken["state"], taken["taken_by"]["name"]) == ("taken", farid.name)
    problem_of(farid_calls.post(f"{at}/block", {"reason": ""}), 422, field="reason")
    assert farid_calls.post(f"{at}/block", {"reason": "No barriers"}).json()["state"] == "blocked"
    done = farid_calls.post(f"{at}/finish", {"note": "Closed at both ends"}).json()
    assert (done["state"], done["note"], done["late"]) == ("done", "Closed at both ends", False)
    problem_of(farid_calls.post(f"{at}/take", {}), 409, "task-state")
    assert farid_calls.post(f"{at}/reopen", {}).json()["state"] == "open"


def test_the_second_of_two_editors_is_told(amina_calls, farid_calls, task):
    version = amina_calls.get(f"/tasks/{task.pk}").json()["version"]
    assert amina_calls.post(f"/tasks/{task.pk}/take", {"version": version}).status_code == 200
    late = farid_calls.post(f"/tasks/{task.pk}/finish", {"version": version})
    problem_of(late, 409, "changed-meanwhile")


def test_an_action_is_handed_to_a_person_or_an_agency(
    amina_calls, task, farid, health, stranger, bilal
):
    at = f"/tasks/{task.pk}/hand-over"
    problem_of(amina_calls.post(at, {}), 422, field="to")
    there = amina_calls.post(at, {"person": str(stranger.pk)})
    problem_of(there, 422, "person", "person")
    assert there.content == amina_calls.post(at, {"person": str(uuid4())}).content
    given = amina_calls.post(at, {"person": str(farid.pk)}).json()
    assert given["taken_by"]["id"] == str(farid.pk)
    given = amina_calls.post(at, {"agency": str(health.pk)}).json()
    assert (given["taken_by"], given["agency"]["id"]) == (None, str(health.pk))


def test_another_agencys_action_is_seen_and_not_moved(task, bilal):
    calls = Caller(bilal)
    assert calls.get(f"/tasks/{task.pk}").status_code == 200
    problem_of(calls.post(f"/tasks/{task.pk}/take", {}), 403)


def test_a_stranger_cannot_tell_that_the_action_exists(stranger_calls, task):
    for path, body in [("", None), ("/take", {}), ("/finish", {}), ("/block", {"reason": "x"})]:
        method = "POST" if path else "GET"
        there = stranger_calls.send(method, f"/tasks/{task.pk}{path}", body)
        never = stranger_calls.send(method, f"/tasks/{uuid4()}{path}", body)
        problem_of(there, 404)
        assert there.content == never.content


def test_an_own_action_is_added_once(farid_calls, incident, fire):
    at = f"/incidents/{incident.pk}/tasks"
    before = Task.objects.count()
    body = {"title": "افتح القاعة", "agency": str(fire.pk), "workstream": "support"}
    made = [farid_calls.post(at, body, Idempotency_Key="a", Accept_Language="ar") for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert made[0].json()["title"]["language"] == "ar"
    assert Task.objects.count() == before + 1
    assert farid_calls.get(made[0]["Location"].removeprefix("/api/v1")).json() == made[0].json()
    problem_of(farid_calls.post(at, {"title": " "}), 422, "title-missing", "title")
    problem_of(farid_calls.post(at, {"title": "x", "workstream": "y"}), 422, field="workstream")


def test_today_holds_what_waits_for_one(farid_calls, task):
    today = farid_calls.get("/today").json()
    assert str(task.pk) in {one["id"] for one in today["tasks"]}
    assert not today["more"]
    assert len(today["incidents"]) == 1


def test_a_page_of_actions_costs_the_same_however_many_there_are(
    amina_calls, amina, incident, act, django_assert_max_num_queries
):
    for number in range(60):
        add_task(act(amina), incident, title=f"N{number}", language="en", now=timezone.now())
    amina_calls.get("/me")
    with django_assert_max_num_queries(8):
        page = amina_calls.get(f"/incidents/{incident.pk}/tasks?open=true").json()
    assert len(page["contents"]) == 50
    with django_assert_max_num_queries(10):
        amina_calls.get("/today")
