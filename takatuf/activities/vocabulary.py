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
    # Written by an import that is not done yet; in force, all together, at its end.
    COMING = "coming", pgettext_lazy("standing of an activity", "Being taken in")


class OverlapRule(models.TextChoices):
    """Why two activities are put side by side (`comparing.scoring.Rule`)."""

    HORIZONTAL = "horizontal", _("Two doing the same")
    VERTICAL = "vertical", _("Local and national")
    NUMBER = "number", _("Two published numbers for one need")
    FUND = "fund", _("Two appeals for donations")
    EVENT = "event", _("Two commemorations close together")


class OverlapState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of an overlap", "Waits for an answer")
    SETTLED = "settled", pgettext_lazy("state of an overlap", "Settled")
    GONE = "gone", pgettext_lazy("state of an overlap", "Gone by itself")


class Answer(models.TextChoices):
    """What people say to an overlap."""

    SAME = "same", _("The same activity twice: merge the two entries")
    COMPLEMENTARY = "complementary", _("They complement each other, because …")
    RESERVE = "reserve", _("A deliberate reserve, because …")
    HAND_OVER = "hand-over", _("One hands over to the other")
    LEAD = "lead", _("Both go on, and one leads")
    NONE = "none", _("Not an overlap")


class ImportState(models.TextChoices):
    """How far a file is."""

    ASKING = "asking", pgettext_lazy("state of an import", "Waits for answers")
    TRYING = "trying", pgettext_lazy("state of an import", "Being tried")
    TRIED = "tried", pgettext_lazy("state of an import", "Tried, nothing written yet")
    RUNNING = "running", pgettext_lazy("state of an import", "Being taken in")
    DONE = "done", pgettext_lazy("state of an import", "Taken in")
    STOPPED = "stopped", pgettext_lazy("state of an import", "Given up, nothing written")
    REFUSED = "refused", pgettext_lazy("state of an import", "Could not be done")
    UNDOING = "undoing", pgettext_lazy("state of an import", "Being undone")
    UNDONE = "undone", pgettext_lazy("state of an import", "Undone")


class Outcome(models.TextChoices):
    """What becomes of one row of a file."""

    NEW = "new", pgettext_lazy("row of a file", "New")
    CHANGED = "changed", pgettext_lazy("row of a file", "Changed")
    PROPOSED = "proposed", pgettext_lazy("row of a file", "Perhaps a change")
    SAME = "same", pgettext_lazy("row of a file", "As before")
    DOUBLED = "doubled", pgettext_lazy("row of a file", "Twice in the file")
    REFUSED = "refused", pgettext_lazy("row of a file", "Not taken")
