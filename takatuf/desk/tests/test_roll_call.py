"""Whoever is called and signed in answers at the desk, for themselves and for nobody else."""

from django.utils import timezone

from takatuf.alerts.models import Answer, Call
from takatuf.coordination.services import declare_incident
from takatuf.journal.models import Entry


def declared(act, amina, city):
    return declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=timezone.now()
    )


def address(incident, agency, act="know/"):
    call = Call.objects.get(alert__about=incident.about, agency=agency)
    where = f"/en/desk/{incident.city.slug}/incidents/{incident.number}/roll-call/"
    return where, f"{where}{call.pk}/{act}"


def test_a_liaison_says_at_the_desk_that_they_know(
    desk_of, act, amina, farid, bilal, fire, health, city
):
    incident = declared(act, amina, city)
    roll_call, know = address(incident, fire)
    browser = desk_of(farid)

    assert know in browser.get(roll_call).content.decode()
    answered = browser.post(know, follow=True)

    assert "Thank you." in answered.content.decode()
    assert know not in answered.content.decode()
    answer = Answer.objects.get()
    assert (answer.person, answer.way) == (farid, "desk")
    assert Entry.objects.get(verb="call.acknowledged").actor_id == f"person:{farid.pk}"


def test_nobody_answers_at_the_desk_for_another_agency(
    desk_of, act, amina, farid, bilal, fire, health, city
):
    incident = declared(act, amina, city)
    _roll_call, know = address(incident, health)

    refused = desk_of(farid).post(know, follow=True)

    assert know not in refused.content.decode()
    assert not Answer.objects.exists()


def test_the_answer_is_asked_for_by_post_alone(desk_of, act, amina, farid, fire, city):
    incident = declared(act, amina, city)
    _roll_call, know = address(incident, fire)

    assert desk_of(farid).get(know).status_code == 405
    assert not Answer.objects.exists()


def test_a_stranger_finds_no_call_to_answer(desk_of, act, amina, farid, fire, city, stranger):
    incident = declared(act, amina, city)
    _roll_call, know = address(incident, fire)

    assert desk_of(stranger).post(know).status_code == 404
    assert not Answer.objects.exists()
