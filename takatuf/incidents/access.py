"""The doors of an incident: who may know of it, who may do what to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.roles import CITY_WIDE, Role
from takatuf.incidents.models import HandOver, Incident, Methane
from takatuf.journal.access import HELD
from takatuf.network.models import Agency, City, Membership
from takatuf.network.vocabulary import AgencyKind

LEADERS = frozenset({Role.COORDINATOR, Role.MAYOR})
CALLERS = LEADERS | {Role.LIAISON}
# Whoever holds one of these in the city takes part in its incidents.
AT_AN_INCIDENT = CITY_WIDE | {Role.LIAISON}


def _one(actor: Actor, **lookup: object) -> Incident:
    found = Incident.objects.visible_to(actor).filter(**lookup).for_list().first()
    if found is None:
        raise NotFound
    return found


def incident_for(actor: Actor, city: City, number: int) -> Incident:
    """The incident with this number; `NotFound` when there is none that the actor may know."""
    return _one(actor, city=city, number=number)


def incident_in(actor: Actor, city: str, number: int) -> Incident:
    """The incident with this number in the city with this slug, behind the same door."""
    return _one(actor, city__slug=city, number=number)


def incident_by_id(actor: Actor, pk: UUID) -> Incident:
    """The incident with this identifier, behind the same door as `incident_for`."""
    return _one(actor, pk=pk)


def check_may_declare(actor: Actor, city: City) -> None:
    """Coordinators and mayors declare; a stranger to the city learns nothing of it."""
    roles = actor.roles_in(city.pk)
    if not roles:
        raise NotFound
    if not roles & LEADERS:
        raise NotAllowed(
            _("Only the response coordinator or the mayor declares an incident. Call them now.")
        )


def may_declare(actor: Actor, city_id: UUID) -> bool:
    """Whether to offer the button; the use case itself asks `check_may_declare`."""
    return bool(actor.roles_in(city_id) & LEADERS)


def may_lead(actor: Actor, incident: Incident) -> bool:
    """Whether the actor changes phase, facts and meetings of this incident."""
    return bool(actor.roles_in(incident.city_id) & LEADERS)


def check_may_lead(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    check_at_incident(actor, incident)
    if not may_lead(actor, incident):
        raise NotAllowed(_("Only the response coordinator or the mayor changes this. Ask them to."))


DATERS = LEADERS | {Role.PSYCHOSOCIAL}


def may_date(actor: Actor, incident: Incident) -> bool:
    """Whether the actor enters and moves the key dates of this incident."""
    return bool(actor.roles_in(incident.city_id) & DATERS)


def check_may_date(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    check_at_incident(actor, incident)
    if not may_date(actor, incident):
        raise NotAllowed(
            _(
                "Only the response coordinator, the mayor or the psychosocial lead enters dates. "
                "Ask them to."
            )
        )


def may_call(actor: Actor, incident: Incident) -> bool:
    """Whether the actor calls agencies and ticks their answers."""
    return bool(actor.roles_in(incident.city_id) & CALLERS)


def check_may_call(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for whoever may not call."""
    check_at_incident(actor, incident)
    if not may_call(actor, incident):
        raise NotAllowed(
            _("Only the response coordinator, the mayor or a partner liaison calls agencies.")
        )


def speaks_for(actor: Actor, agency: Agency) -> bool:
    """Whether the actor gives an agency's word: its coordinator, mayor or liaison does; for
    the municipality itself any coordinator or mayor of the city."""
    return any(
        post.city_id == agency.city_id
        and (
            (post.agency_id == agency.pk and post.role in CALLERS)
            or (agency.kind == AgencyKind.MUNICIPALITY and post.role in LEADERS)
        )
        for post in actor.posts
    )


def has_a_voice(agency: Agency, now: datetime) -> bool:
    """Whether anybody can sign in who gives this agency's word (`speaks_for`)."""
    of_agency = Q(agency=agency, role__in=CALLERS)
    if agency.kind == AgencyKind.MUNICIPALITY:
        of_agency |= Q(agency__city=agency.city_id, role__in=LEADERS)
    return (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), of_agency)
        .filter(person__in=Person.objects.joined(), person__is_active=True)
        .exists()
    )


def may_offer_lead(actor: Actor, incident: Incident) -> bool:
    """Whether the actor offers the lead to another agency, and takes the offer back."""
    giving = incident.lead_agency
    return may_lead(actor, incident) or (giving is not None and speaks_for(actor, giving))


def check_may_offer_lead(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    check_at_incident(actor, incident)
    if not may_offer_lead(actor, incident):
        raise NotAllowed(
            _(
                "Only the response coordinator, the mayor or the agency that leads hands over "
                "the lead. Ask them to."
            )
        )


def may_answer_offer(actor: Actor, hand_over: HandOver, now: datetime) -> bool:
    """Whether the actor accepts or declines the lead that is offered: the receiving agency's
    people, and whoever leads the response where that agency has nobody who can sign in."""
    to = hand_over.to_agency
    if to is None:
        return False
    return speaks_for(actor, to) or (
        may_lead(actor, hand_over.incident) and not has_a_voice(to, now)
    )


def check_may_answer_offer(actor: Actor, hand_over: HandOver, now: datetime) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    check_at_incident(actor, hand_over.incident)
    if not may_answer_offer(actor, hand_over, now):
        raise NotAllowed(
            _("Only the agency to which the lead is offered accepts or declines it. Ask them to.")
        )


def hand_over_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> HandOver:
    """The hand-over, where the actor may know its incident; `NotFound` otherwise."""
    found = HandOver.objects.filter(at_an_incident_of(actor), pk=pk).select_related(
        "incident__city", "incident__lead_agency", "from_agency", "to_agency", "offered_by",
        "answered_by",
    )  # fmt: skip
    if incident is not None:
        found = found.filter(incident=incident)
    hand_over = found.first()
    if hand_over is None:
        raise NotFound
    return hand_over


def at_an_incident_of(actor: Actor) -> Exists:
    """The condition that a row's `incident` is one that the actor may know. As a question to
    one row it is answered by the key; as `incident__in` every incident would be gathered."""
    return Exists(Incident.objects.visible_to(actor).filter(pk=OuterRef("incident")))


def may_hold(actor: Actor, incident: Incident) -> bool:
    """Whether the actor puts this incident under legal hold and lifts it: the data protection
    officer of the city does."""
    return Role.DATA_PROTECTION in actor.roles_in(incident.city_id)


def check_may_hold(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    check_at_incident(actor, incident)
    if not may_hold(actor, incident):
        raise NotAllowed(
            _("Only the data protection officer sets and lifts a legal hold. Ask in the log.")
        )


def check_may_take_out(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people: everything
    at once is for whoever answers for data protection."""
    check_at_incident(actor, incident)
    if not may_hold(actor, incident):
        raise NotAllowed(
            _(
                "Only the data protection officer takes out everything for an inquiry. "
                "Ask in the log."
            )
        )


def check_not_held(incident: Incident) -> None:
    """Refuse what would change or remove something that stands in a held incident.

    Every use case that overwrites or deletes asks this, first of all; what adds, or leads on
    from one state to the next with an entry of its own in the record, need not. The incident
    stays as it is until the transaction ends, so that a hold set meanwhile comes after.
    Raises `Refused` (`held`).
    """
    if Incident.objects.select_for_update().get(pk=incident.pk).held_since is not None:
        raise Refused(HELD, code="held")


def check_at_incident(actor: Actor, incident: Incident) -> None:
    """Everyone at the incident; `NotFound` for all others."""
    if not Incident.objects.visible_to(actor).filter(pk=incident.pk).exists():
        raise NotFound


def check_may_report(actor: Actor, city: City) -> None:
    """Whoever holds a post in the city tells from the scene; a stranger learns nothing of it."""
    if not actor.serves(city.pk):
        raise NotFound


def _one_methane(actor: Actor, **lookup: object) -> Methane:
    found = (
        Methane.objects.visible_to(actor)
        .filter(**lookup)
        .select_related("city", "incident__city", "author", "agency", "settled_by", "area")
        .defer("area__geometry", "area__bounds")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def methane_for(actor: Actor, city: City, number: int) -> Methane:
    """The city's message from the scene with this number; `NotFound` when there is none that
    the actor may know."""
    return _one_methane(actor, city=city, number=number)


def methane_by_id(actor: Actor, pk: UUID) -> Methane:
    """The message with this identifier, behind the same door as `methane_for`."""
    return _one_methane(actor, pk=pk)


def may_settle_methane(actor: Actor, city_id: UUID) -> bool:
    """Whether the actor declares from messages, adds them to incidents and closes them."""
    return bool(actor.roles_in(city_id) & LEADERS)


def check_may_settle_methane(actor: Actor, message: Methane) -> None:
    """`NotFound` for strangers to the message, `NotAllowed` for its other readers."""
    if not Methane.objects.visible_to(actor).filter(pk=message.pk).exists():
        raise NotFound
    if not may_settle_methane(actor, message.city_id):
        raise NotAllowed(
            _("Only the response coordinator or the mayor decides on it. Call them now.")
        )
