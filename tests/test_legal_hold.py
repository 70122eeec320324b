"""Every use case about an incident, on a held one, against docs/reference/legal-hold.md.

The table is the data; how each use case is called stands in `test_roles`. A use case that is
missing there, or that a hold does not stop though it overwrites or deletes, fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from takatuf.activities import services as activities
from takatuf.alerts import services as alerts
from takatuf.alerts.models import Answer
from takatuf.communications import services as communications
from takatuf.communications.models import Figure, ReportText
from takatuf.communications.rules import seen, words_in
from takatuf.communications.vocabulary import codes_of
from takatuf.config import world as build
from takatuf.coordination import services as coordination
from takatuf.decisions import services as decisions
from takatuf.foundation.errors import Refused
from takatuf.incidents import services as incidents
from takatuf.incidents.access import check_not_held
from takatuf.incidents.models import LegalHold
from takatuf.journal import services as journal
from takatuf.journal.models import Entry, Hold
from takatuf.journal.verification import verify
from tests.test_roles import SCENARIOS, TABLE, built

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "legal-hold.md"
ANSWERS = {"refused", "adds", "leads on", "keeps"}
ROOMS = (
    "activities",
    "alerts",
    "communications",
    "community",
    "coordination",
    "decisions",
    "incidents",
)
# Use cases of these rooms that are about no incident that exists already.
ELSEWHERE = {
    "coordination.declare_incident",
    "incidents.open_incident",
    # Who asks to join, and what readers say of a text.
    "coordination.answer_mistake",
    "coordination.approve_application",
    "coordination.ask_for_more",
    "coordination.invitation_link",
    "coordination.reconsider_application",
    "coordination.take_up_mistake",
    "coordination.turn_down_application",
}


def rows() -> dict[str, str]:
    """Use case → what the page says a hold does to it."""
    found = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `"):
            assert cells[1] in ANSWERS, f"{cells[0]}: write one of {sorted(ANSWERS)}."
            found[cells[0]] = cells[1]
    return found


HELD = rows()


def correct_what_is_known(w, actor):
    incidents.correct_incident(actor, w.incident, title="Something else", now=w.now)


def erase_names_where_all_is_held(w, actor):
    incidents.set_legal_hold(actor, w.other_incident, reason="An inquiry is coming", now=w.now)
    journal.erase_names(actor, w.bilal.pk, now=w.now)


# How a use case is called where the scenario of the roles only adds.
OWN = {
    "incidents.correct_incident": correct_what_is_known,
    "journal.erase_names": erase_names_where_all_is_held,
}


@pytest.fixture
def world(db):
    return built()


@pytest.fixture
def held(world):
    """The world of the roles, its incident under legal hold."""
    officer = build.acting(world.people["data-protection"])
    incidents.set_legal_hold(officer, world.incident, reason="An inquiry is coming", now=world.now)
    world.incident.refresh_from_db()
    return world


def texts(value: Any) -> Iterator[str]:
    """The sentences in a value: what somebody wrote, as against codes and states."""
    if isinstance(value, str) and " " in value:
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in texts(part))


def written() -> set[str]:
    """Every sentence that stands in the tables about incidents, or in or beside the record."""
    found = set()
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for row in model._base_manager.values():
                found.update(text for value in row.values() for text in texts(value))
    for entry in Entry.objects.all():
        found.update(texts(entry.content["facts"]))
        found.update(text for text in entry.private.values() if text)
        found.update(name for name in entry.people.values() if name)
    return found


@pytest.mark.once  # a hold is asked about above the database
@pytest.mark.parametrize("name", HELD)
def test_a_hold_does_to_each_use_case_what_the_page_says(name, held, tmp_path):
    held.bundle = tmp_path / "bundle.json"
    column = next(role for role, answer in TABLE[name].items() if answer in {"yes", "own"})
    act = OWN.get(name) or (lambda w, actor: SCENARIOS[name](w, actor, w.agency_of(column)))
    before = written()

    code = ""
    try:
        with transaction.atomic():
            act(held, held.actor(column))
    except Refused as refusal:
        code = refusal.code

    assert code.startswith("held") == (HELD[name] == "refused"), f"{name}: {code or 'went through'}"
    assert code.startswith("held") or not code, f"{name}: {code}"
    lost = before - written()
    assert not lost, f"{name} lost {lost}"


@pytest.mark.once
def test_every_use_case_about_an_incident_is_on_the_page():
    about = {name for name in TABLE if name.partition(".")[0] in (*ROOMS, "journal")} - ELSEWHERE
    missing = sorted(about - set(HELD))
    assert not missing, (
        f"{missing}: say in docs/reference/legal-hold.md what a legal hold does to it. Where it "
        "overwrites or deletes, call `incidents.access.check_not_held` first of all."
    )
    gone = sorted(set(HELD) - set(TABLE))
    assert not gone, f"{gone}: no such use case any more. Take it off the page."


def test_a_hold_has_a_reason_and_stands_in_the_record(world):
    officer = world.actor("data-protection")
    with pytest.raises(Refused) as refusal:
        incidents.set_legal_hold(officer, world.incident, reason=" ", now=world.now)
    assert refusal.value.field == "reason"

    incidents.set_legal_hold(officer, world.incident, reason="An inquiry", now=world.now)
    incidents.lift_legal_hold(officer, world.incident, reason="It ended", now=world.now)

    hold = LegalHold.objects.get()
    assert (hold.reason, hold.lift_reason) == ("An inquiry", "It ended")
    told = Entry.objects.filter(verb__startswith="hold.").order_by("index")
    assert [(entry.verb, entry.private["reason"]) for entry in told] == [
        ("hold.set", "An inquiry"),
        ("hold.lifted", "It ended"),
    ]
    assert not Hold.objects.exists()
    incidents.correct_incident(
        world.actor("coordinator"), world.incident, title="Corrected", now=world.now
    )


def test_what_nobody_knew_yet_is_filled_in(held):
    coordinator = held.actor("coordinator")
    incidents.correct_incident(coordinator, held.incident, place="The old market", now=held.now)
    with pytest.raises(Refused):
        incidents.correct_incident(coordinator, held.incident, place="Another", now=held.now)


def test_another_incident_of_the_city_is_not_held(held):
    coordinator = held.actor("coordinator")
    incidents.correct_incident(coordinator, held.other_incident, title="Else", now=held.now)
    with transaction.atomic():
        check_not_held(held.other_incident)
        with pytest.raises(Refused):
            check_not_held(held.incident)


def test_a_name_stays_where_it_is_held_and_goes_elsewhere(held):
    """Bilal was called about both incidents."""
    officer = held.actor("data-protection")

    erased = journal.erase_names(officer, held.bilal.pk, now=held.now)

    assert erased == 1
    for entry in Entry.objects.filter(about=held.incident.about, verb="call.asked"):
        assert None not in entry.people.values()
    for entry in Entry.objects.filter(about=held.other_incident.about, verb="call.asked"):
        if str(held.bilal.pk) in entry.canonical:
            assert None in entry.people.values()
    record = Entry.objects.get(verb="journal.names_erased")
    assert (record.facts["entries"], record.facts["held"]) == (1, 1)
    incidents.lift_legal_hold(officer, held.incident, reason="It ended", now=held.now)
    assert journal.erase_names(officer, held.bilal.pk, now=held.now) == 1
    assert verify(held.city.log)["logs"][0]["ok"]


def test_what_a_draft_said_before_is_kept_in_the_record(held):
    coordinator = held.actor("coordinator")
    report = coordination.draft_report(coordinator, held.incident, language="en", now=held.now)
    code = codes_of("situation")[0]

    def write(text):
        there = {row.code: row.versions for row in ReportText.objects.filter(report=report)}
        before = {one: seen(words_in(there.get(one, {}), "en")) for one in codes_of("situation")}
        communications.write_section(
            coordinator, report, "situation", "en", {code: text}, before=before, now=held.now
        )

    write("Two streets are closed.")
    write("Three streets are closed.")

    last = Entry.objects.filter(verb="report.edited").order_by("index").last()
    assert last.private["before"] == "Two streets are closed."


def test_what_a_figure_said_before_is_kept_in_every_language(held):
    coordinator = held.actor("coordinator")
    report = coordination.draft_report(coordinator, held.incident, language="en", now=held.now)
    figure = Figure.objects.filter(report=report)[0]
    words = figure.words | {"en": figure.words["en"] | {"source": "The hospital"}}
    before = written()

    communications.set_figure(
        coordinator, report, figure, words=words, value="7", as_of=held.now, confirmed_by="",
        version=figure.version, now=held.now,
    )  # fmt: skip

    assert not before - written()


def test_a_tick_that_is_held_stays(held):
    call = held.call(held.fire)
    ticked = Answer.objects.create(call=call, way=Answer.Way.VOICE, at=held.now)
    with pytest.raises(Refused) as refusal:
        alerts.take_back_tick(held.actor("coordinator"), ticked, now=held.now)
    assert refusal.value.code == "held"
    assert Answer.objects.filter(pk=ticked.pk).exists()


def test_whoever_may_not_hold_asks_in_the_log(held, world):
    asked = coordination.ask_for_hold(
        world.actor("coordinator"),
        world.other_incident,
        reason="There will be a trial",
        language="en",
        now=world.now,
    )
    assert asked.kind == "question"
    assert "There will be a trial" in asked.text
    decisions.settle_entry(
        world.actor("data-protection"), asked, outcome="answered", note="Yes", now=world.now
    )
    with pytest.raises(Refused):
        coordination.ask_for_hold(
            world.actor("liaison"),
            world.incident,
            reason="Again",
            language="en",
            now=timezone.now(),
        )


def test_the_response_goes_on(held):
    """A city under a hold works: it adds, takes, finishes and decides as before."""
    coordinator = held.actor("coordinator")
    task = held.task(held.municipality)
    activities.take_task(coordinator, task, now=held.now)
    activities.finish_task(coordinator, task, note="Done", now=held.now)
    first = held.entry("information")
    decisions.strike_entry(coordinator, first, text="It is not.", language="en", now=held.now)
    first.refresh_from_db()
    assert first.text == "Is the school open?"
