"""Actions: listed, taken, handed over, blocked with a reason, finished with a note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from takatuf.activities.access import task_for
from takatuf.activities.queries import in_working_order, open_tasks, tasks_of, waits_of
from takatuf.activities.rules import is_late
from takatuf.activities.services import (
    add_task,
    block_task,
    finish_task,
    hand_over_task,
    note_task,
    reopen_task,
    take_task,
)
from takatuf.api.description import table
from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Line, Moment, Prose, Shape, Version
from takatuf.api.lookups import agency_in, colleague_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, Words, language, named, words
from takatuf.api.tables import as_csv
from takatuf.incidents.access import incident_by_id
from takatuf.plans.vocabulary import Workstream

if TYPE_CHECKING:
    from takatuf.activities.models import Task

router = Router(tags=["Actions"])
BESIDE = ["title__source_language", "title__versions", "agency__name", "taken_by__name"]
State = Literal["open", "taken", "blocked", "done", "asleep", "dropped"]


class TaskShape(Shape):
    id: UUID
    incident: UUID
    code: str = Field(description="Of the framework's action that it began as")
    title: Words | None
    phase: str
    workstream: str
    role: str
    agency: Named | None
    state: State
    due_at: datetime | None
    late: bool
    taken_by: Named | None
    taken_at: datetime | None
    finished_at: datetime | None
    note: str
    block_reason: str
    waits_for: list[UUID] = Field(description="Unfinished actions that come first")
    version: int = Field(description="Send it along with a change: 409 if somebody was quicker")
    created_at: datetime


class TaskDetail(TaskShape):
    why: Words | None
    pitfall: Words | None
    source: str = Field(description="Empty: practice, not yet sourced")


class NewTask(Body):
    title: Annotated[Line, StringConstraints(min_length=1)]
    agency: UUID | None = None
    workstream: Workstream = Workstream.LEADERSHIP
    due_at: Moment | None = None


class Change(Body):
    version: Version | None = Field(None, description="The version that the caller has seen")


class HandOver(Change):
    person: UUID | None = Field(None, description="Somebody who serves this city")
    agency: UUID | None = Field(None, description="Where somebody is to take it")


class Block(Change):
    reason: Prose


class Noted(Change):
    note: Prose


class Finish(Change):
    note: Prose = ""


class WhichTasks(BaseModel):
    open: bool = Field(False, description="Only what is not done")


def _values(task: Task, now: datetime, waits: list[Task]) -> dict[str, Any]:
    return {
        "id": task.pk,
        "incident": task.incident_id,
        "code": task.code,
        "title": words(task.title),
        "phase": task.phase,
        "workstream": task.workstream,
        "role": task.role,
        "agency": named(task.agency),
        "state": task.state,
        "due_at": task.due_at,
        "late": is_late(task.state, task.due_at, now),
        "taken_by": named(task.taken_by),
        "taken_at": task.taken_at,
        "finished_at": task.finished_at,
        "note": task.note,
        "block_reason": task.block_reason,
        "waits_for": [first.pk for first in waits],
        "version": task.version,
        "created_at": task.created_at,
    }


def shapes_of_tasks(tasks: list[Task], now: datetime) -> list[TaskShape]:
    """Many tasks at the cost of one statement more."""
    waits = waits_of(tasks) if tasks else {}
    return [TaskShape(**_values(task, now, waits.get(task.pk, []))) for task in tasks]


def _detail(request: Request, pk: UUID) -> TaskDetail:
    task = task_for(request.actor, pk)
    return TaskDetail(
        **_values(task, timezone.now(), waits_of([task]).get(task.pk, [])),
        why=words(task.why),
        pitfall=words(task.pitfall),
        source=task.source,
    )


@router.get(
    "/incidents/{uuid:incident}/tasks",
    response=Page[TaskShape],
    summary="The actions of an incident: late ones first, done ones last",
)
def tasks(request: Request, incident: UUID, which: Query[WhichTasks], paging: Query[Paging]) -> Any:
    now = timezone.now()
    found = (open_tasks if which.open else tasks_of)(incident_by_id(request.actor, incident))
    waits: dict[object, list[Task]] = {}

    def prepare(page: list[Task]) -> None:
        waits.update(waits_of(page))

    def shape(task: Task) -> TaskShape:
        return TaskShape(**_values(task, now, waits.get(task.pk, [])))

    listed = in_working_order(found, now)
    return page_of(listed, paging, shape, prepare=prepare, beside=BESIDE, keys_first=True)


COLUMNS = [
    "id",
    "number",
    "code",
    "title",
    "phase",
    "workstream",
    "role",
    "agency",
    "state",
    "due_at",
    "late",
    "taken_by",
    "taken_at",
    "finished_at",
    "note",
    "block_reason",
]


@router.get(
    "/incidents/{uuid:incident}/tasks.csv",
    summary="The actions of an incident as CSV",
    openapi_extra=table("Every action of the incident, in working order"),
)
def tasks_csv(request: Request, incident: UUID) -> HttpResponse:
    found, now = incident_by_id(request.actor, incident), timezone.now()

    def row(task: Task) -> list[object]:
        values = {**_values(task, now, []), "number": found.number}
        values["title"] = values["title"].words if values["title"] else ""
        for name in ("agency", "taken_by"):
            values[name] = values[name].name if values[name] else None
        return [values[name] for name in COLUMNS]

    name = f"{found.city.slug}-{found.number}-actions"
    listed = in_working_order(tasks_of(found), now)
    return as_csv(name, COLUMNS, listed, row, BESIDE)  # type: ignore[return-value]


@router.post(
    "/incidents/{uuid:incident}/tasks", response={201: TaskDetail}, summary="Add an action"
)
def add(
    request: Request, response: HttpResponse, incident: UUID, task: NewTask, idempotency_key: Key
) -> Any:
    """The title is taken to be in the language of the request (`Accept-Language`)."""
    actor, now = request.actor, timezone.now()
    found = incident_by_id(actor, incident)

    def act() -> UUID:
        made: Task = add_task(
            actor,
            found,
            title=task.title,
            language=language(),
            now=now,
            agency=agency_in(found.city, task.agency) if task.agency else None,
            workstream=task.workstream.value,
            due=task.due_at,
        )
        return made.pk

    return _detail(request, carry_out(request, response, idempotency_key, act, "tasks/%s"))


@router.get("/tasks/{uuid:task}", response=TaskDetail, summary="One action, with why and pitfall")
def one_task(request: Request, task: UUID) -> Any:
    return _detail(request, task)


def _moved(
    request: Request, pk: UUID, move: Callable[..., Any], change: Change, **more: Any
) -> Any:
    task = task_for(request.actor, pk)
    move(request.actor, task, now=timezone.now(), version=change.version, **more)
    return _detail(request, pk)


@router.post("/tasks/{uuid:task}/take", response=TaskDetail, summary="Take an action")
def take(request: Request, task: UUID, change: Change) -> Any:
    return _moved(request, task, take_task, change)


@router.post("/tasks/{uuid:task}/hand-over", response=TaskDetail, summary="Hand an action over")
def hand_over(request: Request, task: UUID, change: HandOver) -> Any:
    city = task_for(request.actor, task).incident.city
    return _moved(
        request,
        task,
        hand_over_task,
        change,
        person=colleague_in(request.actor, city, change.person) if change.person else None,
        agency=agency_in(city, change.agency) if change.agency else None,
    )


@router.post("/tasks/{uuid:task}/block", response=TaskDetail, summary="Say what stands in the way")
def block(request: Request, task: UUID, change: Block) -> Any:
    return _moved(request, task, block_task, change, reason=change.reason)


@router.post("/tasks/{uuid:task}/finish", response=TaskDetail, summary="Finish an action")
def finish(request: Request, task: UUID, change: Finish) -> Any:
    return _moved(request, task, finish_task, change, note=change.note)


@router.post("/tasks/{uuid:task}/note", response=TaskDetail, summary="Note how an action goes")
def note(request: Request, task: UUID, change: Noted) -> Any:
    """With `version`: 409 where somebody else wrote another note since."""
    return _moved(request, task, note_task, change, note=change.note)


@router.post("/tasks/{uuid:task}/reopen", response=TaskDetail, summary="Open an action again")
def reopen(request: Request, task: UUID, change: Change) -> Any:
    return _moved(request, task, reopen_task, change)
