"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    """What is provided for beyond a service; what a need asks for and nothing has is a gap."""

    NIGHT = "night", _("At night")
    WEEKEND = "weekend", _("At the weekend")
    STEP_FREE = "step-free", _("For people with disabilities")
    WOMEN = "women", _("For women")
    MEN = "men", _("For men")
    CHILDREN = "children", _("For children")
    OUTSIDE = "outside-city", _("For people outside the city")


class Scope(models.TextChoices):
    """How far the place of an activity or a need is known."""

    AREAS = "areas", _("In named districts")
    CITY = "city", _("In the whole city")
    OUTSIDE = "outside", _("Outside the city")
    TEXT = "text", _("At a place that the city does not know by a code")
    UNKNOWN = "", _("Not said")


class Lead(models.TextChoices):
    """Who leads a service, where a city and a national authority share the work."""

    CITY = "city", pgettext_lazy("who leads a service", "The city")
    NATIONAL = "national", pgettext_lazy("who leads a service", "The national authorities")
    SHARED = "shared", pgettext_lazy("who leads a service", "Shared")


class Side(models.TextChoices):
    """The two who agree on who leads what."""

    CITY = "city", _("For the city")
    NATIONAL = "national", _("For the national authorities")


class Departure(models.TextChoices):
    """How practice departs from who should lead a service."""

    OTHER_LEADS = "other-leads", _("Led by the other level")
    LEADER_ABSENT = "leader-absent", _("Nobody leads it")
