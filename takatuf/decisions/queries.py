"""What pages, the command and the API read of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet

from takatuf.decisions.models import (
    Attendance,
    LogEntry,
    Meeting,
    MeetingOutcome,
    Promise,
    PromiseMove,
)
from takatuf.decisions.rules import (
    days_of_quarter,
    next_in_rhythm,
    quarter_of,
    quarters_until,
    reminds_at,
)
from takatuf.foundation.actors import Actor
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident
from takatuf.network.models import City


def log_of(incident: Incident, *, kind: str = "", workstream: str = "") -> QuerySet[LogEntry]:
    """The log, the newest entry first, with all that a list shows in one statement.

    `kind` is one of the kinds, or "unsettled": open questions, promises and reviews;
    `workstream` leaves what was said to be about that one.
    """
    found = LogEntry.objects.filter(incident=incident).select_related(
        "author", "agency", "strikes", "struck_by"
    )
    if kind == "unsettled":
        waits = Q(kind__in=[LogEntry.Kind.QUESTION, LogEntry.Kind.PROMISE]) | Q(
            kind=LogEntry.Kind.DECISION, review_at__isnull=False
        )
        found = found.standing().filter(waits, settled_at=None)
    elif kind:
        found = found.filter(kind=kind)
    if workstream:
        found = found.filter(workstream=workstream)
    return found.order_by("-number")


def whole_log(incident: Incident) -> Iterator[LogEntry]:
    """Every entry in the order of writing, a few hundred in memory at a time."""
    return log_of(incident).order_by("number").prefetch_related("present").iterator(chunk_size=200)


def open_questions(incident: Incident) -> QuerySet[LogEntry]:
    """Questions that nobody has answered: what is still unknown."""
    return LogEntry.objects.filter(incident=incident).unanswered().order_by("number")


def open_promises(incident: Incident) -> QuerySet[LogEntry]:
    """Promises that nobody has kept, broken or struck yet, the nearest first."""
    return LogEntry.objects.filter(incident=incident).open_promises().order_by("due_at", "number")


def decisions_to_review(incident: Incident, now: datetime) -> QuerySet[LogEntry]:
    """Standing decisions that were given a time of review, the nearest first."""
    return LogEntry.objects.filter(incident=incident).for_review(now).order_by("review_at")


def unknowns(incident: Incident) -> list[LogEntry]:
    """Standing decisions that rest on something not known, the newest first."""
    decisions = (
        LogEntry.objects.filter(incident=incident)
        .standing()
        .filter(kind=LogEntry.Kind.DECISION, settled_at=None)
        .order_by("-number")[:50]
    )
    return [entry for entry in decisions if entry.unknowns]


def meetings_of(incident: Incident) -> QuerySet[Meeting]:
    """Every meeting of an incident, the newest first, with how much came of each."""
    found = Meeting.objects.filter(incident=incident).select_related("chair")
    return found.annotate(came_of_it=Count("outcomes")).order_by("-number")


def planned_meeting(incident: Incident) -> Meeting | None:
    """The meeting that lies ahead, or waits to be opened."""
    return Meeting.objects.filter(incident=incident).planned().first()


def last_meeting(incident: Incident) -> Meeting | None:
    """The last meeting that took place and was closed."""
    closed = Meeting.objects.filter(incident=incident).exclude(closed_at=None)
    return closed.order_by("-closed_at").first()


def open_meeting_of(incident: Incident) -> Meeting | None:
    """The meeting that is being held."""
    held = Meeting.objects.filter(incident=incident, closed_at=None, cancelled_at=None)
    return held.exclude(opened_at=None).order_by("-number").first()


def proposed_time(incident: Incident, now: datetime) -> datetime | None:
    """When the incident's rhythm would have the partners meet next; None without a rhythm."""
    if incident.meeting_every is None:
        return None
    held = Meeting.objects.filter(incident=incident, cancelled_at=None).order_by("-number").first()
    return next_in_rhythm(held.at if held else now, incident.meeting_every, now)


def attendance_of(meeting: Meeting) -> QuerySet[Attendance]:
    """What was noted of the agencies, by name."""
    found = Attendance.objects.filter(meeting=meeting).select_related("agency")
    return found.order_by("agency__name")


def outcomes_of(meeting: Meeting) -> QuerySet[MeetingOutcome]:
    """What came of a meeting, in the order in which it was written."""
    return MeetingOutcome.objects.filter(meeting=meeting).order_by("at", "id")


MOVES = 50  # of one promise, the latest


def promises_of(
    actor: Actor,
    city: City,
    now: datetime,
    *,
    which: str = "open",
    incident: Incident | None = None,
) -> QuerySet[Promise]:
    """The city's promises that the actor may know, the nearest first.

    `which` is "open", "quarter" (open and due in this quarter), "late", one of the states, or
    "all", which comes newest first.
    """
    found = (
        Promise.objects.visible_to(actor)
        .filter(city=city)
        .select_related("agency", "incident", "city")
    )
    if incident is not None:
        found = found.filter(incident=incident)
    if which == "quarter":
        first, after = _bounds(city, *quarter_of(_today(city, now)))
        found = found.open().filter(due_at__gte=first, due_at__lt=after)
    elif which == "late":
        found = found.late(now)
    elif which in Promise.State.values:
        found = found.filter(state=which)
    if which in ("open", "quarter", "late"):
        return found.order_by(F("due_at").asc(nulls_last=True), "number")
    return found.order_by("-number")


def moves_of(promise: Promise) -> list[PromiseMove]:
    """How the day of a promise moved, the latest first."""
    moves = PromiseMove.objects.filter(promise=promise).select_related("moved_by")
    return list(moves.order_by("-moved_at", "-id")[:MOVES])


def promises_due(actor: Actor, now: datetime) -> list[Promise]:
    """Open promises that the actor's agencies keep, by their role or by nobody's, and that are
    due soon or late; the nearest first."""
    keeps = Q()
    for post in actor.posts:
        if post.city_id is None:
            continue
        keeps |= Q(agency=post.agency_id, role__in=["", post.role])
        if post.role != Role.LIAISON:
            keeps |= Q(city=post.city_id, agency=None, role=post.role)
    if not keeps:
        return []
    due = Promise.objects.open().filter(keeps, due_at__lte=reminds_at(now))
    return list(due.select_related("city", "incident", "agency").order_by("due_at", "id")[:20])


@dataclass(frozen=True)
class Quarter:
    """How a city kept what was due in one quarter. `late` were kept after their day."""

    year: int
    quarter: int
    due: int
    kept: int
    late: int
    broken: int
    released: int
    open: int

    @property
    def name(self) -> str:
        """As an address has it: 2026-4."""
        return f"{self.year}-{self.quarter}"


def quarters(city: City, now: datetime, *, count: int = 8) -> list[Quarter]:
    """The last quarters and the present one, the latest first, in one statement."""
    wanted = quarters_until(*quarter_of(_today(city, now)), count)
    first, after = _bounds(city, *wanted[-1])[0], _bounds(city, *wanted[0])[1]
    zone = ZoneInfo(city.timezone)
    cells = {
        one: dict.fromkeys(("due", "kept", "late", "broken", "released", "open"), 0)
        for one in wanted
    }
    promises = Promise.objects.filter(city=city, due_at__gte=first, due_at__lt=after)
    for due_at, state, settled_at in promises.values_list("due_at", "state", "settled_at"):
        assert due_at is not None  # of the filter
        cell = cells[quarter_of(due_at.astimezone(zone).date())]
        cell["due"] += 1
        cell[state] += 1
        if state == Promise.State.KEPT and settled_at and settled_at > due_at:
            cell["late"] += 1
    return [Quarter(*one, **cell) for one, cell in cells.items()]


def shown_in_quarter(city: City, year: int, quarter: int) -> tuple[list[Promise], int]:
    """The promises due in a quarter whose words are marked as fit to be shown, and how many
    others there are."""
    first, after = _bounds(city, year, quarter)
    due = Promise.objects.filter(city=city, due_at__gte=first, due_at__lt=after)
    shown = due.exclude(shown_words="").select_related("agency").order_by("due_at", "number")
    return list(shown[:200]), due.filter(shown_words="").count()


def _today(city: City, now: datetime) -> date:
    return now.astimezone(ZoneInfo(city.timezone)).date()


def _bounds(city: City, year: int, quarter: int) -> tuple[datetime, datetime]:
    """When a quarter begins and ends on the city's clocks."""
    zone = ZoneInfo(city.timezone)
    first, after = days_of_quarter(year, quarter)
    return (
        datetime(first.year, first.month, first.day, tzinfo=zone),
        datetime(after.year, after.month, after.day, tzinfo=zone),
    )
