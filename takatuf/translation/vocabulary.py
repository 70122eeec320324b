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


# What was done to a version, as its history says it.
CHANGES = {
    "text.source_written": _("source rewritten"),
    "text.version_written": _("version written"),
    "text.version_imported": _("taken in from a file"),
    "text.version_reviewed": _("reviewed"),
    "text.version_approved": _("approved"),
    "text.version_approved_alone": _("approved alone"),
    "text.version_sent_back": _("made a draft again"),
    "text.shipped": _("the product ships other words"),
}

KINDS = {
    "framework": _("Actions of the guide"),
    "card": _("Cards of the library"),
    "dialogue": _("Dialogues"),
    "page": _("Pages"),
}

# Parts of a page or a card, for whoever reviews them; others are shown by their name.
FIELDS = {
    "title": pgettext_lazy("part of a public text", "Title"),
    "why": pgettext_lazy("part of a public text", "Why"),
    "pitfall": pgettext_lazy("part of a public text", "Pitfall"),
    "place": pgettext_lazy("part of a public text", "Place"),
    "context": pgettext_lazy("part of a public text", "Context"),
    "done": pgettext_lazy("part of a public text", "What was done"),
    "outcome": pgettext_lazy("part of a public text", "What came of it"),
    "known_how": pgettext_lazy("part of a public text", "How it is known"),
    "lesson": pgettext_lazy("part of a public text", "Lesson"),
    "caution": pgettext_lazy("part of a public text", "Caution"),
}
