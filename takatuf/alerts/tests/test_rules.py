"""Pure rules of the calls: SMS segments, what fits, when to try again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takatuf.alerts import rules

LINK = "https://takatuf.example.org/ar/answer/" + "x" * 32 + "/"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # the extension table: two septets each
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),  # an escape pair is not parted
        ("a" * 152 + "€" + "a" * 152, 3),
        ("é" * 160, 1),  # in the default alphabet
        ("ê" * 70, 1),  # not in it
        ("ê" * 71, 2),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("🕊" * 35, 1),  # two UTF-16 units each
        ("م" * 66 + "🕊" + "م" * 66, 3),  # a surrogate pair is not parted
    ],
)
def test_segments_are_counted_as_networks_count_them(text, segments):
    assert rules.sms_segments(text) == segments


def test_typographic_marks_do_not_make_a_long_sms_of_a_short_one():
    assert rules.is_gsm(rules.plain_marks("L’attaque\u00a0: « vite » – répondez…"))


def rendered(words):
    return f"{words['kind']}، {words['place']}. الدرجة 3. {words['link']}"


def test_a_long_place_is_cut_and_the_link_stays_whole():
    words = {"kind": "هجوم", "place": "حي " * 60, "link": LINK}

    text = rules.fit_sms(rendered, words, LINK)

    assert rules.fits(text)
    assert text.endswith(LINK)
    assert "الدرجة 3" in text
    assert "..." in text


def test_a_short_text_is_left_as_it_is():
    words = {"kind": "هجوم", "place": "المدينة القديمة", "link": LINK}

    assert rules.fit_sms(rendered, words, LINK) == rendered(words)


@given(st.text(max_size=400), st.text(max_size=60))
def test_whatever_the_words_two_segments_are_enough(place, kind):
    text = rules.fit_sms(rendered, {"kind": kind, "place": place, "link": LINK}, LINK)

    assert rules.fits(text)
    assert LINK in text


def test_a_message_is_tried_for_most_of_an_hour_and_then_given_up():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    pauses = [rules.next_attempt(n, now) for n in range(1, rules.MOST_ATTEMPTS + 1)]

    minutes = [pause and (pause - now) / timedelta(minutes=1) for pause in pauses]
    assert minutes == [0.5, 1, 2, 5, 10, 10, 10, None]


def test_waiting_for_a_server_ends_after_two_hours():
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert rules.next_connection(now, now) == now + rules.RETRY_CONNECTION
    assert rules.next_connection(now - rules.LONGEST_WAIT, now) is None
