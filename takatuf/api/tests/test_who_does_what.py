from uuid import uuid4

from takatuf.activities.vocabulary import Status
from takatuf.api.tests.conftest import problem_of

TOLD = {
    "organisation": "Red Crescent",
    "service": "counselling",
    "title": "Evening groups",
    "places": ["city"],
    "populations": ["bereaved"],
    "ends_on": "2027-02-01",
}


def test_an_activity_is_told_listed_changed_confirmed_and_withdrawn(amina_calls, incident):
    here = f"/incidents/{incident.pk}/activities"
    made = amina_calls.post(here, TOLD, Idempotency_Key="one")
    again = amina_calls.post(here, TOLD, Idempotency_Key="one")
    assert made.status_code == 201, made.content
    assert again.json()["id"] == made.json()["id"]
    one = made.json()
    assert (one["organisation"]["name"], one["where"]) == ("Red Crescent", "In the whole city")
    assert (one["status"], one["ends_on"], one["stale"]) == (Status.ACTIVE, "2027-02-01", False)
    listed = amina_calls.get(f"{here}?service=counselling&place=city").json()["contents"]
    assert [each["id"] for each in listed] == [one["id"]]
    assert not amina_calls.get(f"{here}?population=injured").json()["contents"]
    at = f"/activities/{one['id']}"
    changed = amina_calls.post(f"{at}/change", {"title": "Morning groups", "version": 1}).json()
    assert (changed["title"], changed["populations"]) == ("Morning groups", ["bereaved"])
    assert [(each["fact"], each["before"]) for each in changed["changes"]] == [
        ("title", "Evening groups")
    ]
    late = amina_calls.post(f"{at}/change", {"title": "Noon groups", "version": 1})
    problem_of(late, 409, "changed-meanwhile")
    assert amina_calls.post(f"{at}/confirm").status_code == 200
    whose = {"organisation": one["organisation"]["id"]}
    assert amina_calls.post(f"{here}/confirm", whose).json() == {"count": 1}
    gone = amina_calls.post(f"{at}/withdraw", {"reason": "Entered twice"}).json()
    assert gone["standing"] == "withdrawn"
    assert amina_calls.post(f"{at}/restore").json()["standing"] == "current"


def test_what_is_missing_or_odd_is_refused_with_its_field(amina_calls, incident):
    here = f"/incidents/{incident.pk}/activities"
    wrong = {
        "service": {"service": "magic"},
        "places": {"places": ["moon"]},
        "ends_on": {"starts_on": "2027-03-01"},
        "organisation": {"organisation": ""},
        "contact_email": {"contact_email": "nobody"},
        "number": {"number": "call me"},
    }
    for field, told in wrong.items():
        problem_of(amina_calls.post(here, {**TOLD, **told}), 422, field=field)
    nobodys = {"organisation": str(uuid4())}
    problem_of(amina_calls.post(f"{here}/confirm", nobodys), 422, field="organisation")
    assert not amina_calls.get(here).json()["contents"]


def test_a_liaison_tells_of_their_own_agency_alone(farid_calls, amina_calls, incident, fire):
    here = f"/incidents/{incident.pk}/activities"
    facts = {"service": "safety", "places": ["city"]}
    assert farid_calls.post(here, {**facts, "agency": str(fire.pk)}).status_code == 201
    problem_of(farid_calls.post(here, TOLD), 403, "not-allowed")
    other = amina_calls.post(here, TOLD).json()["id"]
    problem_of(farid_calls.post(f"/activities/{other}/confirm"), 403, "not-allowed")
