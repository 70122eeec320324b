"""The sentences of this room's acts, as somebody of the secretariat would say them aloud."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from takatuf.learning.vocabulary import Seat

VERBS = {
    "card.begun": _("%(actor)s began the card %(card)s."),
    "card.offered": _("%(actor)s wrote a lesson of %(city)s for the library: %(title)s"),
    "card.correction_begun": _("%(actor)s began to correct the card %(card)s."),
    "card.draft_edited": _("%(actor)s edited the draft of the card %(card)s."),
    "card.submitted": _("%(actor)s submitted the card %(card)s for approval."),
    "card.sent_back": _("%(actor)s sent the draft of the card %(card)s back."),
    "card.published": _("%(actor)s published the card %(card)s."),
    "card.published_alone": _("%(actor)s published the card %(card)s alone, with a reason."),
    "card.corrected": _("%(actor)s corrected the published card %(card)s."),
    "card.corrected_alone": _(
        "%(actor)s corrected the published card %(card)s alone, with a reason."
    ),
    "card.draft_dropped": _("%(actor)s put the draft of the card %(card)s aside."),
    "card.withdrawn": _("%(actor)s withdrew the card %(card)s; anybody can read the reason."),
    "card.restored": _("%(actor)s restored the withdrawn card %(card)s."),
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
