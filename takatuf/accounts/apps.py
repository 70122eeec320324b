from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "takatuf.accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_reset, user_logged_in
        from allauth.mfa.signals import authenticator_added

        authenticator_added.connect(_end_sessions_without_it)
        user_logged_in.connect(_know_the_browser)
        password_reset.connect(_know_the_browser)
        password_reset.connect(_has_shown_the_address)


def _end_sessions_without_it(request: Any, user: Any, authenticator: Any, **_rest: Any) -> None:
    """Who signed in with the password alone, before there was a second step, signs in again."""
    from takatuf.accounts.services import end_sessions

    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        end_sessions(user, besides=request.session.session_key)


def _know_the_browser(request: Any, user: Any, **_rest: Any) -> None:
    """The middleware gives it a cookie, with the answer to this request."""
    request.proved_email = user.email


def _has_shown_the_address(user: Any, **_rest: Any) -> None:
    """A password chosen by the link in a letter, or by the operator's: the address is theirs.

    Whoever was let in before by a coordinator's link may have been another: what they left
    behind to come back with goes.
    """
    if user.let_in_by is None:
        return
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=user).delete()
    user.let_in_by = None
    user.save(update_fields=["let_in_by"])
