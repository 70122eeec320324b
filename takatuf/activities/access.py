"""The doors of a task: seen by all at the incident, moved by its agency and by the lead."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from takatuf.activities.models import Task
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.incidents.access import at_an_incident_of, check_at_incident, may_lead
from takatuf.incidents.models import Incident


def task_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> Task:
    """The task, where the actor may know its incident; `NotFound` otherwise."""
    # Nine tables joined take PostgreSQL longer to plan than all else; the reasons come after.
    found = (
        Task.objects.filter(at_an_incident_of(actor), pk=pk)
        .select_related("incident__city", "title", "agency", "taken_by")
        .prefetch_related("why", "pitfall")
    )
    if incident is not None:
        found = found.filter(incident=incident)
    task = found.first()
    if task is None:
        raise NotFound
    return task


def may_move_task(actor: Actor, task: Task) -> bool:
    """Coordinator and mayor move every task, others those of their own agencies, those of
    their role in the municipality, and those that they hold."""
    city = task.incident.city_id
    return bool(
        may_lead(actor, task.incident)
        or (task.agency_id and task.agency_id in actor.agencies_in(city))
        or (task.role and task.role in actor.roles_in(city) and task.role != "liaison")
        or (actor.person_id and task.taken_by_id == actor.person_id)
    )


def check_may_move_task(actor: Actor, task: Task) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever may not move the task."""
    check_at_incident(actor, task.incident)
    if not may_move_task(actor, task):
        raise NotAllowed(
            _("This action belongs to another agency. Ask its people or the coordinator.")
        )
