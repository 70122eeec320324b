"""Tasks over time: handed out and dated, asleep until their day is near, woken, come again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from takatuf.activities import notices
from takatuf.activities.merging import keep_trace, values_of
from takatuf.activities.models import Need, Task
from takatuf.activities.rules import due_at, next_anniversary, next_return, on_day, wakes_at
from takatuf.activities.services.noting import note
from takatuf.alerts.services import tell
from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident
from takatuf.incidents.queries import next_trial
from takatuf.journal.services import record
from takatuf.network.queries import posts_of_role
from takatuf.plans.queries import StepToStart
from takatuf.plans.rules import PHASE_BEGINS
from takatuf.plans.vocabulary import Anchor, Phase

BATCH = 500


@transaction.atomic
def start_checklist(
    actor: Actor,
    incident: Incident,
    steps: Iterable[StepToStart],
    *,
    now: datetime,
    entered_at: datetime | None = None,
) -> list[Task]:
    """Hand out actions, each dated from the day that it is counted from.

    From the declaration; but where a phase is entered late (`entered_at`), its actions keep
    the distance to its beginning that they have in the plan, so that nothing is late when it
    is handed out. From the next anniversary of the event; from the next trial that is known,
    and without a day until one is. What is far ahead sleeps. What the incident already has,
    by its code, is not handed out again.
    """
    there = {task.code: task for task in Task.objects.filter(incident=incident).exclude(code="")}
    steps = [step for step in steps if not step.code or step.code not in there]
    trial = next_trial(incident, now) if any(s.anchor == Anchor.TRIAL for s in steps) else None
    tasks = []
    for step in steps:
        task = Task(
            incident=incident,
            step_id=step.step_id,
            code=step.code,
            title_id=step.title_id,
            why_id=step.why_id,
            pitfall_id=step.pitfall_id,
            source=step.source,
            phase=step.phase,
            workstream=step.workstream,
            role=step.role,
            agency_id=step.agency_id,
            anchor=step.anchor,
            due_within=step.due_within,
            repeat_days=step.repeat_days,
            created_at=now,
        )
        if step.anchor == Anchor.DECLARATION:
            due = due_at(incident.declared_at, step.due_within)
            begins = PHASE_BEGINS.get(Phase(step.phase))
            if due and entered_at and begins is not None and step.due_within is not None:
                due = max(due, entered_at + (step.due_within - begins))
            _set_day(task, due, now)
        else:
            day = _day_of(task, trial, now)
            _set_day(task, day if day and day > now else None, now)
        tasks.append(task)
    Task.objects.bulk_create(tasks, batch_size=BATCH)
    by_code = there | {task.code: task for task in tasks if task.code}
    Need.objects.bulk_create(
        Need(task=task, first=by_code[code])
        for task, step in zip(tasks, steps, strict=True)
        for code in step.after
        if code in by_code and by_code[code] is not task
    )
    record(
        actor,
        "checklist.started",
        log=incident.city.log,
        thing=incident.about,
        about=incident.about,
        at=now,
        facts={"count": len(tasks), "codes": sorted(task.code for task in tasks if task.code)},
    )
    return tasks


def _day_of(task: Task, trial: date | None, now: datetime) -> datetime | None:
    """When a task is due that is counted from an anniversary or a trial; none where no such
    day is known."""
    zone = ZoneInfo(task.incident.city.timezone)
    if task.due_within is None:
        return None
    if task.anchor == Anchor.ANNIVERSARY:
        happened_on = task.incident.happened_at.astimezone(zone).date()
        return next_anniversary(happened_on, task.due_within, zone, now)
    return on_day(trial, task.due_within, zone) if trial else None


def _set_day(task: Task, due: datetime | None, now: datetime) -> None:
    task.due_at = due
    task.wakes_at = wakes_at(due, now)
    if task.wakes_at or (due is None and task.anchor != Anchor.DECLARATION):
        task.state = Task.State.ASLEEP


@transaction.atomic
def wake_task(task: Task, *, now: datetime) -> bool:
    """Open a task whose day is near, and tell whoever holds its role today. False: it was
    woken, moved or closed meanwhile.

    It is owned by its role: nobody holds it when it wakes, least of all somebody who left.
    """
    fresh = (
        Task.objects.select_for_update(of=("self",))
        .select_related("incident__city", "agency", "title")
        .filter(pk=task.pk, state=Task.State.ASLEEP, wakes_at__lte=now)
        .first()
    )
    if fresh is None:
        return False
    before = values_of(fresh)
    fresh.state, fresh.wakes_at, fresh.taken_by, fresh.taken_at = Task.State.OPEN, None, None, None
    fresh.version += 1
    fresh.save(update_fields=["state", "wakes_at", "taken_by", "taken_at", "version"])
    keep_trace(WORKER, fresh, before, now=now)
    note(WORKER, "task.woken", fresh, now)
    city = fresh.incident.city
    posts = posts_of_role(city, fresh.role, now, agency=fresh.agency) or posts_of_role(
        city, Role.COORDINATOR, now
    )
    tell(
        WORKER,
        notices.woken(fresh),
        city=city,
        posts=posts,
        now=now,
        is_exercise=fresh.incident.is_exercise,
    )
    return True


@transaction.atomic
def come_again(actor: Actor, task: Task, *, now: datetime) -> Task | None:
    """The next return of a finished task: after so many days, or at the next anniversary.

    None for what is done once, for what has its next return already, and for what waits for
    another trial to be known (`date_by_trials`).
    """
    if task.repeat_days is None and task.anchor != Anchor.ANNIVERSARY:
        return None
    there = Task.objects.filter(incident=task.incident, occurrence__gt=task.occurrence)
    if task.code and there.filter(code=task.code).exists():
        return None
    if task.anchor == Anchor.ANNIVERSARY:
        zone = ZoneInfo(task.incident.city.timezone)
        happened_on = task.incident.happened_at.astimezone(zone).date()
        after = max(now, task.due_at or now)
        due = next_anniversary(happened_on, task.due_within, zone, after)  # type: ignore[arg-type]
    else:
        due = next_return(task.due_at or now, task.repeat_days or 1, now)
    return _next(actor, task, due, now)


def _next(actor: Actor, task: Task, due: datetime | None, now: datetime) -> Task:
    again = Task(
        incident=task.incident,
        step_id=task.step_id,
        code=task.code,
        title_id=task.title_id,
        why_id=task.why_id,
        pitfall_id=task.pitfall_id,
        source=task.source,
        phase=task.phase,
        workstream=task.workstream,
        role=task.role,
        agency_id=task.agency_id,
        anchor=task.anchor,
        due_within=task.due_within,
        repeat_days=task.repeat_days,
        occurrence=task.occurrence + 1,
        created_at=now,
    )
    _set_day(again, due, now)
    again.save(force_insert=True)
    note(actor, "task.returned", again, now, facts={"due_at": due.isoformat() if due else ""})
    return again


@transaction.atomic
def date_by_trials(actor: Actor, incident: Incident, *, now: datetime) -> int:
    """Date anew what is counted from a trial, after a key date was set, moved or removed.

    Those not finished move with the day, and go back to sleep where it is far; where all were
    finished and a later trial is known, they return. Gives the number of tasks that changed.
    """
    trial = next_trial(incident, now)
    tasks = (
        Task.objects.select_for_update(of=("self",))
        .filter(incident=incident, anchor=Anchor.TRIAL)
        .exclude(state=Task.State.DROPPED)
        .select_related("incident__city", "agency", "title")
        .order_by("occurrence", "id")
    )
    latest = {task.code or str(task.pk): task for task in tasks}
    changed = 0
    for task in latest.values():
        due = _day_of(task, trial, now)
        if task.state == Task.State.DONE:
            if due and task.due_at and due > task.due_at:
                _next(actor, task, due, now)
                changed += 1
            continue
        if due == task.due_at:
            continue
        before = values_of(task)
        if task.state in (Task.State.OPEN, Task.State.ASLEEP):
            task.state = Task.State.OPEN
            _set_day(task, due, now)
        else:
            task.due_at = due  # somebody is at it: it moves, and does not fall asleep
        task.version += 1
        task.save(update_fields=["due_at", "wakes_at", "state", "version"])
        keep_trace(actor, task, before, now=now)
        note(actor, "task.moved", task, now, facts={"due_at": due.isoformat() if due else ""})
        changed += 1
    return changed


@transaction.atomic
def close_undone(
    actor: Actor, incident: Incident, *, keep: Collection[UUID], reason: str, now: datetime
) -> int:
    """At a stand-down: close what is open and not kept, undone, with the reason. What sleeps
    stays asleep. Returns how many were closed; each can be opened again."""
    tasks = (
        Task.objects.select_for_update(of=("self",))
        .filter(incident=incident, state__in=Task.OPEN)
        .exclude(pk__in=keep)
        .select_related("incident__city", "agency", "title")
    )
    closed = 0
    for task in tasks:
        before = values_of(task)
        task.state, task.finished_at, task.note = Task.State.DROPPED, now, reason
        task.version += 1
        task.save(update_fields=["state", "finished_at", "note", "version"])
        keep_trace(actor, task, before, now=now)
        note(actor, "task.dropped", task, now, private={"reason": reason})
        closed += 1
    return closed
