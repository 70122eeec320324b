"""The library, read through the API."""

from django.utils import timezone

from takatuf.api.tests.conftest import problem_of
from takatuf.foundation.ids import uuid7
from takatuf.learning.models import Card
from takatuf.learning.services import load_library
from takatuf.learning.tests.test_shipped_cards import a_card


def test_cards_are_listed_narrowed_and_read_with_their_sources(amina_calls):
    other = a_card(slug="elsewhere-2020-bells", date="2020", kind="lesson")
    load_library(now=timezone.now(), shipped=[a_card(), other])

    page = amina_calls.get("/library", Accept_Language="ar").json()
    assert [one["slug"] for one in page["contents"]] == [other["slug"], a_card()["slug"]]
    assert page["contents"][0]["title"]["language"] == "ar"
    lessons = amina_calls.get("/library?kind=lesson&workstream=support").json()
    assert lessons["total_items"] == 1
    assert amina_calls.get("/library?phase=nonsense").json()["contents"] == []

    card = amina_calls.get(f"/library/{a_card()['slug']}").json()
    assert card["done"]["words"] == "Words [s1]"
    assert card["sources"][0]["id"] == "s1"
    assert card["sources"][0]["read"] == "excerpt"
    assert card["cells"] == [{"phase": "years", "workstream": "support"}]


def test_a_withdrawn_card_and_one_that_never_was_are_not_found(amina_calls):
    load_library(now=timezone.now(), shipped=[a_card()])
    Card.objects.update(withdrawn_at=timezone.now(), stamp=uuid7().hex)

    problem_of(amina_calls.get(f"/library/{a_card()['slug']}"), 404)
    problem_of(amina_calls.get("/library/nowhere-1999-x"), 404)
    assert amina_calls.get("/library").json()["contents"] == []


def test_the_languages_are_counted_for_programs_too(amina_calls, db):
    told = {one["language"]: one for one in amina_calls.get("/languages").json()}
    assert set(told) >= {"ar", "en", "fr", "nb"}
    assert (told["ar"]["scope"], told["nb"]["scope"]) == ("whole", "public")
    assert sum(told["nb"]["by_state"].values()) == told["nb"]["texts"] > 700
    assert told["fr"]["interface"]["missing"] == 0
