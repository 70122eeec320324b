"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "incident.declared": _(
        "%(actor)s declared the incident “%(title)s” with severity %(severity)s."
    ),
    "agencies.involved": _("%(actor)s gave a part in the incident to: %(agencies)s."),
    "incident.corrected": _("%(actor)s corrected what is known of the incident “%(title)s”."),
    "phase.changed": _("%(actor)s led the incident into another phase, because: %(reason)s"),
    "meeting.planned": _("%(actor)s set the next meeting of the partners."),
    "incident.joined": _("%(actor)s joined the incident “%(title)s” into “%(into)s”."),
    "incident.parted": _("%(actor)s parted the incident “%(title)s” from the other again."),
}
