"""What changes made of activities, and whom we asked to confirm theirs."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from takatuf.activities.models.activities import Activity
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.incidents.models import Incident
from takatuf.network.models import Organisation

PERSON = settings.AUTH_USER_MODEL


class ActivityChange(models.Model):
    """What one change made of one field of an activity, so that what stood there can be read
    and two people who changed the same can compare."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()  # of the activity, once it was changed
    field = models.CharField(max_length=20)
    before = SealedTextField(blank=True, default="")
    after = SealedTextField(blank=True, default="")
    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    by = models.CharField(max_length=200, blank=True)  # where no person: who or what changed it
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "version", "field"], name="fact_changed_once_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.version} {self.field}"


class AskedToConfirm(models.Model):
    """When an organisation was last asked to confirm what it does in an incident."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "organisation"], name="asked_to_confirm_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.organisation_id}"
