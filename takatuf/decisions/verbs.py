"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.foundation.roles import Role

VERBS = {
    "information.logged": _("%(actor)s logged information: %(text)s"),
    "decision.logged": _("%(actor)s logged a decision: %(text)s"),
    "question.logged": _("%(actor)s logged a question: %(text)s"),
    "promise.logged": _("%(actor)s logged a promise: %(text)s"),
    "entry.struck": _("%(actor)s corrected entry %(strikes)s: %(text)s"),
    "promise.made": _("%(actor)s wrote down promise %(number)s: %(text)s"),
    "promise.settled": _("%(actor)s settled promise %(number)s: %(note)s"),
    "promise.moved": _("%(actor)s moved the day of promise %(number)s, because: %(reason)s"),
    "promise.given": _("%(actor)s gave promise %(number)s another keeper: %(agency)s %(role)s"),
    "promise.worded": _("%(actor)s wrote how promise %(number)s may be shown: %(words)s"),
    "promise.recalled": _("Whoever keeps promise %(number)s was reminded that it is due."),
    "entry.settled": _("%(actor)s settled entry %(number)s: %(note)s"),
    "rhythm.set": _("%(actor)s set how often the partners meet; hours: %(hours)s."),
    "meeting.opened": _("%(actor)s opened meeting %(number)s; points on its agenda: %(points)s."),
    "meeting.attended": _(
        "%(actor)s noted who came to meeting %(number)s: %(came)s; excused: %(excused)s; "
        "absent: %(absent)s."
    ),
    "meeting.closed": _("%(actor)s closed meeting %(number)s; what came of it: %(outcomes)s."),
}

# Codes stand in the leaf; readers meet their words.
LABELS = {"role": {role.value: role.label for role in Role}}
