"""What pages, the command and the API read of the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from takatuf.decisions.models import Attendance, LogEntry, Meeting, MeetingOutcome
from takatuf.decisions.rules import next_in_rhythm
from takatuf.incidents.models import Incident


def log_of(incident: Incident, *, kind: str = "") -> QuerySet[LogEntry]:
    """The log, the newest entry first, with all that a list shows in one statement.

    `kind` is one of the kinds, or "unsettled": open questions, promises and reviews.
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
