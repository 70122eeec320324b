"""Messages from the scene by the API: the same doors as at the desk."""

from takatuf.api.tests.conftest import problem_of
from takatuf.incidents.models import Methane

WHERE = "/cities/marsa-noor/methanes"


def test_a_message_becomes_the_declaration(farid_calls, amina_calls, stranger_calls, city):
    sent = [
        farid_calls.post(
            WHERE, {"location": "Market Street 4", "kind": "attack"}, Idempotency_Key="a"
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201]
    message = sent[0].json()
    assert (message["acronym"], message["outcome"]) == ("M/ETHANE", "waiting")
    assert Methane.objects.count() == 1
    at = f"/methanes/{message['id']}"
    body = {"title": "Shots", "kind": "attack", "severity": 3}
    problem_of(farid_calls.post(f"{at}/declare", body), 403)
    for path in (WHERE, at):
        problem_of(stranger_calls.get(path), 404)
    problem_of(stranger_calls.post(f"{at}/close", {"reason": "x"}), 404)

    declared = amina_calls.post(f"{at}/declare", body).json()

    assert declared["place"] == "Market Street 4"
    assert amina_calls.get(at).json()["incident"] == declared["id"]
    problem_of(amina_calls.post(f"{at}/close", {"reason": "x"}), 409, "settled-already")
    assert amina_calls.get(f"{WHERE}?waiting=true").json()["empty"]


def test_a_message_is_added_or_closed(farid_calls, amina_calls, incident):
    update = {"location": "Gate 2", "incident": str(incident.pk)}
    assert farid_calls.post(WHERE, update).json()["outcome"] == "joined"
    other = farid_calls.post(WHERE, {"location": "Gate 3"}).json()["id"]
    into = {"incident": str(incident.pk)}
    assert amina_calls.post(f"/methanes/{other}/add", into).json()["outcome"] == "joined"
    third = farid_calls.post(WHERE, {"location": "Gate 4"}).json()["id"]
    closed = amina_calls.post(f"/methanes/{third}/close", {"reason": "Fireworks"}).json()
    assert closed["outcome_reason"] == "Fireworks"
    problem_of(amina_calls.post(WHERE, {"location": "G", "incident": third}), 422, field="incident")
