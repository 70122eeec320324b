"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    SOURCE = "source", _("source text")
    MACHINE = "machine", _("machine translation, not checked")
    DRAFT = "draft", _("draft translation")
    REVIEWED = "reviewed", _("reviewed translation")
    APPROVED = "approved", _("approved translation")
    BEHIND = "behind", _("translation older than the source")


class Outcome(models.TextChoices):
    """What became of a mistake that was reported."""

    OPEN = "open", pgettext_lazy("state of a reported mistake", "Open")
    MENDED = "mended", pgettext_lazy("state of a reported mistake", "Mended")
    DECLINED = "declined", pgettext_lazy("state of a reported mistake", "Not mended")
    DUPLICATE = "duplicate", pgettext_lazy("state of a reported mistake", "Known already")
    SPAM = "spam", pgettext_lazy("state of a reported mistake", "Spam")
