"""How acts on tasks and overlaps are written down."""

from __future__ import annotations

from datetime import datetime

from takatuf.activities.models import Overlap, Task
from takatuf.foundation.actors import Actor
from takatuf.journal.services import record


def note(actor: Actor, verb: str, task: Task, now: datetime, **rest: object) -> None:
    """Write an act on a task into the city's journal, with its title and agency."""
    facts = {
        "title": str(task.title),
        "agency": task.agency.name if task.agency else "",
        **rest.pop("facts", {}),  # type: ignore[dict-item]
    }
    record(
        actor,
        verb,
        log=task.incident.city.log,
        thing=f"task:{task.pk}",
        about=task.incident.about,
        at=now,
        facts=facts,
        **rest,  # type: ignore[arg-type]
    )


def note_overlap(
    actor: Actor,
    verb: str,
    overlap: Overlap,
    now: datetime,
    *,
    private: dict[str, str] | None = None,
    **facts: str,
) -> None:
    """Write an act on an overlap into the city's journal, with both activities."""
    incident = overlap.incident
    record(
        actor,
        verb,
        log=incident.city.log,
        thing=f"overlap:{overlap.pk}",
        about=incident.about,
        at=now,
        facts={"a": str(overlap.a), "b": str(overlap.b), "rule": overlap.rule, **facts},
        private=private or {},
    )
