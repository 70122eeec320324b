"""Search over what the caller may see, and what waits for them today."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from takatuf.api.activities import TaskShape, shapes_of_tasks
from takatuf.api.door import Request
from takatuf.api.fields import Shape, storable
from takatuf.api.incidents import IncidentShape, shape_of_incident
from takatuf.coordination.queries import today_of
from takatuf.coordination.search import excerpt, search

router = Router(tags=["Across incidents"])


class Asked(BaseModel):
    q: Annotated[str, StringConstraints(min_length=2, max_length=100), AfterValidator(storable)] = (
        Field(description="Words that must all occur, in any spelling")
    )


class Hit(Shape):
    """An entry of a log in which the words occur."""

    id: UUID
    incident: UUID
    number: int
    kind: str
    recorded_at: datetime
    excerpt: str


class FoundShape(Shape):
    incidents: list[IncidentShape]
    tasks: list[TaskShape]
    entries: list[Hit]
    complete: bool = Field(description="false: there is more; use more words")


class TodayShape(Shape):
    incidents: list[IncidentShape]
    tasks: list[TaskShape] = Field(description="Late ones first, fifty at most")
    more: bool


@router.get("/search", response=FoundShape, summary="Search")
def find(request: Request, asked: Query[Asked]) -> Any:
    """Titles of incidents and actions, and the newest two thousand entries of the logs."""
    found = search(request.actor, asked.q)
    return FoundShape(
        incidents=[shape_of_incident(incident) for incident in found.incidents],
        tasks=shapes_of_tasks(found.tasks, timezone.now()),
        entries=[
            Hit(
                id=entry.pk,
                incident=entry.incident_id,
                number=entry.number,
                kind=entry.kind,
                recorded_at=entry.recorded_at,
                excerpt=excerpt(entry.text, asked.q),
            )
            for entry in found.entries
        ],
        complete=found.complete,
    )


@router.get("/today", response=TodayShape, summary="What waits for the caller")
def today(request: Request) -> Any:
    """The caller's own open work across incidents, and the incidents that are open."""
    now = timezone.now()
    seen = today_of(request.actor, now)
    return TodayShape(
        incidents=[shape_of_incident(incident) for incident in seen.incidents],
        tasks=shapes_of_tasks(seen.tasks, now),
        more=seen.more,
    )
