"""Meetings by the API: the same doors as at the desk."""

from datetime import timedelta

from django.utils import timezone

from takatuf.api.tests.conftest import problem_of


def test_a_meeting_is_held_by_a_program(amina_calls, farid_calls, stranger_calls, incident, fire):
    at = f"/incidents/{incident.pk}"
    rhythm = amina_calls.send("PUT", f"{at}/meeting-rhythm", {"hours": 6})
    assert rhythm.json()["meeting_every_hours"] == 6
    when = (timezone.now() + timedelta(hours=1)).isoformat()
    set_ = amina_calls.send("PUT", f"{at}/meeting", {"at": when, "place": "Town hall"}).json()
    assert set_["next_meeting_place"] == "Town hall"
    (planned,) = farid_calls.get(f"{at}/meetings").json()["contents"]
    one = f"/meetings/{planned['id']}"
    problem_of(farid_calls.post(f"{one}/open"), 403)
    problem_of(stranger_calls.get(one), 404)

    assert amina_calls.post(f"{one}/open").json()["state"] == "open"
    marks = {"marks": [{"agency": str(fire.pk), "state": "came", "who": "Watch commander"}]}
    assert amina_calls.post(f"{one}/attendance", marks).json()["attendance"][0]["state"] == "came"
    body = {"kind": "action", "text": "Fetch the key", "agency": str(fire.pk)}
    for _ in range(2):
        made = amina_calls.post(f"{one}/outcomes", body, Idempotency_Key="a")
    assert len(made.json()["outcomes"]) == 1
    closed = amina_calls.post(f"{one}/close").json()
    assert closed["state"] == "closed"
    assert closed["entry"]
    problem_of(amina_calls.post(f"{one}/close"), 409, "not-open")
