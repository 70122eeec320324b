"""The engines behind the port, each over what it really speaks: a socket, a program."""

import shutil

import pytest

from takatuf.testing.translate_server import translate_server
from takatuf.translation.engines import CannotTranslate, Unavailable, translator
from takatuf.translation.engines.apertium import Apertium
from takatuf.translation.engines.libretranslate import MOST_CHARACTERS, LibreTranslate
from takatuf.translation.engines.places import guard, put_back

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def running():
    with translate_server() as server:
        yield server


@pytest.fixture
def server(running):
    running.key, running.delay, running.asked, running.answers = "", 0, [], []
    return running


def test_a_server_translates_a_page_in_the_order_in_which_it_was_sent(server):
    engine = LibreTranslate(server.address + "/")

    assert ("en", "ar") in engine.pairs()
    assert ("ar", "ar") not in engine.pairs()
    assert engine.translate(["One.", "Two."], source="en", target="ar") == ["ar: One.", "ar: Two."]
    assert server.asked == [
        {"q": ["One.", "Two."], "source": "en", "target": "ar", "format": "text"}
    ]


def test_a_long_page_is_sent_in_parts_that_a_server_takes(server):
    long = ["a" * (MOST_CHARACTERS - 10), "b" * 20, "c"]
    answers = LibreTranslate(server.address).translate(long, source="en", target="fr")

    assert answers == [f"fr: {one}" for one in long]
    assert [len(asked["q"]) for asked in server.asked] == [1, 2]


def test_a_server_that_asks_for_a_key_gets_it_and_without_it_nothing_is_translated(server):
    server.key = "secret"

    answer = LibreTranslate(server.address, "secret").translate(["A"], source="en", target="fr")
    assert answer == ["fr: A"]
    with pytest.raises(Unavailable, match="403"):
        LibreTranslate(server.address, "wrong").translate(["A"], source="en", target="fr")


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "after"),
    [
        (429, {"Retry-After": "30"}, b'{"error": "Slowdown"}', Unavailable, 30),
        (500, {}, b"oh", Unavailable, None),
        (503, {"Retry-After": "Tue, 01 Dec"}, b"", Unavailable, None),
        (400, {}, b'{"error": "ar is not supported"}', CannotTranslate, None),
        (302, {"Location": "http://127.0.0.1:1/"}, b"", CannotTranslate, None),
        (200, {}, b"<html>", CannotTranslate, None),
        (200, {}, b'{"translatedText": ["a", "b"]}', CannotTranslate, None),
        (200, {}, b'{"translatedText": [""]}', CannotTranslate, None),
        (200, {}, b'{"translatedText": "a"}', CannotTranslate, None),
        (200, {}, b"[" * 100_000, CannotTranslate, None),
        (200, {}, b"x" * 1_000_001, CannotTranslate, None),
    ],
    ids=[
        "too often", "broken", "away", "language", "redirect", "no json", "too many", "empty",
        "one text", "deep", "endless",
    ],
)  # fmt: skip
def test_what_a_server_may_answer_becomes_one_of_two_faults(
    server, status, headers, body, kind, after
):
    server.answers = [(status, headers, body)]

    with pytest.raises(kind) as fault:
        LibreTranslate(server.address).translate(["A"], source="en", target="ar")
    assert getattr(fault.value, "after", None) == after


def test_a_server_that_is_slow_or_not_there_is_not_waited_for(server):
    server.delay = 0.3
    with pytest.raises(Unavailable, match="Timeout"):
        LibreTranslate(server.address, timeout=0.05).translate(["A"], source="en", target="ar")
    with pytest.raises(Unavailable, match="ConnectError"):
        LibreTranslate("http://127.0.0.1:9").pairs()


def test_a_server_of_the_older_kind_names_no_targets(server):
    server.answers = [(200, {}, b'[{"code": "en"}, {"code": "fr"}, {"name": "?"}, 3]')]

    assert LibreTranslate(server.address).pairs() == {("en", "fr"), ("fr", "en")}


@pytest.mark.skipif(shutil.which("apertium") is None, reason="apertium is not installed here")
def test_apertium_goes_from_english_to_french_through_spanish_and_keeps_the_places():
    guarded = guard("The city council opened a library in {place}. [s1]")
    [answer] = Apertium().translate([guarded.text], source="en", target="fr")
    words = put_back(answer, guarded)

    assert "bibliothèque" in words
    assert "{place}" in words
    assert "[s1]" in words
    assert {("en", "fr"), ("fr", "en"), ("en", "es")} <= Apertium().pairs()
    with pytest.raises(CannotTranslate, match="no pair"):
        Apertium().translate(["A"], source="en", target="ar")


def test_where_apertium_is_not_installed_it_says_so(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(Unavailable, match="not installed"):
        Apertium().pairs()


def test_words_are_never_read_as_a_command(monkeypatch, tmp_path):
    program = tmp_path / "apertium"
    program.write_text('#!/bin/sh\nif [ "$1" = -l ]; then echo eng-spa; else cat; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    hostile = "$(touch /tmp/owned); `id` | rm -rf / -f"

    assert Apertium().translate([hostile], source="en", target="es") == [hostile]


def test_places_sources_addresses_and_terms_come_back_as_they_were():
    text = "Ask %(name)s about {count} survivors [s2], see https://example.org/a?b=c now."
    guarded = guard(text, {"survivors": "ناجون"})

    assert "survivors" not in guarded.text
    assert "[s2]" not in guarded.text
    assert put_back(guarded.text, guarded) == text.replace("survivors", "ناجون")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.replace("XQ0X", ""),
        lambda told: told + " XQ0X",
        lambda told: told.replace("XQ0X", "XQ7X"),
    ],
    ids=["lost", "twice", "made up"],
)
def test_an_answer_that_lost_a_place_is_not_taken(spoil):
    guarded = guard("See [s1].")

    with pytest.raises(CannotTranslate):
        put_back(spoil(guarded.text), guarded)


def test_a_machine_that_writes_tokens_its_own_way_is_understood():
    guarded = guard("See [s1] and {name}.")

    assert put_back("انظر xq 1 x و XQ٠X", guarded) == "انظر {name} و [s1]"


def test_a_text_that_holds_our_tokens_gets_others():
    guarded = guard("XQ0X [s1]")

    assert put_back(guarded.text, guarded) == "XQ0X [s1]"


def test_without_a_setting_there_is_no_machine(settings):
    assert translator() is None
    settings.TRANSLATOR, settings.TRANSLATOR_URL = "libretranslate", "https://mt.example.org"
    assert translator().place == "mt.example.org"
    settings.TRANSLATOR = "apertium"
    assert translator().place == ""
