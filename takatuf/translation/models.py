"""Texts in many languages, each version with a state that says who stands behind it."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from django.conf import settings
from django.db import models

from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.translation.vocabulary import Outcome, State


class Shown(NamedTuple):
    """What a reader gets: the words, the language that they are really in, their state."""

    words: str
    language: str
    state: str
    alone: bool = False  # approved by whoever wrote it, because nobody else was there


class Text(models.Model):
    """One text and its versions: {"ar": {"words": …, "state": "draft"}, …}.

    The words of a text that is in use are never edited in place: an edit writes a new one, so
    that what an incident showed stays what it showed. Only a version's state moves, since it
    tells who stands behind the same words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.CharField(max_length=48)  # "framework" or a city's log name
    source_language = models.CharField(max_length=8)
    versions = models.JSONField()

    def __str__(self) -> str:
        return self.in_language(self.source_language).words

    def in_language(self, language: str) -> Shown:
        """The version in `language`, else the source, else whatever there is."""
        for wanted in (language, self.source_language, *self.versions):
            version = self.versions.get(wanted)
            if version and version.get("words"):
                state, alone = version.get("state", State.DRAFT), bool(version.get("alone"))
                return Shown(version["words"], wanted, state, alone)
        return Shown("", self.source_language, State.SOURCE)


class PublicText(models.Model):
    """A text that the public reads, found by its key; `text` holds the words shown now."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True)  # "framework/<code>/title"
    kind = models.CharField(max_length=24, db_index=True)  # the first part of the key
    page = models.CharField(max_length=160, db_index=True)  # the key without its last part
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    # SHA-256 of what the product last shipped; empty where the text was written here.
    shipped = models.CharField(max_length=64, blank=True)
    withdrawn = models.BooleanField(default=False)  # no longer shipped, so no longer shown
    # Who stands behind the versions made here: {"ar": {"by": "<person>", "at": "…",
    # "approved_by": "<person>", "alone": "<reason>"}}. What is not named here is as shipped.
    hands = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.key


class TextChange(models.Model):
    """One act on one version of a public text, kept with the words that it left."""

    SHIPPED = "text.shipped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    public_text = models.ForeignKey(PublicText, models.CASCADE, related_name="changes")
    language = models.CharField(max_length=8)
    verb = models.CharField(max_length=32)
    person_id = models.UUIDField(null=True, blank=True)
    words = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.language}"


class MachineRun(models.Model):
    """A machine asked to translate public texts into one language, text by text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    language = models.CharField(max_length=8)
    keys = models.JSONField(default=list)  # of the texts that are still to be translated
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)  # [{"key", "why"}]: what the machine did not do
    tries = models.PositiveSmallIntegerField(default=0)  # in a row at which no engine answered
    error = models.CharField(max_length=200, blank=True)  # of the last one
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["language"],
                name="one_open_run_of_a_language",
                condition=models.Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.done}/{self.total}"

    @property
    def left(self) -> int:
        return len(self.keys)


class Mistake(Labelled, models.Model):
    """What a reader says is wrong with a public text, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    once = models.UUIDField(unique=True)  # of the form: sent twice, it is kept once
    page = models.CharField(max_length=300, blank=True)  # path of a public page, with language
    text_key = models.CharField(max_length=200, blank=True, db_index=True)
    first = models.SlugField(max_length=60, blank=True)  # one that ships: a name in `first.FIRST`
    language = models.CharField(max_length=8)  # of the words that are wrong
    wrong = SealedTextField(blank=True)
    should_read = SealedTextField(blank=True)
    email = SealedTextField(blank=True)  # only where an answer is wished; gone after it
    answer_language = models.CharField(max_length=8, blank=True)
    sender = models.CharField(max_length=32, blank=True)  # keyed hash of the day and the network
    hasty = models.BooleanField(default=False)  # sent sooner than a person writes
    state = models.CharField(max_length=9, choices=Outcome, default=Outcome.OPEN)
    reason = SealedTextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-reported_at", "-id"]
        indexes = [
            models.Index(fields=["state", "-reported_at"], name="mistake_by_state"),
            models.Index(fields=["reported_at"], name="mistake_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["first"], name="first_report_once", condition=~models.Q(first="")
            ),
        ]

    def __str__(self) -> str:
        return f"Mistake {self.id}"

    @property
    def is_open(self) -> bool:
        return self.state == Outcome.OPEN
