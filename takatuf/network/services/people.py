"""People as a city's list knows them: by their e-mail address, before they ever signed in."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from takatuf.accounts.models import Person
from takatuf.accounts.services import password_link
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, PersonRef, record
from takatuf.network.access import check_may_make_password_link
from takatuf.network.models import City

NAME_LENGTH = 120


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


def spoken(language: str) -> str:
    """The language in which we can write to someone: theirs where we speak it, else English."""
    short = language.split("-")[0].lower()
    return short if short in dict(settings.LANGUAGES) else "en"


def person_invited(
    email: str, *, language: str, name: str = "", phone: str = ""
) -> tuple[Person, bool]:
    """The person with this address, made without a password where nobody has it yet."""
    email = checked_email(email)
    person = Person.objects.filter(email__iexact=email).first()
    if person is not None:
        return person, False
    name = checked_person_name(name) or email.partition("@")[0][:NAME_LENGTH]
    return Person.objects.create_user(
        email, None, name=name, language=spoken(language), phone=phone
    ), True


@transaction.atomic
def make_password_link(
    actor: Actor, person: Person, *, city: City | None = None, now: datetime
) -> str:
    """An address at which the person chooses a password, once and within three days.

    For where no letter can be sent: whoever makes it hands it over. The second step stays.
    `city` is the one on whose desk it was made, in whose journal it then stands.
    """
    check_may_make_password_link(actor, person, now)
    if not person.is_active:
        raise Refused(_("This account is closed."), code="account-closed")
    record(
        actor,
        "password_link.made",
        log=city.log if city else INSTALLATION,
        thing=f"person:{person.pk}",
        at=now,
        people={"person": PersonRef(person.pk, person.name)},
    )
    return password_link(person)
