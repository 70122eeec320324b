"""Calls to agencies: what is said, who was asked, what left the system, who answered."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from takatuf.alerts import rules
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.network.models import Agency, City

PERSON = settings.AUTH_USER_MODEL


class Alert(models.Model):
    """Something agencies must be told: which notice, with which values, about what."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="alerts")
    notice = models.CharField(max_length=80)  # a template: "<notice>.{subject,email,sms}.txt"
    context = models.JSONField(default=dict)  # plain values, coded words rendered per reader
    path = models.CharField(max_length=200)  # of the page it leads to, without language
    about = models.CharField(max_length=60, db_index=True)  # "incident:<uuid>"
    answer_within = models.DurationField()
    is_exercise = models.BooleanField(default=False)
    asks = models.BooleanField(default=True)  # for an answer; else it only tells
    raised_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Alert {self.id}"


class CallQuerySet(models.QuerySet["Call"]):
    def about(self, about: str) -> CallQuerySet:
        return self.filter(alert__about=about, alert__asks=True)

    def overdue(self, now: datetime) -> CallQuerySet:
        """Unanswered calls whose time to climb has come."""
        return self.unanswered().filter(climbs_at__lte=now)

    def unanswered(self) -> CallQuerySet:
        return self.filter(answered_at=None)


class Call(models.Model):
    """One agency asked to answer one alert, step by step up its call order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="calls")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="calls")
    step = models.PositiveSmallIntegerField(default=0)  # call order asked last, 0: nobody yet
    asked_at = models.DateTimeField(null=True)  # when last; null: its list named nobody
    answers_needed = models.PositiveSmallIntegerField(default=1)
    answer_within = models.DurationField()
    climbs_at = models.DateTimeField(null=True)  # null: answered, silent, or nobody to ask
    answered_at = models.DateTimeField(null=True)  # when the answers needed were in
    silent_at = models.DateTimeField(null=True)  # when nobody was left to ask

    objects: ClassVar[CallQuerySet] = CallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "agency"], name="agency_called_once"),
        ]
        indexes = [
            models.Index(
                fields=["climbs_at"],
                name="call_climbing",
                condition=Q(answered_at=None, climbs_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Call {self.id}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def unnamed(self) -> AnswerQuerySet:
        """Ticks of which nobody said who answered; see `Answer.is_unnamed`."""
        return self.filter(person=None, way=Answer.Way.VOICE)


class Answer(models.Model):
    """Somebody at the agency knows: by the link, on the desk, or told by voice."""

    class Way(models.TextChoices):
        LINK = "link", _("by the link")
        DESK = "desk", _("on the desk")
        VOICE = "voice", _("by voice")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="answers")
    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="answers")
    way = models.CharField(max_length=5, choices=Way)
    ticked_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="ticks")
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    objects: ClassVar[AnswerQuerySet] = AnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "person"],
                name="person_answers_once",
                condition=Q(person__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Answer {self.id}"

    @property
    def is_unnamed(self) -> bool:
        """Whether it was ticked for nobody in particular; whose account is gone had a name."""
        return self.person_id is None and self.way == self.Way.VOICE


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def open(self) -> DeliveryQuerySet:
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, now: datetime, channel: str, worker: str = "") -> DeliveryQuerySet:
        """Neither sent nor given up, due, and not in another living worker's hands.

        A worker begins a round with empty hands: what it still holds is left from a round
        that broke off.
        """
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - rules.CLAIM_LASTS)
        if worker:
            free |= Q(claimed_by=worker)
        return self.open().filter(free, channel=channel, due_at__lte=now)

    def held_by(self, worker: str) -> DeliveryQuerySet:
        return self.open().filter(claimed_by=worker)

    def given_up(self) -> DeliveryQuerySet:
        return self.filter(given_up_at__isnull=False, sent_at=None)


class Delivery(models.Model):
    """One message to one person over one channel: due, claimed, sent, or given up."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")
        DESK = "desk", _("desk")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="deliveries")
    step = models.PositiveSmallIntegerField(default=1)  # call order at which it was asked
    repeat = models.PositiveSmallIntegerField(default=0)  # 1, 2, …: called again by hand
    off_duty = models.BooleanField(default=False)  # asked because nobody on duty answered
    channel = models.CharField(max_length=5, choices=Channel)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)  # what went wrong last

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "person", "channel", "repeat"], name="told_once_a_channel"
            ),
        ]
        indexes = [
            models.Index(
                F("channel"),
                F("due_at"),
                F("id"),
                name="delivery_open",
                condition=Q(sent_at=None, given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.id}"


class MailQuerySet(models.QuerySet["Mail"]):
    def open(self) -> MailQuerySet:
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, now: datetime) -> MailQuerySet:
        """Neither sent nor given up, due, and not in a living worker's hands."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - rules.MAIL_CLAIM_LASTS)
        return self.open().filter(free, due_at__lte=now)


class Mail(models.Model):
    """A letter to somebody who has no account here: who applied, or reported a mistake.

    Address and values are sealed, and gone as soon as the letter has left.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = SealedTextField()
    language = models.CharField(max_length=8)
    notice = models.CharField(max_length=80)  # a template: "<notice>.{subject,email}.txt"
    context = SealedTextField(blank=True)  # JSON: plain values for the template
    about = models.CharField(max_length=60, db_index=True)  # "application:<uuid>"
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                F("due_at"),
                name="mail_open",
                condition=Q(sent_at=None, given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Mail {self.id}"


class Worker(models.Model):
    """A process that delivers and climbs, and when it was last seen alive."""

    name = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
