"""Whose session ended in the middle of a form loses nothing, and sends nothing unread."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from takatuf.accounts.kept import MOST_SEALED
from takatuf.decisions.models import LogEntry
from tests.test_sign_in import code_for, give_totp, sign_in

pytestmark = pytest.mark.django_db
LOG = "/en/desk/marsa-noor/incidents/1/log/"
WORDS = {"kind": "information", "text": "الشارع مغلق\nمن الشرق", "key": "k1"}


@pytest.fixture(autouse=True)
def _quick(settings):
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page.content.decode())[1]


def carried(client):
    """The sealed form out of the sign-in page that answers a late form."""
    page = client.post(LOG, WORDS, headers={"Referer": f"http://testserver{LOG}?kind=question"})
    assert page.status_code == 403
    assert "This has not been sent yet" in page.content.decode()
    assert "مغلق" not in page.content.decode()
    return hidden(page, "kept")


def test_what_was_sent_too_late_goes_through_the_sign_in_and_is_sent_by_hand(
    client, incident, farid
):
    farid.language = "en"
    farid.save()
    sealed = carried(client)

    answer = sign_in(client, farid, kept=sealed)
    assert answer["Location"] == "/en/account/kept/"
    page = client.get("/en/account/kept/").content.decode()
    assert "الشارع مغلق" in page
    assert LogEntry.objects.count() == 0

    answer = client.post("/en/account/kept/", WORDS)
    assert (answer.status_code, answer["Location"]) == (307, LOG)
    client.post(LOG, WORDS)
    assert LogEntry.objects.get().text == "الشارع مغلق\nمن الشرق"
    assert client.get("/en/account/kept/")["Location"] == "/en/desk/"


def test_it_waits_out_a_wrong_password_and_the_second_step(client, incident, amina):
    secret = give_totp(amina)
    sealed = carried(client)
    wrong = sign_in(client, amina, password="not this one, no", kept=sealed)
    assert hidden(wrong, "kept") == sealed

    sign_in(client, amina, kept=sealed)
    answer = client.post("/en/account/2fa/authenticate/", {"code": code_for(secret)})

    assert answer["Location"] == "/en/account/kept/"
    assert "الشارع مغلق" in client.get("/en/account/kept/").content.decode()


def test_it_can_be_dropped_and_leads_back_to_the_page(client, incident, farid):
    sign_in(client, farid, kept=carried(client))

    answer = client.post("/en/account/kept/?drop")

    assert answer["Location"] == f"{LOG}?kind=question"
    assert client.get("/en/account/kept/")["Location"] == "/en/desk/"


def test_what_nobody_kept_here_leads_nowhere(client, incident, farid):
    for made_up in ("nonsense", "t1.k1.AAAA", carried(client)[:-8] + "AAAAAAA="):
        assert sign_in(client, farid, kept=made_up)["Location"] == "/en/desk/"
        assert client.get("/en/account/kept/")["Location"] == "/en/desk/"
        client.logout()


def test_a_form_too_long_to_carry_leads_to_the_sign_in_alone(client, incident):
    answer = client.post(LOG, WORDS | {"text": "x" * MOST_SEALED})

    assert answer["Location"] == f"/en/account/login/?next={LOG}"


def test_a_form_older_than_the_sign_in_is_shown_once_more(incident, farid):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(farid)
    stale = WORDS | {"csrfmiddlewaretoken": "x" * 64}

    answer = browser.post(LOG, stale, headers={"Origin": "http://testserver"})

    assert answer["Location"] == "/en/account/kept/"
    assert "الشارع مغلق" in browser.get("/en/account/kept/").content.decode()
    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_puts_no_words_into_anybodys_hand(incident, farid, headers):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(farid)

    answer = browser.post(LOG, WORDS, headers=headers)

    assert answer.status_code == 403
    assert "مغلق" not in answer.content.decode()
    assert browser.get("/en/account/kept/")["Location"] == "/en/desk/"


def test_a_part_of_a_page_is_never_filled_with_the_sign_in(client, incident):
    answer = client.get(
        "/en/desk/marsa-noor/incidents/1/roll-call/",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/en/desk/marsa-noor/incidents/1/roll-call/",
        },
    )

    assert answer.content == b""
    assert answer["HX-Redirect"] == (
        "/en/account/login/?next=/en/desk/marsa-noor/incidents/1/roll-call/"
    )


def test_an_address_that_only_takes_forms_leads_to_the_page_above(signed_in, incident, amina):
    browser = signed_in(amina)
    room = "/ar/desk/marsa-noor/incidents/1/"

    for address, page in {
        "log/7/settle/": "log/7/",
        "part/": "",
        "roll-call/call/": "roll-call/",
        f"roll-call/messages/{amina.pk}/": "roll-call/",
        f"actions/{amina.pk}/block/": f"actions/{amina.pk}/",
    }.items():
        assert browser.get(room + address)["Location"] == room + page
    assert browser.get("/fr/desk/marsa-noor/journal/verify/")["Location"] == (
        "/fr/desk/marsa-noor/journal/"
    )


def test_two_sign_in_pages_open_at_once_are_no_fault(farid):
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/en/account/login/?next=/en/desk/", {"login": farid.email})

    assert answer["Location"] == "/en/account/login/?next=/en/desk/"
