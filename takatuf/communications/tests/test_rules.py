"""What follows from a report's plain words and figures."""

import pytest

from takatuf.communications.rules import (
    blocks_of,
    difference,
    fingerprint,
    gaps,
    pairs,
    same_words,
    seen,
    steady,
)

pytestmark = pytest.mark.once


def test_dates_and_telephone_numbers_keep_their_order_in_arabic():
    assert steady("+962 79 000 0001 يوم 2026-03-01") == (
        "\u2066+962 79 000 0001\u2069 يوم \u20662026-03-01\u2069"
    )
    assert steady("في 12 مدرسة") == "في 12 مدرسة"


def test_lines_with_a_dash_are_a_list_and_empty_lines_only_part():
    blocks = blocks_of("First.\n\n- one\n• two\n  \nLast - not a list.")
    assert [(block.bullet, block.text) for block in blocks] == [
        (False, "First."),
        (True, "one"),
        (True, "two"),
        (False, "Last - not a list."),
    ]


def test_a_difference_names_each_line_that_came_and_went():
    assert difference("a\nb\nc", "a\nB\nc\nd") == [
        ("same", "a"),
        ("removed", "b"),
        ("added", "B"),
        ("same", "c"),
        ("added", "d"),
    ]
    assert difference("", "") == []


def test_a_gap_is_a_text_that_one_language_has_and_another_lacks():
    texts = {"a": {"en": {"words": "x"}, "ar": {"words": ""}}, "b": {"en": {"words": ""}}}
    assert gaps(texts, ["en", "ar"]) == [("ar", "a")]


def test_blanks_alone_are_no_change_and_words_are():
    assert same_words("a  b\r\n", " a b")
    assert not same_words("a b", "ab")
    assert seen("a") != seen("b")


def test_the_fingerprint_is_of_the_content_and_not_of_its_order():
    assert fingerprint({"a": 1, "b": "ب"}) == fingerprint({"b": "ب", "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_a_figure_is_found_again_by_its_key_or_else_by_its_name():
    def figure(key, label):
        return {"key": key, "words": {"en": {"label": label}}}

    old = [figure("open", "Open"), figure("", "Families  met"), figure("", "Gone")]
    new = [figure("", "families met"), figure("open", "Actions open"), figure("", "New")]
    assert pairs(old, new, "en") == [
        (old[1], new[0]),
        (old[0], new[1]),
        (None, new[2]),
        (old[2], None),
    ]
