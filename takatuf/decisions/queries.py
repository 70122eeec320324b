"""What pages, the command and the API read of the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from takatuf.decisions.models import LogEntry
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
