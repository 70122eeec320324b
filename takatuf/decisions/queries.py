"""What pages, the command and the API read of the log."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from takatuf.decisions.models import LogEntry
from takatuf.incidents.models import Incident


def log_of(incident: Incident, *, kind: str = "") -> QuerySet[LogEntry]:
    """The log, the newest entry first, with all that a list shows in one statement."""
    found = LogEntry.objects.filter(incident=incident).select_related(
        "author", "agency", "strikes", "struck_by"
    )
    return (found.filter(kind=kind) if kind else found).order_by("-number")


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
    decisions = LogEntry.objects.filter(
        incident=incident, kind=LogEntry.Kind.DECISION, struck_by=None, settled_at=None
    ).order_by("-number")[:50]
    return [entry for entry in decisions if entry.unknowns]
