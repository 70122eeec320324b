"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "alert.raised": _("%(actor)s called %(count)s agencies."),
    "call.asked": _("%(agency)s was called: %(count)s people at step %(step)s of the call order."),
    "call.repeated": _("%(actor)s called %(agency)s again: %(count)s people."),
    "call.acknowledged": _("%(person)s confirmed for %(agency)s: the call was received."),
    "call.ticked": _("%(actor)s reached %(agency)s by voice and ticked it by hand."),
    "call.unanswered": _(
        "%(agency)s is silent to the top of its call order: "
        "%(answers)s of %(needed)s answers came in."
    ),
    "email.sent": _("An e-mail for %(agency)s left for %(person)s."),
    "email.given_up": _(
        "The e-mail for %(agency)s to %(person)s was given up after %(attempts)s attempts."
    ),
    "email.dropped": _("%(actor)s stopped the e-mail for %(agency)s to %(person)s."),
    "email.retried": _("%(actor)s had the e-mail for %(agency)s to %(person)s tried again."),
    "sms.sent": _("An SMS for %(agency)s left for %(person)s."),
    "sms.given_up": _(
        "The SMS for %(agency)s to %(person)s was given up after %(attempts)s attempts."
    ),
    "sms.dropped": _("%(actor)s stopped the SMS for %(agency)s to %(person)s."),
    "sms.retried": _("%(actor)s had the SMS for %(agency)s to %(person)s tried again."),
}
