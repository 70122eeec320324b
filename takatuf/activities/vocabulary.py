"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from takatuf.plans.vocabulary import Offer, Population, Scope

__all__ = ["Channel", "Offer", "Population", "Scope", "Standing", "Status"]


class Status(models.TextChoices):
    """Where an activity stands (IATI's activity status, in words that partners use)."""

    PLANNED = "planned", pgettext_lazy("state of an activity", "Planned")
    ACTIVE = "active", pgettext_lazy("state of an activity", "Under way")
    PAUSED = "paused", pgettext_lazy("state of an activity", "Paused")
    ENDED = "ended", pgettext_lazy("state of an activity", "Ended")
    CANCELLED = "cancelled", pgettext_lazy("state of an activity", "Cancelled")


class Channel(models.TextChoices):
    """How people are reached."""

    IN_PERSON = "in-person", _("At a place, in person")
    PHONE = "phone", _("By telephone")
    ONLINE = "online", _("Online")
    OUTREACH = "outreach", _("At people’s homes, on the street")
    PRINT = "print", _("In print and broadcasting")
    MONEY = "money", _("As money")


class Standing(models.TextChoices):
    """Whether an entry counts."""

    CURRENT = "current", pgettext_lazy("standing of an activity", "In force")
    MERGED = "merged", pgettext_lazy("standing of an activity", "Merged into another")
    WITHDRAWN = "withdrawn", pgettext_lazy("standing of an activity", "Withdrawn")
