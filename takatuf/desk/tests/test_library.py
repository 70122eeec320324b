"""The library at the desk: a card from its first words to its withdrawal, through pages alone."""

import re

import pytest
from django.utils import timezone

from takatuf.config import world
from takatuf.learning.models import Card, CardDraft
from takatuf.learning.services import load_library
from takatuf.learning.tests.test_shipped_cards import a_card
from takatuf.network.models import Appointment

pytestmark = pytest.mark.django_db
DESK = "/en/desk/learn/library/"
SLUG = "marsa-noor-2019-lanterns"


@pytest.fixture
def secretariat(signed_in):
    def one(name):
        person = world.make_person(name)
        Appointment.objects.create(person=person, role="secretariat")
        return signed_in(person)

    return one


def filled(**changes):
    body = a_card()
    told = {
        name: body[name]
        for name in ("slug", "kind", "country", "region", "date", "size", "confidence", "level",
                     "incident_kinds")
    }  # fmt: skip
    told |= {"source_language": "en", "cells_support": ["years"]}
    for name in ("title", "place", "context", "done", "outcome", "known_how", "lesson", "caution"):
        for code in ("en", "ar", "fr"):
            told[f"{name}_{code}"] = body[name][code]
    return told | changes


SOURCE = {
    "title": "A report", "publisher": "A paper", "year": "2019", "url": "https://example.org/r",
    "language": "en", "read": "excerpt", "verified": "on",
    "supports": ["context", "done", "outcome", "known_how", "lesson", "caution"],
}  # fmt: skip


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode()).group(1)


def test_a_card_goes_from_its_first_words_to_the_library_and_out_of_it(secretariat, client):
    nadia, omar = secretariat("Nadia"), secretariat("Omar")
    assert "Write a card" in nadia.get(DESK).content.decode()

    nadia.post(f"{DESK}write/", filled())
    draft = CardDraft.objects.get()
    at = f"{DESK}drafts/{draft.pk}/"
    page = nadia.get(at)
    assert "Sources: missing" in page.content.decode()
    add = nadia.get(f"{at}sources/new/")
    nadia.post(f"{at}sources/new/", SOURCE | {"version": version_on(add)})
    page = nadia.get(at)
    assert "Nothing is missing" in page.content.decode()
    nadia.post(f"{at}submit/", {"version": version_on(page)})
    page = nadia.get(at)
    assert "another person of the secretariat publishes it" in page.content.decode()

    page = omar.get(at)
    omar.post(f"{at}publish/", {"version": version_on(page)})
    assert client.get(f"/en/library/{SLUG}/").status_code == 200

    withdrawn = omar.post(f"{DESK}{SLUG}/", {"reason": "The families asked."}, follow=True)
    assert "Bring the card back" in withdrawn.content.decode()
    gone = client.get(f"/en/library/{SLUG}/")
    assert gone.status_code == 410
    assert "The families asked." in gone.content.decode()
    omar.post(f"{DESK}{SLUG}/restore/")
    assert client.get(f"/en/library/{SLUG}/").status_code == 200


def test_what_was_typed_stays_where_the_card_is_refused(secretariat):
    nadia = secretariat("Nadia")

    page = nadia.post(f"{DESK}write/", filled(slug="No Address", done_en="Kept words"))
    text = page.content.decode()
    assert page.status_code == 422
    assert "oslo-2011-follow-up" in text
    assert "Kept words" in text
    page = nadia.post(f"{DESK}write/", filled(title_en=""))
    assert 'href="#id_title_en"' in page.content.decode()


def test_a_correction_keeps_its_address_and_says_what_was_wrong(secretariat):
    load_library(now=timezone.now(), shipped=[a_card()])
    nadia, omar = secretariat("Nadia"), secretariat("Omar")
    nadia.post(f"{DESK}{SLUG}/correct/")
    at = f"{DESK}drafts/{CardDraft.objects.get().pk}/"
    edit = nadia.get(f"{at}edit/")
    nadia.post(f"{at}edit/", filled(size="city", version=version_on(edit)))
    page = nadia.get(at)
    refused = nadia.post(f"{at}submit/", {"version": version_on(page), "reason": ""})
    assert refused.status_code == 422
    nadia.post(f"{at}submit/", {"version": version_on(page), "reason": "It is a city."})
    seen = omar.get(at)
    assert "It is a city." in seen.content.decode()
    omar.post(f"{at}publish/", {"version": version_on(seen)})

    assert Card.objects.get().size == "city"
    assert "Corrected here" in omar.get(f"{DESK}?which=corrected").content.decode()


def test_two_people_who_edit_at_once_meet(secretariat):
    nadia, omar = secretariat("Nadia"), secretariat("Omar")
    nadia.post(f"{DESK}write/", filled())
    at = f"{DESK}drafts/{CardDraft.objects.get().pk}/"
    seen = version_on(nadia.get(f"{at}edit/"))
    omar.post(f"{at}edit/", filled(size="city", version=seen))

    late = nadia.post(f"{at}edit/", filled(size="village", version=seen))
    assert late.status_code == 422
    assert "Somebody else changed this card" in late.content.decode()
    assert CardDraft.objects.get().body["size"] == "city"


def test_a_city_finds_no_library_to_keep(desk_of, amina):
    load_library(now=timezone.now(), shipped=[a_card()])
    browser = desk_of(amina)

    for path in ("", "write/", f"{SLUG}/"):
        assert browser.get(DESK + path).status_code == 404
    assert browser.post(f"{DESK}{SLUG}/restore/").status_code == 404


def test_a_card_is_found_by_what_its_title_says_as_much_as_by_its_address(secretariat):
    load_library(now=timezone.now(), shipped=[a_card()])
    nadia, body = secretariat("Nadia"), a_card()
    pointed = "".join(f"{char}\u0640" for char in body["title"]["ar"][:4])
    for language, words in (
        ("en", body["title"]["en"][:12].upper()), ("ar", pointed), ("fr", body["slug"][:10]),
    ):  # fmt: skip
        page = nadia.get(f"/{language}/desk/learn/library/", {"q": words}).content.decode()
        assert f"library/{body['slug']}/" in page, words
    assert "No card fits" in nadia.get(DESK, {"q": "nothing of the kind"}).content.decode()
