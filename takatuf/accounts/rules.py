"""Pure rules: what a key looks like, how it is kept, how a person's particulars are written."""

import hashlib
import re
import secrets
from email.utils import parseaddr
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text

# The beginning tells a scanner of leaked secrets what it has found.
PREFIX = "takatuf_"
PHONE = re.compile(r"\+[1-9][0-9]{5,14}")
NAME_LENGTH = 120


def new_secret() -> str:
    """A key of 256 random bits that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a key: SHA-256 as hex. The secret is random, so no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def clean_phone(text: str) -> str:
    """A number in E.164 form (+ and 6 to 15 digits), from the ways in which people write one.

    Arabic-Indic digits, blanks, hyphens, dots, brackets and a leading 00 are understood.
    Raises `Refused` for anything else; the empty text stays empty.
    """
    digits = "".join(
        str(int(char)) if char.isdecimal() else char
        for char in text
        if char not in " -.()/\u00a0\u202f\u200e\u200f"
    )
    if not digits:
        return ""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not PHONE.fullmatch(digits):
        raise Refused(
            _("Write the number with + and the country code, for example +47 22 00 00 00."),
            code="bad-phone",
            field="phone",
        )
    return digits


class PasskeyHome(NamedTuple):
    """To whom the passkeys of an installation belong: the host's name, and the one origin."""

    host: str
    origin: str


def passkey_home(base_url: str) -> PasskeyHome | None:
    """Where passkeys work, from the address that people reach; None where they cannot.

    Browsers make them by https alone, or for `localhost`, and for a name, never for a number
    (Web Authentication, 5.1.3 and 13.4.9). A name in another script is written as it travels.
    """
    address = urlsplit(base_url.strip())
    try:
        host = (address.hostname or "").encode("idna").decode().lower()
        port = address.port
    except ValueError:  # UnicodeError is one
        return None
    local = host == "localhost" or host.endswith(".localhost")
    if not host or not (address.scheme == "https" or (address.scheme == "http" and local)):
        return None
    try:
        ip_address(host)
    except ValueError:
        usual = {"https": 443, "http": 80}[address.scheme]
        at = "" if port in {None, usual} else f":{port}"
        return PasskeyHome(host, f"{address.scheme}://{host}{at}")
    return None


def checked_email(text: str) -> str:
    """The address in small letters. `Refused` where it is none."""
    text = clean_text(text).removeprefix("mailto:")
    email = (parseaddr(text)[1] if "<" in text else text).strip().lower()
    try:
        if len(email) > 254:
            raise ValidationError("long")
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            _("“%(email)s” is not an e-mail address.") % {"email": text[:80]},
            code="email",
            field="email",
        ) from error
    return email


def checked_person_name(text: str) -> str:
    """The name, cleaned and on one line; `Refused` where it is too long."""
    name = " ".join(clean_text(text).split())
    if len(name) > NAME_LENGTH:
        raise Refused(
            _("Keep the name under %(most)s characters.") % {"most": NAME_LENGTH},
            code="name-long",
            field="name",
        )
    return name


def name_from(email: str) -> str:
    """What to call somebody of whom the address alone is known: what stands before the @."""
    return email.partition("@")[0][:NAME_LENGTH]


def spoken(language: str) -> str:
    """The language in which we can write to someone: theirs where we speak it, else English."""
    short = language.split("-")[0].lower()
    return short if short in dict(settings.SPOKEN_LANGUAGES) else "en"


def sends_letters() -> bool:
    """Whether this installation can send a letter at all: it has a mail server set."""
    return not settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend")
