"""The survey of the issues: what is wrong or needed, where, for whom, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.community.vocabulary import Outcome, Seriousness, State, Sureness, Topic
from takatuf.foundation.actors import Actor
from takatuf.foundation.codes import CodesField
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.imported import unpacked_report
from takatuf.foundation.labels import Labelled
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency, Area
from takatuf.plans.catalogue import Service, services
from takatuf.plans.vocabulary import Scope

PERSON = settings.AUTH_USER_MODEL


class IssueQuerySet(models.QuerySet["Issue"]):
    def open(self) -> IssueQuerySet:
        return self.filter(state=State.OPEN)

    def in_force(self, today: date) -> IssueQuerySet:
        """Open, and not past the day until which it was said to last."""
        return self.open().filter(Q(until=None) | Q(until__gte=today))

    def visible_to(self, actor: Actor) -> IssueQuerySet:
        """Everybody at an incident sees what is needed there."""
        return self.filter(incident__in=Incident.objects.visible_to(actor).values("pk"))


class Issue(Labelled, models.Model):
    """Something that is wrong or needed in one incident. About groups and places, never about
    a person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="issues")
    number = models.PositiveIntegerField()  # counts within the incident
    text = SealedTextField()  # what is wrong or needed
    language = models.CharField(max_length=8)  # of what was written
    topic = models.CharField(max_length=16, choices=Topic, blank=True)
    service = models.CharField(max_length=40, blank=True)  # of the catalogue: what would meet it
    services = CodesField()  # further ones that would help too
    populations = CodesField()  # for whom: `plans.vocabulary.Population`; none: not said
    languages = CodesField()  # in which help must be had, BCP 47
    offers = CodesField()  # what help must provide for: `plans.vocabulary.Offer`
    people = models.PositiveIntegerField(null=True)  # how many are affected; none: not known
    people_source = models.CharField(max_length=200, blank=True)  # whose count or estimate it is
    scope = models.CharField(max_length=8, choices=Scope, blank=True)
    place = models.CharField(max_length=200, blank=True)  # as written
    seriousness = models.PositiveSmallIntegerField(choices=Seriousness)
    sureness = models.CharField(max_length=12, choices=Sureness, default=Sureness.UNCONFIRMED)
    source = SealedTextField(blank=True, default="")  # who says so
    since = models.DateField(null=True)  # in the city's time zone, as below
    until = models.DateField(null=True)  # the last day; none: until it is met

    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    note = SealedTextField(blank=True, default="")  # what came of it
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")

    own_id = models.CharField(max_length=200, blank=True)  # that it had in a table
    mark = models.CharField(max_length=64, blank=True)  # keyed hash of the whole row as it came
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")  # of who told
    reported_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    reported_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # counts changes

    objects: ClassVar[IssueQuerySet] = IssueQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("need")
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="issue_number_once"),
            models.CheckConstraint(
                condition=Q(seriousness__gte=1, seriousness__lte=4), name="issue_seriousness"
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=models.F("since")),
                name="issue_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "state", "-seriousness"], name="issue_by_seriousness"),
            models.Index(fields=["incident", "own_id"], name="issue_own_id"),
            models.Index(fields=["incident", "mark"], name="issue_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} #{self.number}"

    @property
    def about(self) -> str:
        """How other rooms name this issue without knowing it."""
        return f"issue:{self.pk}"

    @property
    def wanted(self) -> list[Service]:
        """What would meet it, in the catalogue's words; codes that it no longer has are left."""
        known = services()
        return [known[code] for code in (self.service, *self.services) if code in known]


class IssuePlace(models.Model):
    """One place of an issue; `key` says where as the places of activities do, so that the two
    can be laid side by side: `area:<id>`, `city`, `outside`, `text:<folded words>`."""

    id = models.BigAutoField(primary_key=True)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="places")
    area = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "key"], name="issue_place_once"),
        ]
        indexes = [models.Index(fields=["key"], name="issue_place_key")]

    def __str__(self) -> str:
        return self.key


class IssueLink(models.Model):
    """Something elsewhere that answers an issue, by the name that it has there
    ("activity:<uuid>"): this room does not know activities."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="links")
    thing = models.CharField(max_length=60)
    linked_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "thing"], name="issue_linked_once"),
        ]
        indexes = [models.Index(fields=["thing"], name="issue_link_thing")]

    def __str__(self) -> str:
        return self.thing


class Survey(Labelled, models.Model):
    """A table of needs that was taken in: whose act it was, and what became of its rows. The
    file itself is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="surveys")
    taken_in_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    taken_in_at = models.DateTimeField()
    filename = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)  # read, new, updated, unchanged, doubled, rejected
    report = SealedTextField(blank=True, default="")  # `foundation.imported.packed_report`
    last_number = models.PositiveIntegerField(default=0)  # of the needs that it brought
    undone_at = models.DateTimeField(null=True)
    stays = models.JSONField(default=list)  # line, need, code: what was not undone

    class Meta:
        verbose_name = _("table of needs")
        indexes = [models.Index(fields=["incident", "-id"], name="survey_newest")]

    def __str__(self) -> str:
        return self.filename or f"Survey {self.pk}"

    @property
    def about(self) -> str:
        """How other rooms name this table without knowing it."""
        return f"survey:{self.pk}"

    @property
    def told(self) -> dict[str, Any]:
        """Its columns, warnings and rows that were not taken, in the reader's language."""
        return unpacked_report(self.report) if self.report else {}


class SurveyRow(models.Model):
    """One row of a table that wrote a need: a new one, or one of which it keeps what stood there
    before."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Survey, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # in the file, from 1
    issue = models.ForeignKey(Issue, models.SET_NULL, null=True, related_name="brought_by")
    version = models.PositiveIntegerField()  # of the need, as this row left it
    before = SealedTextField(blank=True, default="")  # JSON: the need's columns and places

    class Meta:
        indexes = [models.Index(fields=["of", "line"], name="survey_row_of")]

    def __str__(self) -> str:
        return f"line {self.line} of {self.of_id}"
