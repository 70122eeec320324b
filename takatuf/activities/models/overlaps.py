"""Overlaps: two activities that look like the same work, and what people agreed about them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from takatuf.activities.models.activities import PERSON, Activity
from takatuf.activities.vocabulary import Answer, OverlapRule, OverlapState
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident
from takatuf.network.models import Organisation


class OverlapQuerySet(models.QuerySet["Overlap"]):
    def open(self) -> OverlapQuerySet:
        """Those that wait for an answer."""
        return self.filter(state=OverlapState.OPEN)

    def silent(self, now: datetime) -> OverlapQuerySet:
        """Those whose answer was due, and that somebody else may still decide."""
        return self.open().filter(passes_at__lte=now)


class Overlap(Labelled, models.Model):
    """Two activities that a rule puts side by side; each pair at most once.

    `a` came first. `parts` holds codes and figures (`comparing.scoring.as_json`), so that each
    reader has them in words of their own language. `mark` is of the facts of both: once they
    were settled, the pair is not proposed again until it changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="overlaps")
    a = models.ForeignKey(Activity, models.CASCADE, related_name="+")
    b = models.ForeignKey(Activity, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=12, choices=OverlapRule)
    is_red = models.BooleanField(default=False)  # to be settled before the others
    score = models.PositiveSmallIntegerField()  # in hundredths
    parts = models.JSONField(default=list)
    mark = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=OverlapState, default=OverlapState.OPEN)
    role = models.CharField(max_length=20, choices=Role)  # whose answer is awaited
    found_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # when it came to this role
    passes_at = models.DateTimeField(null=True)  # to the next role; none: it stays
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[OverlapQuerySet] = OverlapQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="overlap_once"),
            models.CheckConstraint(condition=~Q(a=F("b")), name="overlap_of_two"),
        ]
        indexes = [
            models.Index(fields=["incident", "state", "-is_red", "-score"], name="overlap_listed"),
            models.Index(fields=["passes_at"], name="overlap_passes", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"Overlap {self.pk}"


class Agreement(Labelled, models.Model):
    """What was answered to an overlap, by whom, and when it is looked at again.

    One that was taken back, or that new facts overtook, keeps its day of ending.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    overlap = models.ForeignKey(Overlap, models.CASCADE, related_name="agreements")
    answer = models.CharField(max_length=16, choices=Answer)
    reason = SealedTextField(blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, related_name="+"
    )  # who leads, or takes over
    kept = models.ForeignKey(Activity, models.SET_NULL, null=True, related_name="+")  # of a merge
    role = models.CharField(max_length=20, choices=Role)  # who sees that it is kept
    review_on = models.DateField()
    told_of = models.DateField(null=True)  # the `review_on` of which its role was told
    decided_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["overlap"], condition=Q(ended_at=None), name="one_agreement_in_force"
            ),
        ]
        indexes = [
            models.Index(fields=["overlap", "-decided_at"], name="agreement_newest"),
            models.Index(
                fields=["review_on"], name="agreement_due_again", condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.pk}"


class Comparison(models.Model):
    """How far the activities of an incident have been compared."""

    incident = models.OneToOneField(
        Incident, models.CASCADE, primary_key=True, related_name="comparison"
    )
    compared_at = models.DateTimeField(null=True)
    upto = models.DateTimeField(null=True)  # the latest change that was seen
    asked_at = models.DateTimeField(null=True)  # somebody wants it, and the worker has it to do

    def __str__(self) -> str:
        return f"Comparison of {self.incident_id}"
