"""allauth bent to the house: nobody signs up by themselves, secrets are sealed, words are ours."""

import logging
import time
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.access import LAST_FACTOR, check_may_remove_factor, passkeys_offered
from takatuf.accounts.browsers import browser_of, is_known
from takatuf.accounts.rules import passkey_home
from takatuf.accounts.templatetags.accounts import device
from takatuf.foundation.crypto import seal, unseal
from takatuf.foundation.errors import Declined

log = logging.getLogger(__name__)

TOO_MANY = {
    "login_failed": "too_many_login_attempts",
    "login_failed_from_here": "too_many_login_attempts",
    "login_failed_from_anywhere": "too_many_from_anywhere",
    "login_failed_in_known_browser": "too_many_in_known_browser",
}


def in_language(path: str, language: str) -> str:
    """The same address in another language: /en/desk/ becomes /ar/desk/."""
    spoken, codes = dict(settings.SPOKEN_LANGUAGES), dict(settings.LANGUAGES)
    first, slash, rest = path.removeprefix("/").partition("/")
    return f"/{language}/{rest}" if slash and first in codes and language in spoken else path


class ClosedAdapter(DefaultAccountAdapter):
    """People are invited by their city; a stranger cannot make an account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the operator of this system."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Codes change every half minute."),
        "incorrect_password": _("The password is not right."),
        "invalid_password_reset": _("This link was used already or is too old. Ask for a new one."),
        "too_many_login_attempts": _(
            "Too many wrong attempts from your network. Wait five minutes, use a browser in "
            "which you have signed in before, or choose a new password."
        ),
        "too_many_from_anywhere": _(
            "Somebody tried many passwords for this address. Use a browser in which you have "
            "signed in before, choose a new password, or wait an hour."
        ),
        "too_many_in_known_browser": _(
            "Too many wrong attempts in this browser. Wait five minutes, then try again, or "
            "choose a new password."
        ),
        "rate_limited": _("Too many attempts. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse before a password is looked at, where too many were wrong.

        allauth counts by network and by address, so that anybody could keep an owner out by
        guessing wrong. Here an address is counted for each network, and for all of them
        together with more room; a browser in which its owner signed in before, or is signed
        in now, is counted alone. What a right password used up is given back, as in allauth.
        """
        email = str(credentials.get("email", "")).strip().lower()
        here = f"{ratelimit.get_ip(request)} {email}"
        browser = browser_of(request)
        if request.user.is_authenticated:
            counts = [("login_failed_in_known_browser", f"signed in {request.user.pk}")]
        elif is_known(browser, email):
            counts = [("login_failed_in_known_browser", f"{browser.name} {email}")]
        else:
            counts = [
                ("login_failed", email),
                ("login_failed_from_here", here),
                ("login_failed_from_anywhere", email),
            ]
        self._login_failed_rl_usage = ratelimit.RateLimitUsage(usage=[])
        for action, key in counts:
            used = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if used is None:
                self._login_failed_rl_usage.rollback()
                raise self.validation_error(TOO_MANY[action])
            self._login_failed_rl_usage.usage.extend(used.usage)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the letter, at our own address: the request's host is the sender's word."""
        url = str(super().get_reset_password_from_key_url(key))
        return f"{settings.BASE_URL}{urlsplit(url).path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A letter that cannot leave is logged; the page answers as if it had left.

        Otherwise a mail server that is down would tell a stranger which addresses are known.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # SMTPException is one
            log.exception("A letter about an account could not be sent: %s", template_prefix)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        with translation.override(user.language):
            super().send_notification_mail(template_prefix, user, context, email or user.email)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask "is it still you": not within five minutes of signing in.

        Else whoever must set up the second factor would type the password twice in a row.
        """
        newest = max(
            (one["at"] for one in get_authentication_records(self.request, self.request.user)),
            default=0,
        )
        return bool(time.time() - newest >= app_settings.REAUTHENTICATION_TIMEOUT)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk, in the person's own language."""
        language = getattr(request.user, "language", get_language())
        return f"/{language}/desk/"

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Without the passkey where no passkey can be shown: the way would lead nowhere."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if passkeys_offered(self.request):
            return methods
        return [way for way in methods if way["id"] != "mfa_reauthenticate:webauthn"]

    def post_login(self, request: HttpRequest, user, *, redirect_url=None, **rest):  # type: ignore[no-untyped-def]
        """Where someone was going when they were asked to sign in, in their own language."""
        redirect_url = redirect_url or get_next_redirect_url(request)
        if redirect_url and not urlsplit(redirect_url).netloc:
            redirect_url = in_language(redirect_url, user.language)
        return super().post_login(request, user, redirect_url=redirect_url, **rest)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return f"/{get_language()}/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return f"/{get_language()}/desk/"


class SealedMFAAdapter(DefaultMFAAdapter):
    """The seeds of second factors stand encrypted in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": ClosedAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": LAST_FACTOR,
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one, while the person holds a role that sees sensitive things.

        Which posts a person holds, a higher floor knows: the window puts the actor on the
        request before any page opens.
        """
        actor = getattr(context.request, "actor", None)
        if actor is None:
            return False
        try:
            check_may_remove_factor(actor, authenticator)
        except Declined:
            return False
        return True

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """The device in use, as the name that a new passkey is offered; numbered if taken."""
        name = device(context.request.headers.get("User-Agent", ""))
        held = Authenticator.objects.filter(user_id=user.pk, type=type)
        taken = {one.wrap().name for one in held}
        numbered = (f"{name} {number}" for number in count(2))
        return name if name not in taken else next(one for one in numbered if one not in taken)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom passkeys belong: our own address, never the one that a request names."""
        home = passkey_home(settings.BASE_URL)
        return {"id": home.host if home else "", "name": "Takatuf"}


class OneServerAdapter(DefaultSocialAccountAdapter):
    """Signing in elsewhere happens at the one server of the settings, and in our own pages."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> Any:
        """None for allauth's own pages: rows in its table of servers open nothing."""
        return []
