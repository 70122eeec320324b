"""The doors of the log: everyone at the incident reads it and writes in it."""

from __future__ import annotations

from uuid import UUID

from takatuf.decisions.models import LogEntry, Meeting
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotFound
from takatuf.incidents.access import at_an_incident_of
from takatuf.incidents.models import Incident


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
