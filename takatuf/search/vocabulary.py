"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What can be found; the code is the first part of its texts' keys where it has such."""

    GUIDE = "framework", pgettext_lazy("kind of what was found", "Guide")
    CARD = "card", pgettext_lazy("kind of what was found", "Library")
    DIALOGUE = "dialogue", pgettext_lazy("kind of what was found", "Dialogues")
    PAGE = "page", _("Pages of this site")
    MEMBER = "member", pgettext_lazy("kind of what was found", "Members")
    REPORT = "report", _("What cities say")
