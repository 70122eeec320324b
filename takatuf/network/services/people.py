"""People as a city's list knows them: by their e-mail address, before they ever signed in."""

from __future__ import annotations

from collections.abc import Mapping
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
from takatuf.network.access import check_may_make_password_link, check_may_plan
from takatuf.network.exchange.partners import phone_number
from takatuf.network.models import Appointment, City, Membership

NAME_LENGTH = 120
PARTICULARS = ("name", "phone", "language")


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


def checked_phone(text: str) -> str:
    """The number as + and digits, or as written where it tells no country: such a one can be
    rung, but no SMS reaches it. `Refused` where it is no number."""
    try:
        return phone_number(text.strip(), [])
    except Refused as reason:
        reason.field = "phone"
        raise


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
        email, None, name=name, language=spoken(language), phone=checked_phone(phone)
    ), True


@transaction.atomic
def correct_contact(
    actor: Actor,
    post: Membership,
    *,
    now: datetime,
    name: str | None = None,
    phone: str | None = None,
    language: str | None = None,
) -> Person:
    """Correct how a city calls and reaches somebody; None leaves it as it is.

    Refused where another city or the installation relies on the same particulars: then the
    person alone corrects them.
    """
    check_may_plan(actor, post.agency.city)
    person = post.person
    if not is_this_citys_own(person, post.agency.city):
        raise Refused(
            _(
                "This person serves elsewhere too, so only they can change this, in their own "
                "menu under “Your details”."
            ),
            code="not-this-citys-own",
        )
    told = {}
    if name is not None:
        told["name"] = checked_person_name(name)
        if not told["name"]:
            raise Refused(_("Write the person’s name."), code="no-name", field="name")
    if phone is not None:
        told["phone"] = checked_phone(phone)
    if language is not None:
        told["language"] = spoken(language)
    contact_corrected(actor, person, post.agency.city, told, now=now)
    return person


def contact_corrected(
    actor: Actor, person: Person, city: City, told: Mapping[str, str], *, now: datetime
) -> bool:
    """The step that correcting and importing share: saved, recorded. False: no change."""
    changed = [
        name
        for name in PARTICULARS
        if told.get(name, getattr(person, name)) != getattr(person, name)
    ]
    for name in changed:
        setattr(person, name, told[name])
    if changed:
        person.save(update_fields=changed)
        record(
            actor,
            "contact.corrected",
            log=city.log,
            thing=f"person:{person.pk}",
            at=now,
            facts={"fields": changed},
            people={"person": PersonRef(person.pk, person.name)},
        )
    return bool(changed)


def is_this_citys_own(person: Person, city: City) -> bool:
    """Whether the city may correct the person's particulars: nobody else relies on them."""
    elsewhere = Membership.objects.filter(person=person).exclude(agency__city=city)
    return not (elsewhere.exists() or Appointment.objects.filter(person=person).exists())


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
