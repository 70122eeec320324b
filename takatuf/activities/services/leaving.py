"""Somebody leaves: what they hold goes to a successor, or back to its role."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction

from takatuf.accounts.models import Person
from takatuf.activities import notices
from takatuf.activities.merging import keep_trace, values_of
from takatuf.activities.models import Task
from takatuf.activities.queries import held_by
from takatuf.activities.services.noting import note
from takatuf.activities.services.tasks import let_see
from takatuf.alerts.services import tell
from takatuf.foundation.actors import Actor
from takatuf.foundation.roles import Role
from takatuf.journal.services import PersonRef
from takatuf.network.models import City
from takatuf.network.queries import posts_of_role


@transaction.atomic
def lay_down_tasks(
    actor: Actor, person: Person, city: UUID | None, now: datetime, *, to: Person | None = None
) -> int:
    """Everything open that the person holds in a city, or in all, goes to `to`; without one it
    is open again for its agency and role, and the coordinators are told how much came back.
    What is blocked stays blocked. Returns how many there were."""
    tasks = list(
        held_by(person, city)
        .select_for_update(of=("self",))
        .select_related("incident__city", "title", "agency")
        .order_by("id")
    )
    for task in tasks:
        before = values_of(task)
        if to is not None:
            let_see(actor, task.incident, to, now)
            task.taken_by, task.taken_at = to, now
        else:
            task.taken_by, task.taken_at = None, None
            if task.state == Task.State.TAKEN:
                task.state = Task.State.OPEN
        task.version += 1
        task.save(update_fields=["taken_by", "taken_at", "state", "version"])
        keep_trace(actor, task, before, now=now)
        people = {"from": PersonRef(person.pk, person.name)}
        if to is not None:
            people["to"] = PersonRef(to.pk, to.name)
        note(actor, "task.passed_on" if to else "task.came_back", task, now, people=people)
    if to is None:
        _tell_coordinators(actor, tasks, now)
    return len(tasks)


def _tell_coordinators(actor: Actor, tasks: list[Task], now: datetime) -> None:
    """In each city, whoever coordinates it and did not do this themselves."""
    counts: Counter[City] = Counter(task.incident.city for task in tasks)
    for city, count in counts.items():
        posts = posts_of_role(city, Role.COORDINATOR, now)
        others = [post for post in posts if post.person_id != actor.person_id]
        tell(actor, notices.came_back(city, count), city=city, posts=others, now=now)
