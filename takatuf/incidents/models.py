"""Incidents: what happened, how bad it is, who leads, in which phase the city is."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.foundation.roles import CITY_WIDE
from takatuf.incidents.rules import acronym
from takatuf.incidents.vocabulary import Casualties, DateKind, Kind, Severity
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


class Incident(Labelled, models.Model):
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
    meeting_every = models.DurationField(null=True, blank=True)  # the rhythm of meetings
    stood_down_at = models.DateTimeField(null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)  # under legal hold
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


class KeyDate(models.Model):
    """A day ahead that will bring the event back: a trial, an inquiry, a reopening.

    The anniversaries of the event need no row: they follow from its date.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="key_dates")
    kind = models.CharField(max_length=16, choices=DateKind)
    label = models.CharField(max_length=160, blank=True)
    on = models.DateField()  # in the city's time zone
    source = models.CharField(max_length=200, blank=True)  # who says so
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("key date")
        indexes = [models.Index(fields=["incident", "on"], name="key_date_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class MethaneQuerySet(models.QuerySet["Methane"]):
    def waiting(self) -> MethaneQuerySet:
        return self.filter(outcome=Methane.Outcome.WAITING)

    def visible_to(self, actor: Actor) -> MethaneQuerySet:
        """City-wide roles see every message of their city; the others those that they or their
        agency sent, and those about an incident that they may know."""
        cities = {post.city_id for post in actor.posts if post.city_id and post.role in CITY_WIDE}
        agencies = {post.agency_id for post in actor.posts if post.agency_id}
        own = Q(agency__in=agencies) | Q(author=actor.person_id, city__in=actor.city_ids)
        about = Q(incident__in=Incident.objects.visible_to(actor).values("pk"))
        return self.filter(Q(city__in=cities) | own | about)


class Methane(Labelled, models.Model):
    """One structured message from the scene (M/ETHANE, JESIP), before or after a declaration."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DECLARED = "declared", _("Became a declaration")
        JOINED = "joined", _("Added to an incident")
        CLOSED = "closed", _("Closed without declaration")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="methanes")
    incident = models.ForeignKey(
        Incident, models.SET_NULL, null=True, blank=True, related_name="methanes"
    )
    number = models.PositiveIntegerField()  # counts within the city
    is_major = models.BooleanField(null=True)  # M; None: not yet known
    location = SealedTextField()  # E: where exactly
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    area = models.ForeignKey(Area, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind, blank=True)  # T
    details = SealedTextField(blank=True, default="")  # T, in words
    hazards = SealedTextField(blank=True, default="")  # H
    access = SealedTextField(blank=True, default="")  # A
    casualties = models.CharField(max_length=8, choices=Casualties, blank=True)  # N
    casualty_details = SealedTextField(blank=True, default="")  # N: number, type, severity
    services_present = SealedTextField(blank=True, default="")  # E
    services_needed = SealedTextField(blank=True, default="")  # E
    language = models.CharField(max_length=8)
    observed_at = models.DateTimeField()  # when it was so
    received_at = models.DateTimeField()  # when it reached us
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")
    is_exercise = models.BooleanField(default=False)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    outcome_reason = SealedTextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[MethaneQuerySet] = MethaneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("M/ETHANE message")
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="methane_number_in_city"),
        ]
        indexes = [
            models.Index(fields=["city", "-received_at"], name="methane_newest"),
            models.Index(
                fields=["city", "received_at"],
                name="methane_waiting",
                condition=Q(outcome="waiting"),
            ),
        ]

    @property
    def about(self) -> str:
        """How other rooms name this message, or the incident to which it belongs."""
        return f"incident:{self.incident_id}" if self.incident_id else f"methane:{self.pk}"

    @property
    def acronym(self) -> str:
        """M/ETHANE, or ETHANE where it is known that the incident is no major one."""
        return acronym(self.is_major)

    def __str__(self) -> str:
        return f"M/ETHANE {self.number}"


class HandOver(models.Model):
    """The lead passing from one agency to another: written, with what is open, and accepted."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="hand_overs")
    from_agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")
    to_agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")
    text = SealedTextField()  # what passes, what stays, what to know
    language = models.CharField(max_length=8)
    open_things = SealedTextField(default="")  # JSON: what was open when it was offered
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    offered_at = models.DateTimeField()
    # Whose word it was, and how it was given, where somebody else wrote it down.
    offer_said_by = models.CharField(max_length=200, blank=True)
    answer_said_by = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer_note = SealedTextField(blank=True, default="")

    class Meta:
        verbose_name = _("hand-over")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], name="one_hand_over_offered", condition=Q(state="offered")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.state}"


class Lead(models.Model):
    """From when on an agency led; nobody did from then on where there is none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="leads")
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    hand_over = models.OneToOneField(HandOver, models.SET_NULL, null=True, related_name="lead")

    class Meta:
        verbose_name = _("lead")
        indexes = [models.Index(fields=["incident", "since"], name="lead_by_day")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.since}"


class Closing(models.Model):
    """One stand-down of an incident, and the reopening that may end it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="closings")
    reason = SealedTextField()
    language = models.CharField(max_length=8)
    stood_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    stood_down_at = models.DateTimeField()
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True)
    reopen_reason = SealedTextField(blank=True, default="")

    class Meta:
        verbose_name = _("stand-down")
        indexes = [models.Index(fields=["incident", "-stood_down_at"], name="closing_newest")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.stood_down_at}"


class LegalHold(models.Model):
    """From here on nothing of an incident is deleted or edited, until the hold is lifted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="legal_holds")
    reason = SealedTextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lift_reason = SealedTextField(blank=True, default="")

    class Meta:
        verbose_name = _("legal hold")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], name="one_legal_hold", condition=Q(lifted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} held {self.set_at}"


class InquiryFile(models.Model):
    """Everything about an incident, ordered by data protection as one file; the worker makes
    it, and it lies in the data folder for a week."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="inquiry_files")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    ordered_at = models.DateTimeField()
    language = models.CharField(max_length=8)  # of a refusal
    redactions = SealedTextField(blank=True, default="")  # JSON, as it was ordered
    attempts = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)  # when the worker last said how far it is
    done = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)  # how many there will be
    finished_at = models.DateTimeField(null=True)
    refusal = SealedTextField(blank=True, default="")  # why there is no file
    size = models.PositiveBigIntegerField(default=0)  # bytes

    class Meta:
        verbose_name = _("file for an inquiry")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                name="one_inquiry_file_waits",
                condition=Q(finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.ordered_at}"

    @property
    def path(self) -> Path:
        """Where it lies when it is made."""
        return Path(settings.HOME) / "inquiries" / f"{self.pk}.zip"

    @property
    def is_there(self) -> bool:
        return self.finished_at is not None and not self.refusal and self.path.is_file()
