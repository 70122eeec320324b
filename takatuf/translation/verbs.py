"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.translation.vocabulary import Outcome

VERBS = {
    "mistake.reported": _("A reader reported a mistake in a public text."),
    "mistake.settled": _("%(actor)s settled a reported mistake: %(outcome)s."),
    "mistake.reopened": _("%(actor)s opened a reported mistake again."),
}

LABELS = {"outcome": dict(Outcome.choices)}
