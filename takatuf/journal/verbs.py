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
    "inquiry.taken_out": _(
        "%(actor)s took out everything about an incident for an inquiry; entries of the record: "
        "%(entries)s, redactions: %(redactions)s."
    ),
    "journal.exported": _("%(actor)s took out a copy of the journal; entries: %(entries)s."),
}
