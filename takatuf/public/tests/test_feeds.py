"""What is new, for whoever follows it with a program of their own."""

import feedparser
import pytest
from django.test import override_settings
from django.utils import timezone

from takatuf.learning.models import Card
from takatuf.learning.services import load_dialogues, load_library
from takatuf.search.tests.test_index import PROMISES, RUMOURS, shipped

pytestmark = pytest.mark.django_db
BASE = "https://takatuf.example.org"


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
@override_settings(BASE_URL=BASE)
def test_the_cards_of_a_language_make_a_valid_feed(client, language):
    load_library(now=timezone.now(), shipped=shipped(RUMOURS, PROMISES))
    told = feedparser.parse(client.get(f"/{language}/library/feed.atom").content)

    assert not told.bozo
    assert told.version == "atom10"
    assert told.feed.language == language
    assert {entry.link for entry in told.entries} == {
        f"{BASE}/{language}/library/{slug}/" for slug in (RUMOURS, PROMISES)
    }
    assert all(entry.id == entry.link and entry.summary for entry in told.entries)
    assert "[s1]" not in str(told.entries)


def test_a_feed_stays_the_same_until_something_changes(client):
    load_library(now=timezone.now(), shipped=shipped(RUMOURS, PROMISES))
    before = client.get("/en/library/feed.atom").content

    assert client.get("/en/library/feed.atom").content == before

    Card.objects.filter(slug=RUMOURS).update(withdrawn_at=timezone.now())
    after = feedparser.parse(client.get("/en/library/feed.atom").content)
    assert [entry.link.split("/")[-2] for entry in after.entries] == [PROMISES]


def test_an_empty_feed_is_steady_and_valid(client):
    answers = [client.get("/fr/dialogues/feed.atom") for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert answers[0]["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not feedparser.parse(answers[0].content).bozo


def test_the_pages_lead_to_their_feeds(client):
    load_dialogues(now=timezone.now())

    assert '<a href="/ar/library/feed.atom"' in client.get("/ar/library/").content.decode()
    assert '<a href="/ar/dialogues/feed.atom"' in client.get("/ar/dialogues/").content.decode()
    assert len(feedparser.parse(client.get("/ar/dialogues/feed.atom").content).entries) == 1
