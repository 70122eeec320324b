"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.community.vocabulary import Outcome

VERBS = {
    "issue.reported": _("%(actor)s reported need %(number)s: %(text)s"),
    "issue.changed": _("%(actor)s changed need %(number)s: %(text)s"),
    "issue.table_taken": _(
        "%(actor)s took in needs from the table %(file)s; new: %(count)s, changed: %(changed)s."
    ),
    "issue.table_undone": _(
        "%(actor)s took back what the table of needs %(file)s did; needs that stayed: %(stays)s."
    ),
    "issue.closed": _("%(actor)s closed need %(number)s (%(outcome)s): %(note)s"),
    "issue.reopened": _("%(actor)s opened need %(number)s again, because: %(reason)s"),
    "issue.linked": _("%(actor)s wrote down that an activity answers need %(number)s: %(title)s"),
    "issue.unlinked": _(
        "%(actor)s wrote down that an activity no longer answers need %(number)s: %(title)s"
    ),
}

# Codes stand in the leaf; readers meet their words.
LABELS = {"outcome": {outcome.value: outcome.label for outcome in Outcome}}
