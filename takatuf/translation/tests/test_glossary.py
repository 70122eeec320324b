"""A warning of the glossary is worth reading: it knows inflected words, and stays quiet else."""

import pytest

from takatuf.translation.glossary import departures, glossary, terms_used

pytestmark = pytest.mark.once


def departed(source, version, language="ar"):
    found = departures(source, version, source_language="en", language=language)
    return [one.term.id for one in found]


def test_every_term_stands_in_the_three_languages_once():
    assert len(glossary()) == 82
    assert len({term.id for term in glossary()}) == 82
    for term in glossary():
        for language in ("en", "ar", "fr"):
            assert term.in_language(language), term.id
            assert not departed(
                term.renderings["en"].find[0] if term.renderings["en"].find else
                term.in_language("en"), term.in_language(language), language
            ), term.id  # fmt: skip


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("Fight polarisation early", "مكافحة الانقسام مبكرًا"),
        ("Ask the survivors", "اسألوا الضحايا"),
        ("The after-action review begins", "تبدأ المحاضرة"),
    ],
)
def test_a_version_that_says_something_else_is_named(source, version):
    assert len(departed(source, version)) == 1


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("For the survivors", "للناجين والناجيات"),
        ("The mayor and his spokesperson", "رئيس البلدية ومتحدثه الرسمي"),
        ("With community engagement", "وبالمشاركة المجتمعية"),
        ("Trust in the city's volunteers", "ثقة الناس بمتطوعيها"),
        ("Two log-ins", "بيانات الدخول"),
    ],
)
def test_clitics_endings_and_plurals_are_no_departure(source, version):
    assert departed(source, version) == []


def test_french_plurals_and_linking_words_are_no_departure():
    assert departed("Local authorities", "les collectivités locales", "fr") == []
    assert departed("Psychosocial support", "un soutien psychosocial", "fr") == []
    assert departed("Polarisation grows", "La radicalisation augmente", "fr") == ["polarisation"]


def test_a_term_inside_a_longer_one_does_not_count():
    assert [term.id for term, _used in terms_used("A tabletop exercise", "en")] == [
        "tabletop-exercise"
    ]
