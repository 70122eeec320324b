"""Gaps that somebody took up: which action came of which."""

from __future__ import annotations

from django.db import models

from takatuf.activities.models.tasks import Task
from takatuf.incidents.models import Incident


class TakenGap(models.Model):
    """That an action was made of a gap. The gap is found anew from what is told each time; its
    key (`activities.gaps.Gap.key`) is all that is kept of it."""

    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="taken_gaps")
    key = models.CharField(max_length=200)
    task = models.OneToOneField(Task, models.CASCADE, related_name="of_gap")

    class Meta:
        indexes = [models.Index(fields=["incident", "key"], name="taken_gap_key")]

    def __str__(self) -> str:
        return self.key
