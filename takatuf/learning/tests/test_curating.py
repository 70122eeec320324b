"""Keeping the library: one person writes, another publishes; nothing that a release brings
undoes it."""

from datetime import UTC, datetime

import pytest

from takatuf.config import world
from takatuf.foundation.errors import NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.learning.models import Card, CardDraft
from takatuf.learning.queries import body_of, published_card, shelf, texts_of
from takatuf.learning.services import (
    begin_correction,
    drop_card_draft,
    edit_card_draft,
    load_library,
    publish_card,
    restore_card,
    send_back_card,
    submit_card,
    withdraw_card,
    write_card,
)
from takatuf.learning.tests.test_shipped_cards import a_card
from takatuf.network.models import Appointment
from takatuf.translation.models import PublicText

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SLUG = a_card()["slug"]


def of_the_secretariat(name):
    person = world.make_person(name)
    Appointment.objects.create(person=person, role="secretariat")
    return world.acting(person)


@pytest.fixture
def nadia(db):
    return of_the_secretariat("Nadia")


@pytest.fixture
def omar(db):
    return of_the_secretariat("Omar")


def begun(actor, **changes):
    return write_card(actor, a_card(**changes), source_language="en", now=NOW)


def submitted(actor, **changes):
    draft = begun(actor, **changes)
    return submit_card(actor, draft, version=draft.version, now=NOW)


def verbs():
    return list(Entry.objects.order_by("index").values_list("verb", flat=True))


def test_a_card_that_one_wrote_is_published_by_another(nadia, omar):
    draft = submitted(nadia)
    assert not shelf({}).slugs, "nobody reads it before"

    card = publish_card(omar, draft, version=draft.version, now=NOW)
    assert shelf({}).slugs == (SLUG,)
    assert not card.published_alone
    assert texts_of(published_card(SLUG), "ar")["done"].words == "كلام [s1]"
    assert [source.code for source in published_card(SLUG).sources.all()] == ["s1"]
    assert verbs() == ["card.begun", "card.submitted", "card.published"]
    text = PublicText.objects.get(key=f"card/{SLUG}/done")
    assert text.shipped == ""
    assert text.hands["ar"]["by"] == str(nadia.person_id), "who wrote it does not review it"


def test_its_own_writer_does_not_publish_it_where_somebody_else_could(nadia, omar):
    draft = submitted(nadia)

    with pytest.raises(Refused, match="another person"):
        publish_card(nadia, draft, version=draft.version, alone_reason="Hurry", now=NOW)


def test_one_who_is_alone_publishes_with_a_reason_and_readers_are_told(nadia):
    draft = submitted(nadia)
    with pytest.raises(Refused, match="Say why"):
        publish_card(nadia, draft, version=draft.version, now=NOW)

    card = publish_card(nadia, draft, version=draft.version, alone_reason="I am alone", now=NOW)
    assert card.published_alone
    assert verbs()[-1] == "card.published_alone"


def test_a_card_may_be_written_in_arabic_alone(nadia, omar):
    only = {"ar": "كلام [s1]"}
    fields = ("context", "done", "outcome", "known_how", "lesson", "caution")
    body = a_card(title={"ar": "عنوان"}, place={"ar": "مرسى نور"}, **dict.fromkeys(fields, only))
    draft = write_card(nadia, body, source_language="ar", now=NOW)
    draft = submit_card(nadia, draft, version=draft.version, now=NOW)
    publish_card(omar, draft, version=draft.version, now=NOW)

    shown = texts_of(published_card(SLUG), "fr")["title"]
    assert (shown.words, shown.language, str(shown.state)) == ("عنوان", "ar", "source")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sources": []}, "Sources: missing"),
        ({"cells": []}, "Where it helps: missing"),
        ({"lesson": {}}, "What others can take from it: missing"),
        ({"date": "2018"}, "Address: its year"),
        ({"done": {"en": "So [s7]"}}, "cites a source that is not on the card"),
    ],
    ids=range(5),
)
def test_what_is_not_whole_is_kept_as_a_draft_and_not_submitted(nadia, changes, said):
    draft = begun(nadia, **changes)

    with pytest.raises(Refused, match=said):
        submit_card(nadia, draft, version=draft.version, now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Somewhere"}, "slug"),
        ({"title": {"ar": "عنوان"}}, "title_en"),
        ({"title": {"en": "x" * 121}}, "title_en"),
        ({"region": "moon"}, "region"),
        ({"level": ["everybody"]}, "level"),
        ({"cells": [["someday", "support"]]}, "cells"),
        ({"date": "March"}, "date"),
        ({"country": "Jordan"}, "country"),
        ({"done": {"en": "a\u202eb"}}, None),
    ],
    ids=range(9),
)
def test_what_cannot_be_is_refused_with_the_field_that_is_wrong(nadia, changes, field):
    with pytest.raises(Refused) as refusal:
        begun(nadia, **changes)
    assert refusal.value.field == field
    assert not CardDraft.objects.exists()


def test_a_source_needs_an_address_by_https_or_none(nadia):
    draft = begun(nadia)
    source = draft.body["sources"][0] | {"url": "http://example.org"}

    with pytest.raises(Refused, match="https"):
        edit_card_draft(nadia, draft, {"sources": [source]}, version=1, now=NOW)
    kept = edit_card_draft(nadia, draft, {"sources": [source | {"url": ""}]}, version=1, now=NOW)
    assert kept.body["sources"][0]["url"] is None


def test_an_address_is_given_once(nadia):
    begun(nadia)
    with pytest.raises(Refused, match="already"):
        begun(nadia)
    load_library(now=NOW, shipped=[a_card(slug="elsewhere-2019-x")])
    with pytest.raises(Refused, match="already"):
        begun(nadia, slug="elsewhere-2019-x")


def test_two_who_edit_at_once_meet(nadia, omar):
    draft = begun(nadia)
    edit_card_draft(omar, draft, {"size": "city"}, version=1, now=NOW)

    with pytest.raises(Refused, match="Somebody else"):
        edit_card_draft(nadia, draft, {"size": "village"}, version=1, now=NOW)
    assert CardDraft.objects.get().body["size"] == "city"


def test_an_edit_takes_a_submitted_card_back_to_its_draft(nadia, omar):
    draft = submitted(nadia)
    draft = edit_card_draft(omar, draft, {"size": "city"}, version=draft.version, now=NOW)

    with pytest.raises(Refused, match="not been submitted"):
        publish_card(nadia, draft, version=draft.version, now=NOW)


def test_what_is_sent_back_says_what_is_to_be_mended(nadia, omar):
    draft = submitted(nadia)
    draft = send_back_card(omar, draft, reason="Who says so?", version=draft.version, now=NOW)

    assert (draft.state, draft.note) == ("draft", "Who says so?")
    again = submit_card(nadia, draft, version=draft.version, now=NOW)
    assert again.note == ""


def test_a_shipped_card_is_corrected_and_no_release_undoes_it(nadia, omar):
    load_library(now=NOW, shipped=[a_card()])
    draft = begin_correction(nadia, Card.objects.get(), now=NOW)
    assert begin_correction(omar, Card.objects.get(), now=NOW) == draft, "one at a time"
    body = draft.body | {
        "size": "city",
        "done": {"en": "Other [s1]", "ar": "غيره [s1]", "fr": "Autre [s1]"},
    }
    draft = edit_card_draft(nadia, draft, body, version=draft.version, now=NOW)
    with pytest.raises(Refused, match="Say what was wrong"):
        submit_card(nadia, draft, version=draft.version, now=NOW)
    draft = submit_card(nadia, draft, version=draft.version, reason="Size", now=NOW)
    publish_card(omar, draft, version=draft.version, now=NOW)

    load_library(now=NOW, shipped=[a_card(size="village", title=a_card()["place"])])
    card = published_card(SLUG)
    assert card.size == "city"
    assert texts_of(card, "fr")["done"].words == "Autre [s1]"
    assert "card.corrected" in verbs()


def test_a_correction_that_changes_nothing_gives_the_card_as_it_was(nadia):
    load_library(now=NOW, shipped=[a_card()])
    told = body_of(published_card(SLUG))

    shipped = a_card()
    for name in ("slug", "cells", "level", "done", "title", "place", "date"):
        assert told[name] == shipped[name]
    assert told["sources"][0] == shipped["sources"][0] | {"note": {}}


def test_a_withdrawn_card_says_why_and_can_come_back(nadia):
    load_library(now=NOW, shipped=[a_card()])
    card = Card.objects.get()
    with pytest.raises(Refused, match="Say why"):
        withdraw_card(nadia, card, reason=" ", language="en", now=NOW)
    withdraw_card(nadia, card, reason="The families ask", language="en", now=NOW)
    assert not shelf({}).slugs
    with pytest.raises(Refused, match="Restore"):
        begin_correction(nadia, card, now=NOW)

    load_library(now=NOW, shipped=[a_card(size="village")])
    assert not shelf({}).slugs, "a release does not bring it back"
    restore_card(nadia, Card.objects.get(), now=NOW)
    assert shelf({}).slugs == (SLUG,)
    assert verbs() == ["card.withdrawn", "card.restored"]


def test_what_took_a_cards_place_must_be_there(nadia):
    load_library(now=NOW, shipped=[a_card(), a_card(slug="elsewhere-2019-x")])
    card = Card.objects.get(slug=SLUG)

    for wrong in ("nowhere-1999-x", SLUG):
        with pytest.raises(Refused, match="No published card"):
            withdraw_card(nadia, card, reason="Joined", language="en", replaced_by=wrong, now=NOW)
    withdraw_card(
        nadia, card, reason="Joined", language="en", replaced_by="elsewhere-2019-x", now=NOW
    )
    assert Card.objects.get(slug=SLUG).replaced_by == "elsewhere-2019-x"


def test_a_draft_put_aside_is_closed_and_leaves_the_address_free(nadia):
    draft = drop_card_draft(nadia, begun(nadia), version=1, now=NOW)

    with pytest.raises(Refused, match="closed"):
        submit_card(nadia, draft, version=1, now=NOW)
    assert begun(nadia)


def test_whoever_is_not_of_the_secretariat_finds_nothing_to_keep(nadia, amina, act):
    draft = begun(nadia)

    with pytest.raises(NotFound):
        begun(act(amina), slug="elsewhere-2019-x")
    with pytest.raises(NotFound):
        edit_card_draft(act(amina), draft, {"size": "city"}, version=1, now=NOW)
