"""allauth's forms in the house's words; what they do stays allauth's."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BooleanField, CharField, Form, HiddenInput, JSONField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from fido2.utils import websafe_decode

from takatuf.accounts.kept import FIELD, laid_aside
from takatuf.accounts.queries import working_tokens_of
from takatuf.accounts.rules import passkey_home
from takatuf.accounts.services import choose_password
from takatuf.foundation.actors import Actor
from takatuf.foundation.text import search_key
from takatuf.ui.forms import WordsInput

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

    words = {"oldpassword": (_("Your current password"), ""), **NewPasswordForm.words}
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


class AnyDigits(Form):
    """A code typed in Arabic digits, as an Arabic keyboard gives them, is the same code."""

    def clean_code(self) -> str:
        """The code in the digits in which codes are made."""
        self.cleaned_data["code"] = search_key(self.cleaned_data["code"])
        return str(super().clean_code())  # type: ignore[misc]


class CodeForm(AnyDigits, Plain, mfa.AuthenticateForm):
    words = CODE


class CodeAgainForm(AnyDigits, Plain, mfa.ReauthenticateForm):
    words = CODE


class FirstCodeForm(AnyDigits, Plain, totp.ActivateTOTPForm):
    words = {"code": (_("Code"), _("The six digits that your app shows now."))}


# Passkeys

NOT_ACCEPTED = _("The passkey was not accepted. Try again, or go on in another way.")
LONGEST_ANSWER = 20_000  # characters that a browser's answer may have; usual are 1 000
# What the parsers of a browser's answer raise, several layers down, when it is made up.
MADE_UP = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidSignature,
    LookupError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    struct.error,
)


@contextmanager
def _proving() -> Iterator[None]:
    """Every way in which an answer is wrong reads the same; too many attempts says so."""
    try:
        yield
    except ValidationError as error:
        if error.code == "too_many_login_attempts":
            raise
        raise ValidationError(NOT_ACCEPTED, code="passkey-not-accepted") from error
    except MADE_UP as error:
        raise ValidationError(NOT_ACCEPTED, code="passkey-not-accepted") from error


def _check_origin(credential: Any) -> None:
    """The answer was given at our own address, not at a neighbour's below the same name."""
    told = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
    home = passkey_home(settings.BASE_URL)
    if home is None or told["origin"] != home.origin or told.get("crossOrigin"):
        raise ValueError(told["origin"])


class AnswerField(JSONField):
    """A browser's answer as JSON, looked at only where it has the length of one."""

    def to_python(self, value: Any) -> Any:
        with _proving():
            if len(str(value)) > LONGEST_ANSWER:
                raise ValueError("too long")
            return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> str:
        """A page that comes back holds no old answer: each serves once."""
        return ""

    def prepare_value(self, value: Any) -> str:
        return ""


class ByPasskey(Plain):
    """A form that the script fills in with the browser's answer. Its faults have no field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = AnswerField(widget=HiddenInput)

    def add_error(self, field: str | None, error: Any) -> None:
        """Nobody can mend the hidden answer: what is wrong with it stands above the form."""
        if field == "credential":
            self.cleaned_data.pop("credential", None)
            field, error = (
                None,
                ValidationError(
                    getattr(error, "messages", [NOT_ACCEPTED])[0]
                    if getattr(error, "code", "") == "too_many_login_attempts"
                    else NOT_ACCEPTED,
                    code="passkey-not-accepted",
                ),
            )
        super().add_error(field, error)

    def clean_credential(self) -> Any:
        with _proving():
            _check_origin(self.cleaned_data["credential"])
            proved = getattr(super(), "clean_credential", None)  # adding is proved in `clean`
            return proved() if proved else self.cleaned_data["credential"]


PASSKEY_NAME = (
    _("Name"),
    _("By which you will know it again, for example “my telephone” or “the grey key”."),
)


class AddPasskeyForm(ByPasskey, webauthn.AddWebAuthnForm):
    words = {"name": PASSKEY_NAME}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)  # all of ours are
        self.fields["name"].widget = WordsInput({"maxlength": 80, "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        with _proving():
            cleaned: dict[str, Any] = super().clean()
            return cleaned


class RenamePasskeyForm(Plain, webauthn.EditWebAuthnForm):
    words = {"name": PASSKEY_NAME}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget = WordsInput({"maxlength": 80, "autocomplete": "off"})


class PasskeyForm(ByPasskey, webauthn.AuthenticateWebAuthnForm):
    """The second step after a password."""


class PasskeySignInForm(ByPasskey, webauthn.LoginWebAuthnForm):
    """Signing in by the passkey alone."""


class PasskeyAgainForm(ByPasskey, webauthn.ReauthenticateWebAuthnForm):
    """“Is it still you?”"""
