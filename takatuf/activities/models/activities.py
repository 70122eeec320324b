"""Activities: who does what, where, for whom, until when, and who said so last."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.activities.vocabulary import Channel, Scope, Standing, Status
from takatuf.foundation.actors import Actor
from takatuf.foundation.codes import CodesField
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.folded import FoldedField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency, Area, Organisation
from takatuf.network.vocabulary import Level
from takatuf.plans.catalogue import services

PERSON = settings.AUTH_USER_MODEL


class ActivityQuerySet(models.QuerySet["Activity"]):
    def current(self) -> ActivityQuerySet:
        """Those in force: not merged into another, not withdrawn."""
        return self.filter(standing=Standing.CURRENT)

    def under_way(self, now: datetime) -> ActivityQuerySet:
        """Those in force that are planned or under way and have not ended by that day."""
        return self.current().filter(
            Q(ends_on=None) | Q(ends_on__gte=now.date()),
            status__in=(Status.PLANNED, Status.ACTIVE),
        )

    def visible_to(self, actor: Actor) -> ActivityQuerySet:
        """The shared table of an incident is seen by everybody at the incident."""
        return self.filter(incident__in=Incident.objects.visible_to(actor).values("pk"))


class Activity(Labelled, models.Model):
    """What one organisation does in one incident. Never about a person.

    What its owner wrote stays as written (`sector`, `place`, `title`); what the city knows it
    as stands beside it in codes (`service`, `places`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="activities")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activities")
    programming = models.CharField(max_length=200, blank=True)  # who plans and answers for it
    funder = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=16, choices=Level, blank=True)  # of the owner; "": not said

    service = models.CharField(max_length=40, blank=True)  # of the catalogue; "": not known
    sector_code = models.CharField(max_length=40, blank=True)  # OCHA's or the city's own
    sector = models.CharField(max_length=200, blank=True)  # as written
    subsector = models.CharField(max_length=200, blank=True)
    layer = models.PositiveSmallIntegerField(null=True)  # of the pyramid; none: the service's
    title = models.CharField(max_length=400, blank=True)  # as written, in its own language
    titles = models.JSONField(default=dict, blank=True)  # {"ar": …}: in other languages
    language = models.CharField(max_length=8, blank=True)  # of title and description
    description = SealedTextField(blank=True, default="")
    folded = FoldedField(of=("title", "titles", "sector", "subsector"))  # what words find it by
    channel = models.CharField(max_length=12, choices=Channel, blank=True)
    number = models.CharField(max_length=60, blank=True)  # a telephone number that is published
    populations = CodesField()
    languages = CodesField()  # in which it is offered, BCP 47
    offers = CodesField()  # what else it provides for: `vocabulary.Offer`

    scope = models.CharField(max_length=8, choices=Scope, blank=True)
    place = models.JSONField(default=dict, blank=True)  # as written: country, adm1, adm2, loc, …
    latitude = models.FloatField(null=True)  # degrees, WGS 84; both or neither
    longitude = models.FloatField(null=True)

    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # the last day; none: not said
    targeted = models.PositiveBigIntegerField(null=True)  # people
    reached = models.PositiveBigIntegerField(null=True)
    indicator = models.CharField(max_length=400, blank=True)
    weekly_capacity = models.PositiveIntegerField(null=True)  # people a week
    refers_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+"
    )  # to whom it passes people on

    contact_name = SealedTextField(blank=True, default="")
    contact_email = SealedTextField(blank=True, default="")
    extra = SealedTextField(blank=True, default="")  # columns without a meaning here, as JSON

    own_id = models.CharField(max_length=200, blank=True)  # the identifier that its owner gave it
    mark = models.CharField(max_length=64, blank=True)  # keyed hash of the whole row as it came
    source = models.CharField(max_length=200, blank=True)  # who or what file says so
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.CURRENT)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged_from")
    version = models.PositiveIntegerField(default=1)  # counts changes
    reported_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    reported_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()  # when somebody last said that it stands
    changed_at = models.DateTimeField()  # when a fact of it last changed

    objects: ClassVar[ActivityQuerySet] = ActivityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("activity")
        indexes = [
            # All that is counted stands in it: a table of 50,000 is made without their rows.
            models.Index(
                fields=[
                    "incident",
                    "standing",
                    "id",
                    "status",
                    "starts_on",
                    "ends_on",
                    "confirmed_at",
                    "service",
                    "level",
                    "populations",
                    "organisation",
                    "weekly_capacity",
                ],
                name="activity_counted",
            ),
            models.Index(fields=["incident", "standing", "organisation"], name="activity_whose"),
            models.Index(fields=["incident", "organisation", "own_id"], name="activity_own_id"),
            models.Index(fields=["incident", "mark"], name="activity_mark"),
            models.Index(fields=["incident", "-changed_at"], name="activity_changed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="activity_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(layer=None) | Q(layer__gte=1, layer__lte=4), name="activity_layer"
            ),
        ]

    def __str__(self) -> str:
        named = self.titles.get(get_language() or "") or self.title
        service = services().get(self.service)
        return named or (service.name if service else self.sector or f"Activity {self.pk}")

    @property
    def about(self) -> str:
        """How other rooms name this activity without knowing it."""
        return f"activity:{self.pk}"


class ActivityPlace(models.Model):
    """One place of an activity: a district that the city knows, or the words for another.

    `key` is what places are compared and counted by: `area:<id>`, `city`, `outside`,
    `text:<folded words, from country to place>`. An activity whose place was not said has none.
    """

    id = models.BigAutoField(primary_key=True)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="places")
    area = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "key"], name="activity_place_once"),
        ]
        indexes = [models.Index(fields=["key"], name="activity_place_key")]

    def __str__(self) -> str:
        return self.key


class Invitation(models.Model):
    """A partner who reports, and confirms, by a link and without an account.

    Bound to one organisation in one incident; the link ends, and can be withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    agency = models.ForeignKey(Agency, models.SET_NULL, null=True, related_name="+")
    email = SealedTextField(blank=True, default="")  # where the link was sent, if it was
    language = models.CharField(max_length=8, default="en")
    made_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)  # last

    class Meta:
        indexes = [models.Index(fields=["incident", "organisation"], name="invitation_of")]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"
