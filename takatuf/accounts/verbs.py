"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "person.corrected": _("%(actor)s corrected how %(person)s is reached."),
    "language.chosen": _("%(actor)s chose to read in another language: %(language)s."),
    "account.closed": _("%(actor)s closed the account of %(person)s."),
    "account.opened": _("%(actor)s opened the account of %(person)s again."),
    "factor.removed": _(
        "%(actor)s took away the second step at sign-in of %(person)s, because: %(reason)s"
    ),
    "password.changed": _("%(actor)s changed the password of the own account."),
    "password.renewed": _("%(actor)s chose a new password with a link."),
    "passkey.added": _("%(actor)s added a passkey to their account: %(passkey)s."),
    "passkey.renamed": _("%(actor)s gave one of their passkeys another name: %(passkey)s."),
    "passkey.removed": _("%(actor)s removed a passkey from their account: %(passkey)s."),
    "person.arrived": _("%(person)s came by way of %(server)s and has an account without a post."),
    "sign_in.linked": _("%(person)s linked their account to the sign-in of %(server)s."),
    "sign_in.unlinked": _("%(actor)s took away the link of the own account to another sign-in."),
    "sign_in.removed": _(
        "%(actor)s took away the link of the account of %(person)s to another sign-in, "
        "because: %(reason)s"
    ),
    "app.switched_on": _("%(actor)s switched on the authenticator app as second step."),
    "app.switched_off": _("%(actor)s switched off the authenticator app as second step."),
    "codes.made": _("%(actor)s made new recovery codes for their account."),
    "token.created": _("%(actor)s made a key by which a program acts as %(person)s."),
    "token.revoked": _("%(actor)s revoked a key by which a program acted as %(person)s."),
}

LABELS = {"language": {"ar": _("Arabic"), "en": _("English"), "fr": _("French")}}
