"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.plans.vocabulary import Side

VERBS = {
    "leads.drafted": _("%(actor)s began version %(number)s of the list of who leads what."),
    "leads.changed": _(
        "%(actor)s changed version %(number)s of the list of who leads what; services changed: "
        "%(count)s."
    ),
    "leads.agreed": _(
        "%(actor)s agreed to version %(number)s of the list of who leads what (%(side)s)."
    ),
    "leads.word_noted": _(
        "%(actor)s noted that the national authorities agreed to version %(number)s of the list "
        "of who leads what: %(word)s."
    ),
    "leads.in_force": _("Version %(number)s of the list of who leads what is in force."),
    "leads.dropped": _("%(actor)s dropped version %(number)s of the list of who leads what."),
    "plan.started": _("%(actor)s started the plan “%(plan)s” from the framework %(version)s."),
    "plan.retired": _("%(actor)s took the plan “%(plan)s” out of use."),
    "plan.agencies_chosen": _("%(actor)s chose whom the plan “%(plan)s” calls: %(agencies)s."),
    "plan.answer_time_set": _(
        "%(actor)s gave agencies of the plan “%(plan)s” %(minutes)s minutes to answer."
    ),
    "plan.step_added": _("%(actor)s added the step “%(step)s” to the plan “%(plan)s”."),
    "plan.step_edited": _("%(actor)s changed the step “%(step)s” of the plan “%(plan)s”."),
    "plan.step_retired": _("%(actor)s left the step “%(step)s” out of the plan “%(plan)s”."),
    "plan.step_restored": _("%(actor)s brought the step “%(step)s” back to the plan “%(plan)s”."),
    "plan.improvement_taken": _(
        "%(actor)s took an improvement of the framework into the plan “%(plan)s”: “%(step)s”."
    ),
    "plan.improvement_declined": _(
        "%(actor)s declined an improvement of the framework for the plan “%(plan)s”: “%(step)s”, "
        "because: %(reason)s"
    ),
    "plan.improvements_taken": _(
        "%(actor)s took improvements of the framework %(version)s into the plan “%(plan)s”; "
        "how many: %(count)s."
    ),
}

LABELS = {"side": dict(Side.choices)}
