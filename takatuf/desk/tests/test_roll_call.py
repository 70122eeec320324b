"""Whoever is called and signed in answers at the desk, for themselves and for nobody else."""

from django.utils import timezone

from takatuf.alerts.models import Answer, Call
from takatuf.config.world import make_person
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

    assert desk_of(farid).get(know).status_code == 302  # to the page above
    assert not Answer.objects.exists()


def test_a_stranger_finds_no_call_to_answer(desk_of, act, amina, farid, fire, city, stranger):
    incident = declared(act, amina, city)
    _roll_call, know = address(incident, fire)

    assert desk_of(stranger).post(know).status_code == 404
    assert not Answer.objects.exists()


def test_an_agency_with_nobody_to_call_stands_first_with_a_way_to_add_somebody(
    desk_of, act, amina, farid, bilal, fire, health, city
):
    bilal.memberships.all().delete()
    incident = declared(act, amina, city)
    roll_call, _know = address(incident, health)
    add = f"/en/desk/{city.slug}/contacts/{health.pk}/add-person/"
    tick = address(incident, health, "")[1]

    page = desk_of(amina).get(roll_call).content.decode()
    rows = page.split("<tbody>")[1]
    assert rows.index("Nobody to call") < rows.index(fire.name)
    assert "nobody to call: <bdi>1</bdi>" in page
    assert "silent: <bdi>0</bdi>" in page
    assert f'href="{add}"' in page
    assert f'href="{tick}"' in page
    assert "again/" not in page

    picture = desk_of(amina).get(roll_call.replace("roll-call/", "")).content.decode()
    assert f'href="{add}"' in picture
    assert f'href="{tick}"' in picture
    assert "nobody to call: <bdi>1</bdi>" in picture

    # A liaison ticks, and adds nobody to the city's list.
    liaisons = desk_of(farid).get(roll_call).content.decode()
    assert add not in liaisons
    assert tick in liaisons


def test_who_was_added_is_called_by_one_press_and_no_liaison_of_elsewhere_presses_it(
    desk_of, act, amina, bilal, chen, fire, farid, health, city, stranger
):
    bilal.memberships.all().delete()
    chen.memberships.all().delete()
    incident = declared(act, amina, city)
    roll_call, again = address(incident, health, "again/")
    browser = desk_of(amina)
    assert "Add somebody first." in browser.post(again, follow=True).content.decode()
    make_person("Sami", (health, "liaison", 1))

    assert f'action="{again}"' in browser.get(roll_call).content.decode()
    assert desk_of(stranger).post(again).status_code == 404
    desk_of(amina).get(again)  # nothing happens but by a press
    assert Call.objects.get(agency=health).asked_at is None
    page = browser.post(again, follow=True).content.decode()

    assert "The agency is being called." in page
    assert "Sami" in page
    assert Call.objects.get(agency=health).asked_at is not None


def test_the_printed_tree_sets_those_with_nobody_to_call_apart(
    desk_of, act, amina, bilal, farid, fire, health, city
):
    bilal.memberships.update(call_order=0)
    incident = declared(act, amina, city)
    path = f"/en/desk/{city.slug}/incidents/{incident.number}/phone-tree/"
    page = desk_of(amina).get(path).content.decode()
    apart = page.split("Nobody to call: <bdi>1</bdi>")[1]
    assert health.name in apart.split("<table")[0]
    assert apart.count(health.name) == 1


def test_a_tick_names_who_answered_or_says_that_nobody_did(
    desk_of, act, amina, bilal, chen, farid, fire, health, city
):
    health.answers_needed = 2
    health.save()
    incident = declared(act, amina, city)
    _roll_call, tick = address(incident, health, "")
    browser = desk_of(farid)
    assert "Somebody unnamed" in browser.get(tick).content.decode()

    browser.post(tick, {"person": "", "note": "The porter"})
    refused = browser.post(tick, {"person": "", "note": "Somebody else, they say"})

    assert "Say who answered." in refused.content.decode()
    assert "Somebody else, they say" in refused.content.decode()
    assert Answer.objects.count() == 1
    browser.post(tick, {"person": str(bilal.pk)})
    assert Call.objects.get(agency=health).answered_at is not None
    assert str(bilal.pk) not in browser.get(tick).content.decode()


def test_a_tick_is_confirmed_shown_once_and_can_be_taken_back(
    desk_of, act, amina, farid, fire, city
):
    incident = declared(act, amina, city)
    roll_call, tick = address(incident, fire, "")
    browser = desk_of(amina)

    page = browser.post(tick, {"person": farid.pk, "note": "By radio"}, follow=True)
    html = page.content.decode()
    assert "is ticked" in html
    assert html.count("By radio") == 1

    answer = Answer.objects.get()
    page = browser.post(f"{roll_call}ticks/{answer.pk}/take-back/", follow=True)
    assert "counts as not reached" in page.content.decode()
    assert not Answer.objects.exists()
    assert "Take the tick back" not in desk_of(farid).get(roll_call).content.decode()


def test_a_hidden_character_is_refused_beside_the_field_that_holds_it(desk_of, amina, city):
    page = desk_of(amina).post(
        f"/en/desk/{city.slug}/incidents/declare/",
        {
            "is_exercise": "0", "kind": "threat", "severity": "2", "title": "Letter",
            "happened_at": "2026-01-01T08:00", "targeted": "A\u202ehouse",
            "once": "01931f7c-1111-7111-8111-111111111111",
        },
    )  # fmt: skip
    assert page.context["form"].has_error("targeted", "direction-override")
