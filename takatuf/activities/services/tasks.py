"""What people do with tasks: take, hand over, block with a reason, finish with a note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person
from takatuf.activities.access import check_may_move_task
from takatuf.activities.merging import (
    Conflict,
    as_text,
    base_of,
    check_no_clash,
    keep_trace,
    values_of,
)
from takatuf.activities.models import Need, Task
from takatuf.activities.rules import may_move
from takatuf.activities.services.ahead import come_again
from takatuf.activities.services.noting import note as _note
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import CITY_WIDE
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import check_at_incident
from takatuf.incidents.models import Incident
from takatuf.incidents.rules import PHASES
from takatuf.incidents.services import involve
from takatuf.journal.services import PersonRef
from takatuf.network.models import Agency
from takatuf.plans.vocabulary import Workstream
from takatuf.translation.services import write_text

MOST_WORDS = 200
MOST_NOTE = 10_000


@transaction.atomic
def add_task(
    actor: Actor,
    incident: Incident,
    *,
    title: str,
    language: str,
    now: datetime,
    agency: Agency | None = None,
    workstream: str = Workstream.LEADERSHIP,
    due: datetime | None = None,
    role: str = "",
    titles: Mapping[str, str] | None = None,
) -> Task:
    """Add an action of one's own to the incident.

    `role` is whose work it is where no agency's; `titles` says the same in further languages,
    where the words are the product's own and not a person's.
    """
    check_at_incident(actor, incident)
    title = clean_text(title)
    if not title:
        raise Refused(_("Say what is to be done."), code="title-missing", field="title")
    if len(title) > MOST_WORDS:
        raise Refused(
            _("Keep the action under 200 characters; details go into the log."),
            code="title-long",
            field="title",
        )
    if workstream not in Workstream.values:
        raise Refused(
            _("Choose a workstream from the list."), code="workstream", field="workstream"
        )
    if agency is not None and agency.city_id != incident.city_id:
        raise Refused(_("Choose an agency of this city."), code="agency", field="agency")
    phase = incident.phase if incident.phase in PHASES else PHASES[0]
    task = Task.objects.create(
        incident=incident,
        agency=agency,
        workstream=workstream,
        phase=phase,
        due_at=due,
        role=role,
        title=write_text(
            {**(titles or {}), language: title},
            source_language=language,
            owner=incident.city.log,
            states=dict.fromkeys(titles or (), "approved"),
        ),
        created_at=now,
    )
    if agency is not None:
        involve(actor, incident, [agency], now=now)  # else its people would not see the action
    _note(actor, "task.added", task, now)
    return task


def _locked(
    actor: Actor,
    task: Task,
    to: str,
    version: int | None,
    mine: Mapping[str, object] | None = None,
) -> Task:
    """The task as it is now, held for change.

    Raises `Refused` where it cannot become `to`, and `Conflict` where somebody else changed
    since `version` what `mine` would change too; without `mine` that is whose it is and how
    it stands, and nobody can choose.
    """
    fresh = _held(actor, task)
    if mine is None:
        _check_unmoved(fresh, version)
    else:
        fresh.meant = check_no_clash(fresh, version, mine)
        if fresh.state == to:
            return fresh  # they said the same; only words are still to be written
    if not may_move(fresh.state, to):
        raise Refused(
            _("This cannot be done while the action is “%(state)s”.")
            % {"state": fresh.get_state_display()},
            code="task-state",
        )
    return fresh


def _held(actor: Actor, task: Task) -> Task:
    fresh = (
        Task.objects.select_for_update(of=("self",))
        .select_related("incident__city", "title", "agency", "taken_by")
        .get(pk=task.pk)
    )
    check_may_move_task(actor, fresh)
    fresh.seen = values_of(fresh)
    return fresh


def _check_unmoved(task: Task, version: int | None) -> None:
    """`Conflict` where somebody else moved the task since `version`: a note or another day of
    theirs is no reason to stop."""
    if version is None or version >= task.version:
        return
    base, _last = base_of(task, version)
    for name in ("state", "taken_by_id", "agency_id"):
        if base[name] != as_text(getattr(task, name)):
            raise Conflict([])


def _waited(written_at: datetime | None) -> dict[str, str]:
    """What the record keeps of an act that waited on a device without a network."""
    return {"written_at": written_at.isoformat()} if written_at else {}


def _save(actor: Actor, task: Task, now: datetime, *fields: str) -> Task:
    task.version += 1
    task.save(update_fields=[*fields, "state", "version"])
    keep_trace(actor, task, task.seen, now=now)
    return task


@transaction.atomic
def take_task(
    actor: Actor,
    task: Task,
    *,
    now: datetime,
    version: int | None = None,
    written_at: datetime | None = None,
) -> Task:
    """Say: I do this. Whoever held it before is relieved of it.

    `written_at`, here and below, is when it was said without a network; it arrives `now`.
    """
    if actor.person_id is None:
        raise Refused(_("Only a person can take an action."), code="no-person")
    mine = {"state": Task.State.TAKEN, "taken_by_id": actor.person_id}
    task = _locked(actor, task, Task.State.TAKEN, version, mine)
    if task.taken_by_id == actor.person_id and task.state == Task.State.TAKEN:
        return task
    task.state, task.taken_by_id = Task.State.TAKEN, actor.person_id
    task.taken_at = written_at or now
    task.block_reason = ""
    _save(actor, task, now, "taken_by", "taken_at", "block_reason")
    _note(actor, "task.taken", task, now, facts=_waited(written_at))
    return task


@transaction.atomic
def hand_over_task(
    actor: Actor,
    task: Task,
    *,
    now: datetime,
    person: Person | None = None,
    agency: Agency | None = None,
    version: int | None = None,
) -> Task:
    """Give the action to another person, or to another agency where somebody must take it."""
    if person is None and agency is None:
        raise Refused(_("Choose who takes the action over."), code="nobody", field="to")
    if agency is not None and agency.city_id != task.incident.city_id:
        raise Refused(_("Choose an agency of this city."), code="agency", field="to")
    if person is not None:
        posts = person.memberships.filter(agency__city=task.incident.city_id, ends_at=None)
        if not posts.exists():
            raise Refused(_("Choose a person who serves this city."), code="person", field="to")
    task = (
        _locked(actor, task, Task.State.TAKEN if person else Task.State.OPEN, version)
        if task.state != Task.State.OPEN
        else _locked(actor, task, Task.State.TAKEN, version)
    )
    before = task.agency.name if task.agency else ""
    if agency is not None:
        task.agency = agency
        involve(actor, task.incident, [agency], now=now)
    if person is not None:
        let_see(actor, task.incident, person, now)
    task.taken_by, task.taken_at = person, now if person else None
    task.state = Task.State.TAKEN if person else Task.State.OPEN
    task.block_reason = ""
    _save(actor, task, now, "agency", "taken_by", "taken_at", "block_reason")
    _note(
        actor,
        "task.handed_over",
        task,
        now,
        facts={"from": before},
        people={"to": PersonRef(person.pk, person.name)} if person else None,
    )
    return task


def let_see(actor: Actor, incident: Incident, person: Person, now: datetime) -> None:
    """Whoever is handed an action sees its incident: their agency gets a part in it."""
    posts = list(
        person.memberships.filter(agency__city=incident.city_id, ends_at=None)
        .select_related("agency")
        .order_by("id")
    )
    there = set(incident.involvements.values_list("agency_id", flat=True))
    if not any(post.role in CITY_WIDE or post.agency_id in there for post in posts):
        involve(actor, incident, [posts[0].agency], now=now)


@transaction.atomic
def block_task(
    actor: Actor,
    task: Task,
    *,
    reason: str,
    now: datetime,
    version: int | None = None,
    written_at: datetime | None = None,
) -> Task:
    """Say that the action cannot go on, and why; the coordinator sees it at once."""
    reason = clean_text(reason)
    if not reason:
        raise Refused(
            _("Say what stands in the way, so that somebody can help."),
            code="reason-missing",
            field="reason",
        )
    mine = {"state": Task.State.BLOCKED, "block_reason": reason}
    task = _locked(actor, task, Task.State.BLOCKED, version, mine)
    if task.state == Task.State.BLOCKED and task.block_reason == reason:
        return task
    task.state, task.block_reason = Task.State.BLOCKED, reason
    _save(actor, task, now, "block_reason")
    _note(actor, "task.blocked", task, now, facts=_waited(written_at), private={"reason": reason})
    return task


@transaction.atomic
def finish_task(
    actor: Actor,
    task: Task,
    *,
    note: str,
    now: datetime,
    version: int | None = None,
    written_at: datetime | None = None,
) -> Task:
    """Tick the action off, with a note on how it went. What it waits for comes first."""
    note = clean_text(note)
    mine: dict[str, object] = {"state": Task.State.DONE}
    # Whoever wrote nothing leaves a note that stands there alone.
    task = _locked(actor, task, Task.State.DONE, version, mine | ({"note": note} if note else {}))
    note = note if "note" in task.meant else task.note
    if task.state == Task.State.DONE:
        return _note_down(actor, task, note, now=now, written_at=written_at)
    waiting_for = (
        Need.objects.filter(task=task)
        .exclude(first__state=Task.State.DONE)
        .select_related("first__title")
        .first()
    )
    if waiting_for:
        raise Refused(
            _("First finish the action that this one waits for: “%(title)s”.")
            % {"title": waiting_for.first.title.in_language(get_language() or "en").words},
            code="task-waits",
        )
    task.state, task.finished_at = Task.State.DONE, written_at or now
    task.note = note
    if task.taken_by_id is None and actor.person_id:
        task.taken_by_id, task.taken_at = actor.person_id, written_at or now
    _save(actor, task, now, "finished_at", "note", "taken_by", "taken_at")
    _note(
        actor,
        "task.finished",
        task,
        now,
        facts=_waited(written_at),
        private={"note": task.note} if task.note else None,
    )
    come_again(actor, task, now=now)
    return task


def _note_down(
    actor: Actor, task: Task, note: str, *, now: datetime, written_at: datetime | None
) -> Task:
    """Other words about how it goes; what stood there before goes into the record."""
    if note == task.note:
        return task
    before, task.note = task.note, note
    _save(actor, task, now, "note")
    private = {"note": note, "before": before}
    _note(
        actor,
        "task.noted",
        task,
        now,
        facts=_waited(written_at),
        private={name: text for name, text in private.items() if text},
    )
    return task


@transaction.atomic
def note_task(
    actor: Actor,
    task: Task,
    *,
    note: str,
    now: datetime,
    version: int | None = None,
    written_at: datetime | None = None,
) -> Task:
    """Say how an action goes, while it goes. Raises `Conflict` where somebody else wrote too."""
    note = clean_text(note)
    if len(note) > MOST_NOTE:
        raise Refused(
            _("This text is too long: %(length)s characters, %(most)s at most.")
            % {"length": len(note), "most": MOST_NOTE},
            code="text-long",
            field="note",
        )
    task = _held(actor, task)
    if "note" not in check_no_clash(task, version, {"note": note}):
        return task  # they wrote the same, or this writer changed nothing
    return _note_down(actor, task, note, now=now, written_at=written_at)


@transaction.atomic
def reopen_task(actor: Actor, task: Task, *, now: datetime, version: int | None = None) -> Task:
    """Undo a tick or lay an action down again: it is open for whoever takes it next."""
    task = _locked(actor, task, Task.State.OPEN, version)
    task.state, task.finished_at, task.taken_by, task.taken_at = Task.State.OPEN, None, None, None
    task.block_reason = ""
    _save(actor, task, now, "finished_at", "taken_by", "taken_at", "block_reason")
    _note(actor, "task.reopened", task, now)
    return task
