"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    SOURCE = "source", _("source text")
    MACHINE = "machine", _("machine translation, not checked")
    DRAFT = "draft", _("draft translation")
    REVIEWED = "reviewed", _("reviewed translation")
    APPROVED = "approved", _("approved translation")
    BEHIND = "behind", _("translation older than the source")
