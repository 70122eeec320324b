"""Messages from the scene: into the log, and into a declaration."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from takatuf.coordination.services.life import declare_incident
from takatuf.decisions.models import LogEntry
from takatuf.decisions.rules import is_late
from takatuf.decisions.services import write_entry
from takatuf.foundation.actors import Actor
from takatuf.incidents.access import check_may_lead
from takatuf.incidents.models import Incident, Methane
from takatuf.incidents.queries import letters_of
from takatuf.incidents.services import check_not_stood_down, join_methane, send_methane
from takatuf.network.models import City


@transaction.atomic
def report_from_scene(
    actor: Actor,
    city: City,
    *,
    location: str,
    language: str,
    now: datetime,
    incident: Incident | None = None,
    **rest: Any,
) -> Methane:
    """Send a message from the scene (M/ETHANE). It waits for whoever leads; an update about an
    `incident` stands in its log at once. `rest` goes to `incidents.send_methane`."""
    message = send_methane(
        actor, city, location=location, language=language, now=now, incident=incident, **rest
    )
    if incident is not None:
        _write_down(actor, message, incident, now)
    return message


@transaction.atomic
def declare_from_methane(
    actor: Actor,
    message: Methane,
    *,
    title: str,
    kind: str,
    severity: int,
    now: datetime,
    **rest: Any,
) -> Incident:
    """Let a waiting message from the scene become the declaration; it is the first entry of
    the log. The incident is an exercise if the message is. `rest` goes to `declare_incident`."""
    point = {name: rest.pop(name, None) for name in ("lon", "lat")}
    if None in point.values():
        point = {"lon": message.lon, "lat": message.lat}
    rest |= point | {"is_exercise": message.is_exercise}
    incident = declare_incident(
        actor, city=message.city, title=title, kind=kind, severity=severity, now=now, **rest
    )
    fresh = join_methane(actor, message, incident, now=now, declared=True)
    _write_down(actor, fresh, incident, now)
    return incident


@transaction.atomic
def add_methane_to_incident(
    actor: Actor, message: Methane, incident: Incident, *, now: datetime
) -> Methane:
    """Let a waiting message belong to an incident that is open already; its log tells it."""
    check_may_lead(actor, incident)
    check_not_stood_down(incident)
    fresh = join_methane(actor, message, incident, now=now)
    _write_down(actor, fresh, incident, now)
    return fresh


def _write_down(actor: Actor, message: Methane, incident: Incident, now: datetime) -> LogEntry:
    """A message from the scene as information in the log, in its sender's language."""
    with translation.override(message.language):
        told = [
            f"{one.label} ({one.letter}): {' '.join(filter(None, (one.chosen, one.words)))}"
            for one in letters_of(message)
            if one.chosen or one.words
        ]
        late = is_late(message.observed_at, now)
        reason = str(_("It came as a message from the scene.")) if late else ""
    agency = message.agency.name if message.agency else ""
    return write_entry(
        actor,
        incident,
        kind="information",
        text="\n".join(told),
        language=message.language,
        now=now,
        happened_at=message.observed_at,
        delay_reason=reason,
        source=" · ".join(filter(None, (f"{message.acronym} {message.number}", agency))),
    )
