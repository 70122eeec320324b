"""What pages, the command and the API read of tasks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from takatuf.activities.models import Need, Task
from takatuf.foundation.actors import Actor
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident


def in_working_order(tasks: QuerySet[Task], now: datetime) -> QuerySet[Task]:
    """Late ones first, then blocked ones, then by due time; done ones last."""
    group = Case(
        When(state=Task.State.DONE, then=Value(3)),
        When(due_at__lt=now, then=Value(0)),
        When(state=Task.State.BLOCKED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return tasks.annotate(group=group).order_by("group", "due_at", "id")


def tasks_of(incident: Incident) -> QuerySet[Task]:
    """The incident's tasks with all that a list shows, in one statement."""
    return Task.objects.filter(incident=incident).select_related("title", "agency", "taken_by")


def open_tasks(incident: Incident) -> QuerySet[Task]:
    """The incident's tasks that are not done."""
    return tasks_of(incident).filter(state__in=Task.OPEN)


def my_tasks(actor: Actor, now: datetime) -> QuerySet[Task]:
    """A person's own open work across incidents: what they hold, what waits for somebody of
    their agencies, and what waits for their role."""
    mine = Q(taken_by=actor.person_id)
    for post in actor.posts:
        if post.city_id is None:
            continue
        nobody = Q(incident__city=post.city_id, taken_by=None)
        mine |= nobody & Q(agency=post.agency_id) & Q(role__in=["", post.role])
        if post.role != Role.LIAISON:
            mine |= nobody & Q(role=post.role)
    return in_working_order(
        Task.objects.filter(
            mine,
            state__in=Task.OPEN,
            incident__in=Incident.objects.visible_to(actor).filter(
                stood_down_at=None, joined_into=None
            ),
        ).select_related("title", "agency", "taken_by", "incident__city"),
        now,
    )


def waits_of(tasks: list[Task]) -> dict[object, list[Task]]:
    """For each task, the unfinished tasks that must be finished before it."""
    found: dict[object, list[Task]] = {}
    needs = (
        Need.objects.filter(task__in=[task.pk for task in tasks])
        .exclude(first__state=Task.State.DONE)
        .select_related("first__title")
    )
    for need in needs:
        found.setdefault(need.task_id, []).append(need.first)
    return found


def task_counts(incident: Incident, now: datetime) -> list[dict[str, object]]:
    """Open, late, blocked and done tasks by workstream and phase: the picture's table."""
    return list(
        Task.objects.filter(incident=incident)
        .values("workstream", "phase")
        .annotate(
            open=Count("id", filter=~Q(state=Task.State.DONE)),
            late=Count("id", filter=~Q(state=Task.State.DONE) & Q(due_at__lt=now)),
            blocked=Count("id", filter=Q(state=Task.State.BLOCKED)),
            done=Count("id", filter=Q(state=Task.State.DONE)),
        )
        .order_by("workstream", "phase")
    )
