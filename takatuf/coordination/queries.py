"""What is read from several rooms at once: the picture of an incident, a person's day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from takatuf.activities.models import Task
from takatuf.activities.queries import held_by, in_working_order, my_tasks, open_tasks, task_counts
from takatuf.alerts.queries import roll_call
from takatuf.communications.models import Report
from takatuf.decisions.models import LogEntry, Promise
from takatuf.decisions.queries import decisions_to_review, log_of, open_promises, open_questions
from takatuf.decisions.queries import unknowns as decision_unknowns
from takatuf.foundation.actors import Actor
from takatuf.foundation.lists import slim, stretch
from takatuf.incidents.models import HandOver, Incident
from takatuf.incidents.queries import missing_facts, open_incidents
from takatuf.network.models import Membership
from takatuf.network.queries import posts_in, serves_still
from takatuf.plans.vocabulary import Phase, Workstream

# What a line says of other things (`foundation.lists.slim`).
BESIDE_A_TASK = [
    "title__source_language", "title__versions", "agency__name", "agency__names",
    "taken_by__name",
]  # fmt: skip
MOST_HELD = 100  # actions that a page about one person lists
MOST = 20  # lines of each list on the picture; the rest is one press away


@dataclass(frozen=True)
class WorkRow:
    """One workstream of the picture: its counts by phase and in all."""

    workstream: str
    label: str
    phases: list[dict[str, Any]]
    open: int
    late: int
    blocked: int
    done: int


@dataclass(frozen=True)
class Picture:
    """One page that shows it all, as it stood at `at`."""

    incident: Incident
    at: datetime
    roll_call: Any
    work: list[WorkRow]
    urgent: list[Task]
    questions: list[LogEntry]
    reviews: list[LogEntry]
    promises: list[LogEntry]
    unknowns: list[LogEntry]
    latest: list[LogEntry]
    missing: list[str]

    @property
    def open(self) -> int:
        return sum(row.open for row in self.work)

    @property
    def late(self) -> int:
        return sum(row.late for row in self.work)

    @property
    def done(self) -> int:
        return sum(row.done for row in self.work)


def picture_of(incident: Incident, now: datetime) -> Picture:
    """State, roll-call, actions, what is decided, promised and unknown, in a constant
    number of statements."""
    return Picture(
        incident=incident,
        at=now,
        roll_call=roll_call(incident.about),
        work=work_of(incident, now),
        urgent=list(_first(in_working_order(open_tasks(incident), now))),
        questions=list(open_questions(incident)[:MOST]),
        reviews=list(decisions_to_review(incident, now)[:MOST]),
        promises=list(open_promises(incident)[:MOST]),
        unknowns=decision_unknowns(incident)[:MOST],
        latest=list(log_of(incident)[:5]),
        missing=missing_facts(incident),
    )


def _first(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The first lines of the list, without sorting whole rows of thousands to find them."""
    return stretch(slim(tasks, BESIDE_A_TASK), 0, MOST)


def work_of(incident: Incident, now: datetime) -> list[WorkRow]:
    """Every workstream in the framework's order, those without an action too."""
    counts = task_counts(incident, now)
    rows = []
    for workstream in Workstream:
        cells = {row["phase"]: row for row in counts if row["workstream"] == workstream}
        rows.append(
            WorkRow(
                workstream=workstream.value,
                label=str(workstream.label),
                phases=[
                    {"label": phase.label, "all": _all(cells[phase]), **cells[phase]}
                    for phase in Phase
                    if phase in cells
                ],
                **{
                    name: sum(int(str(cell[name])) for cell in cells.values())
                    for name in ("open", "late", "blocked", "done")
                },
            )
        )
    return rows


def _all(cell: Mapping[str, Any]) -> int:
    return int(cell["open"]) + int(cell["done"])


@dataclass(frozen=True)
class Today:
    """What waits for one person, across all their incidents."""

    incidents: list[Incident]
    tasks: list[Task]
    more: bool


def today_of(actor: Actor, now: datetime, *, most: int = 50) -> Today:
    """Open incidents and the person's own open work, late ones first."""
    tasks = list(my_tasks(actor, now)[: most + 1])
    return Today(list(open_incidents(actor)[:MOST]), tasks[:most], len(tasks) > most)


@dataclass(frozen=True)
class Holdings:
    """What a person holds in a city when a post of theirs ends. `is_last`: it is their last
    there, so that the actions need somebody else. What a role keeps stays with the role;
    `alone` says that nobody else holds it at this agency."""

    is_last: bool
    tasks: list[Task]
    count: int
    promises: list[Promise]
    alone: bool
    offers: list[HandOver]
    drafts: list[Report]


def holdings_of(post: Membership, now: datetime) -> Holdings:
    """What must not be forgotten when this post ends."""
    person, agency, city = post.person, post.agency, post.agency.city
    tasks = held_by(person, city.pk).select_related("title", "incident")
    others = posts_in(agency, now).filter(role=post.role).exclude(person=person)
    promises = Promise.objects.open().filter(agency=agency, role__in=["", post.role])
    offers = HandOver.objects.filter(to_agency=agency, state=HandOver.State.OFFERED)
    drafts = Report.objects.in_progress().filter(city=city, edited_by=person)
    return Holdings(
        is_last=not serves_still(person, city, now, but=post),
        tasks=list(tasks.order_by("due_at", "id")[:MOST_HELD]),
        count=tasks.count(),
        promises=list(promises.select_related("city").order_by("due_at")[:MOST]),
        alone=not others.exists(),
        offers=list(offers.select_related("incident__city", "from_agency", "to_agency")[:MOST]),
        drafts=list(drafts.select_related("incident__city")[:MOST]),
    )
