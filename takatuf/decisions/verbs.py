"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "information.logged": _("%(actor)s logged information: %(text)s"),
    "decision.logged": _("%(actor)s logged a decision: %(text)s"),
    "question.logged": _("%(actor)s logged a question: %(text)s"),
    "promise.logged": _("%(actor)s logged a promise: %(text)s"),
    "entry.struck": _("%(actor)s corrected entry %(strikes)s: %(text)s"),
    "entry.settled": _("%(actor)s settled entry %(number)s: %(note)s"),
}
