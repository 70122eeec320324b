"""Imports: a file of activities as somebody brought it, what became of each of its rows, and how
a partner's files are laid out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.activities.models.activities import Activity
from takatuf.activities.vocabulary import ImportState, Outcome
from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.incidents.models import Incident
from takatuf.network.models import City
from takatuf.network.vocabulary import Level

PERSON = settings.AUTH_USER_MODEL


class Layout(models.Model):
    """How the files of a partner are laid out: what each column means, and what was asked once.

    Known again by its headings (`headings`, a hash of them), and by whose file it is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="layouts")
    headings = models.CharField(max_length=64)
    source = models.CharField(max_length=200, blank=True)  # folded; "": nobody's in particular
    columns = models.JSONField(default=dict)  # heading → what it means
    answers = models.JSONField(default=dict)  # encoding, date_order, sheet, level
    kept_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "headings", "source"], name="layout_once"),
        ]

    def __str__(self) -> str:
        return f"Layout {self.pk}"


class ImportQuerySet(models.QuerySet["Import"]):
    def at_work(self) -> ImportQuerySet:
        """Those that the worker has to do with: being tried, taken in, undone."""
        return self.filter(state__in=Import.AT_WORK)


class Import(Labelled, models.Model):
    """One file of activities, from the upload until it is taken in, and undone if need be.

    The file is kept sealed until it is taken in or given up; afterwards its name, its hash and
    what became of its rows remain.
    """

    AT_WORK = (ImportState.TRYING, ImportState.RUNNING, ImportState.UNDOING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="imports")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.ASKING)
    begun_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField()
    language = models.CharField(max_length=8, default="en")  # of what the worker says of it

    filename = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)  # whose file it is, as written
    level = models.CharField(max_length=16, choices=Level, blank=True)  # where a row has none
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64)
    file = models.BinaryField(null=True)  # packed and sealed; none: no longer needed
    headings = models.CharField(max_length=64, blank=True)  # as `Layout.headings`
    columns = models.JSONField(default=dict)  # as `Layout.columns`
    answers = models.JSONField(default=dict)  # as `Layout.answers`

    report = SealedTextField(blank=True, default="")  # JSON: columns, warnings, samples
    counts = models.JSONField(default=dict)  # outcome → rows
    rows_read = models.PositiveIntegerField(default=0)
    refusal = SealedTextField(blank=True, default="")  # why the worker could not do it
    refused_as: Refused | None = None  # the same while it is at hand; only its words are kept

    done = models.PositiveIntegerField(default=0)  # rows, of the work that is under way
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)  # when the worker last said how far it is
    stop_asked = models.BooleanField(default=False)
    taken_in_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[ImportQuerySet] = ImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("import")
        indexes = [models.Index(fields=["incident", "-id"], name="import_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                name="one_import_at_a_time",
                condition=Q(state__in=(ImportState.RUNNING, ImportState.UNDOING)),
            ),
        ]

    def __str__(self) -> str:
        return self.filename or f"Import {self.pk}"

    @property
    def about(self) -> str:
        """How other rooms name this import without knowing it."""
        return f"import:{self.pk}"


class ImportedRow(models.Model):
    """What became of one row of a file, where that is more than “as before”.

    A row that was refused says where and why, once for each fault. One that changed an activity
    keeps what stood there before, and one that may change it (`proposed`) what would stand there.
    """

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # in the file, from 1
    outcome = models.CharField(max_length=10, choices=Outcome)
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, related_name="brought_by")
    version = models.PositiveIntegerField(default=0)  # of the activity, as this row left it
    before = SealedTextField(blank=True, default="")  # JSON: the activity's fields
    after = SealedTextField(blank=True, default="")  # JSON, of what is only proposed
    column = models.CharField(max_length=200, blank=True)
    value = SealedTextField(blank=True, default="")
    code = models.CharField(max_length=40, blank=True)
    message = SealedTextField(blank=True, default="")
    settled_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["of", "outcome", "line"], name="imported_row_of")]

    def __str__(self) -> str:
        return f"line {self.line} of {self.of_id}"
