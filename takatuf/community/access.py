"""The doors of the survey: all at the incident see it and tell, some keep it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from takatuf.community.models import Issue, Survey
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.roles import Role
from takatuf.incidents.access import LEADERS, at_an_incident_of, check_at_incident
from takatuf.incidents.models import Incident
from takatuf.network.access import is_system

# Who keeps the survey of the whole city; others keep what their own agency told.
KEEPERS = LEADERS | {Role.COHESION, Role.PSYCHOSOCIAL, Role.CENTRE_MANAGER}


def _one(actor: Actor, **lookup: object) -> Issue:
    found = (
        Issue.objects.filter(at_an_incident_of(actor), **lookup)
        .select_related("incident__city", "agency", "reported_by", "closed_by")
        .prefetch_related("places__area")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def issue_for(actor: Actor, pk: UUID) -> Issue:
    """The issue, where the actor may know its incident; `NotFound` otherwise."""
    return _one(actor, pk=pk)


def issue_by_number(actor: Actor, incident: Incident, number: int) -> Issue:
    """The incident's issue with this number, behind the same door."""
    return _one(actor, incident=incident, number=number)


def survey_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> Survey:
    """The table of needs that was taken in, behind the same door."""
    found = Survey.objects.filter(pk=pk).select_related("incident__city", "taken_in_by")
    if not is_system(actor):
        found = found.filter(at_an_incident_of(actor))
    if incident is not None:
        found = found.filter(incident=incident)
    survey = found.first()
    if survey is None:
        raise NotFound
    return survey


def may_keep_issues(actor: Actor, incident: Incident) -> bool:
    """Whether the actor keeps the survey of this incident, whoever told of an issue."""
    return is_system(actor) or bool(actor.roles_in(incident.city_id) & KEEPERS)


def check_may_keep_issues(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    if is_system(actor):
        return
    check_at_incident(actor, incident)
    if not may_keep_issues(actor, incident):
        raise NotAllowed(_KEEPERS_ALONE)


def may_change_issue(actor: Actor, issue: Issue) -> bool:
    """Keepers change every issue, others what their own agency told."""
    city = issue.incident.city_id
    return may_keep_issues(actor, issue.incident) or (
        issue.agency_id is not None and issue.agency_id in actor.agencies_in(city)
    )


def check_may_change_issue(actor: Actor, issue: Issue) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever may not change it."""
    if is_system(actor):
        return
    check_at_incident(actor, issue.incident)
    if not may_change_issue(actor, issue):
        raise NotAllowed(
            _(
                "Another agency told of this need. Ask its people, the community cohesion "
                "officer or the coordinator."
            )
        )


_KEEPERS_ALONE = _(
    "Only the coordinator, the mayor, the community cohesion officer, the psychosocial lead and "
    "the assistance centre manager do this. Ask one of them."
)
