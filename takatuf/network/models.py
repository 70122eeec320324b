"""Cities, their agencies and districts, and who serves where."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.crypto import SealedTextField
from takatuf.foundation.ids import uuid7
from takatuf.foundation.labels import Labelled
from takatuf.foundation.roles import Role
from takatuf.network.vocabulary import (
    AgencyKind,
    ApplicationState,
    Applying,
    Level,
    Listing,
    Proof,
    Sameness,
    Verdict,
)


class Named(models.Model):
    """Something with a name of its own and, where it has them, names in other languages.

    Shown as text it bears the name in the reader's language; `name` is what the record keeps.
    """

    name: str | models.CharField
    names: dict[str, str] | models.JSONField

    class Meta:
        abstract = True

    def __str__(self) -> str:
        names: dict[str, str] = self.names
        return names.get(get_language() or "") or str(self.name)


class City(Named):
    """A local authority that leads its own response, sealed from every other."""

    class Digits(models.TextChoices):
        LATIN = "latn", _("0 1 2 3")
        ARABIC_INDIC = "arab", _("Arabic-Indic")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)  # {"ar": …}: the name in other languages
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=64, default="UTC")
    languages = models.JSONField(default=list)  # BCP 47, the first is the city's own
    digits = models.CharField(max_length=4, choices=Digits, default=Digits.LATIN)
    created_at = models.DateTimeField(auto_now_add=True)
    listing = models.CharField(max_length=12, choices=Listing, default=Listing.NOT_LISTED)
    latitude = models.FloatField(null=True, blank=True)  # of its place on the members' map, in
    longitude = models.FloatField(null=True, blank=True)  # degrees (WGS 84); both or neither

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        indexes = [models.Index(fields=["listing"], name="city_by_listing")]

    @property
    def log(self) -> str:
        """The name of the city's own log in the journal."""
        return f"city:{self.id}"

    @property
    def language(self) -> str:
        return self.languages[0] if self.languages else "en"


class Agency(Labelled, Named):
    """An organisation that answers when this city calls."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="agencies")
    name = models.CharField(max_length=160)
    names = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=24, choices=AgencyKind, default=AgencyKind.OTHER)
    level = models.CharField(max_length=16, choices=Level, default=Level.MUNICIPALITY)
    answers_needed = models.PositiveSmallIntegerField(default=1)
    answer_within = models.DurationField(null=True, blank=True)  # null: the plan's time
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["city", "name"], name="agency_name_once_in_a_city"),
        ]


class Organisation(Labelled, Named):
    """A body that does something in this city's incidents, whether or not it is called.

    Known under many names: spellings, acronyms, other scripts. Two are made one only by a
    person's word.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="organisations")
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict, blank=True)
    agency = models.OneToOneField(
        Agency, models.SET_NULL, null=True, blank=True, related_name="organisation"
    )  # where the city also calls it
    kind = models.CharField(max_length=24, choices=AgencyKind, blank=True)
    level = models.CharField(max_length=16, choices=Level, blank=True)  # "": not known
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged_from"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("organisation")
        ordering: ClassVar[list[str]] = ["name"]


class OrganisationName(models.Model):
    """One name under which an organisation is known; a folded name leads to one of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="known_as")
    name = models.CharField(max_length=200)  # as written
    folded = models.CharField(max_length=200)  # `foundation.text.search_key` of it
    source = models.CharField(max_length=200, blank=True)  # who wrote it so
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "folded"], name="organisation_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SameOrganisation(Labelled, models.Model):
    """What somebody said of two organisations that may be one.

    Each pair stands here once, in the order of their identifiers. Who they may be is computed
    (`likeness`); kept is only the answer, so that the pair is not proposed again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="+")
    one = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    answer = models.CharField(max_length=8, choices=Sameness)
    reasons = models.JSONField(default=list)  # the codes that had proposed it
    moved = models.JSONField(default=dict, blank=True)  # table -> the keys that a merge moved
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="same_organisation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.answer} {self.other_id}"


class Membership(Labelled, models.Model):
    """A person's post: a role in an agency, and the step at which they are called.

    A post of a card (`Person.is_card`) is an offer: the city calls it, but it gives nobody a
    right until whoever has the account accepts it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.LIAISON)
    call_order = models.PositiveSmallIntegerField(default=1)  # 0: never called
    ends_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True)  # by whom it was offered to; it ended then

    class Meta:
        verbose_name = _("post")
        constraints = [
            models.UniqueConstraint(fields=["person", "agency", "role"], name="post_held_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Appointment(models.Model):
    """A role in the installation itself, above the cities: operator or secretariat."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointments"
    )
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], name="appointed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class DutyShift(models.Model):
    """A weekly turn of duty in the city's own time; one that ends before it starts
    runs over midnight. An agency with no shift at all is called by call order alone; those
    off duty are called last, when everybody on duty stayed silent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()  # 0 Monday … 6 Sunday, of the start
    starts = models.TimeField(default=datetime.time(8))
    ends = models.TimeField(default=datetime.time(20))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="shift_on_a_weekday"),
            models.CheckConstraint(condition=~Q(starts=F("ends")), name="shift_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}–{self.ends}"


class Area(Named):
    """A district of a city, with its shape in WGS84 longitude and latitude (RFC 7946)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, models.CASCADE, related_name="areas")
    name = models.CharField(max_length=160)
    names = models.JSONField(default=dict, blank=True)
    code = models.CharField(max_length=40, blank=True)  # text: leading zeros count
    source_key = models.CharField(max_length=200)  # what makes it the same on re-import
    geometry = models.JSONField()
    bounds = models.JSONField(default=list)  # west, south, east, north

    class Meta:
        verbose_name = _("area")
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["city", "source_key"], name="area_once_in_a_city"),
        ]


class Application(Labelled, models.Model):
    """A local authority asks to join. Nothing of it is public before it is admitted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    once = models.UUIDField(unique=True)  # of the form: sent twice, it is one application
    authority = models.CharField(max_length=160)
    folded = models.CharField(max_length=200, db_index=True)  # country and folded name
    level = models.CharField(max_length=16, choices=Applying)
    country = models.CharField(max_length=2)
    website = models.CharField(max_length=200)
    contact_name = SealedTextField(blank=True)
    office = SealedTextField(blank=True)
    email = SealedTextField(blank=True)
    email_mark = models.CharField(max_length=32, db_index=True)  # keyed hash, to count by
    language = models.CharField(max_length=8)  # in which the applicant is written to
    proof = models.CharField(max_length=8, choices=Proof)
    letter_reference = SealedTextField(blank=True)
    sender = models.CharField(max_length=32, blank=True)  # keyed hash of day and network
    hasty = models.BooleanField(default=False)  # sent sooner than a person writes
    state = models.CharField(
        max_length=12, choices=ApplicationState, default=ApplicationState.UNCONFIRMED
    )
    question = SealedTextField(blank=True)  # what the secretariat asked last
    answer = SealedTextField(blank=True)  # what the applicant wrote to that
    refusal = SealedTextField(blank=True)  # why it was refused, as the applicant is told
    by_hand = SealedTextField(blank=True)  # how the address was checked where no letter leaves
    proposal = models.JSONField(default=dict, blank=True)  # of the city that would be made
    city = models.ForeignKey(City, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-sent_at"], name="application_by_state")]

    def __str__(self) -> str:
        return f"Application {self.id}"

    @property
    def about(self) -> str:
        return f"application:{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something with it."""
        return self.state in {
            ApplicationState.UNCONFIRMED,
            ApplicationState.WAITING,
            ApplicationState.ASKED,
        }


class ProofDocument(models.Model):
    """The document that an applicant sent, sealed; apart, so that no list reads it."""

    application = models.OneToOneField(
        Application, models.CASCADE, primary_key=True, related_name="document"
    )
    kind = models.CharField(max_length=4)  # by its content: pdf, png or jpeg
    size = models.PositiveIntegerField()  # bytes, before it was sealed
    sealed = models.BinaryField()
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Document of {self.application_id}"


class Judgement(Labelled, models.Model):
    """What one person of the secretariat said of an application, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="judgements")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    verdict = models.CharField(max_length=5, choices=Verdict)
    reason = SealedTextField()
    alone = SealedTextField(blank=True)  # why nobody else was there, where one decided alone
    void = models.BooleanField(default=False)  # taken back, or of an earlier round
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"],
                name="one_yes_a_person",
                condition=Q(verdict=Verdict.YES, void=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Judgement {self.id}"
