"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "checklist.started": _("%(actor)s handed out the first actions (%(count)s)."),
    "task.added": _("%(actor)s added the action “%(title)s”."),
    "task.taken": _("%(actor)s took the action “%(title)s”."),
    "task.handed_over": _("%(actor)s handed over the action “%(title)s”."),
    "task.blocked": _("%(actor)s reported the action “%(title)s” as blocked: %(reason)s"),
    "task.finished": _("%(actor)s finished the action “%(title)s”."),
    "task.reopened": _("%(actor)s opened the action “%(title)s” again."),
}
