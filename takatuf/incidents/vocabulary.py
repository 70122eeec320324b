"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    ATTACK = "attack", _("Attack")
    HATE_INCIDENT = "hate-incident", _("Hate incident")
    THREAT = "threat", _("Threat")
    DISORDER = "disorder", _("Disorder")
    DESECRATION = "desecration", _("Desecration or damage")
    DISTANT_EVENT = "distant-event", _("Distant event with local impact")
    ONLINE_SURGE = "online-surge", _("Online surge")
    TENSION_DATE = "tension-date", _("Date of heightened tension")


class Severity(models.IntegerChoices):
    LIMITED = 1, _("1 Limited: one service copes")
    SERIOUS = 2, _("2 Serious: several services, one district")
    MAJOR = 3, _("3 Major: the whole city")
    EXTREME = 4, _("4 Extreme: beyond the city’s means")


class DateKind(models.TextChoices):
    """A day in an incident's long life that is known beforehand."""

    TRIAL = "trial", _("Trial")
    VERDICT = "verdict", _("Verdict or sentence")
    APPEAL = "appeal", _("Appeal")
    RELEASE = "release", _("Parole or release")
    INQUIRY = "inquiry", _("Inquest or inquiry")
    REOPENING = "reopening", _("Reopening of the site")
    COMMEMORATION = "commemoration", _("Commemoration")
    OTHER = "other", _("Another date")


class Casualties(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known yet")
