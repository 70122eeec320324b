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


def _end_sessions_without_it(request: Any, user: Any, authenticator: Any, **_rest: Any) -> None:
    """Who signed in with the password alone, before there was a second step, signs in again."""
    from takatuf.accounts.services import end_sessions

    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        end_sessions(user, besides=request.session.session_key)


def _know_the_browser(request: Any, user: Any, **_rest: Any) -> None:
    """The middleware gives it a cookie, with the answer to this request."""
    request.proved_email = user.email
