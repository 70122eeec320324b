"""What is read from several rooms at once: the picture of an incident, a person's day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from takatuf.activities.models import Task
from takatuf.activities.queries import in_working_order, my_tasks, open_tasks, task_counts
from takatuf.alerts.queries import roll_call
from takatuf.decisions.models import LogEntry
from takatuf.decisions.queries import decisions_to_review, log_of, open_promises, open_questions
from takatuf.decisions.queries import unknowns as decision_unknowns
from takatuf.foundation.actors import Actor
from takatuf.foundation.lists import slim, stretch
from takatuf.incidents.models import Incident
from takatuf.incidents.queries import missing_facts, open_incidents
from takatuf.plans.vocabulary import Phase, Workstream

# What a line says of other things (`foundation.lists.slim`).
BESIDE_A_TASK = [
    "title__source_language", "title__versions", "agency__name", "agency__names",
    "taken_by__name",
]  # fmt: skip
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
