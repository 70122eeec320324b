"""The page behind a call's link: what it shows, what it takes, and to whom it stays shut."""

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from takatuf.alerts.access import token_for
from takatuf.alerts.models import Answer, Call, Delivery
from takatuf.alerts.notices import test_notice as a_test_notice
from takatuf.alerts.services import raise_alert
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.ids import uuid7
from takatuf.journal.models import Entry


@pytest.fixture
def called(city, health, fire, bilal, chen, farid):
    """Health and Fire were called a moment ago; the e-mail to Bilal of Health."""
    raise_alert(
        COMMAND,
        a_test_notice(city.name, city.names, "incident:test"),
        city=city,
        agencies=[health, fire],
        answer_within=timedelta(minutes=10),
        now=timezone.now() - timedelta(minutes=1),
    )
    return Delivery.objects.get(person=bilal, channel="email")


def address(token, language="en"):
    return f"/{language}/answer/{token}/"


def test_the_page_says_what_the_message_said_and_names_agencies_but_no_people(client, called):
    page = client.get(address(token_for(called.pk))).content.decode()

    assert "Marsa Noor: a test of the calls" in page
    assert "Health Directorate" in page
    assert "Fire and Rescue" in page
    for name in ("Bilal", "Chen", "Farid", "example.org"):
        assert name not in page


def test_opening_the_link_changes_nothing_however_often(client, called):
    written = Entry.objects.count()
    for ask in (client.get, client.head, client.get):
        assert ask(address(token_for(called.pk))).status_code == 200

    assert not Answer.objects.exists()
    assert Entry.objects.count() == written
    assert Call.objects.filter(answered_at=None).count() == 2


def test_the_button_answers_once_without_signing_in_or_cookies(called, bilal):
    browser = Client(enforce_csrf_checks=True)
    token = token_for(called.pk)

    first = browser.post(address(token), follow=True)
    browser.post(address(token))

    answer = Answer.objects.get()
    assert (answer.call_id, answer.person, answer.way) == (called.call_id, bilal, "link")
    assert "The city knows" in first.content.decode()
    assert "I have received this" not in first.content.decode()
    assert Entry.objects.filter(verb="call.acknowledged").count() == 1
    assert Entry.objects.get(verb="call.acknowledged").actor_id == f"link:{called.call_id}"
    assert "_auth_user_id" not in browser.session


def test_a_colleagues_answer_is_said_and_ones_own_is_still_welcome(client, called, chen):
    later = Delivery.objects.create(
        call=called.call,
        person=chen,
        channel="email",
        step=2,
        asked_at=timezone.now(),
        due_at=timezone.now(),
    )
    client.post(address(token_for(called.pk)))

    page = client.get(address(token_for(later.pk))).content.decode()
    assert "Someone else at your agency has answered" in page
    client.post(address(token_for(later.pk)))
    assert Answer.objects.count() == 2


def test_where_several_must_answer_the_page_promises_no_end_of_the_calls(client, called):
    Call.objects.update(answers_needed=2)
    page = client.get(address(token_for(called.pk))).content.decode()
    assert "<bdi>2</bdi> people must answer" in page
    assert "It stops calling others" not in page


def test_a_link_that_was_cut_off_says_what_to_do(client, called):
    page = client.get(address("AaIFmEkJcvW1TnAv")).content.decode()
    assert "Was it the link of a call?" in page
    assert "Was it the link of a call?" not in client.get("/en/nowhere/").content.decode()


def test_an_answer_ends_the_climbing_of_its_own_agency_only(client, called):
    client.post(address(token_for(called.pk)))

    assert Call.objects.get(agency__name="Health Directorate").climbs_at is None
    assert Call.objects.get(agency__name="Fire and Rescue").climbs_at is not None


def test_every_bad_token_gets_the_same_page(client, called, db):
    good = token_for(called.pk)
    old = Delivery.objects.get(person__name="Farid", channel="email")
    Delivery.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=4))
    desk = Delivery.objects.get(person__name="Bilal", channel="desk")
    bad = {
        "changed": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "another's": good[:20] + token_for(old.pk)[20:],
        "short": good[:22],
        "longer": good + "AAAA",
        "none such": token_for(uuid7()),
        "expired": token_for(old.pk),
        "never sent": token_for(desk.pk),
        "made up": "x" * 32,
        "another purpose": signing.dumps(str(called.pk)),
        "not ASCII": "ملح",
    }
    pages = {name: client.get(address(token)) for name, token in bad.items()}
    posts = {name: client.post(address(token)) for name, token in bad.items()}

    assert {page.status_code for page in [*pages.values(), *posts.values()]} == {404}
    assert len({page.content for page in [*pages.values(), *posts.values()]}) == 1
    assert not Answer.objects.exists()


def test_the_link_opens_nothing_else(client, called):
    client.post(address(token_for(called.pk)))

    assert client.get("/en/desk/").status_code in {302, 404}
    assert "login" in client.get("/en/desk/").headers.get("Location", "login")


def test_someone_who_left_answers_no_more(client, called, bilal):
    bilal.is_active = False
    bilal.save()

    assert client.get(address(token_for(called.pk))).status_code == 404


def test_the_page_stays_out_of_caches_and_search(client, called):
    page = client.get(address(token_for(called.pk)))

    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr")])
def test_the_page_speaks_the_language_of_its_address(client, called, language, direction):
    page = client.get(address(token_for(called.pk), language)).content.decode()

    assert f'lang="{language}" dir="{direction}"' in page
