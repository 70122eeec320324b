"""The log of an incident: information, decisions, questions and promises, never erased."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency

PERSON = settings.AUTH_USER_MODEL


class LogQuerySet(models.QuerySet["LogEntry"]):
    def standing(self) -> LogQuerySet:
        """Entries that no later entry struck."""
        return self.filter(struck_by=None)

    def unanswered(self) -> LogQuerySet:
        return self.standing().filter(kind=LogEntry.Kind.QUESTION, settled_at=None)

    def open_promises(self) -> LogQuerySet:
        return self.standing().filter(kind=LogEntry.Kind.PROMISE, settled_at=None)

    def for_review(self, now: datetime) -> LogQuerySet:
        return self.standing().filter(
            kind=LogEntry.Kind.DECISION, review_at__isnull=False, settled_at=None
        )


class LogEntry(models.Model):
    """One line of the log (JESIP's decision log, fields of the decision beside it).

    Nothing in an entry changes once it is written, but for the settling of a question,
    a promise or a review; a correction is a new entry that strikes this one.
    """

    class Kind(models.TextChoices):
        INFORMATION = "information", _("Information")
        DECISION = "decision", _("Decision")
        QUESTION = "question", _("Question")
        PROMISE = "promise", _("Promise")

    class Confidence(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        LIKELY = "likely", _("Likely")
        UNCONFIRMED = "unconfirmed", _("Not confirmed")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Not kept")
        UPHELD = "upheld", _("Reviewed and upheld")
        CHANGED = "changed", _("Reviewed and changed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="log_entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    text = SealedTextField()  # information, question, promise, or what was decided
    language = models.CharField(max_length=8)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    delay_reason = SealedTextField(blank=True, default="")
    author = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")  # loggist
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")
    decider = models.CharField(max_length=120, blank=True)  # who decided, as post or name
    present = models.ManyToManyField(Agency, related_name="+", blank=True)
    source = models.CharField(max_length=200, blank=True)  # who says so
    confidence = models.CharField(max_length=12, choices=Confidence, blank=True)
    facts = SealedTextField(blank=True, default="")
    unknowns = SealedTextField(blank=True, default="")
    risks = SealedTextField(blank=True, default="")
    options = SealedTextField(blank=True, default="")
    reasons = SealedTextField(blank=True, default="")
    legal_basis = SealedTextField(blank=True, default="")
    dissent = SealedTextField(blank=True, default="")
    review_at = models.DateTimeField(null=True)
    promised_to = SealedTextField(blank=True, default="")
    due_at = models.DateTimeField(null=True)  # of a promise
    strikes = models.OneToOneField("self", models.PROTECT, null=True, related_name="struck_by")
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    settled_note = SealedTextField(blank=True, default="")

    objects: ClassVar[LogQuerySet] = LogQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("log entry")
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="log_number_once"),
        ]
        indexes = [
            models.Index(
                fields=["incident", "kind"],
                name="log_unsettled",
                condition=Q(settled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} #{self.number}"
