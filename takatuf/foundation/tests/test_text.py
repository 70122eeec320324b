import time

import pytest
from django.utils import translation

from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text, file_name, isolated, listed, search_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الإِسْعَاف", "الاسعاف"),
        ("مدرسة", "مدرسه"),
        ("مستشفى", "مستشفي"),
        ("بلـــدية", "بلدية"),
        ("کابل", "كابل"),
        ("٠٣١", "031"),
        ("Østensjø", "ostensjo"),
        ("Évacuation  ", "evacuation"),
    ],
)
def test_two_spellings_of_one_word_meet(one, other):
    assert search_key(one) == search_key(other)


def test_kept_text_loses_control_characters_and_nothing_else():
    assert clean_text(" مرحبا\x00\x07\ufffe\nworld\u2067x\u2069 ") == "مرحبا\nworld\u2067x\u2069"


def test_a_direction_override_is_refused():
    with pytest.raises(Refused):
        clean_text("invoice\u202efdp.exe")


def test_identifiers_sort_by_the_time_they_were_made():
    first = uuid7()
    assert first.version == 7
    assert first.variant == "specified in RFC 4122"
    made = [uuid7() for _ in range(10_000)]
    assert len(set(made)) == 10_000
    assert made == sorted(made), "what one process makes in one millisecond keeps its order"
    assert abs((made[-1].int >> 80) - time.time() * 1000) < 1000


def test_a_clock_that_steps_back_does_not_turn_the_order_round(monkeypatch):
    first = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1_600_000_000_000_000_000)
    assert first < uuid7() < uuid7()


def test_the_items_of_a_list_stand_apart_as_the_readers_language_sets_them():
    told = {}
    for language in ("en", "ar", "fr"):
        with translation.override(language):
            told[language] = listed(["Fire", 7])
    assert told == {"en": "Fire, 7", "ar": "Fire، 7", "fr": "Fire, 7"}
    assert listed([]) == ""


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("bill\u202excod.exe", "billxcod.exe"),
        ("a\x07\r\nSubject: b.csv", "a Subject: b.csv"),
        ("..\\..\\etc/3w.csv", "3w.csv"),
        ("x" * 300 + ".csv", "x" * 196 + ".csv"),
    ],
)
def test_a_file_is_shown_by_a_name_that_deceives_nobody(sent, shown):
    assert file_name(sent) == shown


def test_of_a_name_in_two_languages_each_part_keeps_its_direction():
    assert isolated("سوق · Market") == "\u2068سوق\u2069\N{NO-BREAK SPACE}· \u2068Market\u2069"
    assert isolated("Hall · Market") == "\u2068Hall\N{NO-BREAK SPACE}· Market\u2069"
    assert isolated("") == ""
