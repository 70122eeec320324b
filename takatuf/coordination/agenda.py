"""What a meeting talks about: its agenda, drawn from the picture, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from takatuf.activities.models import Task
from takatuf.activities.queries import open_tasks, tasks_of
from takatuf.alerts.queries import State, roll_call
from takatuf.decisions.models import LogEntry, Meeting, MeetingOutcome, Promise
from takatuf.decisions.queries import (
    decisions_to_review,
    last_meeting,
    open_questions,
    outcomes_of,
    unknowns,
)
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency
from takatuf.translation.queries import words_of

MOST = 20  # lines of each group; how many more there are is said
SOON = timedelta(days=7)  # promises and reviews due so soon are talked about

# The groups of an agenda in their order.
GROUPS = {
    "since": _("What was decided since the last meeting"),
    "late": _("Late actions"),
    "blocked": _("Blocked actions"),
    "questions": _("Undecided: open questions"),
    "reviews": _("Decisions due for review"),
    "promises": _("Promises due"),
    "unknowns": _("What decisions rest on and nobody knows yet"),
    "silent": _("Agencies that did not answer"),
}


@dataclass(frozen=True)
class Item:
    """One line of an agenda: what it is about, in the languages that there are, as it stood."""

    thing: str  # "task:<uuid>", "entry:<uuid>", "promise:<uuid>", "agency:<uuid>"
    texts: dict[str, str]
    number: int | None = None  # of an entry in the log, or of a promise
    at: str = ""  # due, to be reviewed, or happened, ISO 8601
    whose: dict[str, str] = field(default_factory=dict)  # the agency, or to whom it was promised
    why: str = ""  # why it is blocked

    @property
    def moment(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if self.at else None

    def words(self, language: str) -> str:
        """The words for a reader of `language`, else those that there are."""
        return _said(self.texts, language)

    def who(self, language: str) -> str:
        """Whose it is, for a reader of `language`."""
        return _said(self.whose, language)


def _said(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("") or next(iter(texts.values()), "")


@dataclass(frozen=True)
class Group:
    """A part of the agenda; `more` lines of it were left out."""

    code: str
    items: list[Item]
    more: int = 0

    @property
    def label(self) -> str:
        return str(GROUPS[self.code])


@dataclass(frozen=True)
class Agenda:
    """What a meeting talks about, drawn at `at`; `since` is when the last one was closed."""

    at: str
    since: str
    entries: int  # written into the log since then
    done: int  # actions finished since then
    groups: list[Group]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def since_moment(self) -> datetime | None:
        return datetime.fromisoformat(self.since) if self.since else None

    @property
    def points(self) -> int:
        return sum(len(group.items) for group in self.groups)


def agenda_of(incident: Incident, now: datetime) -> Agenda:
    """What is late, blocked, undecided, promised and unknown, who did not answer, and what
    changed since the last meeting; groups without a line are left out."""
    before = last_meeting(incident)
    since = before.closed_at if before and before.closed_at else incident.declared_at
    log = LogEntry.objects.filter(incident=incident, recorded_at__gt=since)
    soon = now + max(SOON, incident.meeting_every or SOON)
    tasks = open_tasks(incident).order_by("due_at", "id")
    decided = log.standing().filter(kind=LogEntry.Kind.DECISION).order_by("number")
    promised = Promise.objects.filter(incident=incident).open()
    due = Q(due_at__lte=soon) | Q(due_at=None)
    unknown = [_of_unknown(entry) for entry in unknowns(incident)]
    silent = [
        Item(f"agency:{row.agency.pk}", _named(row.agency))
        for row in roll_call(incident.about)
        if row.state in (State.SILENT, State.NOBODY_TO_CALL)
    ]
    groups = [
        _group("since", decided if before else decided.none(), _happened),
        _group("late", tasks.filter(due_at__lt=now), _of_task),
        _group("blocked", tasks.filter(state=Task.State.BLOCKED).exclude(due_at__lt=now), _of_task),
        _group("questions", open_questions(incident), _happened),
        _group("reviews", decisions_to_review(incident, now).filter(review_at__lte=soon), _review),
        _group("promises", promised.filter(due).order_by("due_at", "number"), _promise),
        Group("unknowns", unknown[:MOST], max(0, len(unknown) - MOST)),
        Group("silent", silent[:MOST], max(0, len(silent) - MOST)),
    ]
    done = tasks_of(incident).filter(state=Task.State.DONE, finished_at__gt=since)
    return Agenda(
        at=now.isoformat(),
        since=since.isoformat() if before else "",
        entries=log.count(),
        done=done.count(),
        groups=[group for group in groups if group.items],
    )


def _group(code: str, found: QuerySet[Any], of: Callable[[Any], Item]) -> Group:
    """The first lines of a group; the rest is counted, not read."""
    items = [of(one) for one in found[:MOST]]
    return Group(code, items, found.count() - MOST if len(items) == MOST else 0)


def _named(agency: Agency) -> dict[str, str]:
    """An agency's names by language; its own under no language."""
    return {**agency.names, "": agency.name}


def _of_task(task: Task) -> Item:
    return Item(
        f"task:{task.pk}",
        words_of(task.title),
        at=task.due_at.isoformat() if task.due_at else "",
        whose=_named(task.agency) if task.agency else {},
        why=task.block_reason if task.state == Task.State.BLOCKED else "",
    )


def _happened(entry: LogEntry) -> Item:
    return _of_entry(entry, entry.happened_at)


def _review(entry: LogEntry) -> Item:
    return _of_entry(entry, entry.review_at)


def _promise(promise: Promise) -> Item:
    return Item(
        f"promise:{promise.pk}",
        {promise.language: promise.text},
        number=promise.number,
        at=promise.due_at.isoformat() if promise.due_at else "",
        whose={"": promise.promised_to} if promise.promised_to else {},
    )


def _of_entry(entry: LogEntry, at: datetime | None) -> Item:
    return Item(
        f"entry:{entry.pk}",
        {entry.language: entry.text},
        number=entry.number,
        at=at.isoformat() if at else "",
    )


def _of_unknown(entry: LogEntry) -> Item:
    return Item(f"entry:{entry.pk}", {entry.language: entry.unknowns}, number=entry.number)


def frozen(agenda: Agenda) -> dict[str, object]:
    """The agenda as plain values, to be kept with its meeting."""
    return asdict(agenda)


def agenda_of_meeting(meeting: Meeting, now: datetime) -> Agenda:
    """The agenda as it was when the meeting was opened; before, as it would be now."""
    if not meeting.agenda:
        return agenda_of(meeting.incident, now)
    kept = json.loads(meeting.agenda)
    groups = [
        Group(group["code"], [Item(**item) for item in group["items"]], group["more"])
        for group in kept.pop("groups")
    ]
    return Agenda(**kept, groups=groups)


@dataclass(frozen=True)
class CameOfIt:
    """One thing that a meeting brought forth, where it now stands."""

    outcome: MeetingOutcome
    entry: LogEntry | None = None
    task: Task | None = None


def came_of(meeting: Meeting) -> list[CameOfIt]:
    """What came of a meeting, in the order in which it was written, in three statements."""
    outcomes = list(outcomes_of(meeting))
    ids: dict[str, list[UUID]] = {"entry": [], "task": []}
    for one in outcomes:
        kind, _colon, pk = one.thing.partition(":")
        ids.setdefault(kind, []).append(UUID(pk))
    entries = LogEntry.objects.filter(incident=meeting.incident_id).in_bulk(ids["entry"])
    tasks = tasks_of(meeting.incident).in_bulk(ids["task"])
    return [
        CameOfIt(
            one,
            entry=entries.get(UUID(one.thing.partition(":")[2])),
            task=tasks.get(UUID(one.thing.partition(":")[2])),
        )
        for one in outcomes
    ]
