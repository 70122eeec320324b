"""The cards that ship: whole, each fact with its source, in three languages, honest."""

import copy
import re
from collections import Counter

import pytest

from takatuf.incidents.vocabulary import Kind
from takatuf.learning.library import schema, shape_faults, shipped_cards
from takatuf.learning.rules import FIELDS, faults_of, nearness, year_of
from takatuf.learning.vocabulary import (
    CardKind,
    Confidence,
    LinkKind,
    PlaceSize,
    Read,
    Region,
)
from takatuf.network.vocabulary import Level
from takatuf.plans.vocabulary import Phase, Size, Workstream

pytestmark = pytest.mark.once

NO_BREAK = "\u00a0"
CARDS = shipped_cards()


def a_card(**changes):
    words = {"en": "Words [s1]", "ar": "كلام [s1]", "fr": "Des mots [s1]"}
    fields = ("context", "done", "outcome", "known_how", "lesson", "caution")
    plain = {"en": "Marsa Noor", "ar": "مرسى نور", "fr": "Marsa Noor"}
    body = {
        "slug": "marsa-noor-2019-lanterns",
        "since": "2026.1",
        "kind": "practice",
        "place": plain,
        "country": "JO",
        "region": "arab-world",
        "date": "2019-03",
        "level": ["municipality"],
        "cells": [["years", "support"]],
        "incident_kinds": ["attack"],
        "size": "town",
        "confidence": "low",
        "title": plain,
        "sources": [
            {
                "id": "s1",
                "title": "A report",
                "publisher": "A paper",
                "year": 2019,
                "url": "https://example.org/report",
                "language": "en",
                "read": "excerpt",
                "supports": list(fields),
                "verified": True,
            }
        ],
    }
    return copy.deepcopy(body | dict.fromkeys(fields, words) | changes)


def every_text():
    return [
        (f"{card['slug']} {field} {language}", language, words)
        for card in CARDS
        for field in (*FIELDS, "place")
        for language, words in card[field].items()
    ]


def test_every_card_keeps_to_the_schema_and_ties_its_facts_to_sources():
    faults = {
        card["slug"]: found for card in CARDS if (found := shape_faults(card) or faults_of(card))
    }
    assert not faults


def test_a_card_without_a_source_record_is_refused():
    assert not shape_faults(a_card())
    assert not faults_of(a_card())
    assert shape_faults(a_card(sources=[]))
    bare = a_card()
    del bare["sources"]
    assert shape_faults(bare)


def test_a_fact_that_no_source_supports_is_refused():
    card = a_card()
    card["sources"][0]["supports"] = ["context", "done", "known_how", "lesson", "caution"]
    card["outcome"] = {"en": "It", "ar": "كان", "fr": "Ce"}

    assert faults_of(card) == [("outcome", "unsupported")]


def test_a_text_that_cites_what_is_no_source_or_does_not_support_it_is_refused():
    told = {"en": "So [s2]", "ar": "هكذا [s2]", "fr": "Ainsi [s2]"}
    uneven = {"en": "So [s1]", "ar": "هكذا", "fr": "Ainsi [s1]"}
    card = a_card(done=told, outcome=uneven)
    card["sources"][0]["supports"].remove("lesson")

    assert faults_of(card) == [
        ("done", "cited-unknown"),
        ("outcome", "cited-differently"),
        ("lesson", "cited-elsewhere"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": {"en": "Only one language"}},
        {"title": {"en": "A title", "ar": " ", "fr": "Un titre"}},
        {"slug": "Marsa Noor"},
        {"slug": "2019-marsa-noor"},
        {"date": "March 2019"},
        {"cells": []},
        {"cells": [["years", "nothing"]]},
        {"links": [{"kind": "video", "url": "http://x.org/v", "title": "It", "publisher": "We"}]},
        {"size": "large"},
        {"perpetrator": "somebody"},
    ],
    ids=range(10),
)
def test_a_card_of_another_shape_is_refused(changes):
    assert shape_faults(a_card(**changes))


def test_a_source_is_reached_by_https_or_by_nothing():
    card = a_card()
    for address in ("http://example.org/x", "ftp://example.org/x", "example.org", "https://x y"):
        card["sources"][0]["url"] = address
        assert shape_faults(card), address
    card["sources"][0]["url"] = None
    assert not shape_faults(card)


def test_the_year_in_the_address_is_the_years_of_the_event():
    assert year_of("christchurch-2019-navigators") == "2019"
    assert faults_of(a_card(slug="marsa-noor-2018-lanterns")) == [("slug", "slug-year")]


def test_the_schema_speaks_the_codes_of_the_house():
    properties = schema()["properties"]
    phases, workstreams = properties["cells"]["items"]["prefixItems"]
    source = schema()["$defs"]["source"]["properties"]
    link = schema()["$defs"]["link"]["properties"]

    assert phases["enum"] == Phase.values
    assert workstreams["enum"] == Workstream.values
    assert properties["incident_kinds"]["items"]["enum"] == Kind.values
    assert properties["level"]["items"]["enum"] == Level.values
    assert properties["size"]["enum"] == PlaceSize.values
    assert set(Size.values) < set(PlaceSize.values)
    assert set(properties["region"]["enum"]) == set(Region.values)
    assert properties["kind"]["enum"] == CardKind.values
    assert properties["confidence"]["enum"] == Confidence.values
    assert source["read"]["enum"] == Read.values
    assert link["kind"]["enum"] == LinkKind.values


def test_each_card_has_an_address_of_its_own():
    assert [slug for slug, count in Counter(c["slug"] for c in CARDS).items() if count > 1] == []


def test_no_text_holds_an_address_or_a_hidden_character():
    faults = [
        where
        for where, _language, words in every_text()
        if "://" in words
        or "www." in words
        or re.search("[\u202a-\u202e\u2066-\u2069\u200b]", words)
        or words != words.strip()
    ]
    assert not faults


def test_french_keeps_its_no_break_spaces_and_arabic_its_letters():
    faults = [
        where
        for where, language, words in every_text()
        if (language == "fr" and re.search(rf"(?<![{NO_BREAK}\u202f])[;!?:](?=\s|$)", words))
        or (language == "ar" and not re.search(r"[\u0621-\u064a]", words))
    ]
    assert not faults


def test_cards_with_more_in_common_are_nearer():
    same = ["cell:years/support", "incident:attack", "size:city"]
    assert nearness(same, same) == 7 > nearness(same, ["size:city", "kind:lesson"]) == 1
