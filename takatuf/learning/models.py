"""What cities have learned and others may use: dialogues and who wants to come to them, the
library's cards and the sources they stand on."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.learning.vocabulary import (
    CardKind,
    Confidence,
    DialogueState,
    DraftState,
    PlaceSize,
    Precision,
    Read,
    Region,
    Seat,
)
from takatuf.network.models import City

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


class CardQuerySet(models.QuerySet["Card"]):
    def published(self) -> CardQuerySet:
        return self.filter(withdrawn_at=None)

    def newest_first(self) -> CardQuerySet:
        return self.order_by("-date", "slug")


class Card(Labelled, models.Model):
    """What one place did or learned. Its words are public texts, `card/<slug>/<field>`.

    A card that was withdrawn keeps its address, which then says why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=CardKind)
    country = models.CharField(max_length=2)  # ISO 3166-1
    region = models.CharField(max_length=16, choices=Region)
    date = models.CharField(max_length=10)  # of the event, as exact as known: 2019-03-15, 1992
    size = models.CharField(max_length=12, choices=PlaceSize)
    confidence = models.CharField(max_length=8, choices=Confidence)
    level = models.JSONField(default=list)  # who did it, codes of `network.vocabulary.Level`
    cells = models.JSONField(default=list)  # pairs of phase and workstream
    incident_kinds = models.JSONField(default=list)
    links = models.JSONField(default=list, blank=True)
    since = models.CharField(max_length=12, blank=True)
    codes = models.TextField(default="")  # all that it is found by, see `rules.codes_of`
    # SHA-256 of what the product last shipped and this card took in; empty: written here.
    shipped = models.CharField(max_length=64, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)  # here: releases leave it be
    newer_shipped = models.CharField(max_length=64, blank=True)  # what a release brought since
    published_at = models.DateTimeField()
    published_alone = models.BooleanField(default=False)  # by its writer, with nobody else there
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    withdrawn_language = models.CharField(max_length=8, blank=True)
    withdrawn_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    replaced_by = models.CharField(max_length=80, blank=True)  # the slug of what tells it now
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    # New with every change, and later ones sort later: what keeps cards asks for the highest.
    stamp = models.CharField(max_length=32, db_index=True)

    objects: ClassVar[CardQuerySet] = CardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["-date", "slug"], name="card_newest_first")]

    def __str__(self) -> str:
        return self.slug


class Source(Labelled, models.Model):
    """What a card stands on: the record of what was read, how far, and what it supports."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, models.CASCADE, related_name="sources")
    code = models.CharField(max_length=4)  # s1, s2 … as the card's texts cite it
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    url = models.CharField(max_length=600, blank=True)
    language = models.CharField(max_length=16)
    read = models.CharField(max_length=12, choices=Read)
    verified = models.BooleanField(default=True)
    supports = models.JSONField(default=list)  # fields of the card
    has_note = models.BooleanField(default=False)  # its words: `card/<slug>/note-s1`

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["card", "code"], name="source_once_on_a_card"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CardDraft(Labelled, models.Model):
    """A card that is being written, or a correction of one, in the shape of the files.

    Nobody reads it but the secretariat, until a second person publishes it.
    """

    OPEN = (DraftState.DRAFT, DraftState.SUBMITTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, models.CASCADE, null=True, related_name="drafts")
    slug = models.CharField(max_length=80)
    body: models.JSONField[Any, Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=DraftState, default=DraftState.DRAFT)
    about = models.CharField(max_length=80, blank=True)  # what of an incident it was learned from
    city = models.ForeignKey(City, models.SET_NULL, null=True, related_name="+")  # that offers it
    reason = models.TextField(blank=True)  # of a correction: what was wrong
    note = models.TextField(blank=True)  # why it was sent back
    card_version = models.PositiveIntegerField(default=0)  # of the card it corrects
    version = models.PositiveIntegerField(default=1)  # counts edits, so that two editors meet
    edited_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField()
    published_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    alone_reason = SealedTextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="one_open_draft_of_a_card",
                condition=Q(state__in=("draft", "submitted")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.state}"
