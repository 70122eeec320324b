"""What cities have learned and others may use: dialogues, and who wants to come to them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.learning.vocabulary import DialogueState, Precision, Seat

PERSON = settings.AUTH_USER_MODEL


class DialogueQuerySet(models.QuerySet["Dialogue"]):
    def published(self) -> DialogueQuerySet:
        return self.filter(state=DialogueState.PUBLISHED)

    def coming(self, today: date) -> DialogueQuerySet:
        """Those that have not ended, the nearest first."""
        return self.filter(ends_on__gte=today).order_by("begins_on", "slug")

    def past(self, today: date) -> DialogueQuerySet:
        """Those that have ended, the newest first."""
        return self.filter(ends_on__lt=today).order_by("-begins_on", "slug")


class Dialogue(models.Model):
    """A meeting in which cities learn from each other: held, or to be held.

    Its words are public texts under `dialogue/<slug>/<field>` and stand in the translation
    room: title, place, host, summary, learned, `theme-<key>` and `programme-<key>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=DialogueState, default=DialogueState.DRAFT)
    begins_on = models.DateField()
    ends_on = models.DateField()  # the last day; of a month alone its last
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=64, default="UTC")
    source_language = models.CharField(max_length=8, default="en")
    people = models.PositiveIntegerField(null=True)  # who took part in all; null: not known
    more_than = models.BooleanField(default=False)  # the number is a lower bound
    participants = models.JSONField(default=list)  # [{"kind", "number", "more_than"}]
    themes = models.JSONField(default=list)  # [{"key", "cells": [[phase, workstream]]}]
    programme = models.JSONField(default=list)  # [{"key", "on", "starts", "ends"}]
    sources = models.JSONField(default=list)  # records of what was read, as on a card
    places = models.PositiveIntegerField(null=True)  # null: nobody counts them
    register_until = models.DateField(null=True)  # null: no registration here
    changes = models.PositiveIntegerField(default=0)  # counted up, so that calendars follow
    shipped = models.CharField(max_length=64, blank=True)  # hash of the file it was read from
    created_at = models.DateTimeField()
    edited_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    alone_reason = SealedTextField(blank=True, default="")  # of whoever had nobody else
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)  # anybody may read it

    objects: ClassVar[DialogueQuerySet] = DialogueQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(begins_on__lte=F("ends_on")), name="dialogue_begins_before_it_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def prefix(self) -> str:
        """Where its words stand among the public texts."""
        return f"dialogue/{self.slug}/"

    def takes_registrations(self, today: date) -> bool:
        return bool(
            self.state == DialogueState.PUBLISHED
            and self.register_until
            and today <= self.register_until
            and today <= self.ends_on
        )


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def with_a_place(self) -> RegistrationQuerySet:
        return self.filter(seat=Seat.COMING)

    def waiting(self) -> RegistrationQuerySet:
        """On the waiting list, the longest first."""
        return self.filter(seat=Seat.WAITING).order_by("confirmed_at", "id")


class Registration(models.Model):
    """Somebody who wants to come to a dialogue; all that they wrote is sealed.

    Forgotten some days after the dialogue (`services.registrations.forget_registrations`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="registrations")
    told = SealedTextField()  # JSON: name, city, office, email, needs
    address_digest = models.CharField(max_length=64)  # keyed, so that one address comes once
    language = models.CharField(max_length=8)
    seat = models.CharField(max_length=8, choices=Seat, default=Seat.ASKED)
    invited = models.BooleanField(default=False)
    once = models.UUIDField(null=True)  # the form that was shown: sent twice, it counts once
    sender = models.CharField(max_length=32, blank=True)  # of one day, for counting alone
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects: ClassVar[RegistrationQuerySet] = RegistrationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "address_digest"], name="address_registered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id} {self.seat}"
