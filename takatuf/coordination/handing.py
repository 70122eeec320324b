"""What is open in an incident, as a hand-over of the lead writes it down.

The list is drawn by the system, from every room, so that nothing is forgotten; whoever hands
over writes a word beside a line where it needs one. It is kept as it stood.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from takatuf.activities.models import Task
from takatuf.activities.queries import in_working_order, open_tasks, sleeping
from takatuf.alerts.queries import State as Called
from takatuf.alerts.queries import roll_call
from takatuf.communications.queries import report_in_progress
from takatuf.communications.vocabulary import State as ReportState
from takatuf.decisions.models import LogEntry
from takatuf.decisions.queries import decisions_to_review, open_promises, open_questions
from takatuf.incidents.models import HandOver, Incident
from takatuf.incidents.queries import key_dates_of
from takatuf.incidents.vocabulary import DateKind
from takatuf.network.models import Agency
from takatuf.translation.models import Text

MOST = 100  # lines of one kind; how many there are in all stands beside them
MOST_NOTE = 500

KINDS = {
    "action": gettext_lazy("Actions that are not done"),
    "asleep": gettext_lazy("Actions that wait for their day"),
    "question": gettext_lazy("Questions that nobody answered"),
    "review": gettext_lazy("Decisions to be reviewed"),
    "promise": gettext_lazy("Promises that are open"),
    "silent": gettext_lazy("Agencies that have not answered"),
    "meeting": gettext_lazy("The next meeting"),
    "report": gettext_lazy("The report in progress"),
    "date": gettext_lazy("Days ahead"),
    "settled": gettext_lazy("Settled while this was written"),
}
STATES = {
    "late": gettext_lazy("Late"),
    **{state.value: state.label for state in Task.State},
    **{state.value: state.label for state in Called},
}


class Line(NamedTuple):
    """One open thing for a reader: its words and the language that they are in."""

    thing: str
    words: str
    language: str
    agency: str
    state: str
    at: datetime | None
    note: str


@dataclass(frozen=True)
class Group:
    """The open things of one kind: `count` in all, of which the first are listed."""

    kind: str
    label: str
    count: int
    lines: list[Line]

    @property
    def further(self) -> int:
        return self.count - len(self.lines)


Sheet = dict[str, Any]


def open_things(incident: Incident, now: datetime, notes: Mapping[str, str]) -> Sheet:
    """All that is open in the incident, as plain values; `notes` are words beside a line, by
    the name of the thing. A note about what was settled meanwhile is not lost."""
    found: dict[str, tuple[int, list[Sheet]]] = {}
    tasks = open_tasks(incident)
    found["action"] = (
        tasks.count(),
        [_task(one, now) for one in in_working_order(tasks, now)[:MOST]],
    )
    asleep = sleeping(incident)
    found["asleep"] = asleep.count(), [_task(one, now) for one in asleep[:MOST]]
    for kind, entries in (
        ("question", open_questions(incident)),
        ("review", decisions_to_review(incident, now)),
        ("promise", open_promises(incident)),
    ):
        found[kind] = entries.count(), [_entry(one) for one in entries[:MOST]]
    found["silent"] = _all(
        {"thing": f"call:{row.call.pk}", "agency": _names(row.agency), "state": row.state.value}
        for row in roll_call(incident.about)
        if row.state != Called.ANSWERED
    )
    if incident.next_meeting_at:
        found["meeting"] = _all([_meeting(incident)])
    report = report_in_progress(incident)
    if report is not None:
        found["report"] = _all(
            [{"thing": f"report:{report.pk}", "number": report.number, "state": report.state}]
        )
    zone = ZoneInfo(incident.city.timezone)
    today = now.astimezone(zone).date()
    found["date"] = _all(
        {
            "thing": f"date:{one.pk}",
            "code": one.kind,
            "words": {"": one.label} if one.label else {},
            "at": datetime(one.on.year, one.on.month, one.on.day, 12, tzinfo=zone).isoformat(),
        }
        for one in key_dates_of(incident)
        if one.on >= today
    )
    written = {thing: words for thing, words in notes.items() if words}
    there = {one["thing"] for _count, lines in found.values() for one in lines}
    found["settled"] = _all({"thing": thing} for thing in sorted(set(written) - there))
    return {
        kind: {
            "count": count,
            "lines": [one | {"note": written.get(one["thing"], "")} for one in lines],
        }
        for kind, (count, lines) in found.items()
        if count
    }


def _all(lines: Iterable[Sheet]) -> tuple[int, list[Sheet]]:
    listed = list(lines)
    return len(listed), listed[:MOST]


def _task(task: Task, now: datetime) -> Sheet:
    late = task.due_at is not None and task.due_at < now and task.state in Task.OPEN
    return {
        "thing": f"task:{task.pk}",
        "words": _versions(task.title),
        "agency": _names(task.agency),
        "state": "late" if late and task.state != Task.State.BLOCKED else task.state,
        "at": task.due_at.isoformat() if task.due_at else "",
    }


def _names(agency: Agency | None) -> dict[str, str]:
    """The names of an agency by language, its own under the empty one."""
    return {"": agency.name, **agency.names} if agency else {}


def _versions(text: Text) -> dict[str, str]:
    """The words of a text by language, its source first."""
    order = [text.source_language, *text.versions]
    return {tag: text.versions[tag]["words"] for tag in order if tag in text.versions}


def _entry(entry: LogEntry) -> Sheet:
    at = entry.due_at or entry.review_at
    return {
        "thing": f"entry:{entry.number}",
        "words": {entry.language: entry.text},
        "at": at.isoformat() if at else "",
    }


def _meeting(incident: Incident) -> Sheet:
    at = incident.next_meeting_at
    return {
        "thing": "meeting",
        "words": {"": incident.next_meeting_place} if incident.next_meeting_place else {},
        "at": at.isoformat() if at else "",
    }


def groups_of(sheet: Sheet, language: str) -> list[Group]:
    """The open things for a reader of `language`, in the order of `KINDS`."""
    return [
        Group(
            kind,
            str(label),
            sheet[kind]["count"],
            [_line(kind, one, language) for one in sheet[kind]["lines"]],
        )
        for kind, label in KINDS.items()
        if kind in sheet
    ]


def handed_over(hand_over: HandOver, language: str) -> list[Group]:
    """What was open when this hand-over was offered."""
    return groups_of(json.loads(hand_over.open_things or "{}"), language)


def _line(kind: str, one: Sheet, language: str) -> Line:
    versions, names = one.get("words") or {}, one.get("agency") or {}
    agency = names.get(language) or names.get("", "")
    tag = language if language in versions else next(iter(versions), "")
    words = versions.get(tag, "")
    if kind == "date":
        words = " · ".join(filter(None, [str(DateKind(one["code"]).label), words]))
    elif kind == "silent":
        words = agency
    elif kind == "report":
        words = _("Report %(number)s") % {"number": one["number"]}
    state = one.get("state", "")
    label = ReportState(state).label if kind == "report" else STATES.get(state, "")
    return Line(
        thing=one["thing"],
        words=words,
        language=tag or language,
        agency="" if kind == "silent" else agency,
        state="" if state in (Task.State.OPEN, Task.State.ASLEEP) else str(label),
        at=datetime.fromisoformat(one["at"]) if one.get("at") else None,
        note=one.get("note", ""),
    )
