"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "information.logged": _("%(actor)s logged information: %(text)s"),
    "decision.logged": _("%(actor)s logged a decision: %(text)s"),
    "question.logged": _("%(actor)s logged a question: %(text)s"),
    "promise.logged": _("%(actor)s logged a promise: %(text)s"),
    "entry.struck": _("%(actor)s corrected entry %(strikes)s: %(text)s"),
    "entry.settled": _("%(actor)s settled entry %(number)s: %(note)s"),
    "rhythm.set": _("%(actor)s set how often the partners meet; hours: %(hours)s."),
    "meeting.opened": _("%(actor)s opened meeting %(number)s; points on its agenda: %(points)s."),
    "meeting.attended": _(
        "%(actor)s noted who came to meeting %(number)s: %(came)s; excused: %(excused)s; "
        "absent: %(absent)s."
    ),
    "meeting.closed": _("%(actor)s closed meeting %(number)s; what came of it: %(outcomes)s."),
}
