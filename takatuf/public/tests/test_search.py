"""One field over all that is public, and nothing kept of what was asked."""

import logging
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from takatuf.foundation import meaning
from takatuf.learning.services import load_library
from takatuf.public.search import pace
from takatuf.search.services import bring_up
from takatuf.search.tests.test_index import PROMISES, RUMOURS, few_sources, shipped
from tests.house.rules import page_faults

pytestmark = pytest.mark.django_db


__all__ = ["few_sources"]


@pytest.fixture(autouse=True)
def by_words_alone(monkeypatch):
    """The encoder is tried where meaning is; here it would only cost time."""
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    pace.forget()


@pytest.fixture
def cards(db):
    load_library(now=timezone.now(), shipped=shipped(RUMOURS, PROMISES))
    bring_up(whole=True)


@pytest.mark.parametrize(
    ("language", "question", "says"),
    [("ar", "شائعه", "فيه"), ("en", "rumours", "Has the words"), ("fr", "rumeur", "Contient")],
)
def test_a_reader_finds_a_card_and_sees_why(client, cards, language, question, says):
    html = client.get(f"/{language}/search/", {"q": question}).content.decode()

    assert page_faults(html) == []
    assert f'href="/{language}/library/{RUMOURS}/"' in html
    assert "<mark>" in html
    assert says in html


def test_the_page_tells_where_to_go_when_nothing_was_found(client, cards):
    html = client.get("/en/search/", {"q": "xyzzy", "kind": "card"}).content.decode()

    assert "Nothing was found" in html
    assert 'href="?q=xyzzy"' in html
    assert 'href="/en/library/"' in html


def test_choices_keep_the_question_and_tell_how_many(client, cards):
    html = client.get("/en/search/", {"q": "rumours rumeurs"}).content.decode()
    chosen = client.get("/en/search/", {"q": "rumours", "in": "fr"}).content.decode()

    assert re.search(r'href="\?q=rumours\+rumeurs&amp;in=fr"><span>Français</span> <bdi>', html)
    assert 'aria-current="true"' in chosen


@pytest.mark.parametrize(
    "asked",
    [
        "<script>alert(1)</script>",
        '" OR ""="',
        "'; DROP TABLE x",
        "x" * 5_000,
        "\x00",
        "%",
        "ʼ",
        "(((",
    ],
)
def test_hostile_questions_are_answered_as_words(client, cards, asked):
    answer = client.get("/ar/search/", {"q": asked, "kind": "../x", "in": "xx", "page": "-1e9"})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_what_was_asked_is_written_down_nowhere(client, cards, caplog):
    with (
        caplog.at_level(logging.DEBUG),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        answer = client.get("/en/search/", {"q": "zeppelin over the harbour"})

    written = [q["sql"] for q in queries if not q["sql"].lstrip().startswith(("SELECT", "WITH"))]
    assert not [sql for sql in written if "zeppelin" in sql]
    assert not [line for line in caplog.messages if "zeppelin" in line and "django.db" not in line]
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies == {}


def test_one_network_is_slowed_down_and_another_is_not(client, cards, monkeypatch):
    monkeypatch.setattr(pace, "AT_ONCE", 2)
    pace.forget()

    answers = [client.get("/en/search/", {"q": "rumour"}).status_code for _ in range(3)]
    elsewhere = client.get("/en/search/", {"q": "rumour"}, REMOTE_ADDR="203.0.113.9")

    assert answers == [200, 200, 429]
    assert elsewhere.status_code == 200


def test_without_the_encoder_the_page_says_less_and_works(client, cards):
    html = client.get("/en/search/", {"q": "rumour"}).content.decode()

    assert "Only words are compared" in html
    assert RUMOURS in html
