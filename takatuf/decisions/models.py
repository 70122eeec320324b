"""The log of an incident: information, decisions, questions and promises, never erased."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from takatuf.foundation.actors import Actor
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.foundation.roles import CITY_WIDE, Role
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency, City
from takatuf.plans.vocabulary import Workstream

PERSON = settings.AUTH_USER_MODEL


class LogQuerySet(models.QuerySet["LogEntry"]):
    def standing(self) -> LogQuerySet:
        """Entries that no later entry struck."""
        # As a question to each entry: joined, PostgreSQL would pair the whole log with itself
        # before it takes the first twenty.
        return self.filter(~Exists(LogEntry.objects.filter(strikes=OuterRef("pk"))))

    def unanswered(self) -> LogQuerySet:
        return self.standing().filter(kind=LogEntry.Kind.QUESTION, settled_at=None)

    def open_promises(self) -> LogQuerySet:
        return self.standing().filter(kind=LogEntry.Kind.PROMISE, settled_at=None)

    def for_review(self, now: datetime) -> LogQuerySet:
        return self.standing().filter(
            kind=LogEntry.Kind.DECISION, review_at__isnull=False, settled_at=None
        )


class LogEntry(Labelled, models.Model):
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
        ANSWERED = "answered", pgettext_lazy("outcome of a question", "Answered")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Not kept")
        RELEASED = "released", _("Released by those it was made to")
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
    workstream = models.CharField(max_length=16, choices=Workstream, blank=True)  # not said: all
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
            # In the order of writing, so that the newest of one kind are found in a log of a
            # hundred thousand without going through the others.
            models.Index(fields=["incident", "kind", "number"], name="log_of_kind"),
            models.Index(fields=["incident", "workstream", "number"], name="log_of_workstream"),
            models.Index(
                fields=["incident", "kind", "number"],
                name="log_waiting",
                condition=Q(settled_at=None),
            ),
            models.Index(
                fields=["incident", "review_at"],
                name="log_to_review",
                condition=Q(settled_at=None, kind="decision", review_at__isnull=False),
            ),
            models.Index(
                fields=["incident", "due_at", "number"],
                name="log_promised",
                condition=Q(settled_at=None, kind="promise"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} #{self.number}"


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, actor: Actor) -> PromiseQuerySet:
        """City-wide roles see every promise of their city; liaisons those of the incidents that
        they see, and those that their own agency keeps. Everybody else sees none."""
        cities = {post.city_id for post in actor.posts if post.city_id and post.role in CITY_WIDE}
        agencies = {post.agency_id for post in actor.posts if post.agency_id and post.city_id}
        if not agencies:
            return self.none()
        known = Exists(Incident.objects.visible_to(actor).filter(pk=OuterRef("incident")))
        return self.filter(Q(city__in=cities) | Q(agency__in=agencies) | known)

    def open(self) -> PromiseQuerySet:
        return self.filter(state=Promise.State.OPEN)

    def late(self, now: datetime) -> PromiseQuerySet:
        return self.open().filter(due_at__lt=now)


class Promise(Labelled, models.Model):
    """Who promised what to whom, by when, and whether it was kept: it outlives the incident."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Not kept")
        RELEASED = "released", _("Released by those it was made to")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="promises")
    number = models.PositiveIntegerField()  # counts within the city
    incident = models.ForeignKey(
        Incident, models.SET_NULL, null=True, blank=True, related_name="promises"
    )
    entry = models.OneToOneField(
        LogEntry, models.SET_NULL, null=True, blank=True, related_name="promise"
    )  # where it was written down, if in a log
    text = SealedTextField()
    language = models.CharField(max_length=8)
    promised_to = SealedTextField()
    promised_by = models.CharField(max_length=120, blank=True)  # as post or name
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")  # keeps it
    role = models.CharField(max_length=20, choices=Role, blank=True)  # the post that keeps it
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    note = SealedTextField(blank=True, default="")  # how it was kept, or why not
    # The words in which it may be shown to anybody, no names of people in them; empty: none.
    shown_words = SealedTextField(blank=True, default="")
    reminded_of = models.DateTimeField(null=True)  # the day of which its keeper was reminded
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects: ClassVar[PromiseQuerySet] = PromiseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("promise")
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="promise_number_in_city"),
        ]
        indexes = [
            models.Index(fields=["city", "due_at"], name="promise_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"Promise {self.number}"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def planned(self) -> MeetingQuerySet:
        """Neither begun nor called off."""
        return self.filter(opened_at=None, cancelled_at=None)


class PromiseMove(models.Model):
    """That a promise was put off or brought forward, and why; what was promised first stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    promise = models.ForeignKey(Promise, models.CASCADE, related_name="moves")
    was_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    reason = SealedTextField()
    moved_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("moved promise")
        indexes = [models.Index(fields=["promise", "moved_at"], name="promise_moved")]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.due_at}"


class Meeting(models.Model):
    """One meeting of an incident: its agenda as it was drawn, who came, what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="meetings")
    number = models.PositiveIntegerField()  # counts within the incident
    at = models.DateTimeField()
    place = models.CharField(max_length=160, blank=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    chair = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    agenda = SealedTextField(blank=True, default="")  # JSON, kept when the meeting is opened
    entry = models.ForeignKey(LogEntry, models.SET_NULL, null=True, related_name="+")  # minutes
    created_at = models.DateTimeField()

    objects: ClassVar[MeetingQuerySet] = MeetingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("meeting")
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="meeting_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} meeting {self.number}"

    @property
    def state(self) -> str:
        """planned, open, closed, or called-off."""
        if self.cancelled_at:
            return "called-off"
        if self.closed_at:
            return "closed"
        return "open" if self.opened_at else "planned"


class Attendance(models.Model):
    """Whether an agency came to a meeting."""

    class State(models.TextChoices):
        CAME = "came", _("Came")
        EXCUSED = "excused", _("Excused")
        ABSENT = "absent", _("Absent")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State)
    who = models.CharField(max_length=120, blank=True)  # as post or name

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "agency"], name="attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.state}"


class MeetingOutcome(models.Model):
    """What a meeting brought forth, elsewhere: a log entry or an action, by its name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="outcomes")
    thing = models.CharField(max_length=60)  # "entry:<uuid>", "task:<uuid>", "promise:<uuid>"
    kind = models.CharField(max_length=12, blank=True)  # of the entry, or "action"
    point = models.CharField(max_length=80, blank=True)  # of the agenda, under which it stands
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "thing"], name="outcome_once"),
        ]

    def __str__(self) -> str:
        return self.thing
