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

MISSING, DEPARTS = "missing", "departs"
# The states as a column or a badge says them.
STATE_NAMES = {
    State.SOURCE: pgettext_lazy("state of a version", "Source"),
    State.MACHINE: pgettext_lazy("state of a version", "By a machine"),
    State.DRAFT: pgettext_lazy("state of a version", "Draft"),
    State.REVIEWED: pgettext_lazy("state of a version", "Reviewed"),
    State.APPROVED: pgettext_lazy("state of a version", "Approved"),
    State.BEHIND: pgettext_lazy("state of a version", "Behind"),
    MISSING: pgettext_lazy("state of a version", "Missing"),
    DEPARTS: pgettext_lazy("state of a version", "Departs from the glossary"),
}
STATE_MEANINGS = {
    State.SOURCE: _("The text as it was written. All versions follow it."),
    State.APPROVED: _(
        "A person here read it beside its source and stands behind it. Where nobody else was "
        "there, the page says that its writer approved it alone."
    ),
    State.REVIEWED: _("A second person read it beside its source. It waits for approval."),
    State.DRAFT: _("It was written with care, and nobody here has approved it yet."),
    State.MACHINE: _("A machine translated it and nobody has checked it."),
    State.BEHIND: _("The source was changed after this version was written."),
    MISSING: _("There is no version yet. The source is shown instead, and marked as such."),
}
