"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "person.invited": _("%(actor)s gave %(person)s an account."),
    "person.corrected": _("%(actor)s corrected how %(person)s is reached."),
    "language.chosen": _("%(actor)s chose to read in another language: %(language)s."),
    "account.closed": _("%(actor)s closed the account of %(person)s."),
    "account.opened": _("%(actor)s opened the account of %(person)s again."),
    "factor.removed": _(
        "%(actor)s took away the second step at sign-in of %(person)s, because: %(reason)s"
    ),
    "password.changed": _("%(actor)s changed the password of the own account."),
    "password.renewed": _("%(actor)s chose a new password with a link."),
    "token.created": _("%(actor)s made a key by which a program acts as %(person)s."),
    "token.revoked": _("%(actor)s revoked a key by which a program acted as %(person)s."),
}

LABELS = {"language": {"ar": _("Arabic"), "en": _("English"), "fr": _("French")}}
