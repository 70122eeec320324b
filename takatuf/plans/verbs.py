"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "plan.started": _("%(actor)s started the plan “%(plan)s” from the framework %(version)s."),
}
