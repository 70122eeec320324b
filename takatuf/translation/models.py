"""Texts in many languages, each version with a state that says who stands behind it."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models

from takatuf.foundation.ids import uuid7
from takatuf.translation.vocabulary import State


class Shown(NamedTuple):
    """What a reader gets: the words, the language that they are really in, their state."""

    words: str
    language: str
    state: str


class Text(models.Model):
    """One text and its versions: {"ar": {"words": …, "state": "draft"}, …}.

    A text that is in use is never edited in place: an edit writes a new one, so that what
    an incident showed stays what it showed.
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
                return Shown(version["words"], wanted, version.get("state", State.DRAFT))
        return Shown("", self.source_language, State.SOURCE)
