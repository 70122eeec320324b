"""Texts go out to translators and come back; what is wrong in a file is said with its line."""

import pytest
from django.test import override_settings
from django.utils import timezone

from takatuf.translation.exchange import (
    fault_of,
    laid_versions,
    read_texts,
    write_texts_file,
)
from takatuf.translation.models import Text
from takatuf.translation.queries import shown
from takatuf.translation.services import Shipped, put_texts

HEAD = 'msgid ""\nmsgstr ""\n"Language: nb\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
ENTRY = '\nmsgctxt "page/test/a"\nmsgid "Light the hall"\nmsgstr "Tenn lys i salen"\n'


def text(state="draft", source="Light the hall", **versions):
    held = {code: {"words": words, "state": state} for code, words in versions.items()}
    return Text(source_language="en", versions={"en": {"words": source, "state": "source"}} | held)


def codes(po):
    return [(fault.line, fault.code) for fault in read_texts(po.encode()).faults]


@pytest.mark.once
def test_what_goes_out_comes_back_as_it_was():
    words = 'Two "quoted"\nlines\twith a \\ and [s1]\n\nand a blank one'
    texts = {
        "page/test/a": text(source=words, nb=words),
        "page/test/b": text("behind", nb="Gammel"),
        "page/test/c": text("machine", nb="Maskin"),
        "page/test/d": text(),
    }
    po = write_texts_file(texts, "nb", where=lambda key: f"/en/{key}/")
    read = read_texts(po.encode())
    assert (read.language, read.faults) == ("nb", [])
    a, b, c, d = read.lines
    assert (a.key, a.source, a.words) == ("page/test/a", words, words)
    assert (b.words, b.fuzzy, b.machine) == ("Gammel", True, False)
    assert (c.machine, d.words) == (True, "")
    assert "#. Read at: /en/page/test/a/\n#. State: draft" in po


@pytest.mark.once
def test_each_fault_of_a_file_is_told_with_its_line():
    assert codes("not a po file") == [(1, "unreadable")]
    assert codes('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n') == [
        (1, "language-missing")
    ]
    assert codes(HEAD.replace("nb", "tlh")) == [(1, "language-unknown")]
    assert codes(HEAD + '\nmsgid "x"\nmsgstr "y"\n') == [(6, "key-missing")]
    twice = HEAD + ENTRY + ENTRY.replace("Light the", "Open the")
    assert [code for _line, code in codes(twice)] == ["key-twice"]
    assert [one.code for one in read_texts(HEAD.encode(), language="fr").faults] == [
        "language-other"
    ]
    assert "“fr”" in read_texts(HEAD.encode(), language="fr").faults[0].words


@pytest.mark.once
@pytest.mark.parametrize(
    ("source", "words", "language", "code"),
    [
        ("Read [s1] and %(count)s", "Lies [s1] og %(count)s", "nb", None),
        ("Read [s1]", "Lies", "nb", "places"),
        ("Read", "Lies %(count)s", "nb", "places"),
        ("Light the hall tonight", "Light the hall tonight", "ar", "script"),
        ("Light the hall tonight", "أضيئوا القاعة هذه الليلة", "fr", "script"),
        ("WHO", "WHO", "ar", None),
        ("abc", "abc\u202edef", "nb", "override"),
        ("abc", "a" * 20_001, "nb", "long"),
    ],
)
def test_a_version_is_held_to_its_source(source, words, language, code):
    assert (fault_of(source, words, language) or (None,))[0] == code


@pytest.mark.once
def test_what_ships_in_norwegian_is_taken_in_to_the_last_line():
    found, faults = laid_versions()

    assert [(path.name, fault.line, fault.words) for path, fault in faults] == []
    rooms = {key.partition("/")[0] for key in found["nb"]}
    assert rooms == {"card", "dialogue", "framework", "page"}


def test_a_language_brings_its_texts_in_its_folder(db, tmp_path):
    (tmp_path / "nb").mkdir()
    broken = ENTRY.replace("test/a", "test/b").replace("Tenn", "Tenn [s9]")
    old = ENTRY.replace("test/a", "test/c").replace("Light the hall", "Light a hall")
    (tmp_path / "nb" / "texts.po").write_text(HEAD + ENTRY + broken + old)
    texts = [Shipped(f"page/test/{one}", {"en": "Light the hall"}, "en") for one in "abc"]
    with override_settings(LOCALE_PATHS=[tmp_path]):
        put_texts("pages", texts, now=timezone.now(), whole="page/test/")
        assert put_texts("pages", texts, now=timezone.now(), whole="page/test/") == 0
    assert shown("page/test/a", "nb")[:3] == ("Tenn lys i salen", "nb", "draft")
    assert shown("page/test/b", "nb").language == "en"
    assert shown("page/test/c", "nb").state == "behind"
    with override_settings(LOCALE_PATHS=[]):
        put_texts("pages", texts, now=timezone.now())
    assert shown("page/test/a", "nb").language == "en", "what ships no more is no more"
