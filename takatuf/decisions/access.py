"""The doors of the log and of the promises: everyone at the incident reads and writes there."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from takatuf.decisions.models import LogEntry, Meeting, Promise
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.roles import CITY_WIDE, Role
from takatuf.incidents.access import LEADERS, at_an_incident_of, check_at_incident
from takatuf.incidents.models import Incident
from takatuf.network.models import City


def entry_by_number(actor: Actor, incident: Incident, number: int) -> LogEntry:
    """The incident's entry with this number, behind the same door as `entry_for`."""
    entry = (
        LogEntry.objects.filter(at_an_incident_of(actor), number=number, incident=incident)
        .select_related("incident__city", "author", "agency", "strikes", "struck_by")
        .prefetch_related("present")
        .first()
    )
    if entry is None:
        raise NotFound
    return entry


def entry_for(actor: Actor, pk: UUID, *, incident: Incident | None = None) -> LogEntry:
    """The entry, where the actor may know its incident; `NotFound` otherwise."""
    found = LogEntry.objects.filter(at_an_incident_of(actor), pk=pk).select_related(
        "incident__city", "author", "agency"
    )
    if incident is not None:
        found = found.filter(incident=incident)
    entry = found.first()
    if entry is None:
        raise NotFound
    return entry


def _one_meeting(actor: Actor, **lookup: object) -> Meeting:
    found = (
        Meeting.objects.filter(at_an_incident_of(actor), **lookup)
        .select_related("incident__city", "chair", "entry")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def meeting_by_number(actor: Actor, incident: Incident, number: int) -> Meeting:
    """The incident's meeting with this number, behind the door of its incident."""
    return _one_meeting(actor, incident=incident, number=number)


def meeting_for(actor: Actor, pk: UUID) -> Meeting:
    """The meeting with this identifier; everyone at its incident reads it."""
    return _one_meeting(actor, pk=pk)


WORDERS = LEADERS | {Role.COMMUNICATIONS}


def promise_for(actor: Actor, **lookup: object) -> Promise:
    """The promise, where the actor may know it; `NotFound` otherwise."""
    promise = (
        Promise.objects.visible_to(actor)
        .filter(**lookup)
        .select_related("city", "agency", "incident__city", "entry", "settled_by")
        .first()
    )
    if promise is None:
        raise NotFound
    return promise


def may_make_promise(actor: Actor, city: City, incident: Incident | None = None) -> bool:
    """Whoever is at an incident writes down what was promised about it; without one, whoever
    sees all of the city."""
    return incident is not None or bool(actor.roles_in(city.pk) & CITY_WIDE)


def check_may_make_promise(actor: Actor, city: City, incident: Incident | None) -> None:
    """`NotFound` for strangers, `NotAllowed` for whoever sees a part of the city alone."""
    if incident is not None:
        check_at_incident(actor, incident)
        if incident.city_id != city.pk:
            raise NotFound
    elif not actor.serves(city.pk):
        raise NotFound
    if not may_make_promise(actor, city, incident):
        raise NotAllowed(
            _("A liaison enters a promise in the incident that it is about. Ask the coordinator.")
        )


def may_settle_promise(actor: Actor, promise: Promise) -> bool:
    """The coordinator, the mayor and the agency that keeps it say how a promise ended."""
    return bool(actor.roles_in(promise.city_id) & LEADERS) or (
        promise.agency_id is not None and promise.agency_id in actor.agencies_in(promise.city_id)
    )


def check_may_settle_promise(actor: Actor, promise: Promise) -> None:
    """`NotFound` for whoever may not know the promise, `NotAllowed` for others."""
    _check_known(actor, promise)
    if not may_settle_promise(actor, promise):
        raise NotAllowed(
            _(
                "Only the agency that keeps it, the response coordinator or the mayor say how a "
                "promise ended. Ask them to."
            )
        )


def may_steer_promise(actor: Actor, promise: Promise) -> bool:
    """Whether the actor says which agency and role keeps the promise."""
    return bool(actor.roles_in(promise.city_id) & LEADERS)


def check_may_steer_promise(actor: Actor, promise: Promise) -> None:
    """`NotFound` for whoever may not know the promise, `NotAllowed` for others."""
    _check_known(actor, promise)
    if not may_steer_promise(actor, promise):
        raise NotAllowed(_("Only the response coordinator or the mayor changes this. Ask them to."))


def may_word_promise(actor: Actor, promise: Promise) -> bool:
    """Whether the actor writes the words in which the promise may be shown to anybody."""
    return bool(actor.roles_in(promise.city_id) & WORDERS)


def check_may_word_promise(actor: Actor, promise: Promise) -> None:
    """`NotFound` for whoever may not know the promise, `NotAllowed` for others."""
    _check_known(actor, promise)
    if not may_word_promise(actor, promise):
        raise NotAllowed(
            _(
                "Only the response coordinator, the mayor or the communications lead writes what "
                "is shown. Ask them to."
            )
        )


def check_may_read_quarters(actor: Actor, city: City) -> None:
    """Whoever sees all of the city reads how it kept its promises."""
    if not actor.serves(city.pk):
        raise NotFound
    if not actor.roles_in(city.pk) & CITY_WIDE:
        raise NotAllowed(_("This page tells of the whole city. Ask the response coordinator."))


def _check_known(actor: Actor, promise: Promise) -> None:
    if not Promise.objects.visible_to(actor).filter(pk=promise.pk).exists():
        raise NotFound
