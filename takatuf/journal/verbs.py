"""The sentences of this room's own acts."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "journal.names_erased": _(
        "%(actor)s erased a person's name from the journal; entries concerned: %(entries)s, "
        "kept under legal hold: %(held)s."
    ),
    "journal.texts_erased": _(
        "%(actor)s erased a private text beside entry %(entry)s of the journal."
    ),
    "journal.exported": _("%(actor)s took out a copy of the journal; entries: %(entries)s."),
}
