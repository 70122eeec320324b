"""Every use case with every role, held against the table in docs/reference/roles.md.

The table is the data; the scenarios below say how each use case is called on a small world.
A public use case that stands in neither table of the page fails here.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone

from takatuf.accounts import services as accounts
from takatuf.accounts.models import Person
from takatuf.activities import services as activities
from takatuf.activities.models import Overlap
from takatuf.alerts import services as alerts
from takatuf.alerts.models import Answer, Call, Delivery
from takatuf.communications import services as communications
from takatuf.communications.models import Figure, Report
from takatuf.community import services as community
from takatuf.community.models import Issue
from takatuf.config import world as build
from takatuf.coordination import services as coordination
from takatuf.decisions import services as decisions
from takatuf.foundation.actors import COMMAND, Actor
from takatuf.foundation.errors import Declined, NotAllowed, NotFound
from takatuf.foundation.ids import uuid7
from takatuf.foundation.roles import Role
from takatuf.incidents import services as incidents
from takatuf.incidents.models import InquiryFile
from takatuf.journal import services as journal
from takatuf.journal.excerpt import Blotted
from takatuf.learning import services as learning
from takatuf.learning.models import Card
from takatuf.learning.tests.test_shipped_cards import a_card
from takatuf.network import services as network
from takatuf.network.models import Agency, Appointment, City
from takatuf.network.rules import Shift
from takatuf.plans import services as plans
from takatuf.plans.framework import framework
from takatuf.plans.improvements import improvements_of
from takatuf.plans.models import Plan
from takatuf.translation import queries as public_words
from takatuf.translation import services as translation
from takatuf.translation.exchange import PoTexts
from tests.house import rules

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "roles.md"
INSTALLATION = {Role.SECRETARIAT, Role.OPERATOR}
ANSWERS = {"yes", "own", "no", "–"}
WINDOWS = ("desk", "public", "api")


# The page


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the table whose first column is headed so."""
    inside = False
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == heading:
            inside = True
            yield cells
        elif inside and not set(cells[0]) <= {"-"}:
            yield cells


HEADER, *USE_CASES = rows("use case")
COLUMNS = HEADER[1:]
TABLE = {name: dict(zip(COLUMNS, cells, strict=True)) for name, *cells in USE_CASES}
STEPS = {name: who for name, who, *_rest in list(rows("step"))[1:]}


# The world


@dataclass
class World:
    """A city with three agencies at an incident and one that is not, and a person per role."""

    city: City
    municipality: Agency
    fire: Agency
    health: Agency
    police: Agency
    people: dict[str, Person]
    elsewhere_liaison: Person
    bilal: Person
    plan: Plan
    incident: Any
    other_incident: Any
    draft: Any  # the key of a report of the other incident
    now: datetime
    bundle: Path = Path()

    def actor(self, column: str) -> Actor:
        return build.acting(self.people[column])

    def agency_of(self, column: str) -> Agency:
        return self.fire if column == Role.LIAISON else self.municipality

    def task(self, agency: Agency) -> Any:
        return activities.add_task(
            self.actor("coordinator"),
            self.incident,
            title="Open the hall",
            language="en",
            agency=agency,
            now=self.now,
        )

    def entry(self, kind: str = "question", **rest: Any) -> Any:
        return decisions.write_entry(
            self.actor("coordinator"),
            self.incident,
            kind=kind,
            text="Is the school open?",
            language="en",
            now=self.now,
            **rest,
        )

    def call(self, agency: Agency) -> Call:
        return Call.objects.get(alert__about=self.incident.about, agency=agency)

    def delivery(self, agency: Agency, **lookup: Any) -> Delivery:
        found = Delivery.objects.filter(call=self.call(agency), **lookup)
        return found.exclude(channel="desk").order_by("id")[0]

    def step(self, actor: Actor | None = None) -> Any:
        return plans.add_step(
            actor or self.actor("coordinator"),
            self.plan,
            title={"en": "Open the hall"},
            source_language="en",
            due_within=timedelta(minutes=30),
            now=self.now,
        )

    def post(self, agency: Agency) -> Any:
        return agency.memberships.order_by("call_order", "id")[0]


# Without the mark a part of this file would be given no database of tests, but the developer's.
# Who may do what is decided above the database; each use case runs on both in its own room.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def one_world(django_db_setup, django_db_blocker):
    """One world for the whole table: every attempt is taken back (`outcome`)."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield built()
        transaction.set_rollback(True)


@pytest.fixture
def world(one_world):
    """The world as the database has it: an attempt changes the things that it is given."""
    people = Person.objects.in_bulk([person.pk for person in one_world.people.values()])
    return replace(
        one_world,
        people={column: people[person.pk] for column, person in one_world.people.items()},
        **{
            name: type(thing).objects.get(pk=thing.pk)
            for name, thing in vars(one_world).items()
            if isinstance(thing, Model)
        },
    )


def built():
    city = build.make_city()
    municipality = build.make_agency(city, "Municipality", "municipality")
    fire = build.make_agency(city, "Fire and Rescue", "fire")
    health = build.make_agency(city, "Health Directorate", "health", level="region")
    police = build.make_agency(city, "Police", "police", level="national")
    elsewhere = build.make_agency(build.make_city("elsewhere", name="Elsewhere"), "Elsewhere")
    people = {}
    for role in Role:
        if role in INSTALLATION:
            people[role.value] = build.make_person(role.value)
            Appointment.objects.create(person=people[role.value], role=role)
        else:
            agency = fire if role == Role.LIAISON else municipality
            people[role.value] = build.make_person(role.value, (agency, role.value, 1))
    people["no post"] = build.make_person("nobody")
    people["stranger"] = build.make_person("stranger", (elsewhere, "coordinator"))
    bilal = build.make_person("Bilal", (health, "liaison", 1))
    build.make_person("Chen", (health, "liaison", 2))
    second = build.make_person("Second", (municipality, "coordinator", 3))
    assert second
    plan = Plan.objects.create(city=city, slug="ours", title="Our plan")
    plan.agencies.set([municipality, fire, health])
    now = timezone.now()
    coordinator = build.acting(people["coordinator"])

    def declared(title: str) -> Any:
        return coordination.declare_incident(
            coordinator, city=city, title=title, kind="attack", severity=2, plan=plan, now=now
        )

    other = declared("Shots near the market")
    return World(
        city=city,
        municipality=municipality,
        fire=fire,
        health=health,
        police=police,
        people=people,
        elsewhere_liaison=build.make_person("Police liaison", (police, "liaison", 1)),
        bilal=bilal,
        plan=plan,
        incident=declared("Shots at the market"),
        other_incident=other,
        draft=coordination.draft_report(coordinator, other, language="en", now=now).pk,
        now=now,
    )


# The scenarios: how each use case is called. `agency` is the one whose business the thing is.

Scenario = Callable[[World, Actor, Agency], Any]
SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str) -> Callable[[Scenario], Scenario]:
    def keep(act: Scenario) -> Scenario:
        SCENARIOS[name] = act
        return act

    return keep


@scenario("coordination.declare_incident")
def _(w, actor, agency):
    coordination.declare_incident(
        actor, city=w.city, title="A threat", kind="threat", severity=1, plan=w.plan, now=w.now
    )


@scenario("incidents.open_incident")
def _(w, actor, agency):
    incidents.open_incident(
        actor, city=w.city, title="A threat", kind="threat", severity=1, now=w.now
    )


@scenario("coordination.call_another_agency")
def _(w, actor, agency):
    coordination.call_another_agency(actor, w.incident, w.police, now=w.now)


@scenario("coordination.change_phase")
def _(w, actor, agency):
    coordination.change_phase(
        actor, w.incident, "first-day", reason="All were told", language="en", now=w.now
    )


@scenario("incidents.set_phase")
def _(w, actor, agency):
    incidents.set_phase(actor, w.incident, "first-day", reason="All were told", now=w.now)


@scenario("incidents.correct_incident")
def _(w, actor, agency):
    incidents.correct_incident(actor, w.incident, place="The old market", now=w.now)


@scenario("coordination.report_from_scene")
def _(w, actor, agency):
    coordination.report_from_scene(actor, w.city, location="Gate 2", language="en", now=w.now)


@scenario("incidents.send_methane")
def _(w, actor, agency):
    incidents.send_methane(actor, w.city, location="Gate 2", language="en", now=w.now)


def from_scene(w, sender="liaison"):
    return incidents.send_methane(
        w.actor(sender), w.city, location="Gate 2", language="en", now=w.now
    )


@scenario("coordination.declare_from_methane")
def _(w, actor, agency):
    coordination.declare_from_methane(
        actor, from_scene(w), title="Shots", kind="attack", severity=3, now=w.now
    )


@scenario("coordination.add_methane_to_incident")
def _(w, actor, agency):
    coordination.add_methane_to_incident(actor, from_scene(w), w.incident, now=w.now)


@scenario("incidents.join_methane")
def _(w, actor, agency):
    incidents.join_methane(actor, from_scene(w), w.incident, now=w.now)


@scenario("incidents.close_methane")
def _(w, actor, agency):
    incidents.close_methane(actor, from_scene(w), reason="Fireworks", now=w.now)


def meeting_of(w, *, begun=True):
    lead = w.actor("coordinator")
    planned = decisions.plan_meeting(
        lead, w.incident, at=w.now + timedelta(hours=1), place="Town hall", now=w.now
    )
    return coordination.begin_meeting(lead, planned, now=w.now) if begun else planned


@scenario("decisions.plan_meeting")
def _(w, actor, agency):
    decisions.plan_meeting(
        actor, w.incident, at=w.now + timedelta(hours=1), place="Town hall", now=w.now
    )


@scenario("decisions.set_rhythm")
def _(w, actor, agency):
    decisions.set_rhythm(actor, w.incident, hours=6, now=w.now)


@scenario("coordination.begin_meeting")
def _(w, actor, agency):
    coordination.begin_meeting(actor, meeting_of(w, begun=False), now=w.now)


@scenario("decisions.open_meeting")
def _(w, actor, agency):
    decisions.open_meeting(
        actor, meeting_of(w, begun=False), agenda={"groups": []}, points=0, now=w.now
    )


@scenario("decisions.mark_attendance")
def _(w, actor, agency):
    marks = {w.fire.pk: decisions.Mark("came", "Watch commander")}
    decisions.mark_attendance(actor, meeting_of(w), marks=marks, now=w.now)


@scenario("coordination.record_outcome")
def _(w, actor, agency):
    coordination.record_outcome(
        actor, meeting_of(w), kind="information", text="The hall is free", language="en", now=w.now
    )


@scenario("coordination.end_meeting")
def _(w, actor, agency):
    coordination.end_meeting(actor, meeting_of(w), language="en", now=w.now)


@scenario("decisions.close_meeting")
def _(w, actor, agency):
    decisions.close_meeting(actor, meeting_of(w), entry=None, now=w.now)


@scenario("incidents.plan_meeting")
def _(w, actor, agency):
    incidents.plan_meeting(
        actor, w.incident, at=w.now + timedelta(hours=1), place="Hall 2", now=w.now
    )


def a_trial(w):
    """A trial that the coordinator entered."""
    return incidents.set_key_date(
        w.actor("coordinator"), w.incident, kind="trial", on=w.now.date(), now=w.now
    )


@scenario("incidents.set_key_date")
def _(w, actor, agency):
    incidents.set_key_date(actor, w.incident, kind="inquiry", on=w.now.date(), now=w.now)


@scenario("incidents.move_key_date")
def _(w, actor, agency):
    incidents.move_key_date(actor, a_trial(w), kind="appeal", on=w.now.date(), now=w.now)


@scenario("incidents.remove_key_date")
def _(w, actor, agency):
    incidents.remove_key_date(actor, a_trial(w), now=w.now)


@scenario("coordination.enter_key_date")
def _(w, actor, agency):
    coordination.enter_key_date(actor, w.incident, kind="inquiry", on=w.now.date(), now=w.now)


@scenario("coordination.correct_key_date")
def _(w, actor, agency):
    coordination.correct_key_date(actor, a_trial(w), kind="appeal", on=w.now.date(), now=w.now)


@scenario("coordination.drop_key_date")
def _(w, actor, agency):
    coordination.drop_key_date(actor, a_trial(w), now=w.now)


def led_by(w, agency):
    """The incident, led by this agency."""
    w.incident.lead_agency = agency
    w.incident.save()
    return w.incident


def offered_to(w, agency):
    """The lead, offered by the police to this agency, whose people can all sign in."""
    Person.objects.update(linked=True)
    return incidents.write_offer(
        w.actor("coordinator"),
        led_by(w, w.police),
        to_agency=agency,
        text="All passes",
        language="en",
        open_things={},
        now=w.now,
        said_by="The duty inspector, by telephone",
    )


@scenario("coordination.offer_hand_over")
def _(w, actor, agency):
    coordination.offer_hand_over(
        actor,
        led_by(w, agency),
        to_agency=w.police,
        text="All passes",
        language="en",
        now=w.now,
        said_by="The duty inspector, by telephone",
    )


@scenario("incidents.write_offer")
def _(w, actor, agency):
    incidents.write_offer(
        actor,
        led_by(w, agency),
        to_agency=w.police,
        text="All passes",
        language="en",
        open_things={},
        now=w.now,
        said_by="The duty inspector, by telephone",
    )


@scenario("incidents.withdraw_offer")
def _(w, actor, agency):
    made = incidents.write_offer(
        w.actor("coordinator"),
        led_by(w, agency),
        to_agency=w.police,
        text="All passes",
        language="en",
        open_things={},
        now=w.now,
        said_by="The duty inspector, by telephone",
    )
    incidents.withdraw_offer(actor, made, note="", now=w.now)


@scenario("coordination.answer_hand_over")
def _(w, actor, agency):
    coordination.answer_hand_over(
        actor, offered_to(w, agency), accepts=True, note="Thank you", language="en", now=w.now
    )


@scenario("incidents.answer_offer")
def _(w, actor, agency):
    incidents.answer_offer(actor, offered_to(w, agency), accepts=False, note="No", now=w.now)


@scenario("coordination.stand_down")
def _(w, actor, agency):
    coordination.stand_down(actor, w.incident, reason="It is over", language="en", now=w.now)


@scenario("incidents.close_incident")
def _(w, actor, agency):
    incidents.close_incident(
        actor, w.incident, reason="It is over", language="en", kept=0, now=w.now
    )


def a_closed_incident(w):
    """The incident, stood down by the coordinator."""
    return incidents.close_incident(
        w.actor("coordinator"), w.incident, reason="It is over", language="en", kept=0, now=w.now
    )


@scenario("coordination.reopen_incident")
def _(w, actor, agency):
    coordination.reopen_incident(
        actor, a_closed_incident(w), reason="New facts", language="en", now=w.now
    )


@scenario("incidents.open_again")
def _(w, actor, agency):
    incidents.open_again(actor, a_closed_incident(w), reason="New facts", now=w.now)


@scenario("incidents.set_legal_hold")
def _(w, actor, agency):
    incidents.set_legal_hold(actor, w.incident, reason="An inquiry is coming", now=w.now)


@scenario("incidents.lift_legal_hold")
def _(w, actor, agency):
    if w.incident.held_since is None:
        officer = w.actor("data-protection")
        incidents.set_legal_hold(officer, w.incident, reason="An inquiry is coming", now=w.now)
    incidents.lift_legal_hold(actor, w.incident, reason="It is over", now=w.now)


@scenario("coordination.take_out_for_inquiry")
def _(w, actor, agency):
    coordination.take_out_for_inquiry(actor, w.incident, w.bundle, now=w.now)


OPEN_HALL = "Who,What,District,People\n{agency},Open hall,Market,{people}\n"


def file_from(w, agency, *, people=30, taken_in=False):
    """A file that the agency's own people brought."""
    writer = {w.fire: w.people["liaison"], w.health: w.bilal}
    actor = build.acting(writer.get(agency, w.people["coordinator"]))
    data = OPEN_HALL.format(agency=agency.name, people=people).encode()
    made = activities.begin_import(actor, w.incident, data, filename="3w.csv", now=w.now)
    return activities.run_import(actor, made, now=w.now) if taken_in else made


@scenario("activities.take_out_activities")
def _(w, actor, agency):
    activities.take_out_activities(actor, w.incident, form="hxl", now=w.now)


@scenario("activities.begin_import")
def _(w, actor, agency):
    data = OPEN_HALL.format(agency=agency.name, people=30).encode()
    activities.begin_import(actor, w.incident, data, filename="3w.csv", now=w.now)


@scenario("activities.read_import")
def _(w, actor, agency):
    data = OPEN_HALL.format(agency=agency.name, people=30).encode()
    activities.read_import(actor, w.incident, data, filename="3w.csv", now=w.now)


@scenario("activities.keep_import")
def _(w, actor, agency):
    data = OPEN_HALL.format(agency=agency.name, people=30).encode()
    leader = w.actor("coordinator")
    read = activities.read_import(leader, w.incident, data, filename="3w.csv", now=w.now)
    activities.keep_import(actor, read, now=w.now)


@scenario("activities.import_file")
def _(w, actor, agency):
    data = OPEN_HALL.format(agency=agency.name, people=30).encode()
    activities.import_file(actor, w.incident, data, filename="3w.csv", now=w.now)


@scenario("activities.settle_layout")
def _(w, actor, agency):
    activities.settle_layout(actor, file_from(w, agency), columns={}, now=w.now)


@scenario("activities.try_import")
def _(w, actor, agency):
    activities.try_import(actor, file_from(w, agency), now=w.now)


@scenario("activities.run_import")
def _(w, actor, agency):
    activities.run_import(actor, file_from(w, agency), now=w.now)


@scenario("activities.stop_import")
def _(w, actor, agency):
    activities.stop_import(actor, file_from(w, agency), now=w.now)


@scenario("activities.settle_changes")
def _(w, actor, agency):
    file_from(w, agency, taken_in=True)
    again = file_from(w, agency, people=40, taken_in=True)
    activities.settle_changes(actor, again, accept=True, now=w.now)


@scenario("activities.undo_import")
def _(w, actor, agency):
    activities.undo_import(actor, file_from(w, agency, taken_in=True), now=w.now)


@scenario("incidents.order_inquiry_file")
def _(w, actor, agency):
    incidents.order_inquiry_file(actor, w.incident, language="en", now=w.now)


@scenario("incidents.fetch_inquiry_file")
def _(w, actor, agency):
    ordered = InquiryFile.objects.create(
        incident=w.incident, ordered_at=w.now, finished_at=w.now, language="en"
    )
    with override_settings(HOME=w.bundle.parent):
        ordered.path.parent.mkdir(exist_ok=True)
        ordered.path.write_bytes(b"PK")
        incidents.fetch_inquiry_file(actor, ordered, now=w.now)


@scenario("coordination.ask_for_hold")
def _(w, actor, agency):
    coordination.ask_for_hold(
        actor, w.incident, reason="An inquiry is coming", language="en", now=w.now
    )


@scenario("incidents.join_into")
def _(w, actor, agency):
    incidents.join_into(actor, w.other_incident, w.incident, now=w.now)


@scenario("incidents.part_again")
def _(w, actor, agency):
    leader = w.actor("coordinator")
    joined = incidents.join_into(leader, w.other_incident, w.incident, now=w.now)
    incidents.part_again(actor, joined, now=w.now)


@scenario("coordination.join_incidents")
def _(w, actor, agency):
    coordination.join_incidents(actor, w.other_incident, w.incident, language="en", now=w.now)


@scenario("coordination.report_to_existing")
def _(w, actor, agency):
    coordination.report_to_existing(
        actor, w.incident, title="Shots", place="Market", language="en", now=w.now
    )


def drafted_report(w):
    """The draft of the other incident, the same for every attempt: it is dear to write."""
    return Report.objects.get(pk=w.draft)


def waiting_report(w):
    """A report that somebody edited who is in none of the columns."""
    report = drafted_report(w)
    second = Person.objects.get(name="Second")
    Report.objects.filter(pk=report.pk).update(edited_by=second)
    return communications.send_for_approval(
        w.actor("coordinator"), report, version=report.version, now=w.now
    )


@scenario("coordination.draft_report")
def _(w, actor, agency):
    coordination.draft_report(actor, w.incident, language="en", now=w.now)


@scenario("communications.start_report")
def _(w, actor, agency):
    communications.start_report(
        actor, w.incident, texts={}, figures=[], languages=["en"], now=w.now
    )


@scenario("communications.write_section")
def _(w, actor, agency):
    communications.write_section(
        actor, drafted_report(w), "tension", "en", {"tension": "Calm."}, before={}, now=w.now
    )


@scenario("communications.set_scope")
def _(w, actor, agency):
    report = drafted_report(w)
    communications.set_scope(
        actor, report, languages=["en"], audience="public", version=report.version, now=w.now
    )


@scenario("communications.set_figure")
def _(w, actor, agency):
    communications.set_figure(
        actor,
        drafted_report(w),
        None,
        words={"ar": {"label": "عائلات", "source": "الصحة"}, "en": {"label": "x", "source": "y"}},
        value="12",
        as_of=w.now,
        now=w.now,
    )


@scenario("communications.remove_figure")
def _(w, actor, agency):
    report = drafted_report(w)
    figure = Figure.objects.filter(report=report)[0]
    communications.remove_figure(actor, report, figure, now=w.now)


@scenario("communications.send_for_approval")
def _(w, actor, agency):
    report = drafted_report(w)
    communications.send_for_approval(actor, report, version=report.version, now=w.now)


@scenario("communications.send_back")
def _(w, actor, agency):
    communications.send_back(actor, waiting_report(w), reason="Not yet", now=w.now)


@scenario("communications.approve_report")
def _(w, actor, agency):
    report = waiting_report(w)
    communications.approve_report(actor, report, version=report.version, now=w.now)


@scenario("communications.look_at_report")
def _(w, actor, agency):
    second = build.acting(Person.objects.get(name="Second"))
    report = waiting_report(w)
    report = communications.approve_report(
        w.actor("mayor"), report, version=report.version, now=w.now
    )
    Report.objects.filter(pk=report.pk).update(second_look="open", approved_by=second.person_id)
    communications.look_at_report(actor, report, agrees=True, now=w.now)


@scenario("communications.withdraw_report")
def _(w, actor, agency):
    communications.withdraw_report(actor, drafted_report(w), reason="Not needed", now=w.now)


@scenario("activities.add_task")
def _(w, actor, agency):
    activities.add_task(actor, w.incident, title="Open the hall", language="en", now=w.now)


@scenario("activities.take_task")
def _(w, actor, agency):
    activities.take_task(actor, w.task(agency), now=w.now)


@scenario("activities.hand_over_task")
def _(w, actor, agency):
    activities.hand_over_task(actor, w.task(agency), agency=w.police, now=w.now)


@scenario("activities.block_task")
def _(w, actor, agency):
    activities.block_task(actor, w.task(agency), reason="No key", now=w.now)


@scenario("activities.finish_task")
def _(w, actor, agency):
    activities.finish_task(actor, w.task(agency), note="It is open", now=w.now)


@scenario("activities.note_task")
def _(w, actor, agency):
    activities.note_task(actor, w.task(agency), note="Half of it stands", now=w.now)


@scenario("activities.reopen_task")
def _(w, actor, agency):
    done = activities.finish_task(
        w.actor("coordinator"), w.task(agency), note="It is open", now=w.now
    )
    activities.reopen_task(actor, done, now=w.now)


TOLD = {"service": "counselling", "title": "Evening groups in the hall", "places": ("city",)}


def what_is_done(w, agency):
    """An entry of this agency's work, told by the coordinator."""
    return activities.report_activity(
        w.actor("coordinator"), w.incident, agency=agency, facts=TOLD, now=w.now
    )


@scenario("activities.report_activity")
def _(w, actor, agency):
    activities.report_activity(actor, w.incident, agency=agency, facts=TOLD, now=w.now)


@scenario("activities.change_activity")
def _(w, actor, agency):
    facts = {"title": "Morning groups"}
    activities.change_activity(actor, what_is_done(w, agency), facts=facts, now=w.now)


@scenario("activities.confirm_activity")
def _(w, actor, agency):
    activities.confirm_activity(actor, what_is_done(w, agency), now=w.now)


@scenario("activities.confirm_all_of")
def _(w, actor, agency):
    organisation = what_is_done(w, agency).organisation
    activities.confirm_all_of(actor, w.incident, organisation=organisation, now=w.now)


@scenario("activities.withdraw_activity")
def _(w, actor, agency):
    entry = what_is_done(w, agency)
    activities.withdraw_activity(actor, entry, reason="Entered twice", now=w.now)


@scenario("activities.restore_activity")
def _(w, actor, agency):
    coordinator = w.actor("coordinator")
    entry = activities.withdraw_activity(
        coordinator, what_is_done(w, agency), reason="Entered twice", now=w.now
    )
    activities.restore_activity(actor, entry, now=w.now)


def an_overlap(w):
    """Two who counsel the same families, whom the psychosocial lead was asked about first."""
    one, other = (
        build.make_activity(w.incident, "counselling", "city", who=who, now=w.now)
        for who in ("Municipality", "Shoulder Trust")
    )
    return Overlap.objects.create(
        incident=w.incident,
        a=one,
        b=other,
        rule="horizontal",
        score=80,
        mark="as found",
        role="psychosocial",
        found_at=w.now,
        asked_at=w.now,
    )


def settled_as(w, actor, overlap, answer="none", **rest):
    return activities.settle_overlap(
        actor,
        overlap,
        answer=answer,
        review_on=w.now.date() + timedelta(days=30),
        now=w.now,
        **rest,
    )


@scenario("activities.find_overlaps")
def _(w, actor, agency):
    activities.find_overlaps(actor, w.incident, now=w.now)


@scenario("activities.settle_overlap")
def _(w, actor, agency):
    overlap = an_overlap(w)
    settled_as(w, actor, overlap, "same", kept=overlap.a)


@scenario("activities.keep_agreement")
def _(w, actor, agency):
    overlap = an_overlap(w)
    settled_as(w, w.actor("coordinator"), overlap)
    activities.keep_agreement(
        actor, overlap, review_on=w.now.date() + timedelta(days=90), now=w.now
    )


@scenario("activities.reopen_overlap")
def _(w, actor, agency):
    overlap = an_overlap(w)
    settled_as(w, w.actor("coordinator"), overlap, "same", kept=overlap.a)
    activities.reopen_overlap(actor, overlap, now=w.now)


@scenario("activities.invite_partner")
def _(w, actor, agency):
    activities.invite_partner(actor, w.incident, agency=agency, now=w.now)


@scenario("activities.withdraw_invitation")
def _(w, actor, agency):
    lead = w.actor("coordinator")
    link = activities.invite_partner(lead, w.incident, agency=agency, now=w.now)
    activities.withdraw_invitation(actor, link, now=w.now)


@scenario("decisions.write_entry")
def _(w, actor, agency):
    decisions.write_entry(
        actor, w.incident, kind="information", text="Open", language="en", now=w.now
    )


@scenario("decisions.strike_entry")
def _(w, actor, agency):
    decisions.strike_entry(actor, w.entry(), text="Are they open?", language="en", now=w.now)


@scenario("decisions.settle_entry")
def _(w, actor, agency):
    decisions.settle_entry(actor, w.entry(), outcome="answered", note="It is", now=w.now)


def a_promise(w, agency):
    """Something that this agency promised to the families."""
    return decisions.make_promise(
        w.actor("coordinator"),
        w.city,
        incident=w.incident,
        text="The hall will be rebuilt",
        promised_to="The families of the market",
        due_at=w.now + timedelta(days=90),
        agency=agency,
        language="en",
        now=w.now,
    )


@scenario("decisions.make_promise")
def _(w, actor, agency):
    decisions.make_promise(
        actor,
        w.city,
        incident=w.incident,
        text="The hall will be rebuilt",
        promised_to="The families of the market",
        due_at=w.now + timedelta(days=90),
        language="en",
        now=w.now,
    )


@scenario("decisions.settle_promise")
def _(w, actor, agency):
    decisions.settle_promise(
        actor, a_promise(w, agency), outcome="kept", note="It stands", now=w.now
    )


@scenario("decisions.move_promise")
def _(w, actor, agency):
    due_at = w.now + timedelta(days=120)
    decisions.move_promise(
        actor, a_promise(w, agency), due_at=due_at, reason="The frost", now=w.now
    )


@scenario("decisions.give_promise")
def _(w, actor, agency):
    decisions.give_promise(actor, a_promise(w, agency), agency=None, role="mayor", now=w.now)


@scenario("decisions.word_promise")
def _(w, actor, agency):
    decisions.word_promise(actor, a_promise(w, agency), words="The hall is rebuilt", now=w.now)


A_NEED = community.IssueFacts(text="No counsellor speaks Arabic", seriousness=3)


def an_issue(w, agency):
    """Something that this agency told of."""
    told = community.report_issue(
        w.actor("coordinator"), w.incident, A_NEED, language="en", now=w.now
    )
    Issue.objects.filter(pk=told.pk).update(agency=agency)
    return Issue.objects.get(pk=told.pk)


@scenario("community.report_issue")
def _(w, actor, agency):
    community.report_issue(actor, w.incident, A_NEED, language="en", now=w.now)


@scenario("community.change_issue")
def _(w, actor, agency):
    told = replace(A_NEED, people=40)
    community.change_issue(actor, an_issue(w, agency), told, now=w.now)


@scenario("community.close_issue")
def _(w, actor, agency):
    community.close_issue(actor, an_issue(w, agency), outcome="met", note="She came", now=w.now)


@scenario("community.reopen_issue")
def _(w, actor, agency):
    issue = an_issue(w, agency)
    community.close_issue(w.actor("coordinator"), issue, outcome="met", note="She came", now=w.now)
    community.reopen_issue(actor, issue, reason="She left", now=w.now)


@scenario("community.link_issue")
def _(w, actor, agency):
    community.link_issue(
        actor, an_issue(w, agency), thing="activity:1", title="Counselling", now=w.now
    )


@scenario("community.unlink_issue")
def _(w, actor, agency):
    issue = an_issue(w, agency)
    told = {"thing": "activity:1", "title": "Counselling", "now": w.now}
    community.link_issue(w.actor("coordinator"), issue, **told)
    community.unlink_issue(actor, issue, **told)


@scenario("coordination.take_up_gap")
def _(w, actor, agency):
    key = f"need:{an_issue(w, agency).pk}"
    coordination.take_up_gap(actor, w.incident, key=key, language="en", now=w.now)


def an_answer(w):
    """An activity of the municipality that may answer a need."""
    return activities.report_activity(
        w.actor("coordinator"),
        w.incident,
        agency=w.municipality,
        facts={"service": "counselling", "places": ["city"]},
        now=w.now,
    )


@scenario("coordination.name_answer")
def _(w, actor, agency):
    coordination.name_answer(actor, an_issue(w, agency), an_answer(w), now=w.now)


@scenario("coordination.take_back_answer")
def _(w, actor, agency):
    issue, answer = an_issue(w, agency), an_answer(w)
    coordination.name_answer(w.actor("coordinator"), issue, answer, now=w.now)
    coordination.take_back_answer(actor, issue, answer, now=w.now)


@scenario("coordination.import_issues")
def _(w, actor, agency):
    data = b"Need,Severity\nNo counsellor speaks Arabic,high\n"
    coordination.import_issues(
        actor, w.incident, data, filename="survey.csv", language="en", now=w.now
    )


@scenario("community.take_in_issues")
def _(w, actor, agency):
    line = community.IssueLine(2, A_NEED, "7", "mark", {})
    community.take_in_issues(
        actor, w.incident, [line], file="survey.csv", sha256="0", language="en", now=w.now
    )


def a_survey(w):
    taken = community.take_in_issues(
        w.actor("coordinator"), w.incident, [community.IssueLine(2, A_NEED, "7", "mark", {})],
        file="survey.csv", sha256="0", language="en", now=w.now,
    )  # fmt: skip
    return taken.survey


@scenario("community.undo_survey")
def _(w, actor, agency):
    community.undo_survey(actor, a_survey(w), now=w.now)


@scenario("coordination.undo_issues")
def _(w, actor, agency):
    coordination.undo_issues(actor, a_survey(w), now=w.now)


@scenario("coordination.write_lesson")
def _(w, actor, agency):
    lesson = coordination.Lesson(
        title="Ask who speaks which language before the night",
        context="Nobody spoke Arabic",
        done="A list of speakers was made",
        outcome="Families were called back within a day",
        known_how="The helpline counted",
        levels=("municipality",),
    )
    coordination.write_lesson(
        actor,
        w.incident,
        about=an_issue(w, agency).about,
        lesson=lesson,
        language="en",
        now=w.now,
    )


@scenario("alerts.acknowledge")
def _(w, actor, agency):
    person = Person.objects.get(pk=actor.person_id)
    alerts.acknowledge(actor, w.call(agency), person=person, now=w.now)


@scenario("alerts.tick_by_voice")
def _(w, actor, agency):
    alerts.tick_by_voice(actor, w.call(agency), person=w.post(agency).person, now=w.now)


@scenario("alerts.take_back_tick")
def _(w, actor, agency):
    call = w.call(agency)
    ticked = Answer.objects.create(call=call, way=Answer.Way.VOICE, at=w.now)
    alerts.take_back_tick(actor, ticked, now=w.now)


@scenario("alerts.call_again")
def _(w, actor, agency):
    alerts.call_again(actor, w.call(agency), now=w.now)


@scenario("alerts.ask_person")
def _(w, actor, agency):
    alerts.ask_person(actor, w.call(agency), w.post(agency).person, now=w.now)


@scenario("alerts.give_up")
def _(w, actor, agency):
    alerts.give_up(actor, w.delivery(agency), now=w.now)


@scenario("alerts.retry_delivery")
def _(w, actor, agency):
    delivery = w.delivery(agency)
    Delivery.objects.filter(pk=delivery.pk).update(given_up_at=w.now)
    delivery.refresh_from_db()
    alerts.retry_delivery(actor, delivery, now=w.now)


@scenario("plans.start_plan")
def _(w, actor, agency):
    plans.start_plan(actor, w.city, title="Another plan", slug="another", now=w.now)


@scenario("plans.retire_plan")
def _(w, actor, agency):
    plans.retire_plan(actor, w.plan, now=w.now)


@scenario("plans.set_agencies")
def _(w, actor, agency):
    plans.set_agencies(actor, w.plan, [w.fire], now=w.now)


@scenario("plans.set_answer_within")
def _(w, actor, agency):
    plans.set_answer_within(actor, w.plan, timedelta(minutes=5), now=w.now)


def added_step(w, actor):
    return plans.add_step(
        actor,
        w.plan,
        workstream="support",
        phase="first-hour",
        role="liaison",
        due_within=timedelta(minutes=30),
        title={"en": "Open the hall"},
        source_language="en",
        now=w.now,
    )


@scenario("plans.add_step")
def _(w, actor, agency):
    added_step(w, actor)


@scenario("plans.edit_step")
def _(w, actor, agency):
    plans.edit_step(actor, added_step(w, w.actor("coordinator")), role="mayor", now=w.now)


@scenario("plans.add_action")
def _(w, actor, agency):
    code = framework().actions[0].code
    w.plan.steps.filter(code=code).delete()
    plans.add_action(actor, w.plan, code, now=w.now)


@scenario("plans.take_improvement")
def _(w, actor, agency):
    plans.take_improvement(actor, w.plan, improvements_of(w.plan)[0].code, now=w.now)


@scenario("plans.decline_improvement")
def _(w, actor, agency):
    code = improvements_of(w.plan)[0].code
    plans.decline_improvement(actor, w.plan, code, reason="The county does it", now=w.now)


@scenario("plans.take_all_untouched")
def _(w, actor, agency):
    for one in improvements_of(w.plan)[3:]:  # three are enough, and quick
        w.plan.answers.create(code=one.code, version=one.since, kind="taken", at=w.now)
    plans.take_all_untouched(actor, w.plan, now=w.now)


@scenario("plans.retire_step")
def _(w, actor, agency):
    plans.retire_step(actor, added_step(w, w.actor("coordinator")), now=w.now)


@scenario("plans.restore_step")
def _(w, actor, agency):
    step = plans.retire_step(
        w.actor("coordinator"), added_step(w, w.actor("coordinator")), now=w.now
    )
    plans.restore_step(actor, step, now=w.now)


@scenario("plans.retire_plan")
def _(w, actor, agency):
    plans.retire_plan(actor, w.plan, now=w.now)


@scenario("plans.set_agencies")
def _(w, actor, agency):
    plans.set_agencies(actor, w.plan, [w.fire], now=w.now)


@scenario("plans.set_answer_within")
def _(w, actor, agency):
    plans.set_answer_within(actor, w.plan, timedelta(minutes=5), now=w.now)


@scenario("plans.add_step")
def _(w, actor, agency):
    w.step(actor)


@scenario("plans.edit_step")
def _(w, actor, agency):
    plans.edit_step(actor, w.step(), title={"en": "Open both halls"}, now=w.now)


@scenario("plans.retire_step")
def _(w, actor, agency):
    plans.retire_step(actor, w.step(), now=w.now)


@scenario("plans.restore_step")
def _(w, actor, agency):
    retired = plans.retire_step(w.actor("coordinator"), w.step(), now=w.now)
    plans.restore_step(actor, retired, now=w.now)


@scenario("network.choose_listing")
def _(w, actor, agency):
    network.choose_listing(actor, w.city, listing="name", now=w.now)


@scenario("network.add_city")
def _(w, actor, agency):
    network.add_city(
        actor,
        slug="new-town",
        name="New Town",
        country="JO",
        timezone="Asia/Amman",
        languages=["ar", "en"],
        coordinator_email="new@example.org",
        now=w.now,
    )


def a_report(w, *, settled=False):
    """A mistake that a reader reported, settled by the secretariat where it is asked for."""
    new = translation.NewMistake(wrong="A word is missing", language="ar", once=uuid7())
    mistake = coordination.report_mistake(new, now=w.now)
    if settled:
        lead = w.actor("secretariat")
        coordination.answer_mistake(lead, mistake, outcome="mended", reason="", now=w.now)
    return mistake


@scenario("coordination.answer_mistake")
def _(w, actor, agency):
    coordination.answer_mistake(actor, a_report(w), outcome="spam", reason="", now=w.now)


def a_dialogue(w, *, public=True):
    """A dialogue that the command prepared, with one of each part."""
    day = w.now.date() + timedelta(days=9)
    found = learning.prepare_dialogue(
        COMMAND,
        slug="somewhere-2027",
        language="en",
        frame=learning.Frame(day, day, "day", "JO", "UTC"),
        words={"title": "A dialogue", "place": "Somewhere"},
        now=w.now,
    )
    learning.add_theme(COMMAND, found, words="Trust", cells=[("prepare", "community")], now=w.now)
    learning.add_programme_item(
        COMMAND, found, words="Opening", on=day, starts=None, ends=None, now=w.now
    )
    a_source(w, COMMAND, found)
    if public:
        learning.publish_dialogue(COMMAND, found, now=w.now)
    found.refresh_from_db()
    return found


def a_source(w, actor, dialogue):
    return learning.add_dialogue_source(
        actor,
        dialogue,
        title="A report",
        publisher="A city",
        year=None,
        url="",
        language="en",
        read="whole",
        verified=True,
        now=w.now,
    )


@scenario("learning.prepare_dialogue")
def _(w, actor, agency):
    day = w.now.date()
    learning.prepare_dialogue(
        actor,
        slug="elsewhere-2027",
        language="en",
        frame=learning.Frame(day, day, "day", "JO", "UTC"),
        words={"title": "Another"},
        now=w.now,
    )


@scenario("learning.edit_dialogue")
def _(w, actor, agency):
    found = a_dialogue(w)
    learning.edit_dialogue(
        actor,
        found,
        changes=found.changes,
        frame=learning.Frame(found.begins_on, found.ends_on, "day", "JO", "UTC"),
        words={"title": "Another title"},
        now=w.now,
    )


@scenario("learning.tell_what_came_of_it")
def _(w, actor, agency):
    found = a_dialogue(w)
    learning.tell_what_came_of_it(
        actor,
        found,
        changes=found.changes,
        learned="Ask early",
        people=9,
        more_than=False,
        participants={},
        now=w.now,
    )


@scenario("learning.add_theme")
def _(w, actor, agency):
    cells = [("years", "support")]
    learning.add_theme(actor, a_dialogue(w), words="Years", cells=cells, now=w.now)


@scenario("learning.remove_theme")
def _(w, actor, agency):
    learning.remove_theme(actor, a_dialogue(w), key="t1", now=w.now)


@scenario("learning.add_programme_item")
def _(w, actor, agency):
    found = a_dialogue(w)
    learning.add_programme_item(
        actor, found, words="Lunch", on=found.begins_on, starts=None, ends=None, now=w.now
    )


@scenario("learning.remove_programme_item")
def _(w, actor, agency):
    learning.remove_programme_item(actor, a_dialogue(w), key="p1", now=w.now)


@scenario("learning.add_dialogue_source")
def _(w, actor, agency):
    a_source(w, actor, a_dialogue(w))


@scenario("learning.remove_dialogue_source")
def _(w, actor, agency):
    learning.remove_dialogue_source(actor, a_dialogue(w), code="s1", now=w.now)


@scenario("learning.publish_dialogue")
def _(w, actor, agency):
    learning.publish_dialogue(actor, a_dialogue(w, public=False), now=w.now)


@scenario("learning.withdraw_dialogue")
def _(w, actor, agency):
    learning.withdraw_dialogue(actor, a_dialogue(w), reason="The hall is closed", now=w.now)


@scenario("learning.invite_to_dialogue")
def _(w, actor, agency):
    learning.invite_to_dialogue(
        actor, a_dialogue(w), cities=[w.city.pk], roles=["mayor"], now=w.now
    )


@scenario("learning.read_registrations")
def _(w, actor, agency):
    learning.read_registrations(actor, a_dialogue(w), now=w.now)


MACHINE = {"TRANSLATOR": "libretranslate", "TRANSLATOR_URL": "https://mt.example.org"}


def untranslated(w):
    """The key of a public text that stands in one language alone."""
    key = "page/roles/alone"
    translation.put_texts("t", [translation.Shipped(key, {"en": "Alone"}, "en")], now=w.now)
    return key


@scenario("translation.ask_machine")
def _(w, actor, agency):
    with override_settings(**MACHINE):
        translation.ask_machine(actor, "fr", key=untranslated(w), now=w.now)


@scenario("translation.stop_machine")
def _(w, actor, agency):
    with override_settings(**MACHINE):
        translation.ask_machine(COMMAND, "fr", key=untranslated(w), now=w.now)
        translation.stop_machine(actor, "fr", now=w.now)


@scenario("translation.settle_mistake")
def _(w, actor, agency):
    translation.settle_mistake(actor, a_report(w), outcome="spam", reason="", now=w.now)


@scenario("coordination.take_up_mistake")
def _(w, actor, agency):
    coordination.take_up_mistake(actor, a_report(w, settled=True), now=w.now)


@scenario("translation.reopen_mistake")
def _(w, actor, agency):
    translation.reopen_mistake(actor, a_report(w, settled=True), now=w.now)


# The library: a card that is being written, and one that is published.


def a_draft(w, state="draft"):
    body = a_card(slug=f"elsewhere-2019-{state}")
    draft = learning.write_card(w.actor("secretariat"), body, source_language="en", now=w.now)
    if state == "submitted":
        learning.submit_card(w.actor("secretariat"), draft, version=1, now=w.now)
        draft.refresh_from_db()
    return draft


def a_published_card(w):
    learning.load_library(now=w.now, shipped=[a_card()])
    return Card.objects.get(slug=a_card()["slug"])


@scenario("learning.write_card")
def _(w, actor, agency):
    learning.write_card(actor, a_card(), source_language="en", now=w.now)


@scenario("learning.begin_correction")
def _(w, actor, agency):
    learning.begin_correction(actor, a_published_card(w), now=w.now)


@scenario("learning.edit_card_draft")
def _(w, actor, agency):
    learning.edit_card_draft(actor, a_draft(w), {"size": "city"}, version=1, now=w.now)


@scenario("learning.submit_card")
def _(w, actor, agency):
    learning.submit_card(actor, a_draft(w), version=1, now=w.now)


@scenario("learning.send_back_card")
def _(w, actor, agency):
    draft = a_draft(w, "submitted")
    learning.send_back_card(actor, draft, reason="Who says so?", version=1, now=w.now)


@scenario("learning.publish_card")
def _(w, actor, agency):
    draft = a_draft(w, "submitted")
    learning.publish_card(actor, draft, version=1, now=w.now, alone_reason="Nobody else")


@scenario("learning.drop_card_draft")
def _(w, actor, agency):
    learning.drop_card_draft(actor, a_draft(w), version=1, now=w.now)


@scenario("learning.withdraw_card")
def _(w, actor, agency):
    learning.withdraw_card(
        actor, a_published_card(w), reason="The families ask", language="en", now=w.now
    )


@scenario("learning.restore_card")
def _(w, actor, agency):
    card = a_published_card(w)
    Card.objects.filter(pk=card.pk).update(withdrawn_at=w.now)
    learning.restore_card(actor, card, now=w.now)


# A text that every installation has, and a version that ships as a draft.
PUBLIC_TEXT = "framework/leadership.prepare.contact-list/title"


def as_read(language="fr"):
    return {"seen": public_words.seen(PUBLIC_TEXT, language)}


@scenario("translation.write_version")
def _(w, actor, agency):
    translation.write_version(
        actor, PUBLIC_TEXT, "fr", "Tenez la liste à jour", now=w.now, **as_read()
    )


@scenario("translation.review_version")
def _(w, actor, agency):
    translation.review_version(actor, PUBLIC_TEXT, "fr", now=w.now, **as_read())


@scenario("translation.approve_version")
def _(w, actor, agency):
    translation.approve_version(actor, PUBLIC_TEXT, "fr", now=w.now, **as_read())


@scenario("translation.approve_versions")
def _(w, actor, agency):
    page = PUBLIC_TEXT.rpartition("/")[0]
    seen = {
        f"{page}/{field}": public_words.seen(f"{page}/{field}", "fr")
        for field in ("title", "why", "pitfall")
    }
    translation.approve_versions(actor, page, "fr", seen=seen, now=w.now)


@scenario("translation.send_back_version")
def _(w, actor, agency):
    translation.send_back_version(
        actor, PUBLIC_TEXT, "fr", reason="A word is missing", now=w.now, **as_read()
    )


@scenario("translation.import_versions")
def _(w, actor, agency):
    translation.import_versions(actor, PoTexts("fr", [], []), now=w.now)


def an_application(w, *, confirmed=True, state=""):
    """A local authority asks to join; refused or admitted by one alone where asked for."""
    told = network.NewApplication(
        authority="New Town",
        level="municipality",
        country="JO",
        website="https://new.example",
        contact_name="Reem",
        office="Mayor",
        email=f"{uuid7().hex}@new.example",
        proof="domain",
        language="ar",
        once=uuid7(),
    )
    application = coordination.apply_to_join(told, now=w.now)
    if confirmed:
        application = coordination.confirm_application(application, now=w.now)
    lead = w.actor("secretariat")
    if state == "refused":
        application = network.refuse_application(lead, application, reason="No", now=w.now)
    if state in {"approved", "alone"}:
        network.judge_yes(lead, application, reason="Yes", now=w.now)
    if state == "alone":
        application.judgements.update(alone="Nobody else", person=w.bilal)
        network.mark_admitted(lead, application, w.city, now=w.now)
    return application


@scenario("coordination.approve_application")
def _(w, actor, agency):
    coordination.approve_application(actor, an_application(w), reason="Checked", now=w.now)


@scenario("network.judge_yes")
def _(w, actor, agency):
    network.judge_yes(actor, an_application(w), reason="Checked", now=w.now)


@scenario("network.take_back_yes")
def _(w, actor, agency):
    network.take_back_yes(actor, an_application(w, state="approved"), now=w.now)


@scenario("coordination.ask_for_more")
def _(w, actor, agency):
    coordination.ask_for_more(actor, an_application(w), question="Who?", now=w.now)


@scenario("network.ask_applicant")
def _(w, actor, agency):
    network.ask_applicant(actor, an_application(w), question="Who?", now=w.now)


@scenario("coordination.turn_down_application")
def _(w, actor, agency):
    coordination.turn_down_application(actor, an_application(w), reason="No", now=w.now)


@scenario("network.refuse_application")
def _(w, actor, agency):
    network.refuse_application(actor, an_application(w), reason="No", now=w.now)


@scenario("coordination.reconsider_application")
def _(w, actor, agency):
    coordination.reconsider_application(actor, an_application(w, state="refused"), now=w.now)


@scenario("network.take_up_application")
def _(w, actor, agency):
    network.take_up_application(actor, an_application(w, state="refused"), now=w.now)


@scenario("network.look_again")
def _(w, actor, agency):
    network.look_again(actor, an_application(w, state="alone"), reason="Right", now=w.now)


@scenario("network.confirm_by_hand")
def _(w, actor, agency):
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        network.confirm_by_hand(
            actor, an_application(w, confirmed=False), reason="By telephone", now=w.now
        )


@scenario("coordination.invitation_link")
def _(w, actor, agency):
    coordination.invitation_link(actor, an_application(w, state="alone"), now=w.now)


@scenario("network.appoint")
def _(w, actor, agency):
    network.appoint(actor, email=w.bilal.email, role="operator", now=w.now)


@scenario("network.end_appointment")
def _(w, actor, agency):
    held = Appointment.objects.get(person=w.people["secretariat"])
    network.end_appointment(actor, held, now=w.now)


@scenario("network.create_agency")
def _(w, actor, agency):
    network.create_agency(
        actor, w.city, name="Red Crescent", kind="red-cross-crescent", level="national", now=w.now
    )


def a_draft_of_leads(w):
    return plans.draft_leads(w.actor("coordinator"), w.city, now=w.now)


@scenario("plans.draft_leads")
def _(w, actor, agency):
    plans.draft_leads(actor, w.city, now=w.now)


@scenario("plans.write_leads")
def _(w, actor, agency):
    lines = {"food": plans.Led("shared")}
    draft = a_draft_of_leads(w)
    plans.write_leads(actor, draft, lines, counterpart="Ministry", seen=0, now=w.now)


@scenario("plans.agree_leads")
def _(w, actor, agency):
    side = "national" if Role.NATIONAL_LIAISON in actor.roles_in(w.city.pk) else "city"
    plans.agree_leads(actor, a_draft_of_leads(w), side=side, seen=0, now=w.now)


@scenario("plans.drop_leads")
def _(w, actor, agency):
    plans.drop_leads(actor, a_draft_of_leads(w), now=w.now)


@scenario("network.edit_agency")
def _(w, actor, agency):
    network.edit_agency(actor, agency, answers_needed=2, now=w.now)


@scenario("network.retire_agency")
def _(w, actor, agency):
    network.retire_agency(actor, w.police, now=w.now)


@scenario("network.restore_agency")
def _(w, actor, agency):
    w.police.is_active = False
    w.police.save()
    network.restore_agency(actor, w.police, now=w.now)


@scenario("network.give_post")
def _(w, actor, agency):
    network.give_post(
        actor,
        agency,
        email="new@example.org",
        name="New",
        role="liaison",
        call_order=3,
        now=w.now,
    )


@scenario("network.change_post")
def _(w, actor, agency):
    network.change_post(actor, w.post(w.health), call_order=4, now=w.now)


@scenario("network.correct_contact")
def _(w, actor, agency):
    network.correct_contact(actor, w.post(w.health), phone="+962 7 9000 0099", now=w.now)


@scenario("network.end_post")
def _(w, actor, agency):
    network.end_post(actor, w.post(w.health), now=w.now)


@scenario("coordination.let_go")
def _(w, actor, agency):
    coordination.let_go(actor, w.post(w.health), to=w.people["coordinator"], now=w.now)


def two_organisations(w):
    names = ("Ministry of Health", "وزارة الصحة")
    return [network.organisation_named(w.city, name, source="4w.csv", now=w.now) for name in names]


@scenario("coordination.merge_organisations")
def _(w, actor, agency):
    coordination.merge_organisations(actor, *two_organisations(w), now=w.now)


@scenario("coordination.unmerge_organisation")
def _(w, actor, agency):
    one, two = two_organisations(w)
    coordination.merge_organisations(w.actor("coordinator"), one, two, now=w.now)
    two.refresh_from_db()
    coordination.unmerge_organisation(actor, two, now=w.now)


@scenario("network.join_organisations")
def _(w, actor, agency):
    network.join_organisations(actor, *two_organisations(w), moved={}, now=w.now)


@scenario("network.part_organisations")
def _(w, actor, agency):
    one, two = two_organisations(w)
    network.join_organisations(w.actor("coordinator"), one, two, moved={}, now=w.now)
    network.part_organisations(actor, two, now=w.now)


@scenario("network.keep_apart")
def _(w, actor, agency):
    network.keep_apart(actor, *two_organisations(w), now=w.now)


@scenario("network.edit_organisation")
def _(w, actor, agency):
    network.edit_organisation(actor, two_organisations(w)[0], level="national", now=w.now)


@scenario("network.add_name")
def _(w, actor, agency):
    network.add_name(actor, two_organisations(w)[0], "MoH", source="", now=w.now)


@scenario("network.read_names")
def _(w, actor, agency):
    lines = [["Ministry of Health", "MoH"]]
    network.read_names(actor, w.city, lines, source="Cluster", now=w.now)


@scenario("network.remove_name")
def _(w, actor, agency):
    one = two_organisations(w)[0]
    added = network.add_name(w.actor("coordinator"), one, "MoH", source="", now=w.now)
    network.remove_name(actor, added, now=w.now)


@scenario("network.make_password_link")
def _(w, actor, agency):
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        network.make_password_link(actor, w.bilal, city=w.city, now=w.now)


@scenario("network.set_shifts")
def _(w, actor, agency):
    post = w.post(agency)
    shift = Shift(weekday=0, starts=time(20), ends=time(8))
    network.set_shifts(actor, post, [shift], now=w.now)


SQUARE = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Harbour",'
    b'"id":"1"},"geometry":{"type":"Polygon","coordinates":[[[35,31],[35.1,31],[35.1,31.1],'
    b"[35,31.1],[35,31]]]}}]}"
)
PARTNERS = (
    b"agency,kind,level,person,role,e-mail,phone,language,call order\n"
    b"Red Crescent,red-cross-crescent,national,Nour,liaison,nour@example.org,,ar,1\n"
)


@scenario("network.import_areas")
def _(w, actor, agency):
    network.import_areas(actor, w.city, SQUARE, now=w.now)


@scenario("network.import_partners")
def _(w, actor, agency):
    network.import_partners(actor, w.city, PARTNERS, now=w.now)


def oneself(w, actor, agency):
    """The actor's own account where the thing is theirs, else a colleague's."""
    other = agency == w.health or actor.person_id == w.elsewhere_liaison.pk
    return w.bilal if other else Person.objects.get(pk=actor.person_id)


def offered(w, actor, agency):
    """A post that a third city offers the actor where the thing is theirs, else a colleague."""
    third = build.make_agency(build.make_city("third", name="Third"), "Fire of Third")
    email = oneself(w, actor, agency).email
    post = network.give_post(
        COMMAND, third, email=email, name="N", role="liaison", call_order=1, now=w.now
    )
    return post.person


@scenario("network.accept_offer")
def _(w, actor, agency):
    network.accept_offer(actor, offered(w, actor, agency), now=w.now)


@scenario("network.decline_offer")
def _(w, actor, agency):
    network.decline_offer(actor, offered(w, actor, agency), now=w.now)


@scenario("accounts.correct_person")
def _(w, actor, agency):
    accounts.correct_person(actor, oneself(w, actor, agency), name="Another", now=w.now)


@scenario("accounts.set_language")
def _(w, actor, agency):
    accounts.set_language(actor, oneself(w, actor, agency), "fr", w.now)


@scenario("accounts.choose_password")
def _(w, actor, agency):
    accounts.choose_password(actor, oneself(w, actor, agency), "six-quiet-boats", now=w.now)


@scenario("accounts.create_token")
def _(w, actor, agency):
    accounts.create_token(actor, oneself(w, actor, agency), w.now)


@scenario("accounts.revoke_token")
def _(w, actor, agency):
    token, _secret = accounts.create_token(COMMAND, oneself(w, actor, agency), w.now)
    accounts.revoke_token(actor, token, w.now)


@scenario("accounts.add_passkey")
def _(w, actor, agency):
    accounts.add_passkey(actor, oneself(w, actor, agency), name="Key", credential={}, now=w.now)


def passkey_of(person: Person) -> Authenticator:
    """The second of two passkeys, so that one stays for a role that needs it."""
    values = {"user": person, "type": "webauthn", "data": {"name": "Key", "credential": {}}}
    Authenticator.objects.create(**values)
    return Authenticator.objects.create(**values)


@scenario("accounts.rename_passkey")
def _(w, actor, agency):
    held = passkey_of(oneself(w, actor, agency))
    accounts.rename_passkey(actor, held, name="Grey key", now=w.now)


@scenario("accounts.remove_passkey")
def _(w, actor, agency):
    accounts.remove_passkey(actor, passkey_of(oneself(w, actor, agency)), now=w.now)


@scenario("accounts.unlink_sign_in")
def _(w, actor, agency):
    person = oneself(w, actor, agency)
    SocialAccount.objects.create(user=person, provider="https://login.example", uid="1")
    accounts.unlink_sign_in(actor, person, reason="a new identity", now=w.now)


@scenario("accounts.close_account")
def _(w, actor, agency):
    accounts.close_account(actor, w.bilal, w.now)


@scenario("accounts.open_account")
def _(w, actor, agency):
    accounts.close_account(COMMAND, w.bilal, w.now)
    accounts.open_account(actor, w.bilal, w.now)


@scenario("accounts.reset_second_factor")
def _(w, actor, agency):
    accounts.reset_second_factor(actor, w.bilal, reason="Telephone lost", now=w.now)


@scenario("journal.erase_names")
def _(w, actor, agency):
    journal.erase_names(actor, w.bilal.pk, now=w.now)


@scenario("journal.erase_texts")
def _(w, actor, agency):
    entry = w.entry()
    written = journal.Entry.objects.get(thing=f"entry:{entry.pk}")
    journal.erase_texts(actor, w.city.log, written.index, ["text"], now=w.now)


@scenario("journal.export_excerpt")
def _(w, actor, agency):
    with ZipFile(w.bundle, "w") as bundle:
        journal.export_excerpt(
            actor, bundle, {}, log=w.city.log, about=w.incident.about, redactions=0,
            blot=lambda entry: Blotted(), now=w.now,
        )  # fmt: skip


@scenario("journal.export_bundle")
def _(w, actor, agency):
    journal.export_bundle(actor, w.bundle, now=w.now, log=w.city.log)


# The walk


def outcome(world: World, act: Scenario, actor: Actor, agency: Agency) -> str:
    """yes, no or –; every trace of the attempt is taken back."""
    try:
        with transaction.atomic():
            act(world, actor, agency)
            raise Undo
    except Undo:
        return "yes"
    except NotAllowed:
        return "no"
    except NotFound:
        return "–"
    except Declined as refusal:
        return f"refused ({refusal.code}: {refusal})"


class Undo(Exception):
    """Ends an attempt that was allowed, so that the next one finds the world as it was."""


def faults_of(world: World, name: str, row: dict[str, str], folder: Path) -> list[str]:
    """How the answers of one use case differ from its line of the table."""
    act = SCENARIOS.get(name)
    assert act, f"Write a scenario for {name} in {Path(__file__).name}: the table promises it."
    faults = []
    for column, expected in row.items():
        assert expected in ANSWERS, f"{name}, {column}: write one of {sorted(ANSWERS)}."
        world.bundle = folder / f"{column}.json"
        own = world.agency_of(column)
        actor = world.actor(column)
        seen = outcome(world, act, actor, world.health if expected == "yes" else own)
        if seen != ("yes" if expected == "own" else expected):
            faults.append(f"{column}: the table says {expected}, {name} answers {seen}")
        if expected != "own":
            continue
        world.bundle = folder / f"{column}-away.json"
        if column == Role.LIAISON:
            seen = outcome(world, act, build.acting(world.elsewhere_liaison), own)
        else:
            seen = outcome(world, act, actor, world.health)
        if seen not in {"no", "–"} and "(other-agency:" not in seen:
            faults.append(f"{column} of another agency: the table says own, got {seen}")
    return faults


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_each_role_may_do_what_the_table_says(name, world, tmp_path):
    faults = faults_of(world, name, TABLE[name], tmp_path)
    assert not faults, "\n" + "\n".join(faults) + f"\nMend the door, or {PAGE.name}."


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["yes", "own", "no", "–"])
def test_a_wrong_line_of_the_table_is_found(wrong, world, tmp_path):
    right = TABLE["activities.take_task"]
    row = {column: wrong for column in right if right[column] != wrong}
    faults = faults_of(world, "activities.take_task", row, tmp_path)
    assert len(faults) == len(row)


@pytest.mark.once
def test_the_table_has_every_role():
    assert set(COLUMNS) == {*Role.values, "no post", "stranger"}


def modules_of(room: str) -> Iterator[Any]:
    if find_spec(f"takatuf.{room}.services") is None:
        return
    module = import_module(f"takatuf.{room}.services")
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield import_module(f"{module.__name__}.{found.name}")


def public_services() -> dict[str, Callable[..., Any]]:
    """Every public function on a services shelf: "room.function" -> function."""
    return {
        f"{room}.{name}": function
        for room in settings.ROOMS
        for module in modules_of(room)
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and not name.startswith("_")
        and function.__module__ == module.__name__
    }


def not_in(found: Iterable[str]) -> list[str]:
    """Those of the use cases that neither table of the page names."""
    return sorted(set(found) - set(TABLE) - set(STEPS))


@pytest.mark.once
def test_a_new_use_case_is_found():
    assert not_in(["activities.take_task", "activities.forget_task"]) == ["activities.forget_task"]


@pytest.mark.once
def test_every_use_case_stands_in_the_table():
    missing = not_in(public_services())
    assert not missing, (
        f"{missing}: say in docs/reference/roles.md who may do this, and write a scenario here; "
        "or name it under “Steps” if no person ever calls it."
    )


@pytest.mark.once
def test_the_tables_name_nothing_that_is_gone():
    gone = sorted((set(TABLE) | set(STEPS)) - set(public_services()))
    assert not gone, f"{gone}: no such use case any more. Take it out of docs/reference/roles.md."
    assert not set(TABLE) & set(STEPS), "A name stands in both tables."
    spare = sorted(set(SCENARIOS) - set(TABLE))
    assert not spare, f"{spare}: these scenarios stand for no line of the table."


@pytest.mark.once
def test_no_window_calls_a_step_without_a_door():
    """What checks no role is called by use cases and the worker, never from a page."""
    closed = {name for name, who in STEPS.items() if who not in {"the link", "anyone"}}
    faults = []
    for window in WINDOWS:
        for path in sorted((ROOT / "takatuf" / window).rglob("*.py")):
            if "tests" in path.parts:
                continue
            package = ".".join(path.relative_to(ROOT).parent.parts)
            for line, name in rules.imports_of(ast.parse(path.read_text()), package):
                found = re.fullmatch(r"takatuf\.(\w+)\.services(?:\.\w+)?\.(\w+)", name)
                if found and f"{found[1]}.{found[2]}" in closed:
                    faults.append(
                        f"{path.relative_to(ROOT)}:{line} calls {found[2]}, which asks nobody's "
                        "role. Call the use case that it is a step of."
                    )
    assert not faults, "\n".join(faults)
