"""allauth's forms in the house's words; what they do stays allauth's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.forms import CharField, Form, HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.kept import FIELD, laid_aside

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


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    words = {"oldpassword": (_("Your password until now"), ""), **NewPasswordForm.words}


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
