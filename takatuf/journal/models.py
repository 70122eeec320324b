"""The logs, their entries and the checkpoints signed over them."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from takatuf.foundation.crypto import CannotRead, unseal
from takatuf.journal.rules.entry import Beside, beside_from_text
from takatuf.journal.rules.tree import Frontier


class Log(models.Model):
    """One log's head: how many entries, and the right edge of the tree over them."""

    name = models.CharField(primary_key=True, max_length=60)  # "city:<uuid>" | "installation"
    size = models.PositiveBigIntegerField(default=0)
    edge = models.TextField(default="", blank=True)  # Frontier.as_text()
    last_hash = models.CharField(max_length=64, default="", blank=True)
    last_recorded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "journal_log"

    def __str__(self) -> str:
        return self.name

    @property
    def frontier(self) -> Frontier:
        return Frontier.from_text(self.size, self.edge)

    @property
    def city_id(self) -> UUID | None:
        """The city whose log this is; none for the installation's."""
        kind, _, key = self.name.partition(":")
        return UUID(key) if kind == "city" else None


class Entry(models.Model):
    """One act. `canonical` is what was hashed; every other column repeats a part of it.

    The columns are there to be found by; `verify` holds each of them against the bytes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    log = models.CharField(max_length=60)
    index = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    actor_id = models.CharField(max_length=60)
    thing = models.CharField(max_length=100, blank=True)
    about = models.CharField(max_length=60, blank=True)
    canonical = models.TextField()
    leaf_hash = models.CharField(max_length=64)
    # Salts, names and texts, sealed. Not part of the leaf, so that they can be erased.
    beside_sealed = models.TextField(blank=True, default="")

    class Meta:
        db_table = "journal_entry"
        ordering: ClassVar = ["log", "index"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "index"], name="journal_entry_place"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["log", "about", "index"], name="journal_entry_about"),
            models.Index(fields=["log", "thing", "index"], name="journal_entry_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.index} {self.verb}"

    @cached_property
    def content(self) -> dict[str, Any]:
        """The leaf, parsed."""
        return dict(json.loads(self.canonical))

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.content["facts"])

    @cached_property
    def beside(self) -> Beside:
        """Salts with names and texts; empty where all were erased or cannot be read here."""
        try:
            return beside_from_text(unseal(self.beside_sealed))
        except CannotRead:
            return {}

    @property
    def actor_name(self) -> str | None:
        """Who acted; None where the name was erased."""
        actor = self.content["actor"]
        if "hash" not in actor:
            return str(actor.get("name", ""))
        salted = self.beside.get("actor")
        return salted[1] if salted else None

    @property
    def people(self) -> dict[str, str | None]:
        """The names of the people told of, by their part in the act; None where erased."""
        beside = self.beside.get("people", {})
        return {
            part: beside[part][1] if part in beside else None for part in self.content["people"]
        }

    @property
    def private(self) -> dict[str, str | None]:
        """The texts kept beside the leaf, by name; None where erased."""
        beside = self.beside.get("private", {})
        return {
            part: beside[part][1] if part in beside else None for part in self.content["private"]
        }


class Hold(models.Model):
    """That nothing is erased beside the entries about one thing, while somebody says so."""

    log = models.CharField(max_length=60)
    about = models.CharField(max_length=60)  # as in the entries; what it is, others know
    since = models.DateTimeField()

    class Meta:
        db_table = "journal_hold"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "about"], name="journal_hold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.about}"


class Checkpoint(models.Model):
    """A log's head at one size, signed (C2SP tlog-checkpoint)."""

    log = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    edge = models.TextField(default="", blank=True)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "journal_checkpoint"
        ordering: ClassVar = ["log", "size"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "size"], name="journal_checkpoint_size"),
        ]

    def __str__(self) -> str:
        return f"{self.log} at {self.size}"
