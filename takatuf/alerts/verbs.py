"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "alert.raised": _("%(actor)s called the partners; agencies: %(count)s."),
    "alert.stopped": _(
        "The calls climb no further, because the incident was joined or stood down; agencies "
        "that had not answered: %(count)s."
    ),
    "alert.told": _("A message went out that needs no answer; people told: %(count)s."),
    "call.asked": _(
        "%(agency)s was called at step %(step)s of its call order; people asked: %(count)s."
    ),
    "call.asked_off_duty": _(
        "Nobody on duty at %(agency)s could be reached: those off duty were called at step "
        "%(step)s of its call order; people asked: %(count)s."
    ),
    "call.repeated": _("%(actor)s called %(agency)s again; people asked: %(count)s."),
    "call.acknowledged": _("%(person)s confirmed for %(agency)s: the call was received."),
    "call.ticked": _("%(actor)s reached %(agency)s by voice and ticked it by hand."),
    "call.unticked": _("%(actor)s took back a tick: nobody at %(agency)s was reached by voice."),
    "call.found_nobody": _("%(agency)s could not be called: its list names nobody to call."),
    "call.unanswered": _(
        "%(agency)s is silent to the top of its call order; answers: %(answers)s of %(needed)s."
    ),
    "email.sent": _("An e-mail for %(agency)s left for %(person)s."),
    "email.given_up": _(
        "The e-mail for %(agency)s to %(person)s was given up; attempts: %(attempts)s."
    ),
    "email.dropped": _("%(actor)s stopped the e-mail for %(agency)s to %(person)s."),
    "email.retried": _("%(actor)s had the e-mail for %(agency)s to %(person)s tried again."),
    "mail.sent": _("A letter to somebody without an account left."),
    "mail.given_up": _(
        "A letter to somebody without an account was given up; attempts: %(attempts)s."
    ),
    "sms.sent": _("An SMS for %(agency)s left for %(person)s."),
    "sms.given_up": _("The SMS for %(agency)s to %(person)s was given up; attempts: %(attempts)s."),
    "sms.dropped": _("%(actor)s stopped the SMS for %(agency)s to %(person)s."),
    "sms.retried": _("%(actor)s had the SMS for %(agency)s to %(person)s tried again."),
}
