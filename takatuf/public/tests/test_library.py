"""The library as a stranger reads it: cards with their sources, and what was withdrawn."""

import re
from datetime import UTC, datetime

import pytest

from takatuf.foundation.ids import uuid7
from takatuf.learning.models import Card
from takatuf.learning.services import load_library
from takatuf.learning.tests.test_shipped_cards import a_card

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SLUG = "marsa-noor-2019-lanterns"


@pytest.fixture
def shipped():
    card = a_card()
    card["outcome"] = {
        "en": "People came <back> [s1].",
        "ar": "عاد الناس [s1].",
        "fr": "Les gens sont revenus [s1].",
    }
    card["links"] = [
        {"kind": "video", "url": "https://films.example/1", "title": "A film", "publisher": "TV"}
    ]
    load_library(now=NOW, shipped=[card])
    return card


def test_a_card_tells_what_was_done_and_what_that_rests_on(client, shipped):
    page = client.get(f"/en/library/{SLUG}/")

    text = page.content.decode()
    assert page.status_code == 200
    for heading in ("What was done", "What came of it", "How that is known", "Sources"):
        assert f">{heading}</h2>" in text
    assert "People came &lt;back&gt;" in text, "a card's words are words, not a page's code"
    assert 'href="#source-1"' in text
    assert 'id="source-1"' in text
    assert "Read in part" in text
    assert "March 2019" in text


def test_nothing_of_a_card_is_loaded_from_elsewhere_and_ways_out_say_where_they_lead(
    client, shipped
):
    text = client.get(f"/en/library/{SLUG}/").content.decode()

    out = re.findall(r'<a ([^>]*)href="https://(?:films\.example|example\.org)', text)
    assert len(out) == 2
    assert all('rel="external noopener noreferrer nofollow"' in attributes for attributes in out)
    assert "Leave this site for films.example" in text
    assert not re.search(r'<(img|iframe|script|video|link)[^>]+(src|href)="https?://films', text)


def test_what_could_not_be_verified_is_marked(client, shipped):
    shipped["sources"][0]["verified"] = False
    load_library(now=NOW, shipped=[shipped])

    text = client.get(f"/fr/library/{SLUG}/").content.decode()
    assert "En partie non vérifié" in text
    assert "Non vérifié" in text


def test_a_card_is_read_in_the_language_of_the_address(client, shipped):
    text = client.get(f"/ar/library/{SLUG}/").content.decode()

    assert "عاد الناس" in text
    assert "مارس 2019" in text
    assert "People came" not in text


def test_the_list_is_narrowed_by_plain_links_that_say_how_many_they_leave(client, shipped):
    text = client.get("/en/library/").content.decode()

    assert "1 card<" in text
    assert 'href="/en/library/?workstream=support"' in text
    assert "Africa" not in text, "a choice that leaves nothing is not offered"
    narrowed = client.get("/en/library/?workstream=support&kind=practice").content.decode()
    assert SLUG in narrowed
    assert 'href="/en/library/?workstream=support"' in narrowed, "each filter can be taken out"


def test_where_no_card_answers_the_list_says_so_and_how_to_go_on(client, shipped):
    text = client.get("/en/library/?workstream=learning").content.decode()

    assert "No card answers to all of this" in text
    assert 'href="/en/library/"' in text


def test_a_library_without_cards_says_where_they_come_from(client):
    assert "No card is published here yet" in client.get("/en/library/").content.decode()


@pytest.mark.parametrize("asked", ["?phase=tomorrow", "?region=moon", "nowhere-1999-x/"])
def test_a_hand_made_filter_or_address_is_not_found(client, shipped, asked):
    assert client.get(f"/en/library/{asked}").status_code == 404


def test_a_withdrawn_card_answers_410_with_the_reason_and_none_of_its_words(client, shipped):
    load_library(now=NOW, shipped=[a_card(slug="marsa-noor-2019-doors")])
    Card.objects.filter(slug=SLUG).update(
        withdrawn_at=NOW,
        withdrawn_reason="The families asked for it.",
        withdrawn_language="en",
        replaced_by="marsa-noor-2019-doors",
        stamp=uuid7().hex,
    )

    page = client.get(f"/ar/library/{SLUG}/")
    text = page.content.decode()
    assert page.status_code == 410
    assert page["X-Robots-Tag"] == "noindex"
    assert '<div class="words" lang="en" dir="auto">The families asked for it.</div>' in text
    assert "عاد الناس" not in text
    assert "/ar/library/marsa-noor-2019-doors/" in text
    assert SLUG not in client.get("/en/library/").content.decode()
