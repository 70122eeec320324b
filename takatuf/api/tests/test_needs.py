"""The survey of the issues and the gaps for programs."""

import base64

from django.utils import timezone

from takatuf.activities.services import report_activity
from takatuf.api.tests.conftest import problem_of


def test_a_need_is_told_answered_closed_and_teaches(
    amina_calls, farid_calls, stranger_calls, incident, act, amina, municipality
):
    told = {
        "incident": str(incident.pk), "text": "No counsellor speaks Arabic", "seriousness": 3,
        "service": "counselling", "populations": ["bereaved"], "people": 40, "scope": "city",
    }  # fmt: skip
    made = amina_calls.post("/needs", told, **{"Idempotency-Key": "1"})
    assert made.status_code == 201, made.content
    need = made.json()
    one = f"/needs/{need['id']}"
    assert need["places"] == [{"key": "city", "area": None}]
    problem_of(stranger_calls.get(one), 404)
    problem_of(amina_calls.post("/needs", told | {"service": "sorcery"}), 422, "service")

    found = amina_calls.get(f"/gaps?incident={incident.pk}").json()
    assert [(gap["kind"], gap["need"]) for gap in found["open"]] == [("need", need["id"])]
    taken = amina_calls.post(
        "/gaps", {"incident": str(incident.pk), "key": found["open"][0]["key"]}
    )
    assert taken.status_code == 201
    found = amina_calls.get(f"/gaps?incident={incident.pk}").json()
    assert [gap["task"] for gap in found["taken"]] == [taken.json()["task"]]

    activity = report_activity(
        act(amina), incident, agency=municipality, now=timezone.now(),
        facts={"service": "safe-space", "places": ["city"]},
    )  # fmt: skip
    answers = amina_calls.send("PUT", f"{one}/answers/{activity.pk}").json()["answers"]
    assert [(each["activity"], each["named"]) for each in answers] == [(str(activity.pk), True)]
    assert amina_calls.send("DELETE", f"{one}/answers/{activity.pk}").json()["answers"] == []

    problem_of(farid_calls.send("PUT", one, told | {"incident": None}), 422)
    again = {name: value for name, value in told.items() if name != "incident"}
    problem_of(farid_calls.send("PUT", one, again), 403)
    assert amina_calls.send("PUT", one, again | {"people": 50}).json()["people"] == 50
    ended = amina_calls.post(f"{one}/close", {"outcome": "met", "note": "She came"}).json()
    assert (ended["state"], ended["outcome"]) == ("closed", "met")
    lesson = {
        "title": "Ask who speaks what", "done": "A list", "outcome": "Calls came back",
        "known_how": "Counted", "levels": ["municipality"],
    }  # fmt: skip
    assert amina_calls.post(f"{one}/lesson", lesson).status_code == 201
    problem_of(amina_calls.post(f"{one}/lesson", lesson), 422, "lesson-written")
    opened = amina_calls.post(f"{one}/reopen", {"reason": "She left"}).json()
    assert opened["state"] == "open"
    assert amina_calls.get(f"/needs?incident={incident.pk}&state=all").json()["total_items"] == 1


def test_a_table_of_needs_is_tried_taken_in_told_of_and_undone(
    amina_calls, farid_calls, stranger_calls, incident
):
    at = f"/incidents/{incident.pk}/surveys"
    table = b"Need,Severity\nNo counsellor speaks Arabic,high\nFood,dreadful\n"
    file = {"filename": "survey.csv", "data": base64.b64encode(table).decode()}
    tried = amina_calls.post(at, {**file, "dry_run": True}).json()
    assert (tried["id"], tried["new"], tried["rows"][0]["line"]) == ("", 1, 3)
    made = amina_calls.post(at, file).json()
    assert amina_calls.post(at, file).json()["unchanged"] == 1
    one = f"/surveys/{made['id']}"
    assert amina_calls.get(at).json()["contents"][0]["id"] == made["id"]
    assert amina_calls.get(one).json()["rows"] == made["rows"]
    problem_of(stranger_calls.get(one), 404)
    problem_of(farid_calls.post(at, file), 403)
    problem_of(farid_calls.post(f"{one}/undo", {}), 403)
    assert amina_calls.post(f"{one}/undo", {}).json() == {"stays": []}
    assert amina_calls.get(f"/needs?incident={incident.pk}").json()["total_items"] == 0
    problem_of(amina_calls.post(f"{one}/undo", {}), 422, "undone-already")
    problem_of(amina_calls.post(at, {**file, "data": "?"}), 422, "not-base64")
