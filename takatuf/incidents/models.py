"""Incidents: what happened, how bad it is, who leads, in which phase the city is."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.roles import CITY_WIDE
from takatuf.incidents.vocabulary import Casualties, Kind, Severity
from takatuf.network.models import Agency, Area, City
from takatuf.plans.models import Plan
from takatuf.plans.vocabulary import Phase


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> IncidentQuerySet:
        return self.filter(stood_down_at=None, joined_into=None)

    def visible_to(self, actor: Actor) -> IncidentQuerySet:
        """City-wide roles see every incident of their city; the others see the incidents
        in which one of their agencies is involved. Everybody else sees none."""
        cities = {post.city_id for post in actor.posts if post.city_id and post.role in CITY_WIDE}
        agencies = [
            post.agency_id
            for post in actor.posts
            if post.agency_id and post.role == "liaison" and post.city_id not in cities
        ]
        if not agencies:  # no “or”: the index of a city's newest incidents then serves
            return self.filter(city__in=cities)
        involved = Involvement.objects.filter(agency__in=agencies).values("incident")
        return self.filter(Q(city__in=cities) | Q(id__in=involved))

    def for_list(self) -> IncidentQuerySet:
        """With what a line shows of city, district and lead; a district's shape is left out,
        which may be longer than all else together."""
        return self.select_related("city", "area", "lead_agency").defer(
            "area__geometry", "area__bounds"
        )


class Incident(models.Model):
    """A declared incident; its number counts within its city."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.PROTECT, related_name="incidents")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=16, choices=Kind)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    casualties = models.CharField(max_length=8, choices=Casualties, blank=True)
    happened_at = models.DateTimeField()
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    place = models.CharField(max_length=200, blank=True)  # as people say it
    area = models.ForeignKey(Area, models.SET_NULL, null=True, blank=True, related_name="+")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    targeted = SealedTextField(blank=True, default="")  # who may be targeted
    lead_agency = models.ForeignKey(
        Agency, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, blank=True, related_name="+")
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.FIRST_HOUR)
    is_exercise = models.BooleanField(default=False)
    next_meeting_at = models.DateTimeField(null=True, blank=True)
    next_meeting_place = models.CharField(max_length=160, blank=True)
    stood_down_at = models.DateTimeField(null=True, blank=True)
    joined_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="joined"
    )
    updated_at = models.DateTimeField()

    objects: ClassVar[IncidentQuerySet] = IncidentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("incident")
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="incident_number_in_city"),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=4), name="incident_severity"
            ),
        ]
        indexes = [models.Index(fields=["city", "-declared_at"], name="incident_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> str:
        """How other rooms name this incident without knowing it."""
        return f"incident:{self.id}"


class Involvement(models.Model):
    """An agency that has a part in an incident, and so may see it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="involvements")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="involvements")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "agency"], name="involved_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} in {self.incident_id}"
