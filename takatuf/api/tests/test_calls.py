from uuid import uuid4

import pytest
from django.utils import timezone

from takatuf.alerts.models import Answer, Call, Delivery
from takatuf.alerts.notices import test_notice as a_test_notice
from takatuf.alerts.services import tell
from takatuf.api.tests.conftest import Caller, problem_of
from takatuf.config import world
from takatuf.coordination.services import call_another_agency, declare_incident
from takatuf.journal.models import Entry


@pytest.fixture
def call(amina_calls, incident, fire):
    roll = amina_calls.get(f"/incidents/{incident.pk}/roll-call").json()
    return next(one for one in roll["calls"] if one["agency"]["id"] == str(fire.pk))


def test_an_answer_is_ticked_by_voice(amina_calls, incident, call, farid):
    at = f"/calls/{call['call']}/answers"
    answer = amina_calls.post(at, {"person": str(farid.pk), "note": "By radio"})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["way"], answer.json()["person"]["name"]) == ("voice", farid.name)
    roll = amina_calls.get(f"/incidents/{incident.pk}/roll-call").json()
    assert roll["answered"] == 1
    problem_of(amina_calls.post(at, {"person": str(uuid4())}), 422, "person", "person")


def test_whoever_is_called_sees_it_and_answers_for_themselves(farid_calls, call, farid, fire):
    (waiting,) = farid_calls.get("/calls").json()["contents"]
    assert (waiting["call"], waiting["agency"]["name"]) == (call["call"], fire.name)
    assert "severity 2" in waiting["words"]
    assert farid.name not in str(waiting)

    at = f"/calls/{waiting['call']}/acknowledge"
    first, again = farid_calls.post(at), farid_calls.post(at)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (first.json()["way"], first.json()["person"]["id"]) == ("desk", str(farid.pk))
    assert farid_calls.get("/calls").json()["empty"]
    assert Entry.objects.filter(verb="call.acknowledged").get().actor_id == f"person:{farid.pk}"


def test_nobody_answers_for_another_agency_or_city(farid_calls, stranger_calls, incident, health):
    theirs = Call.objects.get(agency=health).pk
    problem_of(farid_calls.post(f"/calls/{theirs}/acknowledge"), 422, "other-agency")
    there = stranger_calls.post(f"/calls/{theirs}/acknowledge")
    problem_of(there, 404)
    assert there.content == stranger_calls.post(f"/calls/{uuid4()}/acknowledge").content
    assert stranger_calls.get("/calls").json()["empty"]
    problem_of(Caller().post(f"/calls/{theirs}/acknowledge"), 401)
    assert not Answer.objects.exists()


def test_what_only_tells_takes_no_answer(farid_calls, act, amina, farid, city):
    post = farid.memberships.select_related("person", "agency").get()
    tell(act(amina), a_test_notice(city.name, city.names, "incident:x"), city=city, posts=[post],
         now=timezone.now())  # fmt: skip
    assert farid_calls.get("/calls").json()["empty"]
    problem_of(farid_calls.post(f"/calls/{Call.objects.get().pk}/acknowledge"), 404)


def test_an_agency_with_nobody_to_call_is_counted_apart(amina_calls, city, amina, act):
    declared = declare_incident(
        act(amina), city=city, title="Threats", kind="threat", severity=1, now=timezone.now()
    )
    empty = world.make_agency(city, "Harbour Office")
    call_another_agency(act(amina), declared, empty, now=timezone.now())

    roll = amina_calls.get(f"/incidents/{declared.pk}/roll-call").json()

    assert (roll["nobody_to_call"], roll["silent"]) == (1, 0)
    assert (roll["calls"][0]["agency"]["name"], roll["calls"][0]["state"]) == (
        "Harbour Office",
        "nobody_to_call",
    )
    problem_of(amina_calls.post(f"/calls/{roll['calls'][0]['call']}/repeat"), 409, "nobody-to-call")


def test_a_second_tick_of_nobody_in_particular_is_refused(amina_calls, call):
    at = f"/calls/{call['call']}/answers"
    assert amina_calls.post(at, {"note": "The porter"}).status_code == 201
    assert amina_calls.post(at, {"note": "The porter"}).status_code == 201
    problem_of(amina_calls.post(at, {"note": "A voice"}), 422, "unnamed-already", "person")


def test_who_may_not_call_does_not_tick(call, municipality):
    speaker = Caller(world.make_person("Samir", (municipality, "communications")))
    problem_of(speaker.post(f"/calls/{call['call']}/answers", {}), 403)


def test_a_stranger_cannot_tell_that_the_call_exists(stranger_calls, call):
    for path in ("answers", "repeat"):
        there = stranger_calls.post(f"/calls/{call['call']}/{path}", {})
        never = stranger_calls.post(f"/calls/{uuid4()}/{path}", {})
        problem_of(there, 404)
        assert there.content == never.content
    delivery = Delivery.objects.first()
    there = stranger_calls.post(f"/deliveries/{delivery.pk}/retry")
    problem_of(there, 404)
    assert there.content == stranger_calls.post(f"/deliveries/{uuid4()}/retry").content


def test_a_call_is_sent_once_more(amina_calls, call):
    before = Delivery.objects.count()
    answer = amina_calls.post(f"/calls/{call['call']}/repeat")
    assert (answer.status_code, answer.content) == (204, b"")
    assert Delivery.objects.count() > before


def test_a_message_that_was_given_up_is_tried_again(amina_calls, incident, settings):
    settings.EMAIL_HOST = "localhost"
    delivery = Delivery.objects.filter(channel="email").first()
    Delivery.objects.filter(pk=delivery.pk).update(given_up_at=timezone.now(), error="refused")
    answer = amina_calls.post(f"/deliveries/{delivery.pk}/retry")
    assert answer.status_code == 204, answer.content
    delivery.refresh_from_db()
    assert delivery.given_up_at is None
    answer = amina_calls.post(f"/deliveries/{delivery.pk}/retry")
    problem_of(answer, 409, "not-given-up")
