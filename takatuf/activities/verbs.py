"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.activities.vocabulary import Answer
from takatuf.foundation.roles import Role

VERBS = {
    "checklist.started": _("%(actor)s handed out actions; how many: %(count)s."),
    "task.added": _("%(actor)s added the action “%(title)s”."),
    "task.taken": _("%(actor)s took the action “%(title)s”."),
    "task.handed_over": _("%(actor)s handed over the action “%(title)s”."),
    "task.passed_on": _(
        "%(actor)s gave the action “%(title)s” of %(from)s, who leaves, to %(to)s."
    ),
    "task.came_back": _("The action “%(title)s” came back to its role: %(from)s has left."),
    "task.blocked": _("%(actor)s reported the action “%(title)s” as blocked: %(reason)s"),
    "task.noted": _("%(actor)s noted how the action “%(title)s” goes."),
    "task.finished": _("%(actor)s finished the action “%(title)s”."),
    "task.reopened": _("%(actor)s opened the action “%(title)s” again."),
    "task.woken": _("The action “%(title)s” is due soon and waits to be taken."),
    "task.returned": _("The action “%(title)s” will come again."),
    "task.dropped": _("%(actor)s closed the action “%(title)s” undone, because: %(reason)s"),
    "activity.reported": _("%(actor)s entered what %(organisation)s does: “%(title)s”."),
    "activity.changed": _("%(actor)s changed what %(organisation)s does: “%(title)s”."),
    "activity.confirmed": _("%(actor)s confirmed what %(organisation)s does: “%(title)s”."),
    "activities.confirmed": _(
        "%(actor)s confirmed all that %(organisation)s does; how many entries: %(count)s."
    ),
    "activity.withdrawn": _(
        "%(actor)s withdrew the entry “%(title)s” of %(organisation)s, because: %(reason)s"
    ),
    "activity.restored": _("%(actor)s restored the entry “%(title)s” of %(organisation)s."),
    "activities.taken_out": _(
        "%(actor)s took out who does what as a table (%(form)s); how many entries: %(count)s."
    ),
    "partner.invited": _("%(actor)s made a link for %(organisation)s to tell what it does."),
    "partner.link_withdrawn": _("%(actor)s withdrew a link of %(organisation)s."),
    "partner.asked_to_confirm": _(
        "%(organisation)s was asked to confirm what it does; how many entries: %(count)s."
    ),
    "task.moved": _("%(actor)s moved the day of the action “%(title)s”."),
    "overlaps.found": _(
        "The activities were compared; overlaps that wait for an answer now: %(count)s."
    ),
    "overlap.settled": _("%(actor)s settled the overlap of “%(a)s” and “%(b)s”: %(answer)s."),
    "overlap.reopened": _("%(actor)s took back what was agreed about “%(a)s” and “%(b)s”."),
    "overlap.kept": _(
        "%(actor)s keeps what was agreed about “%(a)s” and “%(b)s”; it was to be looked at again "
        "on %(before)s, and is on %(review_on)s."
    ),
    "overlaps.due_again": _(
        "It is the day to look again at what was agreed about overlaps; how many: %(count)s, "
        "whose: %(role)s."
    ),
    "overlap.passed_on": _(
        "The overlap of “%(a)s” and “%(b)s” stayed without an answer and passed on to: %(role)s."
    ),
    "activity.merged": _("%(actor)s merged the entry “%(title)s” into “%(kept)s”."),
    "activity.parted": _("%(actor)s made the entry “%(title)s” stand by itself again."),
    "import.begun": _("%(actor)s brought a file of activities: %(file)s."),
    "import.stopped": _("%(actor)s gave up the file of activities %(file)s; nothing of it stays."),
    "import.taken_in": _(
        "%(actor)s took in the file of activities %(file)s; new: %(new)s, changed: %(changed)s, "
        "as before: %(same)s, perhaps changes: %(proposed)s, not taken: %(refused)s."
    ),
    "import.changes_accepted": _(
        "%(actor)s accepted changes from the file of activities %(file)s; rows: %(rows)s."
    ),
    "import.changes_declined": _(
        "%(actor)s took rows of the file of activities %(file)s as entries of their own; "
        "rows: %(rows)s."
    ),
    "import.undo_begun": _(
        "%(actor)s asked for the import of the file of activities %(file)s to be undone."
    ),
    "import.undone": _(
        "%(actor)s undid the import of the file of activities %(file)s; rows that somebody "
        "changed since and that stay: %(stays)s."
    ),
}

LABELS = {
    "form": {"hxl": "CSV, HXL", "xlsx": "Excel", "json": "JSON, HXL"},
    "role": {role.value: role.label for role in Role},
    "answer": {answer.value: answer.label for answer in Answer},
}
