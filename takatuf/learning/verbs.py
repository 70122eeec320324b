"""The sentences of this room's acts, as somebody of the secretariat would say them aloud."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from takatuf.learning.vocabulary import Seat

VERBS = {
    "dialogue.prepared": _("%(actor)s began to prepare the dialogue %(dialogue)s."),
    "dialogue.edited": _("%(actor)s changed the dialogue %(dialogue)s: %(part)s."),
    "dialogue.published": _("%(actor)s published the dialogue %(dialogue)s."),
    "dialogue.published_alone": _(
        "%(actor)s published the dialogue %(dialogue)s alone, with a reason: %(reason)s"
    ),
    "dialogue.withdrawn": _("%(actor)s withdrew the dialogue %(dialogue)s. Reason: %(reason)s"),
    "dialogue.registered": _("Somebody registered for the dialogue %(dialogue)s."),
    "dialogue.confirmed": _(
        "Somebody confirmed that they come to the dialogue %(dialogue)s: %(seat)s."
    ),
    "dialogue.left": _("Somebody who was registered does not come to the dialogue %(dialogue)s."),
    "dialogue.moved_up": _("Somebody moved up from the waiting list of the dialogue %(dialogue)s."),
    "dialogue.invited": _(
        "%(actor)s invited to the dialogue %(dialogue)s; letters sent: %(count)s."
    ),
    "dialogue.list_taken": _(
        "%(actor)s took out the list of those registered for the dialogue %(dialogue)s; "
        "people: %(count)s."
    ),
    "dialogue.forgotten": _(
        "The registrations for the dialogue %(dialogue)s were deleted; people: %(count)s."
    ),
}

LABELS = {
    "seat": dict(Seat.choices),
    "part": {
        "frame": pgettext_lazy("part of a dialogue", "days, place and words"),
        "learned": pgettext_lazy("part of a dialogue", "who took part and what was learned"),
        "themes": pgettext_lazy("part of a dialogue", "themes"),
        "programme": pgettext_lazy("part of a dialogue", "programme"),
        "sources": pgettext_lazy("part of a dialogue", "sources"),
    },
}
