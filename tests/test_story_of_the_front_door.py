"""From a question asked in Arabic by nobody in particular to a city that declares, through pages
alone. The test opens the letters, moves the worker, and nothing else."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone

from takatuf.alerts import jobs
from takatuf.config import world
from takatuf.learning.services import load_dialogues, load_library
from takatuf.learning.tests.test_shipped_cards import a_card
from takatuf.network.models import Appointment
from takatuf.plans.services import load_framework
from takatuf.search.services import bring_up
from takatuf.translation.services import load_first_reports
from tests.pages import Reader
from tests.test_story import sign_in

LIBRARY = "/en/desk/learn/library/"
CHOSEN = "Olive-trees-at-the-quay-7"
SOURCE = {
    "title": "Two winters of the ferry workshop", "publisher": "Harbour Weekly", "year": "2019",
    "url": "https://example.org/ferry", "language": "en", "read": "whole", "verified": "on",
    "supports": ["context", "done", "outcome", "known_how", "lesson", "caution"],
}  # fmt: skip
TOLD = {
    "title": "Repair shoes for those who lost their ferry",
    "place": "Marsa Noor",
    "context": "Armed men fired at the evening ferry.",
    "done": "Cobblers repaired the shoes of passengers free of charge and listened to them.",
    "outcome": "Passengers came back for two winters.",
    "known_how": "A weekly paper told of it; nobody counted.",
    "lesson": "A cobbler who repairs shoes free of charge hears what no clinic hears.",
    "caution": "One paper alone tells of it.",
}


@pytest.fixture
def shipped(db):
    """What `takatuf setup` loads."""
    now = timezone.now()
    load_framework(now=now)
    load_first_reports(now)
    load_dialogues(now=now)
    load_library(now=now)


@pytest.fixture
def secretariat(shipped):
    people = [world.make_person(name, password=world.PASSWORD) for name in ("Nadia", "Omar")]
    for person in people:
        Appointment.objects.create(person=person, role="secretariat")
    return [sign_in(Reader(), person) for person in people]


def letters_leave():
    while jobs.send_mail_next(timezone.now(), "story"):
        pass


def link_in(letter):
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]


def last_letter_to(mailoutbox, address):
    letters_leave()
    return next(letter for letter in reversed(mailoutbox) if letter.to == [address])


def a_card_that_only_english_tells(writer, publisher):
    body = a_card()
    told = {
        name: body[name]
        for name in ("kind", "country", "region", "date", "size", "confidence", "level",
                     "incident_kinds")
    }  # fmt: skip
    told |= {f"{name}_en": words for name, words in TOLD.items()}
    writer.open(LIBRARY).follow("Write a card")
    writer.press(
        "Keep the draft", slug="marsa-noor-2019-shoes", source_language="en",
        cells_support=["years"], **told,
    )  # fmt: skip
    writer.follow("Add a source").press("Keep the source", **SOURCE)
    draft = writer.address
    writer.open(draft).press("Submit the card")
    publisher.open(draft).press("Publish the card")


def test_from_a_question_to_a_city_that_declares(secretariat, mailoutbox):
    nadia, omar = secretariat
    a_card_that_only_english_tells(nadia, omar)
    bring_up()  # as the worker does

    # Somebody opens the front page and asks: first a word, then a question.
    reader = Reader().open("/ar/")
    reader.press("بحث", q="الاستجابة")
    assert any("/ar/guide/" in url for url, words in reader.page.links if "استجاب" in words)
    reader.press("بحث", q="هل هناك إسكافي يصلح الأحذية مجانًا؟")
    reader.sees(TOLD["title"]).follow(TOLD["title"])
    reader.sees("Cobblers repaired the shoes")

    # A word in it is wrong: reported without an account, read by the secretariat.
    reader.follow("الإبلاغ عن خطأ").press("إرسال البلاغ", wrong="كلمة «cobbler» غير مفهومة هنا")
    nadia.open("/en/desk/learn/mistakes/").sees("cobbler")

    # The reader is from a municipality, and it joins.
    reader.open("/ar/join/").press(
        "إرسال الطلب", authority="بلدية مرسى التلال", level="municipality", country="JO",
        website="https://tilal.gov.example", contact_name="ليلى ناصر", office="رئيسة البلدية",
        email="layla@tilal.gov.example", proof="letter", letter_reference="٤٤ بتاريخ ١ مارس",
    )  # fmt: skip
    layla = "layla@tilal.gov.example"
    reader.open(link_in(last_letter_to(mailoutbox, layla))).press("تأكيد")

    # Two people of the secretariat say yes, each with a reason.
    for judge in (nadia, omar):
        judge.open("/en/desk/learn/applications/").follow("بلدية مرسى التلال")
        judge.press("Say yes", reason="Rang the number on its website", slug="marsa-tilal",
                    name="Marsa Tilal", size="village")  # fmt: skip

    # She follows her invitation, chooses a password, sets up the second step: her own desk.
    mayor = Reader().open(link_in(last_letter_to(mailoutbox, layla)))
    mayor.press("تعيين كلمة المرور", password1=CHOSEN, password2=CHOSEN)
    mayor.open("/ar/account/login/").press("دخول", login=layla, password=CHOSEN)
    secret = re.search(r"\b[A-Z2-7]{32}\b", mayor.html).group()
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    mayor.press("تفعيل", code=totp.format_hotp_value(totp.hotp_value(secret, counter)))

    # From the guide into the plan, and the same day she declares.
    mayor.open("/ar/guide/support.prepare.test-number/").press("الإضافة إلى خطتنا")
    mayor.open("/ar/guide/support.prepare.test-number/").sees("موجود في الخطة")
    mayor.open("/ar/desk/marsa-tilal/incidents/").follow("إعلان حادث")
    mayor.press(
        "إعلان حادث", kind="attack", title="إطلاق نار قرب المرسى", severity="2",
        place="المرسى", casualties="unknown",
    )  # fmt: skip
    mayor.open("/ar/desk/marsa-tilal/incidents/1/").sees("إطلاق نار قرب المرسى")
