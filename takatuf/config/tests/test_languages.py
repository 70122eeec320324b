"""A language is a folder: a translator adds one without touching code."""

import json

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils import translation

from takatuf.config.faults import words_of
from takatuf.config.languages import compile_languages, find_languages
from takatuf.ui.context import tongues

pytestmark = pytest.mark.once


def folder(home, name, told='{"scope": "public"}', catalogue=""):
    made = home / "locale" / name / "LC_MESSAGES"
    made.mkdir(parents=True)
    if told is not None:
        (made.parent / "language.json").write_text(told)
    if catalogue:
        (made / "django.po").write_text(catalogue)
    return made


def test_what_ships_are_three_whole_languages_and_one_of_the_public_pages(tmp_path):
    found, faults = find_languages(tmp_path)
    assert not faults
    assert [(one.code, one.own_name, one.whole) for one in found] == [
        ("ar", "العربية", True),
        ("en", "English", True),
        ("fr", "Français", True),
        ("nb", "Norsk bokmål", False),
    ]


@pytest.mark.parametrize(
    ("name", "own_name", "right_to_left"),
    [
        ("so", "Soomaali", False),
        ("ckb", "کوردیی ناوەندی", True),
        ("pt_BR", "Português (Brasil)", False),
    ],
)
def test_a_folder_in_the_data_is_a_language_with_its_own_direction(
    tmp_path, name, own_name, right_to_left
):
    folder(tmp_path, name)
    found, faults = find_languages(tmp_path)
    one = next(each for each in found if each.code not in {"ar", "en", "fr", "nb"})
    assert not faults
    assert (one.own_name, one.right_to_left, one.whole) == (own_name, right_to_left, False)


def test_nobody_outside_promises_that_the_whole_system_speaks_a_language(tmp_path):
    folder(tmp_path, "de", '{"scope": "whole"}')
    assert not next(one for one in find_languages(tmp_path)[0] if one.code == "de").whole


@pytest.mark.parametrize(
    ("name", "told", "part"),
    [
        ("norsk-bokmål", '{"scope": "public"}', "nb or pt_BR"),
        ("de", None, "no language.json"),
        ("de", "{", "cannot be read"),
        ("de", "[]", "must be “public”"),
        ("de", '{"scope": "desk"}', "must be “public”"),
        ("de", json.dumps({"scope": "public", "own_name": "x" * 41}), "40 characters"),
        ("qqx", '{"scope": "public"}', "not known by this code"),
    ],
)
def test_a_folder_that_is_no_language_is_left_out_with_a_reason(tmp_path, name, told, part):
    folder(tmp_path, name, told)
    found, faults = find_languages(tmp_path)
    assert len(found) == 4
    with translation.override("en"):
        assert part in words_of(faults[0])


def test_a_sentence_with_other_placeholders_is_left_out_and_named(tmp_path):
    made = folder(
        tmp_path,
        "de",
        catalogue='msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Sign in"\nmsgstr "Anmelden"\n\n'
        'msgid "%(count)s texts"\nmsgstr "%(anzahl)s Texte"\n',
    )
    _codes, faults = compile_languages(tmp_path)
    with (made / "django.mo").open("rb") as stream:
        assert [message.id for message in read_mo(stream) if message.id] == ["Sign in"]
    assert "line 7" in words_of(faults[0])


def test_a_language_without_a_catalogue_still_has_addresses(tmp_path):
    made = folder(tmp_path, "so")
    compile_languages(tmp_path)
    assert (made / "django.mo").stat().st_size > 0


def test_staff_pages_are_offered_only_where_the_system_speaks():
    assert [one.code for one in tongues("/en/library/")] == ["ar", "en", "fr", "nb"]
    assert [one.code for one in tongues("/nb/?q=x")] == ["ar", "en", "fr", "nb"]
    for path in ("/en/desk/", "/en/account/login/?next=/en/desk/", "/fr/answer/x/"):
        assert [one.code for one in tongues(path)] == ["ar", "en", "fr"]


def test_the_desk_in_a_language_of_the_public_pages_is_the_desk_in_one_that_it_speaks(client):
    answer = client.get("/nb/desk/?x=1", headers={"Accept-Language": "nb,fr;q=0.8"})
    assert answer.headers["Location"] == "/fr/desk/?x=1"
    assert client.get("/nb/account/login/").headers["Location"] == "/en/account/login/"


def test_programs_are_answered_in_a_language_that_the_system_speaks(client):
    answer = client.get("/api/v1/nothing", headers={"Accept-Language": "nb"})
    assert answer.status_code == 404
    assert answer.headers["Content-Language"] == "en"


def test_nobody_chooses_a_language_that_the_system_does_not_speak():
    from takatuf.accounts.rules import spoken
    from takatuf.alerts.notices import reader_language
    from takatuf.desk.details import DetailsForm

    assert spoken("nb") == reader_language("nb") == "en"
    assert "nb" not in dict(DetailsForm().fields["language"].choices)
    assert "nb" in dict(settings.LANGUAGES)
