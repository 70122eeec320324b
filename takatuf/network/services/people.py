"""Whom a city means by an e-mail address, and what it may write of them.

A city knows the people who hold a post in it, and what it wrote itself. Whether somebody else
has an account here, it must not learn: not by an answer, not by a name, not by what follows.
So a post for somebody who is unknown makes an account, a post for somebody who serves another
city makes a card, from the same words and with the same answer. Who has the account reads the
post as an offer (`services.offers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from takatuf.accounts.models import Person
from takatuf.accounts.rules import checked_email, checked_person_name, spoken
from takatuf.accounts.services import account_made, card_made, handed_link, password_link
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.journal.services import INSTALLATION, PersonRef, record
from takatuf.network.access import check_may_make_password_link, check_may_plan, is_operator
from takatuf.network.exchange.partners import phone_number
from takatuf.network.models import Appointment, City, Membership
from takatuf.network.queries import person_in

PARTICULARS = ("name", "phone", "language")


def checked_phone(text: str) -> str:
    """The number as + and digits, or as written where it tells no country: such a one can be
    rung, but no SMS reaches it. `Refused` where it is no number."""
    try:
        return phone_number(text.strip(), [])
    except Refused as reason:
        reason.field = "phone"
        raise


def person_for_post(
    city: City,
    email: str,
    *,
    language: str,
    name: str = "",
    phone: str = "",
    now: datetime,
    is_nobodys: bool = False,
) -> tuple[Person, bool]:
    """Whom this city gives a post when it writes this address, and whether they are new to it.

    Who serves the city today, else whom it wrote down itself, else somebody new to it: with an
    account where nobody has the address, with a card where it belongs to somebody whom the
    city cannot know of. `is_nobodys`: whoever asks has looked, and nobody had the address.
    """
    email = checked_email(email)
    known = None if is_nobodys else person_in(city, email, now)
    if known is not None:
        return known, False
    written = {"name": name, "phone": checked_phone(phone), "language": language}
    account = None if is_nobodys else Person.objects.filter(email=email).first()
    if account is not None and is_citys_own(account, city):
        return account, False
    try:
        with transaction.atomic():
            if account is None:
                return account_made(email, **written), True
            return card_made(city.pk, email, **written), True
    except IntegrityError:  # somebody wrote the same address in this moment: here, or elsewhere
        known = person_in(city, email, now)
        return (known, False) if known else (card_made(city.pk, email, **written), True)


def is_citys_own(person: Person, city: City) -> bool:
    """Whether name, number and language are this city's to correct: its card, or an account
    that it made and nobody has used. Who has joined sets their own, whomever else they serve:
    so the answer tells nothing of other cities."""
    if person.is_card:
        return person.card_in == city.pk
    if person.has_joined or Appointment.objects.filter(person=person).exists():
        return False
    served = set(Membership.objects.filter(person=person).values_list("agency__city", flat=True))
    return served == {city.pk}


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

    Refused for whoever has joined, whomever else they serve: they correct it themselves, and
    the city is not told that another relies on the same.
    """
    check_may_plan(actor, post.agency.city)
    person = post.person
    if not is_citys_own(person, post.agency.city):
        raise Refused(
            _(
                "This person has joined, so only they can change this, in their own menu under "
                "“Your details”. If they cannot, end the post and give it again."
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


@transaction.atomic
def make_password_link(
    actor: Actor, person: Person, *, city: City | None = None, now: datetime
) -> str:
    """An address at which the person chooses a password, once and within three days.

    For where no letter can be sent: whoever makes it hands it over. The second step stays.
    `city` is the one on whose desk it was made, in whose journal it then stands. A
    coordinator's looks the same for whoever is new and for whoever has an account that the
    city cannot know of, and opens no more than the coordinator's own city.
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
    if is_operator(actor) and not person.is_card:
        return password_link(person)
    return handed_link(person, by=None if is_operator(actor) or city is None else city.pk)
