"""Words as they are typed, words as they are found."""

import pytest

from takatuf.search.lexicon import OFTEN_ASKED, learned, lexicon
from takatuf.search.rules import asked, excerpt_of, fused, marked, stem, terms_of, words_found

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "المدينة", "مدينة"),
        ("ar", "مَدِينَة", "المدينه"),
        ("ar", "إستجابة", "والاستجابة"),
        ("ar", "للعائلات", "عائلة"),
        ("en", "attacks", "attacked"),
        ("fr", "Élèves", "eleve"),
        ("nb", "byene", "byen"),
        ("ar", "البلديات", "بلدية"),
        ("ar", "ناجون", "الناجين"),
    ],
)
def test_two_forms_of_a_word_share_a_term(language, one, other):
    assert set(terms_of(one, language)) & set(terms_of(other, language))


def test_a_stem_of_one_language_is_none_of_anothers():
    assert not {"en_main", "fr_main"} & (set(terms_of("main", "en")) & set(terms_of("main", "fr")))


def test_a_language_without_a_stemmer_is_found_by_its_words():
    assert stem("pueblos", "es") == "pueblos"


def test_a_question_is_asked_without_the_words_that_stand_everywhere():
    assert [group[0] for group in asked("How do we help the survivors?")] == ["help", "survivors"]
    assert [group[0] for group in asked("ما الذي حدث بعد ذلك")] == ["حدث"]
    assert [group[0] for group in asked("what is it")] == ["what", "is", "it"]


@pytest.mark.parametrize(
    "hostile",
    [
        '" OR 1=1 --',
        "a* NEAR(b",
        "title:x AND",
        "'); DROP TABLE x; --",
        "%s & | ! <->",
        "\x00\ud800",
    ],
)
def test_hostile_questions_become_words_or_nothing(hostile):
    assert all(term.replace("_", "").isalnum() for group in asked(hostile) for term in group)


def test_a_question_without_end_is_cut():
    assert len(asked("word" + " other".join(map(str, range(10_000))))) <= 16
    assert max(len(term) for group in asked("a" * 5_000) for term in group) < 50


def test_what_both_rankings_have_comes_first():
    assert fused({"a": 0.4, "c": 0.4}, {"c": 0.4, "d": 0.45})[0][0] == "c"


def test_a_question_is_also_asked_with_the_words_of_other_languages():
    assert {"ar_شايع", "fr_rumeur"} <= set(asked("rumours", lexicon())[0])


def test_a_word_that_our_texts_avoid_finds_what_they_say_in_its_place():
    """Families are الأسر in every text of ours, and العائلات in many a question."""
    (families,) = asked("العائلات", lexicon())
    assert {"ar_اسر", "en_famili", "fr_famill"} <= set(families)
    assert "en_concern" not in families
    for word, ours in OFTEN_ASKED.items():
        (group,) = asked(word, lexicon())
        for one in ours.split():
            assert not set(asked(one)[0][1:]).isdisjoint(group), one


def test_the_lexicon_is_learned_from_texts_that_say_the_same():
    texts = [
        {"en": "the rumour", "fr": "la rumeur"},
        {"en": "a school", "fr": "une école"},
        {"en": "rumour school", "fr": "rumeur école"},
    ]

    assert learned(texts)["en_rumour"][0] == "fr_rumeur"
    assert learned(texts)["fr_ecol"][0] == "en_school"


def test_words_are_marked_as_they_were_written_and_nothing_else_gets_through():
    terms = [term for group in asked("مدينة families") for term in group]

    assert marked("في المَدِينَة <b>", terms, "ar") == "في <mark>المَدِينَة</mark> &lt;b&gt;"
    assert marked("The family’s FAMILIES", terms, "en").count("<mark>") == 2
    assert words_found(["Families and family"], terms, "en") == ["Families", "family"]


def test_an_excerpt_begins_where_the_words_stand_and_is_cut_between_words():
    text = "Before. " * 60 + "The families asked for a date. " + "After. " * 60
    found = excerpt_of([text], ["families"], "en")

    assert "families" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) < 300
    assert excerpt_of(["No such word [s1] here."], ["families"], "en") == "No such word here."
