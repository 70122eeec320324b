"""The lead handed over by programs."""

from takatuf.api.tests.conftest import problem_of


def test_a_lead_is_offered_declined_offered_and_accepted(
    amina_calls, farid_calls, stranger_calls, incident, municipality, fire, farid
):
    farid.linked = True
    farid.save()
    here = f"/incidents/{incident.pk}"
    amina_calls.send("PATCH", here, {"lead_agency": str(municipality.pk)})
    offer = {"to_agency": str(fire.pk), "text": "All passes"}
    made = amina_calls.post(f"{here}/hand-overs", offer, **{"Idempotency-Key": "1"})
    again = amina_calls.post(f"{here}/hand-overs", offer, **{"Idempotency-Key": "1"})
    assert made.status_code == again.status_code == 201
    assert made.json()["id"] == again.json()["id"]
    one = f"/hand-overs/{made.json()['id']}"
    problem_of(stranger_calls.get(one), 404)
    problem_of(amina_calls.post(f"{one}/accept", {}), 403)
    problem_of(farid_calls.post(f"{one}/decline", {}), 422, "note-missing", "note")

    assert farid_calls.post(f"{one}/decline", {"note": "Not tonight"}).json()["state"] == "declined"
    problem_of(farid_calls.post(f"{one}/accept", {}), 409, "answered-already")

    second = amina_calls.post(f"{here}/hand-overs", offer).json()
    assert [group["kind"] for group in second["open_things"]][-1] in {"silent", "action"}
    accepted = farid_calls.post(f"/hand-overs/{second['id']}/accept", {"note": "Yes"}).json()
    assert accepted["state"] == "accepted"
    leads = amina_calls.get(f"{here}/leads").json()
    assert [led["agency"]["name"] for led in leads] == [fire.name, municipality.name]
    assert amina_calls.get(f"{here}/hand-overs").json()["total_items"] == 2
