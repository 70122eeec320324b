"""The words tool: what it finds, what it keeps, what it complains about."""

import re

import pytest
from django.utils import translation
from django.utils.translation import ngettext

from takatuf.config import words

pytestmark = pytest.mark.once


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small house with one page and one sentence of each kind."""
    (tmp_path / "room" / "templates").mkdir(parents=True)
    (tmp_path / "room" / "rules.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        '_("Declare “%(title)s”")\n'
        'ngettext("%(n)s call", "%(n)s calls", n)\n'
        'pgettext("a month", "May")\n'
    )
    (tmp_path / "room" / "templates" / "page.html").write_text(
        '{% translate "Sign in" %}{{ thing|default:_("Nothing") }}'
        '{% translate "May" context "we may" %}'
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} day\n{% plural %}\n  {{ n }} days\n"
        "{% endblocktranslate %}"
    )
    monkeypatch.setattr(words, "PACKAGE", tmp_path)
    monkeypatch.setattr(words, "LOCALE", tmp_path / "locale")
    return tmp_path


def test_sentences_are_found_in_code_and_in_templates(house):
    assert words.found_words() == {
        (None, "Declare “%(title)s”"): "Declare “%(title)s”",
        (None, "%(n)s call"): ("%(n)s call", "%(n)s calls"),
        ("a month", "May"): "May",
        (None, "Sign in"): "Sign in",
        (None, "Nothing"): "Nothing",
        ("we may", "May"): "May",
        (None, "%(n)s day"): ("%(n)s day", "%(n)s days"),
    }


def fill_all(language):
    forms = words.FORMS[language]
    words.merge(
        language,
        {
            "Declare “%(title)s”": {language: "x “%(title)s”"},
            "%(n)s call": {language: ["%(n)s x"] * forms},
            "%(n)s day": {
                language: ["x", "x", "x", *["%(n)s x"] * 3] if forms == 6 else ["%(n)s x"] * 2
            },
            "a month|May": {language: "mai"},
            "we may|May": {language: "peut"},
            "Sign in": {language: 'a "quoted" \\ word'},
            "Nothing": {language: "two\nlines"},
        },
    )


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_full_catalogue_has_no_faults_and_stays_as_it_is(house, language):
    fill_all(language)
    assert words.faults(language) == []

    before = words.path_of(language).read_text()
    words.merge(language)
    assert words.path_of(language).read_text() == before
    assert words.held_words(language)[(None, "Sign in")] == 'a "quoted" \\ word'
    assert words.held_words(language)[(None, "Nothing")] == "two\nlines"


def test_every_kind_of_fault_is_named(house):
    fill_all("ar")
    path = words.path_of("ar")
    text = path.read_text()
    text = text.replace('msgstr "x “%(title)s”"', 'msgstr "x “%(name)s”"')
    text = text.replace('msgstr "mai"', 'msgstr ""')
    text = text.replace('msgid "Nothing"', 'msgid "Gone"')
    text = text.replace('msgid "Sign in"', '#, fuzzy\nmsgid "Sign in"')
    text = text.replace('msgstr[5] "%(n)s x"', 'msgstr[5] ""', 1)
    path.write_text(text)

    told = " | ".join(words.faults("ar"))

    for part in [
        "placeholders differ (%(name)s, %(title)s)",
        "untranslated: 'May'",
        "untranslated: '%(n)s call'",
        "no longer used: 'Gone'",
        "not in the catalogue: 'Nothing'",
        "fuzzy: 'Sign in'",
    ]:
        assert part in told


def test_a_merge_of_branches_loses_no_translation(house):
    fill_all("fr")
    path = words.path_of("fr")
    text = path.read_text()
    jumbled = (
        text.replace('msgstr "peut"', 'msgstr ""\nmsgstr "peut"') + 'msgid "Sign in"\nmsgstr ""\n'
    )
    path.write_text(jumbled)

    words.merge("fr")

    assert path.read_text() == text


@pytest.mark.parametrize("number", [0, 1, 2, 3, 11, 100])
def test_arabic_counts_in_its_six_forms(number):
    with translation.override("ar"):
        sentence = ngettext("%(counter)s code is left.", "%(counter)s codes are left.", number)

    assert (
        sentence
        == {
            0: "لم يبقَ أي رمز.",
            1: "بقي رمز واحد.",
            2: "بقي رمزان.",
            3: "بقيت %(counter)s رموز.",
            11: "بقي %(counter)s رمزًا.",
            100: "بقي %(counter)s رمز.",
        }[number]
    )


def test_french_never_breaks_a_line_before_a_double_mark(house):
    fill_all("fr")
    words.merge("fr", {"Nothing": {"fr": "Rien : « non » ; déjà ?"}})

    assert not [fault for fault in words.faults("fr") if "double mark" in fault]
    held = words.held_words("fr")[None, "Nothing"]
    assert held == "Rien\u00a0: «\u00a0non\u00a0»\u00a0; déjà\u00a0?"
    path = words.path_of("fr")
    path.write_text(path.read_text().replace("déjà\u00a0?", "déjà ?"))
    assert [fault for fault in words.faults("fr") if "double mark" in fault and "Nothing" in fault]


@pytest.mark.parametrize(
    ("typed", "set_so"),
    [
        ("Où ?", "Où\u00a0?"),
        ("dans « Qui fait quoi ».", "dans «\u00a0Qui fait quoi\u00a0»."),
        ("(pourquoi ?)", "(pourquoi\u00a0?)"),
        ("à 10 :30", "à 10 :30"),
    ],
)
def test_french_keeps_a_double_mark_by_its_word_whatever_follows_it(typed, set_so):
    assert words.typeset("fr", typed) == set_so


def test_no_sentence_hides_behind_another_name_of_gettext():
    other = re.compile(r"import .*\bn?p?gettext(?:_lazy|_noop)? as (?!_\b)\w+")
    assert [path for path in words._sources("*.py") if other.search(path.read_text())] == []
