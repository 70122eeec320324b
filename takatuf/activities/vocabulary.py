"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class Population(models.TextChoices):
    """For whom: groups, never persons."""

    BEREAVED = "bereaved", _("Bereaved families")
    INJURED = "injured", _("The injured")
    PRESENT = "present", _("People who were there")
    RESPONDERS = "responders", _("First responders")
    VOLUNTEERS = "volunteers", _("Volunteers")
    NEIGHBOURS = "neighbours", _("Neighbours of the place")
    PUPILS = "pupils", _("Pupils and students")
    TARGETED = "targeted-group", _("The group that was attacked")
    BLAMED = "blamed-group", _("A group at risk of being blamed")
    VISITORS = "visitors", _("Visitors")
    DISPERSED = "dispersed", _("Those affected who live elsewhere")
    STAFF = "staff", _("Staff of the city and its partners")
    EVERYONE = "everyone", _("Everyone")


class Offer(models.TextChoices):
    """What an activity provides for, beyond its service; what has none of it is a gap."""

    NIGHT = "night", _("At night")
    WEEKEND = "weekend", _("At the weekend")
    STEP_FREE = "step-free", _("For people with disabilities")
    WOMEN = "women", _("For women")
    MEN = "men", _("For men")
    CHILDREN = "children", _("For children")
    OUTSIDE = "outside-city", _("For people outside the city")


class Scope(models.TextChoices):
    """How far the place of an activity is known."""

    AREAS = "areas", _("In named districts")
    CITY = "city", _("In the whole city")
    OUTSIDE = "outside", _("Outside the city")
    TEXT = "text", _("At a place that the city does not know by a code")
    UNKNOWN = "", _("Not said")


class Standing(models.TextChoices):
    """Whether an entry counts."""

    CURRENT = "current", pgettext_lazy("standing of an activity", "In force")
    MERGED = "merged", pgettext_lazy("standing of an activity", "Merged into another")
    WITHDRAWN = "withdrawn", pgettext_lazy("standing of an activity", "Withdrawn")
