"""A city's plans: whom it calls, and what each does in which phase."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.foundation.roles import Role
from takatuf.network.models import Agency, City
from takatuf.network.vocabulary import AgencyKind
from takatuf.plans.vocabulary import Anchor, Lead, Phase, Size, Workstream
from takatuf.translation.models import Text


class Plan(models.Model):
    """What a city has agreed to do, begun as a copy of the framework and then its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="plans")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    framework_version = models.CharField(max_length=20, blank=True)
    size = models.CharField(max_length=8, choices=Size, default=Size.CITY)
    answer_within = models.DurationField(default=timedelta(minutes=10))
    agencies = models.ManyToManyField(Agency, related_name="plans", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("plan")
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="plan_slug_once_in_a_city"),
        ]

    def __str__(self) -> str:
        return self.title


class StepQuerySet(models.QuerySet["Step"]):
    def current(self) -> StepQuerySet:
        return self.filter(retired_at=None)

    def in_order(self) -> StepQuerySet:
        return self.order_by("due_within", "position", "id")


class Step(Labelled, models.Model):
    """One thing that one agency does in one phase. Due within a time of the declaration."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    code = models.CharField(max_length=80, blank=True)  # of the framework action it began as
    phase = models.CharField(max_length=12, choices=Phase)
    workstream = models.CharField(max_length=16, choices=Workstream)
    role = models.CharField(max_length=20, choices=Role)
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, blank=True, related_name="+")
    agency_kind = models.CharField(max_length=24, choices=AgencyKind, blank=True)
    anchor = models.CharField(max_length=12, choices=Anchor, default=Anchor.DECLARATION)
    due_within = models.DurationField(null=True, blank=True)  # after the anchor; before: negative
    repeat_days = models.PositiveSmallIntegerField(null=True, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    after = models.JSONField(default=list, blank=True)  # codes of steps to finish first
    title = models.ForeignKey(Text, models.PROTECT, related_name="+")
    why = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    pitfall = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=300, blank=True)  # empty: practice, not yet sourced
    # The framework's version that this step was last laid beside: taken from it, or declined.
    framework_version = models.CharField(max_length=20, blank=True)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)  # counts edits, so that two editors meet
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[StepQuerySet] = StepQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="step_code_once_in_a_plan", condition=~Q(code="")
            ),
        ]

    def __str__(self) -> str:
        return self.code or str(self.id)


class Revision(models.Model):
    """What one edit of a plan changed, and who made it: the plan's history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="revisions")
    step = models.ForeignKey(Step, models.SET_NULL, null=True, related_name="revisions")
    verb = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["plan", "-at"], name="revision_of_plan_by_time")]

    def __str__(self) -> str:
        return f"{self.verb} {self.at}"


class FrameworkAnswer(models.Model):
    """What a city said to one improvement of the framework: taken, or declined with a reason."""

    class Kind(models.TextChoices):
        TAKEN = "taken", _("Taken")
        DECLINED = "declined", _("Declined")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="answers")
    code = models.CharField(max_length=80)  # of the framework action
    version = models.CharField(max_length=20)  # of the framework
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code", "version"], name="answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}: {self.kind}"


class LeadList(Labelled, models.Model):
    """Who leads which service in a city: one version, agreed by the city and its national
    counterpart.

    A draft until both sides have said yes; then it is in force until the next one is. What is
    changed in a draft takes back what either side had said.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="lead_lists")
    number = models.PositiveIntegerField()  # counts a city's versions
    counterpart = models.CharField(max_length=200, blank=True)  # the national authority
    changes = models.PositiveIntegerField(default=0)  # counts what was written in the draft
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    city_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    city_at = models.DateTimeField(null=True)
    national_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    national_at = models.DateTimeField(null=True)
    national_word = SealedTextField(blank=True, default="")  # whose word was written down
    agreed_at = models.DateTimeField(null=True)  # by both; in force from then
    replaced_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)  # a draft that nobody wants any more

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="lead_list_number_once"),
            models.UniqueConstraint(
                fields=["city"],
                condition=Q(agreed_at=None, dropped_at=None),
                name="one_draft_of_who_leads",
            ),
            models.UniqueConstraint(
                fields=["city"],
                condition=Q(agreed_at__isnull=False, replaced_at=None),
                name="one_list_of_who_leads_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"Who leads, version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.agreed_at is None and self.dropped_at is None

    @property
    def is_in_force(self) -> bool:
        return self.agreed_at is not None and self.replaced_at is None


class LeadLine(Labelled, models.Model):
    """Who leads one service, in one version of the list, and a note on who exactly."""

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(LeadList, models.CASCADE, related_name="lines")
    service = models.CharField(max_length=40)  # of the catalogue
    lead = models.CharField(max_length=8, choices=Lead)
    note = SealedTextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "service"], name="service_once_in_a_list"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.lead}"
