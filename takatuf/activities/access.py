"""The doors of this room: a task is seen by all at the incident and moved by its agency and by
the lead; who does what is read by all there, and told by whoever speaks for an organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from takatuf.activities.models import Activity, Import, Invitation, Overlap, Task
from takatuf.activities.rules import asked_about
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.roles import Role
from takatuf.foundation.tokens import id_in, token_of
from takatuf.incidents.access import at_an_incident_of, check_at_incident, may_lead
from takatuf.incidents.models import Incident
from takatuf.network.access import is_system
from takatuf.network.models import Organisation
from takatuf.plans.catalogue import services


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


INVITING = "takatuf.activities.invitation"
# Who speaks of the work of any organisation; a liaison speaks of their own agency's.
REPORTERS = frozenset(
    {
        Role.COORDINATOR,
        Role.MAYOR,
        Role.NATIONAL_LIAISON,
        Role.CENTRE_MANAGER,
        Role.PSYCHOSOCIAL,
        Role.COHESION,
    }
)
NOT_THEIRS = _(
    "Only those who lead or support the response, and the organisation’s own liaison, enter what "
    "it does. Ask the response coordinator."
)
INVITED = "invitation:"  # how the actor begins who came by a partner's link


def activity_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> Activity:
    """The activity, where the actor may know its incident; `NotFound` otherwise."""
    found = Activity.objects.filter(at_an_incident_of(actor), pk=pk)
    if incident is not None:
        found = found.filter(incident=incident)
    activity = found.select_related("incident__city", "organisation", "reported_by").first()
    if activity is None:
        raise NotFound
    return activity


def may_report_for_any(actor: Actor, incident: Incident) -> bool:
    """Whether the actor enters, changes and confirms the work of every organisation."""
    return bool(actor.roles_in(incident.city_id) & REPORTERS)


def agencies_reported_for(actor: Actor, incident: Incident) -> frozenset[UUID]:
    """The agencies whose work the actor enters because they are their liaison there."""
    return frozenset(
        post.agency_id
        for post in actor.posts
        if post.city_id == incident.city_id and post.agency_id and post.role == Role.LIAISON
    )


def may_report(actor: Actor, incident: Incident) -> bool:
    """Whether the actor enters the work of any organisation at all."""
    return may_report_for_any(actor, incident) or bool(agencies_reported_for(actor, incident))


def check_may_report(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever speaks of nobody's
    work there."""
    check_at_incident(actor, incident)
    if not may_report(actor, incident):
        raise NotAllowed(NOT_THEIRS)


def may_report_for(
    actor: Actor, incident: Incident, organisation: Organisation, now: datetime
) -> bool:
    """Whether the actor enters, changes and confirms what this organisation does."""
    if actor.id.startswith(INVITED):
        invitation = invitation_of(actor, now)
        return (
            invitation.incident_id == incident.pk and invitation.organisation_id == organisation.pk
        )
    return may_report_for_any(actor, incident) or (
        organisation.agency_id is not None
        and organisation.agency_id in agencies_reported_for(actor, incident)
    )


def check_may_report_for(
    actor: Actor, incident: Incident, organisation: Organisation, now: datetime
) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever may not speak of this
    organisation's work."""
    if may_report_for(actor, incident, organisation, now):
        return
    if actor.id.startswith(INVITED):
        raise NotFound
    check_at_incident(actor, incident)
    raise NotAllowed(NOT_THEIRS)


def check_may_invite(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever may not invite: only
    who speaks of every organisation's work hands out a way to tell it."""
    check_at_incident(actor, incident)
    if not may_report_for_any(actor, incident):
        raise NotAllowed(
            _("Only those who lead or support the response invite partners. Ask one of them.")
        )


def invitation_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> Invitation:
    """The invitation, for whoever may know its incident; `NotFound` otherwise."""
    found = Invitation.objects.filter(at_an_incident_of(actor), pk=pk)
    if incident is not None:
        found = found.filter(incident=incident)
    invitation = found.select_related("incident__city", "organisation").first()
    if invitation is None:
        raise NotFound
    return invitation


def invitation_token(pk: UUID) -> str:
    """What stands in the address of a partner's own page; nobody can guess it."""
    return token_of(pk, INVITING)


def invitation_by_token(token: str, now: datetime) -> Invitation:
    """The invitation whose page this is. `NotFound`, always the same, for a token that was made
    up, for one that has ended and for one that was withdrawn."""
    return _open_invitation(id_in(token, INVITING), now)


def about_invitation(invitation: Invitation) -> str:
    """How a letter names the invitation that it is about."""
    return f"invitation:{invitation.pk}"


def invitation_link(invitation: Invitation) -> str:
    """The whole address of a partner's own page, in their language."""
    token = invitation_token(invitation.pk)
    return f"{settings.BASE_URL.rstrip('/')}/{invitation.language}/partner/{token}/"


def acting_for(invitation: Invitation) -> Actor:
    """Who acts by a partner's link: nobody knows the person, so the organisation's name stands."""
    return Actor(f"{INVITED}{invitation.pk}", str(invitation.organisation))


def invitation_of(actor: Actor, now: datetime) -> Invitation:
    """The invitation by which this actor came. `NotFound` once it has ended."""
    return _open_invitation(UUID(actor.id.removeprefix(INVITED)), now)


def _open_invitation(pk: UUID, now: datetime) -> Invitation:
    found = (
        Invitation.objects.filter(pk=pk, withdrawn_at=None, ends_at__gt=now)
        .select_related("incident__city", "organisation")
        .first()
    )
    if found is None:
        raise NotFound
    return found


# Who has a say in overlaps at all; each in those of their own work, the leaders in all.
SETTLERS = frozenset(
    {Role.COORDINATOR, Role.MAYOR, Role.NATIONAL_LIAISON, Role.PSYCHOSOCIAL, Role.COHESION}
)


def overlap_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> Overlap:
    """The overlap with both activities, where the actor may know its incident."""
    found = Overlap.objects.filter(at_an_incident_of(actor), pk=pk)
    if incident is not None:
        found = found.filter(incident=incident)
    overlap = found.select_related("incident__city", "a__organisation", "b__organisation").first()
    if overlap is None:
        raise NotFound
    return overlap


def roles_asked(overlap: Overlap) -> tuple[Role, ...]:
    """Those who answer to this overlap, in the order in which it comes to them."""
    service = services().get(overlap.a.service or overlap.b.service)
    return asked_about(overlap.rule, service.group if service else "")


def may_settle_overlap(actor: Actor, overlap: Overlap) -> bool:
    """Whether the actor answers to this overlap: those to whom it comes, in whichever order."""
    return bool(actor.roles_in(overlap.incident.city_id) & set(roles_asked(overlap)))


def check_may_settle_overlap(actor: Actor, overlap: Overlap) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever has no say in it."""
    check_at_incident(actor, overlap.incident)
    if not may_settle_overlap(actor, overlap):
        raise NotAllowed(
            _(
                "Overlaps are settled by those who lead the response, between levels of "
                "government also by the national liaison. Ask one of them."
            )
        )


def may_find_overlaps(actor: Actor, incident: Incident) -> bool:
    """Whether the actor has the activities of an incident compared."""
    return bool(actor.roles_in(incident.city_id) & SETTLERS)


def check_may_find_overlaps(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever settles none."""
    check_at_incident(actor, incident)
    if not may_find_overlaps(actor, incident):
        raise NotAllowed(
            _("Activities are compared for those who settle overlaps. Ask the coordinator.")
        )


# Who brings files with the work of any organisation; a liaison those of their own agency.
IMPORTERS = frozenset({Role.COORDINATOR, Role.MAYOR, Role.NATIONAL_LIAISON})


def may_import_for_any(actor: Actor, incident: Incident) -> bool:
    """Whether the actor takes in files that tell of every organisation's work."""
    return is_system(actor) or bool(actor.roles_in(incident.city_id) & IMPORTERS)


def may_import(actor: Actor, incident: Incident) -> bool:
    """Whether the actor takes in files at all."""
    return may_import_for_any(actor, incident) or bool(agencies_reported_for(actor, incident))


def check_may_import(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever may not take in files."""
    if is_system(actor):
        return
    check_at_incident(actor, incident)
    if not may_import(actor, incident):
        raise NotAllowed(
            _(
                "Only the response coordinator, the mayor, the national liaison and the partners’ "
                "own liaisons take in files of activities. Ask one of them."
            )
        )


def check_may_settle_import(actor: Actor, made: Import) -> None:
    """As `check_may_import`; what somebody else brought is for those alone who may bring files
    of every organisation, to read as well: a file holds more than what is shared of it, such as
    columns that nobody asked for."""
    check_may_import(actor, made.incident)
    if not may_import_for_any(actor, made.incident) and made.begun_by_id != actor.person_id:
        raise NotAllowed(_("Somebody else brought this file. Ask them or the coordinator."))


def import_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> Import:
    """The import, for whoever may take in files there; `NotFound` for strangers."""
    found = Import.objects.filter(pk=pk).select_related("incident__city", "begun_by").defer("file")
    if not is_system(actor):
        found = found.filter(at_an_incident_of(actor))
    if incident is not None:
        found = found.filter(incident=incident)
    made = found.first()
    if made is None:
        raise NotFound
    return made
