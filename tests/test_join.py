"""A local authority asks to join; two people say yes; its coordinator declares the same day."""

import json
import struct
import time
import zlib
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from takatuf.alerts.jobs import forget_letters, send_mail_next
from takatuf.alerts.models import Mail
from takatuf.config import world
from takatuf.config.command import main
from takatuf.coordination.services import declare_incident
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import search_key
from takatuf.journal.models import Entry
from takatuf.network import rules
from takatuf.network.access import application_token
from takatuf.network.exchange.proofs import checked_proof
from takatuf.network.jobs import forget_applicants
from takatuf.network.lookalike import warnings_for
from takatuf.network.models import Application, Appointment, City, ProofDocument
from takatuf.network.rules import folded_authority
from takatuf.plans.models import Plan

db = pytest.mark.django_db
AT = "/ar/join/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TOLD = {
    "authority": "بلدية مادبا",
    "level": "municipality",
    "country": "JO",
    "website": "www.salt.example",
    "contact_name": "ريم",
    "office": "أمينة السر",
    "email": "reem@salt.example",
    "proof": "domain",
}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(wide=1, high=1):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


@pytest.fixture
def two(db):
    """The secretariat: two people."""
    people = [world.make_person(name) for name in ("Sigrid", "Tariq")]
    for person in people:
        Appointment.objects.create(person=person, role="secretariat")
    return people


def apply(client, at=AT, **told):
    stamp = client.get(at).context["form"]["stamp"].value()
    return client.post(at, {"stamp": stamp, **TOLD, **told})


def page_of(application, rest="", language="ar"):
    return f"/{language}/join/application/{application_token(application.pk)}/{rest}"


@pytest.fixture
def waiting(client, db):
    """An application whose address is confirmed."""
    apply(client)
    application = Application.objects.get()
    client.post(page_of(application, "confirm/"))
    application.refresh_from_db()
    return application


def desk(application, act=""):
    return f"/en/desk/learn/applications/{application.pk}/{act and act + '/'}"


def a_yes(**more):
    proposal = {"name": "Salt", "slug": "salt", "timezone": "Asia/Amman", "languages": "ar,en"}
    return {"reason": "I rang the town hall.", "size": "town", **proposal, **more}


@db
def test_from_the_form_to_a_city_that_declares_the_same_day(client, signed_in, two):
    first, second = two
    assert apply(client)["Location"] == "/ar/join/sent/"
    application = Application.objects.get()
    assert (
        "مادبا"
        not in signed_in(first).get("/en/desk/learn/applications/?which=all").content.decode()
    ), "nobody has shown yet whose address it is"
    assert send_mail_next(timezone.now(), "w")
    assert page_of(application) in mail.outbox[-1].body
    assert "ريم" not in mail.outbox[-1].body

    client.post(page_of(application, "confirm/"))
    signed_in(first).post(desk(application, "approve"), a_yes())
    assert not City.objects.exists()
    signed_in(second).post(desk(application, "approve"), a_yes(reason="The decree is genuine."))

    city = City.objects.get()
    assert (city.slug, city.country, city.languages) == ("salt", "JO", ["ar", "en"])
    [post] = city.agencies.get().memberships.all()
    assert (post.role, post.person.name, post.person.language) == ("coordinator", "ريم", "ar")
    plan = Plan.objects.get(city=city)
    assert plan.size == "town"
    application.refresh_from_db()
    assert (application.state, application.city) == ("admitted", city)
    while send_mail_next(timezone.now(), "w"):
        pass
    letter = next(m for m in mail.outbox if m.to == ["reem@salt.example"] and "/begin/" in m.body)
    begin = next(line for line in letter.body.split() if "/begin/" in line)
    page = client.get(begin.removeprefix("http://testserver").replace("http://127.0.0.1:8000", ""))
    assert page.status_code == 200
    assert "password1" in page.context["form"].fields
    incident = declare_incident(
        world.acting(post.person), city=city, title="Shots", kind="attack", severity=2,
        plan=plan, now=timezone.now(),
    )  # fmt: skip
    assert incident.tasks.exists()
    verbs = list(
        Entry.objects.filter(verb__startswith="application.").values_list("verb", flat=True)
    )
    assert verbs == [
        f"application.{done}" for done in ("received", "approved", "approved", "admitted")
    ]


@db
def test_one_person_cannot_say_yes_twice_nor_alone_while_another_is_there(waiting, signed_in, two):
    browser = signed_in(two[0])
    assert browser.post(desk(waiting, "approve"), a_yes()).status_code == 302
    again = browser.post(desk(waiting, "approve"), a_yes(), follow=True)
    assert "said yes already" in again.content.decode()
    browser.post(desk(waiting, "take-back"))
    assert "alone" not in browser.get(desk(waiting)).context["forms"]["approve"].fields
    browser.post(desk(waiting, "approve"), a_yes(alone="Nobody else is here"))
    assert not City.objects.exists()


@db
def test_who_is_alone_admits_with_a_reason_and_a_second_person_looks_later(waiting, signed_in, two):
    first, second = two
    Appointment.objects.filter(person=second).delete()
    signed_in(first).post(desk(waiting, "approve"), a_yes(alone="The others left in June."))

    assert City.objects.get().slug == "salt"
    assert Entry.objects.filter(verb="application.approved_alone").exists()
    Appointment.objects.create(person=second, role="secretariat")
    browser = signed_in(second)
    assert "مادبا" in browser.get("/en/desk/learn/applications/?which=alone").content.decode()
    browser.post(desk(waiting, "look-again"), {"reason": "It is right."})
    page = browser.get("/en/desk/learn/applications/?which=alone")
    assert not page.context["lines"]


@db
def test_a_city_that_cannot_be_made_takes_the_second_yes_back_with_it(waiting, signed_in, two):
    world.make_city("salt")
    signed_in(two[0]).post(desk(waiting, "approve"), a_yes())

    page = signed_in(two[1]).post(desk(waiting, "approve"), a_yes())

    assert "is here already" in page.content.decode()
    assert waiting.judgements.count() == 1
    assert City.objects.count() == 1
    assert not Plan.objects.exists()


@db
def test_a_refusal_is_told_with_its_reason_ten_minutes_later_or_not_at_all(
    client, waiting, signed_in, two
):
    browser = signed_in(two[0])
    browser.post(desk(waiting, "refuse"), {"reason": "We could not reach the town hall."})
    assert "تعذر" not in client.get(page_of(waiting)).content.decode()
    assert "town hall" not in client.get(page_of(waiting)).content.decode()
    browser.post(desk(waiting, "take-up"))
    assert not Mail.objects.filter(notice__endswith="join_refused").exists()

    browser.post(desk(waiting, "refuse"), {"reason": "We could not reach the town hall."})
    Application.objects.update(settled_at=timezone.now() - timedelta(minutes=11))
    assert "town hall" in client.get(page_of(waiting)).content.decode()
    while send_mail_next(timezone.now() + timedelta(minutes=11), "w"):
        pass
    assert "town hall" in mail.outbox[-1].body


@db
def test_the_applicant_is_asked_and_answers_and_who_said_yes_judges_anew(
    client, waiting, signed_in, two
):
    browser = signed_in(two[0])
    browser.post(desk(waiting, "approve"), a_yes())
    browser.post(desk(waiting, "ask"), {"question": "Who is the mayor?"})
    assert "Who is the mayor?" in client.get(page_of(waiting)).content.decode()

    proof = SimpleUploadedFile("decree.exe", PDF)
    client.post(page_of(waiting), {"words": "Rana", "document": proof})

    waiting.refresh_from_db()
    assert (waiting.state, waiting.answer) == ("waiting", "Rana")
    assert not waiting.judgements.filter(void=False).exists()
    taken = browser.get(desk(waiting, "document"))
    assert taken.content == PDF
    assert taken["Content-Disposition"].startswith("attachment;")
    assert bytes(ProofDocument.objects.get().sealed).find(b"PDF") < 0


@db
def test_what_an_applicant_wrote_stands_sealed_and_is_nowhere_public(client, waiting, amina):
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, office, email FROM network_application")
        assert all(value.startswith("t1.") for value in cursor.fetchone())
    assert Entry.objects.get(verb="application.received").facts == {
        "country": "JO", "level": "municipality",
    }  # fmt: skip
    for at in ("/ar/members/", "/ar/", "/ar/join/"):
        assert "مادبا" not in client.get(at).content.decode()


@db
def test_a_second_application_for_the_same_city_is_seen_by_the_secretariat_alone(
    client, waiting, signed_in, two
):
    world.make_city(name="As-Madaba", names={"ar": "مادبا"})
    other = Client(REMOTE_ADDR="203.0.113.7")
    answer = apply(other, authority="مجلس بلدية مادبا", email="other@salt.example")
    assert answer["Location"] == "/ar/join/sent/"
    again = Application.objects.latest("sent_at")
    other.post(page_of(again, "confirm/"))

    page = signed_in(two[0]).get(desk(again)).content.decode()

    assert "A member of this name and country is here" in page
    assert "Another application for the same authority" in page
    assert "As-Madaba" not in other.get(page_of(again)).content.decode()


@db
def test_whoever_withdraws_is_not_judged_any_more(client, waiting, signed_in, two):
    client.post(page_of(waiting, "withdraw/"))

    page = signed_in(two[0]).post(desk(waiting, "approve"), a_yes(), follow=True)

    assert "settled already" in page.content.decode()
    forget_applicants(timezone.now() + rules.APPLICANT_KEPT + timedelta(hours=1))
    waiting.refresh_from_db()
    assert (waiting.email, waiting.contact_name) == ("", "")


@db
def test_what_nobody_confirmed_is_gone_after_a_week_and_too_late_before(client):
    apply(client)
    application = Application.objects.get()
    Application.objects.update(sent_at=timezone.now() - timedelta(days=4))
    client.post(page_of(application, "confirm/"))
    application.refresh_from_db()
    assert application.state == "unconfirmed"
    forget_applicants(timezone.now() + timedelta(days=3))
    assert not Application.objects.exists()


@db
def test_where_no_letter_leaves_the_secretariat_checks_the_address_in_another_way(
    client, signed_in, two, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    answer = apply(client)
    application = Application.objects.get()
    assert answer["Location"] == page_of(application)
    client.post(page_of(application, "confirm/"))
    application.refresh_from_db()
    assert application.state == "unconfirmed", "the link was not in a letter, so it proves nothing"

    browser = signed_in(two[0])
    assert "مادبا" in browser.get("/en/desk/learn/applications/?which=unconfirmed").content.decode()
    forget_letters(timezone.now() + timedelta(days=8))
    assert {(m.to, m.context) for m in Mail.objects.all()} == {("", "")}
    browser.post(desk(application, "confirm"), {"reason": "By telephone, from their website."})
    browser.post(desk(application, "approve"), a_yes())
    signed_in(two[1]).post(desk(application, "approve"), a_yes())
    assert "/begin/" in browser.get(desk(application)).context["invitation"]


@db
def test_a_flood_is_stopped_by_network_by_address_and_in_all(client, monkeypatch):
    assert [apply(client, email=f"a{n}@salt.example").status_code for n in range(4)] == [
        302, 302, 302, 429,
    ]  # fmt: skip
    answers = []
    for number in range(3):
        browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        answers.append(apply(browser).status_code)
    assert answers == [302, 302, 429], "nobody fills another's mailbox"
    monkeypatch.setattr(rules, "FROM_ALL", 5)
    other = Client(REMOTE_ADDR="203.0.113.99")
    assert apply(other, email="z@salt.example").status_code == 429


@db
def test_a_form_sent_twice_is_one_application_with_one_letter(client):
    stamp = client.get(AT).context["form"]["stamp"].value()
    for _ in range(2):
        client.post(AT, {"stamp": stamp, **TOLD})

    assert (Application.objects.count(), Mail.objects.count()) == (1, 1)


@db
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"authority": "Sa\u202elt"}, "hidden character"),
        ({"authority": "x" * 161}, "Make it shorter"),
        ({"country": "XX"}, "Choose from the list"),
        ({"level": "national"}, "Choose from the list"),
        ({"website": "javascript:alert(1)"}, "address of your website"),
        ({"website": "https://salt.example@evil.example/"}, "address of your website"),
        ({"email": "reem@gmail.com"}, "not at the domain"),
        ({"proof": "document"}, "Choose the file"),
        ({"proof": "letter"}, "Fill this in"),
        ({"proof": "document", "document": ("a.pdf", b"PK\x03\x04 zip")}, "no PDF, PNG or JPEG"),
        ({"proof": "document", "document": ("a.pdf", b"")}, "Choose the file"),
        ({"proof": "document", "document": ("a.png", png() + b"PK")}, "behind its end"),
        ({"proof": "document", "document": ("a.pdf", b"%PDF-" + bytes(5_242_880))}, "5 MB"),
        ({"fax": "1"}, "One field must stay empty"),
    ],
    ids=[
        "override", "long", "country", "national", "script", "host", "free-mail", "no-file",
        "no-letter", "zip", "empty", "polyglot", "huge", "bait",
    ],
)  # fmt: skip
def test_an_application_that_will_not_do_is_refused_in_words(client, told, said):
    if isinstance(told.get("document"), tuple):
        told = told | {"document": SimpleUploadedFile(*told["document"])}

    page = apply(client, "/en/join/", **told)

    assert said in page.content.decode()
    assert not Application.objects.exists()


@db
def test_hostile_words_are_shown_as_text_and_no_address_of_theirs_is_a_link(client, signed_in, two):
    hostile = "<script>alert(1)</script>"
    apply(client, authority=hostile, website="https://evil.example/", email="a@evil.example")
    application = Application.objects.get()
    client.post(page_of(application, "confirm/"))

    for page in (signed_in(two[0]).get(desk(application)), client.get(page_of(application))):
        html = page.content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert 'href="https://evil.example' not in html


@db
def test_the_applicants_page_tells_other_sites_nothing_and_takes_its_own_forms(client, waiting):
    """Under `no-referrer` a browser sends its own form with the origin `null`, which is refused."""
    page = client.get(page_of(waiting))

    assert page["Referrer-Policy"] == "same-origin"
    assert 'name="referrer"' not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@db
def test_a_link_that_was_made_up_opens_nothing(client, waiting):
    good = application_token(waiting.pk)
    for token in (good[:-2] + "AA", "x", good.lower(), application_token(waiting.once)):
        assert client.get(f"/en/join/application/{token}/").status_code == 404
        assert client.post(f"/en/join/application/{token}/withdraw/").status_code == 404
    assert Client(enforce_csrf_checks=True).post(page_of(waiting, "withdraw/")).status_code == 403


@db
def test_nobody_but_the_secretariat_can_tell_that_there_are_applications(
    waiting, signed_in, amina, stranger
):
    for person in (amina, stranger):
        browser = signed_in(person)
        for at in ("/en/desk/learn/applications/", desk(waiting), desk(waiting, "document")):
            assert browser.get(at).status_code == 404
        assert browser.post(desk(waiting, "approve"), a_yes()).status_code == 404


@db
def test_the_command_lists_approves_and_refuses(waiting, two, capsys):
    def run(*words):
        return main(["join", *words, "--json"]), json.loads(capsys.readouterr().out)

    pk, emails = str(waiting.pk), [person.email for person in two]
    assert run("list")[1]["applications"][0]["id"] == pk
    say = ("approve", pk, "--reason", "Checked", "--slug", "salt")
    assert run(*say, "--as", emails[0])[1]["approvals"] == 1
    assert run(*say, "--as", emails[0])[0] == 1
    assert run(*say, "--as", emails[1])[1]["city"] == "salt"
    assert run("refuse", pk, "--reason", "Late", "--as", emails[0])[0] == 1
    assert run("refuse", "nothing", "--reason", "x", "--as", emails[0])[0] == 1


@pytest.mark.once
def test_addresses_that_look_like_others_are_pointed_out():
    def codes(email, website="https://www.oslo.kommune.no", name="Oslo", known=()):
        found = warnings_for(email=email, website=website, authority=name, known=known)
        return {warning.code for warning in found}

    assert codes("a@oslo.kommune.no") == set()
    assert codes("a@post.oslo.kommune.no") == set()
    assert codes("a@оslо.kommune.no") == {"mixed-domain", "other-domain", "looks-like"}
    assert "looks-like" in codes("a@osl0.kornmune.no")
    assert codes("a@gmail.com") == {"free-mail"}
    assert "punycode" in codes("a@xn--sl-kmc.example")
    assert "mixed-name" in codes("a@oslo.kommune.no", name="Oѕlo")
    assert "looks-like" in codes(
        "a@salt-town.example", "https://salt-town.example", known=["sa1t-town.example"]
    )


@pytest.mark.once
def test_one_authority_has_one_key_however_it_calls_itself():
    same = ("City of Marsa Noor", "Marsa Noor Municipality", "Ville de Marsa Noor")
    assert len({folded_authority(search_key(name)) for name in same}) == 1
    assert folded_authority(search_key("بلدية السَّلط")) == folded_authority(search_key("السلط"))


@pytest.mark.once
@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4 /JavaScript (x) %%EOF",
        b"%PDF-1.4 /J#61vaScript (x) %%EOF",
        b"%PDF-1.4 /#4a#53 (x) %%EOF",
        b"%PDF-1.4 no end",
        PDF + b"PK\x03\x04",
        png(20_000, 1),
        png()[:-4] + b"xxxx",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"\xff\xd8\xff" + b"\xff" * 50,
        b"GIF89a",
        b"MZ\x90",
    ],
    ids=[
        "js",
        "hidden-js",
        "all-hidden",
        "cut",
        "tail",
        "bomb",
        "sum",
        "cut-jpeg",
        "fill",
        "gif",
        "exe",
    ],
)
def test_files_that_are_not_what_they_should_be_are_refused(data):
    with pytest.raises(Refused):
        checked_proof(data)


@pytest.mark.once
@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-" + b"#" * 5_000_000 + b"%%EOF",
        b"%PDF-" + b"#2f" * 1_700_000 + b"%%EOF",
        b"\xff" * 5_000_000,
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1_250_000,
    ],
    ids=["signs", "names", "fill", "segments"],
)
def test_no_strangers_file_keeps_a_processor_busy(data):
    begun = time.process_time()
    with suppress(Refused):
        checked_proof(data)
    assert time.process_time() - begun < 0.5


@pytest.mark.once
def test_real_documents_are_taken():
    jpeg = (
        b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
        b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xd2\xff\xd9"
    )
    assert [checked_proof(data) for data in (PDF, png(), jpeg)] == ["pdf", "png", "jpeg"]
