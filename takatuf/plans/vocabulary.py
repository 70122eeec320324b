"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Phase(models.TextChoices):
    PREPARE = "prepare", _("Prepare")
    FIRST_HOUR = "first-hour", _("First hour")
    FIRST_DAY = "first-day", _("To 24 hours")
    THREE_DAYS = "three-days", _("To 72 hours")
    FIRST_WEEKS = "first-weeks", _("Weeks 1 to 6")
    MONTHS = "months", _("Months 2 to 11")
    YEARS = "years", _("Anniversary and years")


class Anchor(models.TextChoices):
    """The day from which an action's time is counted."""

    DECLARATION = "declaration", _("The declaration")
    ANNIVERSARY = "anniversary", _("Each anniversary")
    TRIAL = "trial", _("A trial, verdict or inquiry")


class Workstream(models.TextChoices):
    LEADERSHIP = "leadership", _("Leadership and coordination")
    COMMUNITY = "community", _("Community engagement")
    COMMUNICATIONS = "communications", _("Public communications")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial support")
    SUPPORT = "support", _("Post-incident support")
    LEARNING = "learning", _("Preparedness and learning")


class Size(models.TextChoices):
    VILLAGE = "village", _("Village: a few officials")
    TOWN = "town", _("Town")
    CITY = "city", _("City")
