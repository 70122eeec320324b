"""Situation reports: drafted, read by a second person, frozen, superseded by the next."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from takatuf.communications.vocabulary import Audience, SecondLook, State
from takatuf.foundation.actors import Actor
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident
from takatuf.network.models import City

PERSON = settings.AUTH_USER_MODEL
# Who drafts, and who approves what another drafted.
WRITERS = frozenset({Role.COORDINATOR, Role.COMMUNICATIONS})
APPROVERS = WRITERS | {Role.MAYOR}


class ReportQuerySet(models.QuerySet["Report"]):
    def in_progress(self) -> ReportQuerySet:
        return self.filter(state__in=Report.IN_PROGRESS)

    def authoritative(self) -> ReportQuerySet:
        return self.filter(state=State.APPROVED)

    def went_out(self) -> ReportQuerySet:
        """Reports that were approved once, whatever became of them."""
        return self.filter(approved_at__isnull=False)

    def for_everyone(self) -> ReportQuerySet:
        """What counts now and was given to the public."""
        return self.filter(state=State.APPROVED, audience=Audience.PUBLIC)

    def visible_to(self, actor: Actor) -> ReportQuerySet:
        """What was approved is for everyone at the incident; a draft for those who write
        and approve reports."""
        known = Incident.objects.visible_to(actor).filter(pk=OuterRef("incident"))
        desks = {post.city_id for post in actor.posts if post.city_id and post.role in APPROVERS}
        return self.filter(
            Exists(known), Q(approved_at__isnull=False) | Q(incident__city__in=desks)
        )


class Report(models.Model):
    """One situation report of an incident. Its number counts within the city.

    What stands in it is frozen when it is approved: `content_hash` is in the journal then.
    """

    IN_PROGRESS = (State.DRAFT, State.SENT_BACK, State.WAITING)
    EDITABLE = (State.DRAFT, State.SENT_BACK)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="reports")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="reports")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.PARTNERS)
    languages = models.JSONField(default=list)  # in which it exists; the first is its source
    head_text = SealedTextField(blank=True, default="")  # JSON: the incident as it stood
    as_of = models.DateTimeField()  # when the picture was read that it was drafted from
    version = models.PositiveIntegerField(default=1)  # counts changes of what stands in it
    drafted_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    edited_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField()
    sent_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    note = SealedTextField(blank=True, default="")  # why it was sent back or withdrawn
    approved_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    approved_as = models.CharField(max_length=20, choices=Role, blank=True)
    approved_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    alone_reason = SealedTextField(blank=True, default="")  # of whoever had nobody else
    second_look = models.CharField(max_length=9, choices=SecondLook, blank=True, default="")
    looked_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    looked_as = models.CharField(max_length=20, choices=Role, blank=True)
    looked_at = models.DateTimeField(null=True)
    look_note = SealedTextField(blank=True, default="")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    ended_at = models.DateTimeField(null=True)  # superseded or withdrawn

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("situation report")
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="report_number_in_city"),
            models.UniqueConstraint(
                fields=["incident"], name="one_report_counts", condition=Q(state="approved")
            ),
            models.UniqueConstraint(
                fields=["incident"],
                name="one_report_in_progress",
                condition=Q(state__in=("draft", "sent-back", "waiting")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["incident"], name="report_to_look_at", condition=Q(second_look="open")
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.number}"

    @property
    def source_language(self) -> str:
        return str(self.languages[0]) if self.languages else "en"

    @property
    def head(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.head_text or "{}")
        return found

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE

    @property
    def is_public(self) -> bool:
        return self.audience == Audience.PUBLIC and self.approved_at is not None


class ReportText(models.Model):
    """The words of one section in every language, each with the state of its translation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="texts")
    code = models.CharField(max_length=32)
    versions_text = SealedTextField(blank=True, default="")  # JSON, as `translation` has it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="report_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.code}"

    @property
    def versions(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.versions_text or "{}")
        return found


class Figure(models.Model):
    """One key figure: what it counts, how much, who says so, when it was so, who confirmed it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=32, blank=True)  # of one that the system counted
    words_text = SealedTextField()  # JSON by language: label, unit, source
    value = SealedTextField()
    as_of = models.DateTimeField()
    confirmed_by = models.CharField(max_length=120, blank=True)  # as post or agency
    confirmed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("key figure")
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="figure_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} figure {self.position}"

    @property
    def words(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = json.loads(self.words_text or "{}")
        return found


class Rendering(models.Model):
    """The PDF of an approved report in one language, kept so that it is set only once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="renderings")
    language = models.CharField(max_length=8)
    is_public = models.BooleanField()
    key = models.CharField(max_length=64)  # hash of all that went into it
    pdf = SealedTextField()  # base64: the words in it are as sensitive as the report's

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "language", "is_public"], name="report_rendering_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.language}"
