from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from takatuf.api.tests.conftest import Caller, problem_of
from takatuf.config import world
from takatuf.incidents.models import Incident

DECLARED = {"city": "marsa-noor", "title": "Shots at the market", "kind": "attack", "severity": 2}


def test_a_coordinator_declares_and_everyone_is_called(amina_calls, city, fire, health):
    answer = amina_calls.post("/incidents", DECLARED)
    assert answer.status_code == 201, answer.content
    document = answer.json()
    assert answer["Location"] == f"/api/v1/incidents/{document['id']}"
    assert document["number"] == 1
    assert document["city"] == "marsa-noor"
    assert "casualties" in document["missing"]
    roll = amina_calls.get(f"/incidents/{document['id']}/roll-call").json()
    assert {call["agency"]["name"] for call in roll["calls"]} >= {fire.name, health.name}
    assert amina_calls.get(f"/incidents/{document['id']}").json()["title"] == DECLARED["title"]


def test_the_same_declaration_sent_twice_is_one(amina_calls):
    first = amina_calls.post("/incidents", DECLARED, Idempotency_Key="k-1")
    again = amina_calls.post("/incidents", DECLARED, Idempotency_Key="k-1")
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotency-Replayed"] == "true"
    assert Incident.objects.count() == 1
    other = {**DECLARED, "title": "Fire at the port"}
    problem_of(amina_calls.post("/incidents", other, Idempotency_Key="k-1"), 409, "key-reused")
    amina_calls.post("/incidents", DECLARED, Idempotency_Key="k-2")
    assert Incident.objects.count() == 2
    problem_of(amina_calls.post("/incidents", DECLARED, Idempotency_Key="é"), 422, "invalid")


def test_a_likely_duplicate_is_named_and_joined(amina_calls):
    first = amina_calls.post("/incidents", DECLARED).json()
    second = amina_calls.post("/incidents", DECLARED).json()
    assert [one["id"] for one in second["likely_duplicates"]] == [first["id"]]
    joined = amina_calls.post(f"/incidents/{second['id']}/join", {"into": first["id"]})
    assert joined.json()["id"] == first["id"]
    assert amina_calls.get(f"/incidents/{second['id']}").json()["joined_into"] == first["id"]
    assert amina_calls.get("/incidents?open=true").json()["total_items"] == 1
    parted = amina_calls.post(f"/incidents/{second['id']}/part")
    assert parted.json()["joined_into"] is None


def test_only_the_coordinator_and_the_mayor_declare(farid_calls, stranger_calls, mayor, city):
    problem_of(farid_calls.post("/incidents", DECLARED), 403, "not-allowed")
    never = stranger_calls.post("/incidents", {**DECLARED, "city": "no-such-city"})
    answer = stranger_calls.post("/incidents", DECLARED)
    problem_of(answer, 404)
    assert answer.content == never.content
    assert Caller(mayor).post("/incidents", DECLARED).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "a\u202eb"}, None),
        ({"title": 7}, "title"),
        ({"title": None}, "title"),
        ({"kind": "war"}, "kind"),
        ({"severity": 5}, "severity"),
        ({"severity": "2"}, "severity"),
        ({"severity": True}, "severity"),
        ({"severity": 10**30}, "severity"),
        ({"lon": 200.0, "lat": 1.0}, "lon"),
        ({"lon": 20.0}, "lat"),
        ({"lon": "20", "lat": 1}, "lon"),
        ({"happened_at": "2026-03-01T10:00:00"}, "happened_at"),
        ({"happened_at": "9999-12-31T23:59:59-10:00"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "happened_at"),
        ({"happened_at": 0}, "happened_at"),
        ({"happened_at": "2099-01-01T00:00:00Z"}, "happened_at"),
        ({"is_exercise": "yes"}, "is_exercise"),
        ({"area": str(uuid4())}, "area"),
        ({"lead_agency": str(uuid4())}, "lead_agency"),
        ({"lead_agency": "x"}, "lead_agency"),
        ({"plan": "no-such-plan"}, "plan"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_a_declaration_is_named(amina_calls, city, wrong, field):
    problem_of(amina_calls.post("/incidents", {**DECLARED, **wrong}), 422, field=field)
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"severity": ' + b"9" * 5000 + b"}",
        b"null",
        b"[]",
        b'"x"',
        b'{"title": NaN}',
    ],
)
def test_a_body_that_is_no_declaration_is_refused(amina_calls, city, body):
    answer = amina_calls.post("/incidents", body)
    assert answer.status_code in (400, 422)
    problem_of(answer, answer.status_code)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(amina_calls, city, number):
    body = (
        '{"city": "marsa-noor", "title": "x", "kind": "attack", "severity": 2,'
        f' "lat": 1.0, "lon": {number}}}'
    )
    answer = amina_calls.post("/incidents", body)
    assert answer.status_code in (400, 422)
    problem_of(answer, answer.status_code)


def test_half_a_character_is_refused(amina_calls, city):
    body = '{"city": "marsa-noor", "title": "\\ud800", "kind": "attack", "severity": 2}'
    problem_of(amina_calls.post("/incidents", body), 422, field="title")


def test_a_list_comes_page_by_page(amina_calls, amina, city, act):
    from takatuf.incidents.services import open_incident

    for number in range(5):
        open_incident(
            act(amina), city=city, title=f"N{number}", kind="threat", severity=1, now=timezone.now()
        )
    page = amina_calls.get("/incidents?size=2&page=3").json()
    assert [one["title"] for one in page.pop("contents")] == ["N0"]
    assert page == {
        "total_items": 5, "total_pages": 3, "page_number": 3, "size": 1,
        "first_page": False, "last_page": True, "empty": False,
    }  # fmt: skip
    beyond = amina_calls.get("/incidents?page=9").json()
    assert beyond["empty"]
    for query in ("page=0", "size=101", "page=7512816682042523689943040", "size=x", "page="):
        problem_of(amina_calls.get(f"/incidents?{query}"), 422, "invalid", query.split("=")[0])


def test_lists_cost_the_same_however_long_they_are(
    amina_calls, amina, city, act, django_assert_max_num_queries
):
    from takatuf.incidents.services import open_incident

    for number in range(50):
        open_incident(
            act(amina), city=city, title=f"N{number}", kind="threat", severity=1, now=timezone.now()
        )
    amina_calls.get("/incidents")
    with django_assert_max_num_queries(8):
        assert len(amina_calls.get("/incidents").json()["contents"]) == 50


def test_another_citys_incident_is_as_one_that_never_was(stranger_calls, incident):
    paths = ["", "/picture", "/roll-call", "/tasks", "/log", "/tasks.csv", "/log.csv"]
    for path in paths:
        there = stranger_calls.get(f"/incidents/{incident.pk}{path}")
        never = stranger_calls.get(f"/incidents/{uuid4()}{path}")
        problem_of(there, 404)
        assert there.content == never.content
        assert dict(there.headers) == dict(never.headers)
    for method, path, body in [
        ("PATCH", "", {"title": "x"}),
        ("POST", "/phase", {"phase": "first-day", "reason": "x"}),
        ("PUT", "/meeting", {"at": None}),
        ("POST", "/calls", {"agency": str(uuid4())}),
        ("POST", "/join", {"into": str(uuid4())}),
        ("POST", "/part", None),
        ("POST", "/tasks", {"title": "x"}),
        ("POST", "/log", {"kind": "information", "text": "x"}),
    ]:
        there = stranger_calls.send(method, f"/incidents/{incident.pk}{path}", body)
        never = stranger_calls.send(method, f"/incidents/{uuid4()}{path}", body)
        problem_of(there, 404)
        assert there.content == never.content
    assert stranger_calls.get("/incidents").json()["total_items"] == 0
    problem_of(stranger_calls.get("/incidents?city=marsa-noor"), 404)


def test_facts_are_corrected_and_what_is_left_out_stays(amina_calls, farid_calls, incident, fire):
    at = f"/incidents/{incident.pk}"
    answer = amina_calls.send("PATCH", at, {"severity": 3, "lead_agency": str(fire.pk)})
    assert answer.status_code == 200, answer.content
    assert answer.json()["severity"] == 3
    assert answer.json()["lead_agency"]["name"] == fire.name
    assert answer.json()["targeted"] == "Traders"
    answer = amina_calls.send("PATCH", at, {"lead_agency": None, "casualties": "unknown"})
    assert answer.json()["lead_agency"] is None
    assert answer.json()["casualties"] == "unknown"
    problem_of(amina_calls.send("PATCH", at, {"is_exercise": True}), 422, field="is_exercise")
    problem_of(amina_calls.send("PATCH", at, {"severity": None}), 422, field="severity")
    problem_of(farid_calls.send("PATCH", at, {"severity": 1}), 403)


def test_the_phase_changes_with_a_reason_that_the_log_keeps(amina_calls, farid_calls, incident):
    at = f"/incidents/{incident.pk}/phase"
    problem_of(amina_calls.post(at, {"phase": "first-day", "reason": " "}), 422, field="reason")
    problem_of(farid_calls.post(at, {"phase": "first-day", "reason": "Calm"}), 403)
    answer = amina_calls.post(at, {"phase": "first-day", "reason": "All are safe."})
    assert answer.json()["phase"] == "first-day"
    problem_of(amina_calls.post(at, {"phase": "first-day", "reason": "Again"}), 409, "same-phase")
    log = amina_calls.get(f"/incidents/{incident.pk}/log?kind=decision").json()
    assert log["contents"][0]["reasons"] == "All are safe."


def test_the_next_meeting_is_set_and_taken_away(amina_calls, farid_calls, incident):
    at = f"/incidents/{incident.pk}/meeting"
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    answer = amina_calls.send("PUT", at, {"at": soon, "place": "Town hall"})
    assert answer.json()["next_meeting_place"] == "Town hall"
    past = (timezone.now() - timedelta(hours=1)).isoformat()
    problem_of(amina_calls.send("PUT", at, {"at": past}), 422, "meeting-past", "at")
    problem_of(farid_calls.send("PUT", at, {"at": soon}), 403)
    assert amina_calls.send("PUT", at, {"at": None}).json()["next_meeting_at"] is None


def test_another_agency_is_called_once(amina_calls, incident, city, elsewhere):
    water = world.make_agency(city, "Water Board", "other")
    at = f"/incidents/{incident.pk}/calls"
    answer = amina_calls.post(at, {"agency": str(water.pk)})
    assert "Water Board" in {call["agency"]["name"] for call in answer.json()["calls"]}
    problem_of(amina_calls.post(at, {"agency": str(water.pk)}), 409, "called-already", "agency")
    theirs = world.make_agency(elsewhere, "Their Water", "other")
    there = amina_calls.post(at, {"agency": str(theirs.pk)})
    never = amina_calls.post(at, {"agency": str(uuid4())})
    problem_of(there, 422, "agency", "agency")
    assert there.content == never.content


def test_the_picture_shows_it_all(amina_calls, incident, django_assert_max_num_queries):
    amina_calls.post(f"/incidents/{incident.pk}/tasks", {"title": "Open the hall"})
    amina_calls.post(
        f"/incidents/{incident.pk}/log", {"kind": "question", "text": "How many are hurt?"}
    )
    with django_assert_max_num_queries(25):
        picture = amina_calls.get(f"/incidents/{incident.pk}/picture").json()
    assert picture["incident"]["id"] == str(incident.pk)
    assert len(picture["work"]) == 6
    assert picture["questions"][0]["text"] == "How many are hurt?"
    assert picture["roll_call"]["calls"]


def test_data_protection_puts_an_incident_under_legal_hold(amina_calls, municipality):
    officer = Caller(world.make_person("Odile", (municipality, "data-protection")))
    made = amina_calls.post("/incidents", DECLARED).json()
    assert made["held_since"] is None
    at = f"/incidents/{made['id']}"
    problem_of(amina_calls.post(f"{at}/hold", {"reason": "x"}), 403, "not-allowed")

    held = officer.post(f"{at}/hold", {"reason": "An inquiry"})

    assert held.json()["held_since"]
    problem_of(officer.post(f"{at}/hold", {"reason": "Again"}), 409, "held-already")
    problem_of(amina_calls.send("PATCH", at, {"title": "Else"}), 409, "held")
    assert amina_calls.send("PATCH", at, {"place": "The old market"}).status_code == 200
    assert officer.post(f"{at}/hold/lift", {"reason": "Over"}).json()["held_since"] is None
