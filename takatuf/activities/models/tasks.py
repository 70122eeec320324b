"""Tasks: what each agency has taken on in an incident, until when, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency
from takatuf.plans.models import Step
from takatuf.plans.vocabulary import Anchor, Phase, Workstream
from takatuf.translation.models import Text

PERSON = settings.AUTH_USER_MODEL


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(state__in=Task.OPEN)

    def late(self, now: datetime) -> TaskQuerySet:
        return self.open().filter(due_at__lt=now)


class Task(Labelled, models.Model):
    """One action in an incident. Its texts may still be the framework's own."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAKEN = "taken", _("Taken")
        BLOCKED = "blocked", _("Blocked")
        DONE = "done", _("Done")
        ASLEEP = "asleep", _("Waits for its day")
        DROPPED = "dropped", _("Closed undone")

    OPEN = (State.OPEN, State.TAKEN, State.BLOCKED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="tasks")
    step = models.ForeignKey(Step, models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=80, blank=True)  # of the framework action
    title = models.ForeignKey(Text, models.PROTECT, related_name="+")
    why = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    pitfall = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=300, blank=True)
    phase = models.CharField(max_length=12, choices=Phase)
    workstream = models.CharField(max_length=16, choices=Workstream)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="tasks")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    due_at = models.DateTimeField(null=True)
    anchor = models.CharField(max_length=12, choices=Anchor, default=Anchor.DECLARATION)
    due_within = models.DurationField(null=True)  # after the anchor, so that it moves with it
    repeat_days = models.PositiveSmallIntegerField(null=True)
    occurrence = models.PositiveSmallIntegerField(default=1)  # the how-many-th return
    wakes_at = models.DateTimeField(null=True)  # of one that is asleep; none: its day is unknown
    taken_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="taken_tasks")
    taken_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    note = SealedTextField(blank=True, default="")  # how it went
    block_reason = SealedTextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)  # counts changes, so that two editors meet

    # No columns: known of a row that is held for change (`services.tasks`).
    seen: dict[str, str]  # how it stood before
    meant: set[str]  # the fields that its writer really changes
    created_at = models.DateTimeField()

    objects: ClassVar[TaskQuerySet] = TaskQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("action")
        indexes = [
            # All that the order of an incident's page and the counts of its picture are
            # computed from, so that the database goes through ten thousand without reading
            # their rows.
            models.Index(
                fields=["incident", "state", "workstream", "due_at", "id", "phase"],
                name="task_counted_and_ordered",
            ),
            models.Index(
                fields=["agency", "due_at"],
                name="task_open_of_agency",
                condition=Q(state__in=("open", "taken", "blocked")),
            ),
            models.Index(
                fields=["taken_by", "due_at"],
                name="task_open_of_person",
                condition=Q(state__in=("open", "taken", "blocked")),
            ),
            models.Index(fields=["wakes_at"], name="task_asleep", condition=Q(state="asleep")),
        ]

    def __str__(self) -> str:
        return f"Task {self.id}"


class Need(models.Model):
    """A task that waits until another is finished."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="needs")
    first = models.ForeignKey(Task, models.CASCADE, related_name="awaited_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "first"], name="need_once"),
            models.CheckConstraint(condition=~Q(task=models.F("first")), name="task_needs_another"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} after {self.first_id}"


class TaskChange(models.Model):
    """What one change made of one field, so that two people who changed the same can compare.

    Kept for as long as the task: who was without a network may come days later.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()  # of the task, once it was changed
    field = models.CharField(max_length=20)
    before = SealedTextField(blank=True, default="")
    after = SealedTextField(blank=True, default="")
    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "version", "field"], name="field_changed_once_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.version} {self.field}"
