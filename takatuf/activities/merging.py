"""Two people change one action: different fields go together, the same field is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from takatuf.activities.models import Task, TaskChange
from takatuf.activities.rules import clash
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused

TRACKED = ("state", "taken_by_id", "agency_id", "due_at", "block_reason", "note")


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that two people changed: what it was, what is there now, what was meant.

    Values are as `as_text` writes them. `was` is None where nobody kept it; `person_id` and
    `at` tell who changed it last and when, as far as that is known.
    """

    field: str
    was: str | None
    theirs: str
    mine: str
    person_id: object = None
    at: datetime | None = None


class Conflict(Refused):
    """Somebody else changed the same field meanwhile; nothing was done."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(
            _("Somebody changed this action a moment ago. Look at it as it is now."),
            code="changed-meanwhile",
        )
        self.clashes = clashes


def as_text(value: object) -> str:
    """A field's value as a change keeps it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def values_of(task: Task) -> dict[str, str]:
    """The fields of a task that two people may change at once, as they stand."""
    return {name: as_text(getattr(task, name)) for name in TRACKED}


def base_of(task: Task, version: int) -> tuple[dict[str, str | None], dict[str, TaskChange]]:
    """The fields as they were at `version`, and for each that changed since its last change.

    Where a version left no trace (it came before traces were kept), what was is not known.
    """
    changes = list(task.changes.filter(version__gt=version).order_by("version"))
    whole = {change.version for change in changes} >= set(range(version + 1, task.version + 1))
    base: dict[str, str | None] = dict(values_of(task)) if whole else dict.fromkeys(TRACKED)
    for change in reversed(changes):
        base[change.field] = change.before
    return base, {change.field: change for change in changes}


def check_no_clash(task: Task, version: int | None, mine: Mapping[str, object]) -> set[str]:
    """The fields of `mine` that their writer really changed, against what stands there now.

    `version` is the one that the writer saw; None: whatever stands there now. Raises
    `Conflict` with every field that somebody else changed to something else.
    """
    meant = {name: as_text(value) for name, value in mine.items()}
    now = values_of(task)
    if version is None or version >= task.version:
        return {name for name, value in meant.items() if value != now[name]}
    base, last = base_of(task, version)
    clashes = []
    for name, value in meant.items():
        if clash(base[name], now[name], value):
            by = last.get(name)
            clashes.append(
                Clash(
                    name,
                    base[name],
                    now[name],
                    value,
                    by.person_id if by else None,
                    by.at if by else None,
                )
            )
    if clashes:
        raise Conflict(clashes)
    return {name for name, value in meant.items() if value not in (base[name], now[name])}


def keep_trace(actor: Actor, task: Task, before: Mapping[str, str], *, now: datetime) -> None:
    """Write down what this version of the task made of each field."""
    after = values_of(task)
    TaskChange.objects.bulk_create(
        TaskChange(
            task=task,
            version=task.version,
            field=name,
            before=before[name],
            after=after[name],
            person_id=actor.person_id,
            at=now,
        )
        for name in TRACKED
        if before[name] != after[name]
    )
