"""The library's tables: what ships comes in once, follows its releases, and leaves alone what
was written, corrected or withdrawn here."""

from datetime import UTC, datetime

import pytest

from takatuf.foundation.errors import NotFound
from takatuf.foundation.ids import uuid7
from takatuf.learning.models import Card
from takatuf.learning.queries import (
    cards_of_cell,
    cards_of_workstream,
    comparable_cards,
    count_by_cell,
    lines_of,
    near_cards,
    published_card,
    shelf,
    texts_of,
)
from takatuf.learning.services import load_library
from takatuf.learning.tests.test_shipped_cards import a_card
from takatuf.plans.vocabulary import Workstream

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 8, tzinfo=UTC)


def load(*cards, now=NOW):
    return load_library(now=now, shipped=cards)


def words(text):
    return {"en": text, "ar": f"{text} بالعربية", "fr": f"{text} en français"}


def test_what_ships_is_taken_in_whole_and_a_second_time_nothing_is_done(
    django_assert_max_num_queries,
):
    assert load_library(now=NOW) == Card.objects.count() > 35
    with django_assert_max_num_queries(6):  # two, and the transactions around them
        assert load_library(now=LATER) == 0


def test_every_workstream_of_the_guide_has_its_cards():
    load_library(now=NOW)

    assert all(cards_of_workstream(code, language="en") for code in Workstream.values)
    assert len({workstream for _phase, workstream in count_by_cell()}) == len(Workstream)


def test_a_card_that_a_release_changed_follows_it():
    load(a_card())
    told = a_card(title=words("A better title"), size="city", confidence="high")
    told["sources"][0]["title"] = "A better report"

    assert load(told, now=LATER) == 1
    card = published_card(told["slug"])
    assert (card.size, card.confidence, card.version) == ("city", "high", 2)
    assert [source.title for source in card.sources.all()] == ["A better report"]
    assert texts_of(card, "fr")["title"].words == "A better title en français"


def test_a_card_that_was_corrected_here_stays_and_says_that_a_release_has_another():
    load(a_card())
    Card.objects.update(corrected_at=NOW)

    assert load(a_card(size="village"), now=LATER) == 0
    card = published_card(a_card()["slug"])
    assert card.size == "town"
    assert card.newer_shipped


def test_a_card_that_was_written_here_is_not_touched_by_one_that_ships_under_its_name():
    load(a_card())
    Card.objects.update(shipped="")

    assert load(a_card(size="village"), now=LATER) == 0
    assert published_card(a_card()["slug"]).size == "town"


def test_a_release_does_not_bring_back_what_was_withdrawn_here():
    load(a_card())
    Card.objects.update(withdrawn_at=NOW, stamp=uuid7().hex)
    load(a_card(size="village"), now=LATER)

    assert Card.objects.get().withdrawn_at == NOW
    assert not shelf({}).slugs


def test_a_card_that_is_not_fit_to_be_shown_stops_the_set_up():
    with pytest.raises(ValueError, match="marsa-noor-2019-lanterns"):
        load(a_card(sources=[]))
    assert not Card.objects.exists()


def test_the_list_is_cut_by_what_is_chosen_and_counts_what_each_choice_would_leave():
    load(
        a_card(),
        a_card(slug="marsa-noor-2018-doors", date="2018", size="city"),
        a_card(slug="elsewhere-2020-bells", date="2020-05-01", size="city", kind="lesson"),
    )

    found = shelf({"size": "city"})
    assert found.slugs == ("elsewhere-2020-bells", "marsa-noor-2018-doors")
    assert found.counts["size:town"] == 1, "what the other choice of this facet would leave"
    assert found.counts["kind:lesson"] == found.counts["kind:practice"] == 1
    assert shelf({"size": "city", "kind": "lesson", "region": "africa"}).slugs == ()


def test_a_change_of_a_card_is_seen_in_the_list_at_once():
    load(a_card())
    assert shelf({"size": "town"}).slugs

    load(a_card(size="village"), now=LATER)
    assert not shelf({"size": "town"}).slugs


def test_a_cell_shows_its_cards_and_no_other():
    load(a_card(), a_card(slug="elsewhere-2019-x", cells=[["years", "community"]]))

    assert [line.slug for line in cards_of_cell("years", "support", language="ar")] == [
        "marsa-noor-2019-lanterns"
    ]
    assert not cards_of_cell("first-hour", "support", language="ar")


def test_a_place_is_shown_the_cards_of_what_happened_to_it_before_those_of_its_size():
    load(
        a_card(slug="a-2019-x", size="metropolis", incident_kinds=["disorder"]),
        a_card(slug="b-2019-x", size="village", incident_kinds=["threat"]),
        a_card(slug="c-2019-x", size="city", incident_kinds=["attack"]),
    )

    near = comparable_cards("city", ["threat"], language="en")
    assert [line.slug for line in near] == ["b-2019-x", "a-2019-x", "c-2019-x"]
    assert [line.slug for line in comparable_cards("village", [], language="en")] == ["b-2019-x"]


def test_near_cards_have_something_in_common_and_leave_out_the_card_itself():
    load(
        a_card(),
        a_card(slug="near-2019-x"),
        a_card(
            slug="far-2019-x",
            cells=[["first-hour", "learning"]],
            incident_kinds=["threat"],
            size="village",
            region="africa",
            level=["national"],
        ),
    )

    found = near_cards(published_card("marsa-noor-2019-lanterns"), language="fr")
    assert [line.slug for line in found] == ["near-2019-x"]


def test_a_line_is_told_in_the_readers_language_and_a_withdrawn_card_in_none():
    load(a_card())
    slug = a_card()["slug"]

    assert lines_of([slug], "ar")[0].title.language == "ar"
    assert lines_of([slug], "de")[0].title.language == "en"
    Card.objects.update(withdrawn_at=NOW, stamp=uuid7().hex)
    assert lines_of([slug], "ar") == []


def test_an_address_that_no_card_ever_had_is_not_found():
    with pytest.raises(NotFound):
        published_card("nowhere-1999-x")
