"""Who does what, taken out of the house for others to read; the record says by whom."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from takatuf.activities.exchange.writing import Sheet, sheet_of
from takatuf.activities.queries import Wanted, activities_of
from takatuf.foundation.actors import Actor
from takatuf.incidents.access import check_at_incident
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.access import is_system


class TakenOut(NamedTuple):
    """The table, its rows read as they are asked for, and how many entries it has."""

    sheet: Sheet
    entries: int


@transaction.atomic
def take_out_activities(
    actor: Actor,
    incident: Incident,
    *,
    form: str,
    now: datetime,
    wanted: Wanted | None = None,
) -> TakenOut:
    """The table of what organisations do in an incident, to be written in this form
    (`exchange.writing.FORMS`): what is `wanted`, else all entries in force, ended ones too.

    It names whom to ask at each organisation, and nobody can call back what has left. So it is
    written down who took it out, when, and how many entries.
    """
    if not is_system(actor):
        check_at_incident(actor, incident)
    found = activities_of(incident, wanted or Wanted(status="all"), now=now)
    count = found.count()
    record(
        actor,
        "activities.taken_out",
        log=incident.city.log,
        thing=incident.about,
        about=incident.about,
        at=now,
        facts={"form": form, "count": count, "all": wanted is None},
    )
    return TakenOut(sheet_of(incident, found), count)
