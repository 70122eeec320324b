"""The secretariat prepares a dialogue, a second person publishes it, guests come."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.alerts.models import Mail
from takatuf.config import world
from takatuf.journal.models import Entry
from takatuf.learning.models import Dialogue, Registration
from takatuf.learning.services import Guest, register_for_dialogue
from takatuf.network.models import Appointment

DESK = "/en/desk/learn/dialogues/"
ONE = f"{DESK}marsa-noor-2027/"


@pytest.fixture
def days():
    first = timezone.now().date() + timedelta(days=30)
    return first, first + timedelta(days=1)


@pytest.fixture
def sora(db):
    """Of the network's secretariat."""
    person = world.make_person("Sora")
    Appointment.objects.create(person=person, role="secretariat")
    return person


@pytest.fixture
def yusuf(db):
    person = world.make_person("Yusuf")
    Appointment.objects.create(person=person, role="secretariat")
    return person


def frame(days, **fields):
    first, last = days
    return {
        "slug": "marsa-noor-2027",
        "language": "en",
        "title": "Cities after an attack",
        "place": "Marsa Noor, Jordan",
        "host": "The city",
        "summary": "First.\n\nSecond.",
        "begins_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "precision": "day",
        "country": "JO",
        "timezone": "Asia/Amman",
        "places": "2",
        "register_until": (first - timedelta(days=1)).isoformat(),
    } | fields


@pytest.fixture
def prepared(signed_in, sora, days):
    answer = signed_in(sora).post(f"{DESK}prepare/", frame(days))
    assert answer.status_code == 302
    return Dialogue.objects.get()


def test_it_is_prepared_seen_by_nobody_and_published_by_a_second_person(
    client, signed_in, sora, yusuf, prepared
):
    assert client.get("/en/dialogues/marsa-noor-2027/").status_code == 404
    own = signed_in(sora).post(f"{ONE}change/publish/", {"reason": "In a hurry"})
    assert own.status_code == 422
    assert "somebody else of the secretariat" in own.content.decode()
    signed_in(yusuf).post(f"{ONE}change/publish/", {"reason": ""})

    page = client.get("/en/dialogues/marsa-noor-2027/").content.decode()
    assert "<p>Second.</p>" in page
    assert "register/" in page
    assert Entry.objects.filter(verb="dialogue.published").exists()


def test_whoever_is_alone_publishes_with_a_reason_that_the_record_keeps(signed_in, sora, prepared):
    browser = signed_in(sora)
    refused = browser.post(f"{ONE}change/publish/", {"reason": " "})
    assert refused.status_code == 422
    browser.post(f"{ONE}change/publish/", {"reason": "The other is ill"})

    assert Dialogue.objects.get().state == "published"
    entry = Entry.objects.get(verb="dialogue.published_alone")
    assert entry.private["reason"] == "The other is ill"


def test_themes_programme_and_sources_are_added_and_taken_out(client, signed_in, sora, prepared):
    browser, day = signed_in(sora), prepared.begins_on.isoformat()
    browser.post(f"{ONE}change/theme/", {"words": "Trust", "cells": ["prepare/community"]})
    browser.post(
        f"{ONE}change/item/", {"words": "Opening", "on": day, "starts": "09:00", "ends": "09:30"}
    )
    browser.post(
        f"{ONE}change/source/",
        {"title": "Report", "publisher": "The city", "language": "en", "read": "whole"},
    )
    browser.post(f"{ONE}change/publish/", {"reason": "Alone"})
    page = client.get("/en/dialogues/marsa-noor-2027/").content.decode()
    assert all(words in page for words in ("Trust", "Opening", "09:30", 'id="source-1"'))
    for part, key in (("theme", "t1"), ("item", "p1"), ("source", "s1")):
        browser.post(f"{ONE}remove/{part}/{key}/")

    found = Dialogue.objects.get()
    assert (found.themes, found.programme, found.sources) == ([], [], [])


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("item", {"words": "A", "on": "2020-01-01"}, "Give a day of the dialogue."),
        ("theme", {"words": "A", "cells": ["nowhere/never"]}, "Choose from the list."),
        ("source", {"title": "A", "publisher": "B", "url": "http://x.org", "language": "en",
                    "read": "whole"}, "begins with https://"),
        ("after", {"changes": "0", "kind-mayors": "some"}, "Write a whole number, or ?"),
        ("edit", {"changes": "7"}, "Fill this in."),
        ("withdraw", {"reason": "x"}, "This dialogue is not public."),
    ],
    ids=["day", "cell", "address", "number", "empty", "draft"],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(signed_in, sora, prepared, act, fields, said):
    before = Dialogue.objects.values().get()
    answer = signed_in(sora).post(f"{ONE}change/{act}/", fields)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Dialogue.objects.values().get() == before


def test_the_second_of_two_who_edit_sees_that_somebody_was_quicker(signed_in, sora, prepared, days):
    browser = signed_in(sora)
    browser.post(f"{ONE}change/edit/", frame(days, title="New title", changes="0"))
    late = browser.post(f"{ONE}change/edit/", frame(days, title="Newer title", changes="0"))

    assert late.status_code == 422
    assert "Somebody changed this dialogue meanwhile" in late.content.decode()
    assert "Newer title" in late.content.decode()


def test_people_of_member_cities_are_invited_once_and_answer_by_a_link(
    client, signed_in, sora, prepared, city, amina, bilal, stranger
):
    browser = signed_in(sora)
    browser.post(f"{ONE}change/publish/", {"reason": "Alone"})
    chosen = {"cities": [str(city.pk)], "roles": ["coordinator", "mayor"]}
    browser.post(f"{ONE}change/invite/", chosen)
    browser.post(f"{ONE}change/invite/", chosen)

    letter = Mail.objects.get()
    assert letter.to == amina.email
    link = letter.context.split("dialogues/answer/")[1].split("/")[0]
    client.post(f"/en/dialogues/answer/{link}/", {"answer": "yes", "needs": "A ramp"})
    page = browser.get(f"{ONE}registrations/").content.decode()
    assert "A ramp" in page
    assert Registration.objects.get().seat == "coming"


def test_the_list_is_taken_out_as_a_harmless_table_and_the_record_says_so(
    signed_in, sora, prepared
):
    browser = signed_in(sora)
    browser.post(f"{ONE}change/publish/", {"reason": "Alone"})
    guest = Guest("=cmd|'/c calc'!A1", "＝Town", "Office", "g@example.org", "en")
    register_for_dialogue(prepared, guest, now=timezone.now())
    answer = browser.post(f"{ONE}registrations/take-out/")

    assert "'=cmd" in answer.content.decode("utf-8-sig")
    assert "'＝Town" in answer.content.decode("utf-8-sig")
    assert Entry.objects.get(verb="dialogue.list_taken").facts["count"] == 1


def test_a_withdrawal_is_told_to_whoever_meant_to_come_and_to_everybody(
    client, signed_in, sora, prepared
):
    browser = signed_in(sora)
    browser.post(f"{ONE}change/publish/", {"reason": "Alone"})
    guest = Guest("N", "Town", "Office", "g@example.org", "en")
    register_for_dialogue(prepared, guest, now=timezone.now())
    register_for_dialogue(prepared, guest._replace(email="never@example.org"), now=timezone.now())
    Registration.objects.filter(pk=Registration.objects.earliest("id").pk).update(seat="coming")
    browser.post(f"{ONE}change/withdraw/", {"reason": "The hall is closed"})

    assert client.get("/en/dialogues/marsa-noor-2027/").status_code == 410
    told = [(mail.to, mail.notice) for mail in Mail.objects.all()]
    assert told == [("g@example.org", "learning/letters/withdrawn")]  # who never confirmed: none


def test_what_was_learned_is_told_by_kind_and_number_and_never_by_name(
    client, signed_in, sora, prepared
):
    browser = signed_in(sora)
    browser.post(f"{ONE}change/publish/", {"reason": "Alone"})
    changes = Dialogue.objects.get().changes
    told = {"changes": changes, "learned": "Ask early.", "people": "40", "kind-mayors": "?",
            "kind-police": "3"}  # fmt: skip
    browser.post(f"{ONE}change/after/", told)
    page = client.get("/en/dialogues/marsa-noor-2027/").content.decode()

    assert "Ask early." in page
    assert "police and law enforcement" in page
    assert Dialogue.objects.get().participants[0] == {
        "kind": "mayors", "number": None, "more_than": False,
    }  # fmt: skip


def test_no_two_fields_of_the_page_bear_one_identifier(signed_in, sora, prepared):
    """Else a label leads into the field of another form."""
    page = signed_in(sora).get(ONE).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert len(ids) == len(set(ids)), {one for one in ids if ids.count(one) > 1}


def test_nobody_but_the_secretariat_can_tell_that_there_is_such_a_place(signed_in, amina, prepared):
    browser = signed_in(amina)

    for path in (DESK, ONE, f"{ONE}registrations/", f"{DESK}prepare/"):
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"{ONE}registrations/take-out/").status_code == 404
    assert browser.post(f"{ONE}change/publish/", {"reason": "x"}).status_code == 404
