"""allauth's forms in the house's words; what they do stays allauth's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.forms import BooleanField, CharField, Form, HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from takatuf.accounts.kept import FIELD, laid_aside
from takatuf.accounts.queries import working_tokens_of
from takatuf.accounts.services import choose_password
from takatuf.foundation.actors import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words

LONG_ENOUGH = _("At least 12 characters. Several words in a row are easy to keep in mind.")


class Plain(Form):
    """Labels and hints from this table; no placeholders, which vanish when one types."""

    words: Mapping[str, tuple[Words, Words]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if field.widget.attrs.get("autocomplete") == "one-time-code":
                field.widget.attrs |= {"dir": "ltr", "autocapitalize": "off", "spellcheck": "false"}
            if getattr(field.widget, "input_type", "") in {"email", "password"}:
                field.widget.attrs["dir"] = "ltr"
            if name in self.words:
                field.label, field.help_text = self.words[name]


class SignInForm(Plain, account.LoginForm):
    """E-mail and password; and a form that was sent too late, sealed, on its way through."""

    words = {
        "login": (_("E-mail"), ""),
        "password": (_("Password"), ""),
        "remember": (_("Stay signed in on this device"), ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[FIELD] = CharField(required=False, widget=HiddenInput)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in, then show what was sent too late, if anything was."""
        there = laid_aside(request, self.cleaned_data[FIELD]) or redirect_url
        answer: HttpResponse = super().login(request, redirect_url=there)
        return answer


class ForgottenPasswordForm(Plain, account.ResetPasswordForm):
    words = {"email": (_("E-mail"), _("The address at which your city reaches you."))}


class NewPasswordForm(Plain, account.ResetPasswordKeyForm):
    words = {
        "password1": (_("New password"), LONG_ENOUGH),
        "password2": (_("New password, once more"), ""),
    }

    def save(self) -> None:
        """Keep the password; whoever came by a link ends every key of a program with it."""
        choose_password(
            _oneself(self.user),
            self.user,
            self.cleaned_data["password1"],
            by_link=True,
            now=timezone.now(),
        )


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    """The old password, the new one, and what becomes of the keys of programs."""

    words = {"oldpassword": (_("Your password until now"), ""), **NewPasswordForm.words}
    user: Any  # a person; the page asks for a sign-in

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if count := working_tokens_of(self.user, timezone.now()).count():
            words = ngettext(
                "%(count)s program acts as you and goes on, unless you end its key. "
                "Do so if somebody may have known your password.",
                "%(count)s programs act as you and go on, unless you end their keys. "
                "Do so if somebody may have known your password.",
                count,
            )
            self.fields["end_keys"] = BooleanField(
                label=_("End the keys of programs too"),
                help_text=words % {"count": count},
                required=False,
            )

    def save(self) -> None:
        """Keep the password, and end the keys where that was asked for."""
        choose_password(
            _oneself(self.user),
            self.user,
            self.cleaned_data["password1"],
            end_keys=self.cleaned_data.get("end_keys", False),
            now=timezone.now(),
        )


def _oneself(person: Any) -> Actor:
    """The person as who acts on the own account; their posts do not matter for it."""
    return Actor(f"person:{person.pk}", person.name, person.pk)


class PasswordAgainForm(Plain, account.ReauthenticateForm):
    words = {"password": (_("Password"), "")}


CODE = {
    "code": (_("Code"), _("Six digits from your app, or one of your recovery codes.")),
}


class CodeForm(Plain, mfa.AuthenticateForm):
    words = CODE


class CodeAgainForm(Plain, mfa.ReauthenticateForm):
    words = CODE


class FirstCodeForm(Plain, totp.ActivateTOTPForm):
    words = {"code": (_("Code"), _("The six digits that your app shows now."))}
