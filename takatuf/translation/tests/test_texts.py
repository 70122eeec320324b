"""A text keeps every version's words and says who stands behind them."""

import pytest

from takatuf.foundation.errors import Refused
from takatuf.translation.queries import in_language, states_of, words_of
from takatuf.translation.services import NewText, rewrite_text, write_text, write_texts

WORDS = {"en": "Open the log", "ar": "فتح السجل", "fr": "Ouvrir la main courante"}


@pytest.fixture
def text(db):
    return write_text(WORDS, source_language="en", owner="framework", states={"fr": "approved"})


def rewritten(text, states=None, source_language="en", **words):
    return rewrite_text(
        text,
        words_of(text) | words,
        source_language=source_language,
        owner="city:1",
        states=states,
    )


def test_a_reader_gets_their_language_else_the_source(text):
    assert in_language(text, "ar") == ("فتح السجل", "ar", "draft", False)
    assert in_language(text, "so") == ("Open the log", "en", "source", False)
    assert in_language(None, "ar").words == ""


def test_a_new_source_leaves_its_translations_behind(text):
    new = rewritten(text, en="Open the log at once")
    assert new.pk != text.pk
    assert states_of(new) == {"en": "source", "ar": "behind", "fr": "behind"}


def test_a_rewritten_translation_is_a_draft_again_until_somebody_stands_behind_it(text):
    assert states_of(rewritten(text, fr="Ouvrir le journal"))["fr"] == "draft"
    new = rewritten(text, {"fr": "reviewed"}, fr="Ouvrir le journal")
    assert states_of(new) == {"en": "source", "ar": "draft", "fr": "reviewed"}


def test_a_translation_mended_with_its_source_is_not_behind(text):
    new = rewritten(text, en="Open the log now", ar="فتح السجل الآن")
    assert states_of(new) == {"en": "source", "ar": "draft", "fr": "behind"}


def test_a_translation_can_be_approved_as_it_stands(text):
    assert states_of(rewritten(text, {"ar": "approved"}))["ar"] == "approved"


def test_another_language_can_become_the_original(text):
    new = rewritten(text, source_language="ar", ar="فتح سجل الأحداث")
    assert states_of(new) == {"en": "behind", "ar": "source", "fr": "behind"}
    same = rewritten(text, source_language="ar")
    assert states_of(same) == {"en": "reviewed", "ar": "source", "fr": "approved"}


def test_nobody_makes_a_second_source(text):
    assert states_of(rewritten(text, {"ar": "source"}))["ar"] == "draft"


def test_what_did_not_change_is_not_written_again(text):
    assert rewritten(text) is text


def test_an_emptied_translation_is_gone(text):
    assert set(words_of(rewritten(text, ar=""))) == {"en", "fr"}


def test_many_texts_are_written_at_once(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        texts = write_texts(NewText(WORDS, "en", "framework") for _ in range(300))
    assert len({text.pk for text in texts}) == 300


def test_a_hidden_reversal_is_refused(db):
    with pytest.raises(Refused):
        write_text({"en": "abc\u202edef"}, source_language="en", owner="framework")
