"""The machine drafts public texts; nobody stands behind it, and no person is written over."""

from datetime import UTC, datetime, timedelta

import pytest

from takatuf.config import world
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.testing.translate_server import translate_server
from takatuf.translation.engines import CannotTranslate, Unavailable
from takatuf.translation.jobs import translate_next
from takatuf.translation.models import MachineRun, PublicText
from takatuf.translation.queries import seen, shown
from takatuf.translation.services import (
    Shipped,
    ask_machine,
    missing_in,
    put_texts,
    stop_machine,
    write_version,
)
from takatuf.translation.services import machine as room

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LONG = "Ask early. [s1]\n\nGive time to {count} families."


class Echo:
    """An engine that writes the language before each paragraph, or fails as it is told."""

    place = "mt.example.org"
    fault: Exception | None = None

    def __init__(self):
        self.asked = []

    def pairs(self):
        return frozenset({("en", "fr")})

    def translate(self, texts, *, source, target):
        self.asked += texts
        if self.fault:
            raise self.fault
        return [f"{target} {text}" for text in texts]


@pytest.fixture
def engine(monkeypatch):
    engine = Echo()
    monkeypatch.setattr(room, "translator", lambda: engine)
    return engine


@pytest.fixture
def texts(db):
    """Three texts of a page; one has been translated by a person."""
    PublicText.objects.all().delete()
    put_texts(
        "t",
        [
            Shipped("page/t/a", {"en": LONG}, "en"),
            Shipped("page/t/b", {"en": "Second"}, "en"),
            Shipped("page/t/c", {"en": "Third", "fr": "Troisième"}, "en"),
        ],
        now=NOW,
    )


def work(now=NOW):
    steps = 0
    while translate_next(now):
        steps += 1
    return steps


def test_all_that_is_missing_is_drafted_text_by_text_and_marked(texts, engine):
    assert missing_in("fr") == ["page/t/a", "page/t/b"]
    run = ask_machine(COMMAND, "fr", now=NOW)
    assert work() == 2

    told = shown("page/t/a", "fr")
    assert told.words == "fr Ask early. [s1]\n\nfr Give time to {count} families."
    assert told.state == "machine"
    assert shown("page/t/c", "fr").words == "Troisième"
    run.refresh_from_db()
    assert (run.done, run.total, run.left) == (2, 2, 0)
    assert Entry.objects.get(verb="machine.asked").facts["place"] == "mt.example.org"
    assert Entry.objects.filter(verb="machine.finished").exists()
    assert not any("[s1]" in asked or "{count}" in asked for asked in engine.asked)


def test_what_a_person_wrote_is_not_written_over(texts, engine):
    with pytest.raises(Refused, match="does not write over"):
        ask_machine(COMMAND, "fr", key="page/t/c", now=NOW)
    run = ask_machine(COMMAND, "fr", now=NOW)
    mark = seen("page/t/a", "fr")
    write_version(COMMAND, "page/t/a", "fr", "Tôt. [s1]\n\n{count}", seen=mark, now=NOW)
    work()

    assert shown("page/t/a", "fr").words == "Tôt. [s1]\n\n{count}"
    run.refresh_from_db()
    assert run.problems == [{"key": "page/t/a", "why": "changed-since"}]


def test_an_answer_that_lost_its_places_is_not_kept(texts, engine):
    engine.translate = lambda texts, **_: ["nothing of it" for _one in texts]
    run = ask_machine(COMMAND, "fr", key="page/t/a", now=NOW)
    work()

    assert shown("page/t/a", "fr").language == "en"
    run.refresh_from_db()
    assert run.problems == [{"key": "page/t/a", "why": "lost"}]
    assert run.ended_at


def test_an_engine_that_is_away_is_waited_for_and_given_up_after_an_hour(texts, engine):
    engine.fault = Unavailable("HTTP 429", after=30)
    run = ask_machine(COMMAND, "fr", now=NOW)
    assert not translate_next(NOW)
    assert not translate_next(NOW + timedelta(seconds=29))
    assert len(engine.asked) == 2  # the two paragraphs of one text, once
    engine.fault = Unavailable("ConnectError")
    for hour in range(1, 12):
        translate_next(NOW + timedelta(hours=hour))

    run.refresh_from_db()
    assert run.ended_at
    assert run.error == "ConnectError"
    assert Entry.objects.filter(verb="machine.given_up").exists()


def test_an_engine_that_cannot_leaves_a_note_and_goes_on(texts, engine):
    engine.fault = CannotTranslate("no pair en-fr")
    run = ask_machine(COMMAND, "fr", now=NOW)
    assert work() == 2

    run.refresh_from_db()
    assert [one["why"] for one in run.problems] == ["no pair en-fr"] * 2


def test_one_run_at_a_time_which_somebody_may_stop(texts, engine):
    ask_machine(COMMAND, "fr", now=NOW)
    with pytest.raises(Refused, match="already"):
        ask_machine(COMMAND, "fr", now=NOW)
    translate_next(NOW)
    stop_machine(COMMAND, "fr", now=NOW)

    assert work() == 0
    assert MachineRun.objects.get().done == 1


def test_without_an_engine_and_with_nothing_to_do_it_says_so(texts, settings, engine, monkeypatch):
    with pytest.raises(Refused, match="No text is missing"):
        ask_machine(COMMAND, "en", now=NOW)
    with pytest.raises(NotFound):
        ask_machine(COMMAND, "xx", now=NOW)
    monkeypatch.setattr(room, "translator", lambda: None)
    with pytest.raises(Refused, match="No machine is set"):
        ask_machine(COMMAND, "fr", now=NOW)


def test_nobody_but_the_secretariat_asks_the_machine(texts, engine, amina):
    with pytest.raises(NotFound):
        ask_machine(world.acting(amina), "fr", now=NOW)


def test_over_a_real_socket_from_the_setting_to_the_page(texts, settings):
    with translate_server(key="k") as server:
        settings.TRANSLATOR, settings.TRANSLATOR_URL = "libretranslate", server.address
        settings.TRANSLATOR_KEY = "k"
        ask_machine(COMMAND, "fr", key="page/t/b", now=NOW)
        assert work() == 1

    assert shown("page/t/b", "fr").words == "fr: Second"
    assert {asked["q"][0] for asked in server.asked} == {"Second"}
