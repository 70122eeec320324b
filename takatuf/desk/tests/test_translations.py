"""The secretariat reads a text beside its version, mends it and stands behind it."""

import pytest
from django.utils import timezone

from takatuf.config.world import make_person
from takatuf.foundation.actors import COMMAND
from takatuf.network.services import appoint
from takatuf.translation.models import PublicText
from takatuf.translation.queries import seen, shown
from takatuf.translation.services import Shipped, put_texts

LIST = "/en/desk/learn/translations/"
PAGE = f"{LIST}fr/page/beside/"
KEY = "page/beside/lead"


@pytest.fixture
def secretaries(db):
    put_texts(
        "pages",
        [
            Shipped("page/beside/lead", {"en": "Ask the mayor", "fr": "Demandez au préfet"}, "en"),
            Shipped(
                "page/beside/text", {"en": "Ask the mayors", "fr": "Demandez aux maires"}, "en"
            ),
        ],
        now=timezone.now(),
    )
    people = [make_person(name) for name in ("Amal", "Basma")]
    for person in people:
        appoint(COMMAND, email=person.email, role="secretariat", now=timezone.now())
    return people


@pytest.fixture
def browser(secretaries, signed_in):
    return signed_in(secretaries[0])


def send(browser, act, index=0, **given):
    mark = seen(("page/beside/lead", "page/beside/text")[index], "fr")
    told = {"key": ("page/beside/lead", "page/beside/text")[index], "seen": mark} | given
    data = {f"t{index}-{name}": value for name, value in told.items()}
    return browser.post(PAGE, {"act": act, "index": index} | data, follow=True)


def test_what_waits_is_listed_by_state_language_and_kind(browser):
    html = browser.get(LIST + "?language=fr&kind=page&which=draft").content.decode()
    assert 'href="/en/desk/learn/translations/fr/page/beside/"' in html
    assert "page/beside" not in browser.get(LIST + "?language=fr&which=approved").content.decode()
    departing = browser.get(LIST + "?language=fr&which=departs&kind=page").content.decode()
    assert "/fr/page/beside/" in departing
    assert browser.get(LIST + "?language=xx&which=y&kind=z").status_code == 200
    assert browser.get(LIST + "?language=nb&which=missing&kind=page").status_code == 200


def test_source_version_and_hints_stand_together(browser):
    html = browser.get(PAGE).content.decode()
    assert "Demandez au préfet" in html
    assert "The source says “mayor”" in html
    assert "of 100 alike" in html
    assert browser.get(f"{LIST}xx/page/beside/").status_code == 404
    assert browser.get(f"{LIST}fr/page/none/").status_code == 404
    way = browser.get(f"{LIST}of/page/beside/text/?language=fr")
    assert way["Location"] == PAGE + "#t1"


def test_one_writes_and_another_approves_the_page(browser, secretaries, signed_in):
    assert "kept as a draft" in send(browser, "write", words="Demandez au maire").content.decode()
    refused = send(browser, "approve", alone_reason="")
    assert refused.status_code == 422
    assert "say why you approve it alone" in refused.content.decode()
    other = signed_in(secretaries[1])
    assert "reviewed" in send(other, "review").content.decode()
    marks = {
        f"seen:page/beside/{name}": seen(f"page/beside/{name}", "fr") for name in ("lead", "text")
    }
    said = other.post(PAGE, {"act": "approve-all"} | marks, follow=True).content.decode()
    assert "2 versions are approved." in said
    assert shown(KEY, "fr")[:3] == ("Demandez au maire", "fr", "approved")
    assert send(other, "back", reason="").status_code == 422
    send(other, "back", reason="Too short")
    assert "Too short" in other.get(PAGE).content.decode()


def test_the_second_writer_keeps_their_words_and_sees_the_first_ones(
    browser, secretaries, signed_in
):
    mark = seen(KEY, "fr")
    send(browser, "write", words="Demandez au maire")
    answer = send(signed_in(secretaries[1]), "write", words="Parlez au maire", seen=mark)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "written by somebody else" in html
    assert "Demandez au maire" in html
    assert "Parlez au maire" in html
    assert PublicText.objects.get(key=KEY).text.versions["fr"]["words"] == "Demandez au maire"


def test_nobody_else_finds_the_place(secretaries, amina, signed_in):
    browser = signed_in(amina)
    for path in (LIST, PAGE, f"{LIST}of/{KEY}/"):
        assert browser.get(path).status_code == 404
    assert browser.post(PAGE, {"act": "approve-all"}).status_code == 404
    assert browser.post(PAGE, {"act": "no", "index": "99999"}).status_code == 404


def test_the_machine_is_asked_from_the_page_and_only_where_one_is_set(browser, settings):
    PublicText.objects.exclude(key__startswith="page/beside/").delete()
    text = PublicText.objects.get(key=KEY).text
    text.versions = {"en": text.versions["en"]}
    text.save()
    unset = browser.get(LIST + "?language=fr").content.decode()
    assert "No machine is set." in unset
    assert "machine/fr/ask/" not in unset
    settings.TRANSLATOR, settings.TRANSLATOR_URL = "libretranslate", "https://mt.example.org"
    assert "sent to mt.example.org" in browser.get(LIST + "?language=fr").content.decode()
    assert "machine/fr/ask/" in browser.get(PAGE).content.decode()

    asked = browser.post(f"{LIST}machine/fr/ask/", {"key": KEY}, follow=True)
    assert "The machine is asked." in asked.content.decode()
    assert "At work:" in browser.get(LIST + "?language=fr").content.decode()
    again = browser.post(f"{LIST}machine/fr/ask/", follow=True)
    assert "already" in again.content.decode()
    stopped = browser.post(f"{LIST}machine/fr/stop/", follow=True)
    assert "The machine is stopped." in stopped.content.decode()


def test_the_machine_is_nobodys_but_the_secretariats(signed_in, amina, settings):
    settings.TRANSLATOR, settings.TRANSLATOR_URL = "libretranslate", "https://mt.example.org"

    assert signed_in(amina).post(f"{LIST}machine/fr/ask/").status_code == 404
    assert signed_in(amina).post(f"{LIST}machine/fr/stop/").status_code == 404
