"""One field on the desk, over what its reader may see and nothing else."""

import json

import pytest
from django.utils import timezone

from takatuf.activities.services import report_activity
from takatuf.config import world
from takatuf.coordination.services import draft_report
from takatuf.decisions.services import strike_entry, write_entry
from takatuf.incidents.services import send_methane

pytestmark = pytest.mark.django_db


def found(browser, question):
    return browser.get("/en/desk/search/", {"q": question})


def test_what_one_works_with_is_found(incident, amina, fire, desk_of):
    html = found(desk_of(amina), "markets").content.decode()

    assert "<mark>market</mark>" in html
    assert f"/en/desk/marsa-noor/incidents/{incident.number}/" in html
    assert fire.name.split()[0] in found(desk_of(amina), "fire").content.decode()


def test_a_sealed_entry_is_found_by_who_may_read_it_and_by_nobody_else(
    incident, amina, elsewhere, act, desk_of
):
    write_entry(
        act(amina), incident, kind="information", language="en", now=timezone.now(),
        text="The pharmacist keeps the spare key",
    )  # fmt: skip
    there = world.make_agency(elsewhere, "City of Elsewhere", "municipality")
    stranger = world.make_person("Zoe", (there, "coordinator"))

    mine = found(desk_of(amina), "pharmacists key").content.decode()
    for question in ("pharmacists key", "market", "Fire and Rescue", "Amina"):
        theirs = found(desk_of(stranger), question).content.decode()
        assert "Nothing was found" in theirs
        assert "marsa-noor" not in theirs

    assert "<mark>pharmacist</mark>" in mine


def test_what_is_practice_or_was_corrected_is_not_taken_for_what_holds(
    incident, amina, act, desk_of
):
    incident.is_exercise = True
    incident.save()
    told = {"language": "en", "now": timezone.now()}
    first = write_entry(
        act(amina), incident, kind="information", text="The pharmacy is open", **told
    )
    strike_entry(act(amina), first, text="The pharmacy is shut", **told)

    html = found(desk_of(amina), "pharmacy").content.decode()

    assert html.count("EXERCISE · ") == 2
    assert html.count("Corrected by entry") == 1


def test_messages_from_the_scene_and_reports_are_found_as_their_reader_may_see_them(
    incident, amina, farid, act, desk_of
):
    now = timezone.now()
    send_methane(
        act(amina), incident.city, location="The lighthouse stairs", language="en", now=now
    )
    text = draft_report(act(amina), incident, language="en", now=now).texts.first()
    text.versions_text = json.dumps({"en": {"words": "The chandler lends boats"}})
    text.save()

    assert "methane/1/" in found(desk_of(amina), "lighthouse").content.decode()
    assert "<mark>chandler</mark>" in found(desk_of(amina), "chandlers").content.decode()
    # A draft is for those who write and approve reports.
    assert "Nothing was found" in found(desk_of(farid), "chandler").content.decode()


def test_who_does_what_is_found_in_any_of_our_languages(incident, amina, chen, act, desk_of):
    facts = {"service": "counselling", "title": "Evening groups", "places": ("city",)}
    report_activity(act(amina), incident, name="الهلال الأحمر", facts=facts, now=timezone.now())
    for question in ("evening", "الإرشاد", "الهلال groups"):
        assert "who-does-what/0" in found(desk_of(amina), question).content.decode(), question
        assert "who-does-what/0" not in found(desk_of(chen), question).content.decode()


def test_the_question_must_be_answered_whole_and_is_not_kept(incident, amina, desk_of):
    answer = found(desk_of(amina), "market zeppelin")

    assert "Nothing was found" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert found(desk_of(amina), '"<script>').status_code == 200


def test_a_visitor_is_asked_to_sign_in(client):
    assert found(client, "x")["Location"].startswith("/en/account/login/")
