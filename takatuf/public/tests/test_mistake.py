"""A reader reports a mistake; a reviewer settles it; the reader is told who wished it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from takatuf.alerts.jobs import send_mail_next
from takatuf.alerts.models import Mail
from takatuf.config import world
from takatuf.journal.models import Entry
from takatuf.network.models import Appointment
from takatuf.translation import rules
from takatuf.translation.jobs import forget_reporters
from takatuf.translation.models import Mistake
from takatuf.translation.services import load_first_reports

pytestmark = pytest.mark.django_db
AT = "/ar/mistake/?about=/ar/&text=page/front/lead"


@pytest.fixture
def reviewer(db):
    person = world.make_person("Sigrid")
    Appointment.objects.create(person=person, role="secretariat")
    return person


def form_of(client, at=AT, **told):
    stamp = client.get(at).context["form"]["stamp"].value()
    return {"stamp": stamp, "wrong": "كلمة ناقصة", **told}


def test_a_report_reaches_the_queue_without_an_account(client, signed_in, reviewer, settings):
    settings.MISTAKES_TO = "words@example.org"
    sent = form_of(client, should_read="الكلمة", email="Reader@Example.org")

    thanks = client.post(AT, sent, follow=True)

    assert thanks.redirect_chain[-1][0] == "/ar/mistake/thanks/?about=%2Far%2F"
    report = Mistake.objects.get()
    assert (report.page, report.text_key, report.language) == ("/ar/", "page/front/lead", "ar")
    assert report.email == "reader@example.org"
    assert report.hasty
    desk = signed_in(reviewer)
    assert "كلمة ناقصة" in desk.get("/ar/desk/learn/mistakes/").content.decode()
    assert "page/front/lead" in desk.get(f"/en/desk/learn/mistakes/{report.pk}/").content.decode()
    news = Mail.objects.get(about="mistakes")
    assert news.due_at > timezone.now() + timedelta(minutes=10)
    assert "كلمة" not in news.context


def test_what_a_reader_wrote_stands_sealed_in_the_table_and_not_in_the_journal(client, db):
    from django.db import connection

    client.post(AT, form_of(client, email="reader@example.org"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT wrong, email FROM translation_mistake")
        assert all(value.startswith("t1.") for value in cursor.fetchone())
    facts = Entry.objects.get(verb="mistake.reported").facts
    assert facts == {"text": "page/front/lead", "language": "ar"}


def test_the_same_form_sent_twice_is_one_report(client):
    sent = form_of(client)

    assert [client.post(AT, sent).status_code for _ in range(2)] == [302, 302]
    assert Mistake.objects.count() == 1


def test_the_reader_is_told_in_their_language_and_then_forgotten(
    client, signed_in, reviewer, settings
):
    client.post(AT, form_of(client, email="reader@example.org"))
    report, desk = Mistake.objects.get(), signed_in(reviewer)

    at = f"/en/desk/learn/mistakes/{report.pk}/"
    desk.post(at, {"outcome": "mended", "reason": "Two words were missing."})
    now = timezone.now()
    assert not send_mail_next(now + timedelta(minutes=5), "w")
    assert send_mail_next(now + timedelta(minutes=11), "w")

    [letter] = mail.outbox
    assert letter.to == ["reader@example.org"]
    assert "أُصلح" in letter.subject
    assert "Two words were missing." in letter.body
    assert "Importance" not in letter.extra_headers
    gone = Mail.objects.get()
    assert (gone.to, gone.context) == ("", "")
    forget_reporters(now + rules.REPORTER_KEPT + timedelta(minutes=1))
    report.refresh_from_db()
    assert (report.email, report.sender, report.wrong) == ("", "", "كلمة ناقصة")


def test_a_slip_of_the_finger_is_taken_back_before_the_answer_leaves(client, signed_in, reviewer):
    client.post(AT, form_of(client, email="reader@example.org"))
    report, desk = Mistake.objects.get(), signed_in(reviewer)
    at = f"/en/desk/learn/mistakes/{report.pk}/"
    desk.post(at, {"outcome": "declined", "reason": "It is right."})

    desk.post(f"{at}open-again/")

    report.refresh_from_db()
    assert report.is_open
    assert not Mail.objects.exists()


def test_what_stays_as_it_is_needs_a_reason(client, signed_in, reviewer):
    client.post(AT, form_of(client))
    report = Mistake.objects.get()

    page = signed_in(reviewer).post(
        f"/en/desk/learn/mistakes/{report.pk}/", {"outcome": "declined", "reason": " "}
    )

    assert "Write why it stays as it is" in page.content.decode()
    report.refresh_from_db()
    assert report.is_open


def test_a_flood_from_one_network_is_stopped_and_its_words_are_kept(client):
    for _ in range(rules.MISTAKES_FROM_ONE):
        client.post(AT, form_of(client))

    page = client.post("/en/mistake/", form_of(client, "/en/mistake/", wrong="One more"))

    assert page.status_code == 429
    assert "One more" in page.content.decode()
    assert "Many reports came from your network today" in page.content.decode()
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert other.post(AT, form_of(other)).status_code == 302


def test_all_networks_together_are_stopped_as_well(client, monkeypatch):
    monkeypatch.setattr(rules, "MISTAKES_FROM_ALL", 2)
    answers = []
    for number in range(3):
        browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        answers.append(browser.post(AT, form_of(browser)).status_code)

    assert answers == [302, 302, 429]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"wrong": "a\u202eb"}, "hidden character"),
        ({"wrong": "x" * 2001}, "Make it shorter"),
        ({"wrong": " \x07 "}, "Write what is wrong"),
        ({"email": "nobody"}, "e-mail address"),
        ({"fax": "12"}, "One field must stay empty"),
        ({"stamp": "made-up"}, "open for too long"),
    ],
    ids=["override", "long", "controls", "address", "bait", "stamp"],
)
def test_a_report_that_will_not_do_is_refused_in_words(client, told, said):
    page = client.post("/en/mistake/", form_of(client, "/en/mistake/") | told)

    assert said in page.content.decode()
    assert not Mistake.objects.exists()


@pytest.mark.parametrize(
    "about",
    [
        "//evil.example/",
        "https://evil.example/",
        "/en/desk/today/",
        "/en/nowhere/",
        "javascript:alert(1)",
        "/en/%0aSet-Cookie:a=b/",
    ],
    ids=["host", "site", "desk", "nowhere", "script", "header"],
)
def test_only_our_own_public_pages_are_named(client, about):
    page = client.get("/en/mistake/", {"about": about, "text": "<script>"})

    assert page.context["about"] == ""
    assert not re.search(r"""href="(https:|javascript:)?(//evil|alert)""", page.content.decode())
    client.post("/en/mistake/?about=" + about, form_of(client, "/en/mistake/"))
    assert Mistake.objects.get().page == ""


def test_a_report_and_the_text_that_it_is_about_lead_to_each_other(client, signed_in, reviewer):
    page = "framework/leadership.prepare.contact-list"
    at = f"/ar/mistake/?about=/ar/&text={page}/title"
    client.post(at, form_of(client, at))
    client.post("/ar/mistake/?text=no/such", form_of(client, wrong="سواه"))
    report = Mistake.objects.get(text_key=f"{page}/title")
    desk = signed_in(reviewer)

    link = desk.get(f"/en/desk/learn/mistakes/{report.pk}/").context["side_by_side"]
    there = desk.get(link, follow=True)

    assert [one.pk for one, _told in there.context["reports"]] == [report.pk]
    elsewhere = Mistake.objects.exclude(pk=report.pk).get()
    assert desk.get(f"/en/desk/learn/mistakes/{elsewhere.pk}/").context["side_by_side"] == ""


def test_what_was_written_is_shown_as_text_and_no_link_is_live(client, signed_in, reviewer):
    hostile = "<img src=x onerror=alert(1)> https://evil.example/"
    client.post(AT, form_of(client, wrong=hostile))

    for at in ("", f"{Mistake.objects.get().pk}/"):
        page = signed_in(reviewer).get(f"/en/desk/learn/mistakes/{at}").content.decode()
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert 'href="https://evil.example' not in page


def test_the_first_reports_are_the_faults_of_the_source_page_and_only_a_person_closes_them(
    signed_in, reviewer
):
    now = timezone.now()
    assert load_first_reports(now) == 3
    report = Mistake.objects.get(first="governing-mayor")
    desk = signed_in(reviewer)
    page = desk.get(f"/fr/desk/learn/mistakes/{report.pk}/").content.decode()
    assert "المحافظ الحاكم" in page

    desk.post(f"/fr/desk/learn/mistakes/{report.pk}/", {"outcome": "mended", "reason": ""})

    assert load_first_reports(now) == 0
    report.refresh_from_db()
    assert report.state == "mended"


def test_nobody_else_can_tell_that_there_is_a_queue(client, signed_in, amina):
    client.post(AT, form_of(client))
    report = Mistake.objects.get()

    for at in ("", f"{report.pk}/"):
        assert signed_in(amina).get(f"/en/desk/learn/mistakes/{at}").status_code == 404
    answer = signed_in(amina).post(
        f"/en/desk/learn/mistakes/{report.pk}/", {"outcome": "spam", "reason": ""}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/en/join/application/k3y/", "/en/begin/k3y/", "/ar/answer/k3y/", "/en/dialogues/answer/k3y/"],
)
def test_a_report_never_takes_along_an_address_that_is_somebodys_key(client, path):
    at = f"/en/mistake/?about={path}"

    assert "k3y" not in client.get(path).content.decode().partition("<footer")[2]
    client.post(at, form_of(client, at))
    assert Mistake.objects.get().page == ""
