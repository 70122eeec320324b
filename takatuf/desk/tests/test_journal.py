"""The journal at the desk: read in sentences, verified, signed, taken out by those who may."""

import io
import json
import zipfile

import pytest
from django.db import connection
from django.utils import timezone

from takatuf.config import world
from takatuf.foundation.actors import COMMAND
from takatuf.network.models import Appointment
from takatuf.network.services import appoint

JOURNAL = "/en/desk/marsa-noor/journal/"


@pytest.fixture
def dina(municipality):
    """Data protection officer."""
    return world.make_person("Dina", (municipality, "data-protection", 0))


def test_acts_stand_there_as_sentences(desk_of, dina, task):
    page = desk_of(dina).get(JOURNAL).content.decode()
    assert "<bdi>Amina</bdi>" in page
    assert "<bdi>Open the assembly point</bdi>" in page


def test_the_journal_reads_from_right_to_left_in_arabic(desk_of, dina, task):
    page = desk_of(dina).get(JOURNAL.replace("/en/", "/ar/")).content.decode()
    assert '<html lang="ar" dir="rtl"' in page


def test_a_sound_journal_is_told_so(desk_of, dina, task):
    page = desk_of(dina).post(f"{JOURNAL}verify/").content.decode()
    assert "Nothing was changed" in page


def test_a_changed_row_is_named(desk_of, dina, task):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_entry SET verb = 'incident.forgotten' WHERE verb = 'task.added'"
        )
    page = desk_of(dina).post(f"{JOURNAL}verify/").content.decode()
    assert "The journal does not hold" in page
    assert "The first entry that does not hold is number" in page
    assert "The column verb of entry" in page
    page = desk_of(dina).post(f"{JOURNAL}verify/".replace("/en/", "/ar/")).content.decode()
    assert "العمود verb للقيد رقم" in page
    assert 'lang="en"' not in page.split("<main")[1].split("<footer")[0]


def test_a_signature_is_made_and_kept_elsewhere(desk_of, dina, task):
    browser = desk_of(dina)
    page = browser.post(f"{JOURNAL}sign/", follow=True).content.decode()
    assert "The journal is signed" in page
    path = page.split('<a href="/en/desk/marsa-noor/journal/checkpoints/')[1].split('"')[0]
    note = browser.get(f"{JOURNAL}checkpoints/{path}")
    assert note["Content-Type"].startswith("text/plain")
    assert browser.get(f"{JOURNAL}checkpoints/{10**25}/").status_code == 404


@pytest.mark.parametrize(("sent", "named"), [({}, False), ({"names": "on"}, True)])
def test_a_copy_is_taken_out_with_or_without_names(desk_of, dina, task, sent, named):
    answer = desk_of(dina).post(f"{JOURNAL}export/", sent)
    bundle = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert json.loads(bundle.read("bundle.json"))["logs"][0]["names"] is named
    assert ".zip" in answer["Content-Disposition"]


@pytest.fixture
def olga(db):
    """The operator: runs the installation and serves no city."""
    person = world.make_person("Olga")
    Appointment.objects.create(person=person, role="operator")
    return person


def test_an_operator_of_the_installation_reads_it_too(desk_of, olga, task):
    assert desk_of(olga).get(JOURNAL).status_code == 200


def test_an_operator_finds_every_journal_from_today(desk_of, olga, city, task):
    appoint(COMMAND, email="nadia@city.example", role="secretariat", now=timezone.now())
    browser = desk_of(olga)
    today = browser.get("/en/desk/", follow=True).content.decode()
    assert 'href="/en/desk/journal/"' in today
    assert "You hold no post yet" not in today

    page = browser.get("/en/desk/journal/").content.decode()
    assert 'href="/en/desk/marsa-noor/journal/"' in page
    assert 'href="/en/desk/journal/installation/"' in page

    page = browser.get("/en/desk/journal/installation/").content.decode()
    assert "appointed <bdi>nadia</bdi>" in page


def test_the_journal_of_the_installation_is_verified_signed_and_taken_out(desk_of, olga):
    appoint(COMMAND, email="nadia@city.example", role="secretariat", now=timezone.now())
    browser = desk_of(olga)
    own = "/en/desk/journal/installation/"
    assert "Nothing was changed" in browser.post(f"{own}verify/").content.decode()
    page = browser.post(f"{own}sign/", follow=True).content.decode()
    assert "The journal is signed" in page
    assert f"{own}checkpoints/1/" in page
    assert browser.get(f"{own}checkpoints/1/").status_code == 200
    answer = browser.post(f"{own}export/")
    assert json.loads(
        zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).read("bundle.json")
    )["logs"]


def test_the_journals_list_holds_what_the_reader_answers_for(desk_of, dina, farid, stranger, task):
    page = desk_of(dina).get("/en/desk/journal/").content.decode()
    assert 'href="/en/desk/marsa-noor/journal/"' in page
    assert "installation/" not in page
    assert desk_of(dina).get("/en/desk/journal/installation/").status_code == 403
    for person in (farid, stranger):
        assert desk_of(person).get("/en/desk/journal/").status_code == 403
        assert (
            'href="/en/desk/journal/"'
            not in desk_of(person).get("/en/desk/today/").content.decode()
        )


def test_who_holds_no_post_is_told_whom_to_ask(desk_of, db):
    page = desk_of(world.make_person("Nobody")).get("/en/desk/", follow=True).content.decode()
    assert "You hold no post yet" in page


def test_a_colleague_may_not_and_a_stranger_finds_nothing(desk_of, amina, farid, stranger, task):
    for person, status in ((amina, 403), (farid, 403), (stranger, 404)):
        browser = desk_of(person)
        assert browser.get(JOURNAL).status_code == status
        for act in ("verify", "sign", "export"):
            assert browser.post(f"{JOURNAL}{act}/").status_code == status
        assert browser.get(f"{JOURNAL}checkpoints/1/").status_code == status


def test_hostile_words_are_shown_as_words(desk_of, act, amina, dina, incident, samples):
    from django.utils import timezone

    from takatuf.activities.services import add_task

    lines = json.loads((samples / "text" / "blns.json").read_text())
    for line in [line for line in lines if "<" in line and len(line) < 190][:40]:
        add_task(act(amina), incident, title=line, language="en", now=timezone.now())
    page = desk_of(dina).get(JOURNAL).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_way_to_the_journal_is_shown_to_those_who_may_read_it(desk_of, dina, farid):
    contacts = "/en/desk/marsa-noor/contacts/"
    assert f'href="{JOURNAL}"' in desk_of(dina).get(contacts).content.decode()
    assert f'href="{JOURNAL}"' not in desk_of(farid).get(contacts).content.decode()


def test_a_name_is_erased_by_whom_it_may_and_the_journal_still_holds(desk_of, dina, amina, task):
    browser = desk_of(dina)
    assert f"{JOURNAL}erase/" in browser.get(JOURNAL).content.decode()
    refused = browser.post(f"{JOURNAL}erase/", {"person": str(amina.pk)})
    assert refused.context["form"].has_error("sure")
    assert "<bdi>Amina</bdi>" in browser.get(JOURNAL).content.decode()

    page = browser.post(
        f"{JOURNAL}erase/", {"person": str(amina.pk), "sure": "on"}, follow=True
    ).content.decode()

    assert "The name is gone from" in page
    assert "<bdi>Amina</bdi>" not in page
    assert "Nothing was changed" in browser.post(f"{JOURNAL}verify/").content.decode()


def test_nobody_else_erases_names_and_nobody_one_of_another_city(
    desk_of, dina, amina, stranger, task
):
    assert desk_of(amina).get(f"{JOURNAL}erase/").status_code == 403
    assert desk_of(stranger).get(f"{JOURNAL}erase/").status_code == 404
    page = desk_of(dina).post(f"{JOURNAL}erase/", {"person": str(stranger.pk), "sure": "on"})
    assert page.context["form"].has_error("person")
