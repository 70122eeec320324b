"""The index: what was read of each public text, so that it is found again. All of it can be
made anew from the texts themselves (`services.index`), so no backup holds it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from takatuf.search.vocabulary import Kind


class Document(models.Model):
    """One thing to be found, in one language. Its words stand beside it, in the form that the
    database searches (`engine.py`); what a reader sees is read from the thing itself."""

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=160)  # code, slug or name of the thing within its kind
    language = models.CharField(max_length=8)
    stamp = models.CharField(max_length=64)  # of the thing's texts, as they were read
    # 512 numbers of two bytes: where the meaning of its texts lies; null: not yet worked out
    meaning = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "key", "language"], name="document_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} {self.language}"


class Shelf(models.Model):
    """How far the index of one kind is: its mark then, and a number that grows with a change."""

    kind = models.CharField(max_length=12, choices=Kind, primary_key=True)
    mark = models.CharField(max_length=200, blank=True)
    edition = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.edition}"
