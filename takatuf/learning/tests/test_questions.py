"""The labelled questions that the search is measured with: real, spread, and hard enough."""

import json
import re
from collections import Counter

import pytest

from takatuf.learning.library import FOLDER, questions_to, shipped_cards
from takatuf.learning.rules import FIELDS

pytestmark = pytest.mark.once

QUESTIONS = json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))
CARDS = {card["slug"]: card for card in shipped_cards()}
WORD = re.compile(r"[^\W\d_]{5,}")
LITTLE_WORDS = {"autre", "comment", "should"}  # long enough to be caught, and say nothing


def test_twenty_questions_in_each_language_each_asked_once():
    assert Counter(one["language"] for one in QUESTIONS) == {"ar": 20, "en": 20, "fr": 20}
    assert len({one["question"] for one in QUESTIONS}) == len(QUESTIONS)


def test_every_question_is_answered_by_a_card_that_ships():
    assert {one["card"] for one in QUESTIONS} <= set(CARDS)


def test_each_card_has_questions_of_its_own_and_none_of_them_is_one_it_is_measured_with():
    for slug in CARDS:
        asked = questions_to(slug)
        assert [len(asked[code]) for code in ("en", "ar", "fr")] == [4, 4, 4], slug
    told = {one for slug in CARDS for some in questions_to(slug).values() for one in some}
    assert not told & {one["question"] for one in QUESTIONS}


def test_half_of_them_share_no_word_with_the_card_in_their_own_language():
    crossing = [one for one in QUESTIONS if one["crosses"]]
    shared = []
    for one in crossing:
        card, language = CARDS[one["card"]], one["language"]
        told = " ".join(card[field][language] for field in FIELDS).casefold()
        words = set(WORD.findall(told)) & set(WORD.findall(one["question"].casefold()))
        if words - LITTLE_WORDS:
            shared.append((one["card"], language, words))

    assert len(crossing) * 2 >= len(QUESTIONS)
    assert shared == []
