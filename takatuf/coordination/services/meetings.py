"""Meetings across the rooms: the agenda from the picture, outcomes into log and actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from takatuf.activities.services import add_task
from takatuf.coordination.agenda import agenda_of, came_of, frozen
from takatuf.decisions.models import Attendance, LogEntry, Meeting, MeetingOutcome
from takatuf.decisions.queries import attendance_of
from takatuf.decisions.services import (
    close_meeting,
    link_outcome,
    open_meeting,
    write_entry,
)
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import listed
from takatuf.incidents.access import check_may_lead
from takatuf.network.models import Agency

ACTION = "action"


@transaction.atomic
def begin_meeting(actor: Actor, meeting: Meeting, *, now: datetime) -> Meeting:
    """Open a planned meeting with the agenda that the picture gives at this moment."""
    check_may_lead(actor, meeting.incident)
    agenda = agenda_of(meeting.incident, now)
    return open_meeting(actor, meeting, agenda=frozen(agenda), points=agenda.points, now=now)


@transaction.atomic
def record_outcome(
    actor: Actor,
    meeting: Meeting,
    *,
    kind: str,
    text: str,
    language: str,
    now: datetime,
    point: str = "",
    reasons: str = "",
    promised_to: str = "",
    due_at: datetime | None = None,
    agency: Agency | None = None,
) -> MeetingOutcome:
    """Write down what came of a point of the agenda: as an entry of the log (`kind` is one of
    its kinds) or as an "action" for an agency. It stands in both places at once."""
    incident = meeting.incident
    check_may_lead(actor, incident)
    if kind == ACTION:
        task = add_task(
            actor, incident, title=text, language=language, agency=agency, due=due_at, now=now
        )
        thing = f"task:{task.pk}"
    elif kind in LogEntry.Kind.values:
        more: dict[str, Any] = {}
        if kind == LogEntry.Kind.DECISION:
            there = attendance_of(meeting).filter(state=Attendance.State.CAME)
            more = {"reasons": reasons, "present": [one.agency for one in there]}
        elif kind == LogEntry.Kind.PROMISE:
            more = {"promised_to": promised_to, "due_at": due_at}
        entry = write_entry(
            actor,
            incident,
            kind=kind,
            text=text,
            language=language,
            now=now,
            source=_("Meeting %(number)s") % {"number": meeting.number},
            **more,
        )
        thing = f"entry:{entry.pk}"
    else:
        raise Refused(_("Choose what kind of outcome this is."), code="kind", field="kind")
    return link_outcome(meeting, thing=thing, kind=kind, point=point, now=now)


@transaction.atomic
def end_meeting(actor: Actor, meeting: Meeting, *, language: str, now: datetime) -> Meeting:
    """Close an open meeting; who came and what came of it becomes an entry of the log."""
    check_may_lead(actor, meeting.incident)
    entry = write_entry(
        actor,
        meeting.incident,
        kind="information",
        text=_minutes(meeting),
        language=language,
        now=now,
        source=_("Meeting %(number)s") % {"number": meeting.number},
    )
    return close_meeting(actor, meeting, entry=entry, now=now)


def _minutes(meeting: Meeting) -> str:
    """The minutes in a few lines, in the language in force."""
    noted = list(attendance_of(meeting))
    entries, tasks = [], []
    for one in came_of(meeting):
        if one.entry is not None:
            entries.append(f"{one.entry.get_kind_display()} {one.entry.number}")
        elif one.task is not None:
            tasks.append(one.task.title.in_language(get_language() or "en").words)
    lines = [
        _("Meeting %(number)s was held.") % {"number": meeting.number},
        *_named(_("Came: %(agencies)s"), noted, Attendance.State.CAME),
        *_named(_("Excused: %(agencies)s"), noted, Attendance.State.EXCUSED),
        *_named(_("Absent: %(agencies)s"), noted, Attendance.State.ABSENT),
    ]
    if entries:
        lines.append(_("In the log: %(entries)s") % {"entries": listed(entries)})
    if tasks:
        lines.append(_("New actions: %(actions)s") % {"actions": listed(tasks)})
    if not entries and not tasks:
        lines.append(_("Nothing was decided."))
    return "\n".join(lines)[:9_000]


def _named(sentence: str, noted: Iterable[Attendance], state: str) -> list[str]:
    there = [
        f"{one.agency} ({one.who})" if one.who else str(one.agency)
        for one in noted
        if one.state == state
    ]
    return [sentence % {"agencies": listed(there)}] if there else []
