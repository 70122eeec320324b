"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """What an issue is about: the topics of a survey of needs after an attack."""

    SAFETY = "safety", _("Safety")
    INFORMATION = "information", _("Knowing what is going on")
    HEALTH = "health", _("Physical health")
    MENTAL_HEALTH = "mental-health", _("Mental health")
    BEREAVEMENT = "bereavement", _("Bereavement and rites")
    CHILDREN = "children", _("Children and school")
    MONEY = "money", _("Money, work and housing")
    LEGAL = "legal", _("Law and residence papers")
    ACCESS = "access", _("Language and access")
    LOSSES = "losses", _("Lost and damaged things")
    AGENCIES = "agencies", _("Dealing with authorities")
    DISCRIMINATION = "discrimination", _("Hostility and discrimination")
    COHESION = "cohesion", _("Trust between communities")
    MEMORIAL = "memorial", _("Remembrance and memorial")
    OTHER = "other", pgettext_lazy("what a need is about", "Something else")


class Seriousness(models.IntegerChoices):
    """What happens to people if nobody acts."""

    MINOR = 1, _("1 Burdens people")
    MODERATE = 2, _("2 Keeps people from daily life")
    SERIOUS = 3, _("3 Harms people")
    SEVERE = 4, _("4 Endangers lives")


class Sureness(models.TextChoices):
    """How well an issue is known."""

    CONFIRMED = "confirmed", pgettext_lazy("how sure a need is", "Confirmed")
    LIKELY = "likely", pgettext_lazy("how sure a need is", "Likely")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("how sure a need is", "Not confirmed")


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of a need", "Open")
    CLOSED = "closed", pgettext_lazy("state of a need", "Closed")


class Outcome(models.TextChoices):
    """What came of an issue that was closed."""

    MET = "met", pgettext_lazy("what came of a need", "Met")
    PARTLY_MET = "partly-met", pgettext_lazy("what came of a need", "Met in part")
    PASSED_ON = "passed-on", pgettext_lazy("what came of a need", "Passed on to somebody else")
    OVER = "over", pgettext_lazy("what came of a need", "Over by itself")
    MISTAKEN = "mistaken", pgettext_lazy("what came of a need", "It was not so")
    TWICE = "twice", pgettext_lazy("what came of a need", "Entered twice")
