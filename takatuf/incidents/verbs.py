"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.incidents.vocabulary import DateKind

VERBS = {
    "incident.declared": _(
        "%(actor)s declared the incident “%(title)s” with severity %(severity)s."
    ),
    "agencies.involved": _("%(actor)s gave a part in the incident to: %(agencies)s."),
    "incident.corrected": _("%(actor)s corrected what is known of the incident “%(title)s”."),
    "phase.changed": _("%(actor)s led the incident into another phase, because: %(reason)s"),
    "meeting.planned": _("%(actor)s set the next meeting of the partners."),
    "lead.offered": _("%(actor)s offered the lead, held by %(from)s, to %(to)s."),
    "lead.accepted": _("%(actor)s accepted the lead for %(to)s; until then %(from)s led."),
    "lead.declined": _("%(actor)s declined the lead for %(to)s, because: %(note)s"),
    "lead.withdrawn": _("%(actor)s took back the offer of the lead to %(to)s."),
    "meeting.called_off": _("%(actor)s called off the next meeting of the partners."),
    "incident.stood_down": _(
        "%(actor)s stood down the incident “%(title)s”, because: %(reason)s "
        "Actions that stay: %(kept)s."
    ),
    "incident.reopened": _("%(actor)s opened the incident “%(title)s” again, because: %(reason)s"),
    "hold.set": _("%(actor)s put the incident “%(title)s” under legal hold, because: %(reason)s"),
    "hold.lifted": _(
        "%(actor)s lifted the legal hold of the incident “%(title)s”, because: %(reason)s"
    ),
    "inquiry.ordered": _(
        "%(actor)s ordered a file of everything about the incident, for an inquiry; "
        "redactions: %(redactions)s."
    ),
    "inquiry.fetched": _("%(actor)s fetched the file that was made for an inquiry."),
    "key_date.set": _("%(actor)s entered a key date: %(kind)s on %(on)s."),
    "key_date.moved": _("%(actor)s moved or corrected a key date: %(kind)s on %(on)s."),
    "key_date.removed": _("%(actor)s removed a key date: %(kind)s on %(on)s."),
    "methane.sent": _("%(actor)s sent message %(number)s from the scene (%(acronym)s)."),
    "methane.declared": _(
        "%(actor)s declared incident %(incident)s from message %(number)s from the scene."
    ),
    "methane.joined": _(
        "%(actor)s added message %(number)s from the scene to the incident “%(title)s”."
    ),
    "methane.closed": _(
        "%(actor)s closed message %(number)s from the scene without declaring, because: %(reason)s"
    ),
    "incident.joined": _("%(actor)s joined the incident “%(title)s” into “%(into)s”."),
    "incident.parted": _("%(actor)s parted the incident “%(title)s” from the other again."),
}

# Codes stand in the leaf; readers meet their words.
LABELS = {"kind": {kind.value: kind.label for kind in DateKind}}
