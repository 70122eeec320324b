"""The use cases of people: invite, correct, choose a language, make and revoke a key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.access import (
    check_is_self_or_command,
    check_may_change_accounts,
    check_may_invite,
    check_may_remove_factor,
)
from takatuf.accounts.models import Person, Token
from takatuf.accounts.queries import person_by_email
from takatuf.accounts.rules import clean_phone, digest_of, new_secret
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, PersonRef, record


def _record(actor: Actor, verb: str, person: Person, now: datetime, **more: Any) -> None:
    record(
        actor,
        verb,
        log=more.pop("log", INSTALLATION),
        thing=f"person:{person.pk}",
        at=now,
        people={"person": PersonRef(person.pk, person.name)},
        **more,
    )


def check_language(language: str) -> str:
    """The language when the interface has it. Raises `Refused` otherwise."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(
            _("Takatuf has no pages in this language: %(language)s.") % {"language": language},
            code="unknown-language",
            field="language",
        )
    return language


@transaction.atomic
def invite_person(
    actor: Actor,
    *,
    email: str,
    name: str,
    phone: str = "",
    language: str = "en",
    password: str | None = None,
    log: str = INSTALLATION,
    now: datetime,
) -> Person:
    """Give someone an account. Without a password they set their own by a link.

    `log` is the journal of the city that invites. Raises `Refused` with the field's name
    when a value will not do or the address is taken.
    """
    check_may_invite(actor)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(
            _("Write an e-mail address, for example amina@city.example."),
            code="bad-email",
            field="email",
        ) from None
    name = clean_text(name)[:120]
    if not name:
        raise Refused(_("Write the person’s name."), code="no-name", field="name")
    if person_by_email(email):
        raise Refused(
            _("Someone with this e-mail address has an account already."),
            code="email-taken",
            field="email",
        )
    person = Person.objects.create_user(
        email,
        password,
        name=name,
        phone=clean_phone(phone),
        language=check_language(language),
    )
    _record(actor, "person.invited", person, now, log=log)
    return person


@transaction.atomic
def correct_person(
    actor: Actor,
    person: Person,
    *,
    name: str | None = None,
    phone: str | None = None,
    log: str = INSTALLATION,
    now: datetime,
) -> Person:
    """Correct a name or a telephone number; None leaves it as it is."""
    if actor.person_id != person.pk:
        check_may_change_accounts(actor)
    changed = []
    if name is not None and (cleaned := clean_text(name)[:120]) and cleaned != person.name:
        person.name = cleaned
        changed.append("name")
    if phone is not None and (number := clean_phone(phone)) != person.phone:
        person.phone = number
        changed.append("phone")
    if changed:
        person.save(update_fields=changed)
        _record(actor, "person.corrected", person, now, log=log, facts={"fields": changed})
    return person


@transaction.atomic
def set_language(actor: Actor, person: Person, language: str, now: datetime) -> Person:
    """The language in which a person's pages open and their messages come."""
    check_is_self_or_command(actor, person)
    if check_language(language) != person.language:
        person.language = language
        person.save(update_fields=["language"])
        _record(actor, "language.chosen", person, now, facts={"language": language})
    return person


@transaction.atomic
def close_account(actor: Actor, person: Person, now: datetime) -> Person:
    """Let a person in no longer: their sessions end and their keys stop working at once."""
    check_may_change_accounts(actor)
    if person.is_active:
        person.is_active = False
        person.save(update_fields=["is_active"])
        Token.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
        end_sessions(person)
        _record(actor, "account.closed", person, now)
    return person


@transaction.atomic
def open_account(actor: Actor, person: Person, now: datetime) -> Person:
    """Let a person in again whose account was closed; their keys stay revoked."""
    check_may_change_accounts(actor)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        _record(actor, "account.opened", person, now)
    return person


@transaction.atomic
def reset_second_factor(actor: Actor, person: Person, *, reason: str, now: datetime) -> None:
    """Take away a second factor whose telephone and recovery codes are lost.

    The person sets up a new one at their next sign-in. All their sessions end.
    """
    check_may_change_accounts(actor)
    reason = clean_text(reason)
    if not reason:
        raise Refused(_("Write why, for the record."), code="no-reason", field="reason")
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    _record(actor, "factor.removed", person, now, private={"reason": reason})


PASSKEYS_AT_MOST = 20  # of one person: more than anyone tells apart


@transaction.atomic
def add_passkey(
    actor: Actor, person: Person, *, name: str, credential: dict[str, Any], now: datetime
) -> Authenticator:
    """Keep a passkey by which the person signs in, and which is a second step as well.

    `credential` is the browser's answer, which the form has proved (challenge, address,
    user verified). Raises `Refused` where there are too many or the name will not do.
    """
    check_is_self_or_command(actor, person)
    Person.objects.select_for_update().get(pk=person.pk)
    held = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    if held.count() >= PASSKEYS_AT_MOST:
        raise Refused(
            _("You have %(count)s passkeys. Remove one that you no longer use first.")
            % {"count": PASSKEYS_AT_MOST},
            code="too-many-passkeys",
        )
    name = _passkey_name(name)
    passkey: Authenticator = WebAuthn.add(person, name, credential).instance
    _record(actor, "passkey.added", person, now, private={"passkey": name})
    return passkey


@transaction.atomic
def rename_passkey(actor: Actor, passkey: Authenticator, *, name: str, now: datetime) -> None:
    """Give a passkey the name by which its owner tells it from the others."""
    check_is_self_or_command(actor, passkey.user)
    name = _passkey_name(name)
    if name != passkey.wrap().name:
        passkey.wrap().name = name
        passkey.save(update_fields=["data"])
        _record(actor, "passkey.renamed", passkey.user, now, private={"passkey": name})


@transaction.atomic
def remove_passkey(actor: Actor, passkey: Authenticator, *, now: datetime) -> None:
    """Let a passkey open the account no longer.

    Raises `Refused` (`last-second-factor`) for the last second step of a role that needs one.
    Recovery codes go with the last second step, as they only stand in for it.
    """
    Person.objects.select_for_update().get(pk=passkey.user_id)
    check_may_remove_factor(actor, passkey)
    name, person = passkey.wrap().name, passkey.user
    passkey.delete()
    delete_dangling_recovery_codes(person)
    _record(actor, "passkey.removed", person, now, private={"passkey": name})


def _passkey_name(name: str) -> str:
    name = clean_text(name)[:80]
    if not name:
        raise Refused(
            _("Write a name by which you will know it again."), code="no-name", field="name"
        )
    return name


@transaction.atomic
def note_second_step(actor: Actor, person: Person, *, done: str, now: datetime) -> None:
    """Record what the sign-in pages changed of the app or the recovery codes.

    `done` is `switched_on`, `switched_off` or `codes_made`.
    """
    if done == "codes_made":
        _record(actor, "codes.made", person, now)
    elif done == "switched_on":
        _record(actor, "app.switched_on", person, now)
    else:
        _record(actor, "app.switched_off", person, now)


def hold_second_steps(person: Person) -> None:
    """Let nobody else change this person's second steps until the transaction ends."""
    Person.objects.select_for_update().get(pk=person.pk)


def end_sessions(person: Person, *, besides: str | None = None) -> int:
    """End every session of a person, but for the one with the key `besides`; how many."""
    from allauth.usersessions.models import UserSession

    sessions = UserSession.objects.filter(user=person).exclude(session_key=besides or "")
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    return len(keys)


@transaction.atomic
def choose_password(
    actor: Actor,
    person: Person,
    password: str,
    *,
    by_link: bool = False,
    end_keys: bool = False,
    now: datetime,
) -> Person:
    """Make this the person's password; the sessions of their other browsers end with the old one.

    `end_keys` also ends the keys by which programs act as the person. Whoever needs a link
    may have lost the account to somebody, and a key made meanwhile would outlive the password:
    with `by_link` they always end. The password was checked by the form that took it.
    """
    check_is_self_or_command(actor, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    _record(actor, "password.renewed" if by_link else "password.changed", person, now)
    if end_keys or by_link:
        for token in Token.objects.filter(person=person, revoked_at=None).order_by("created_at"):
            revoke_token(actor, token, now)
    return person


@transaction.atomic
def create_token(
    actor: Actor,
    person: Person,
    now: datetime,
    *,
    name: str = "",
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A key by which a program acts as the person, and its secret, which is shown only now."""
    check_is_self_or_command(actor, person)
    if not person.is_active:
        raise Refused(_("This account is closed."), code="account-closed")
    secret = new_secret()
    token = Token.objects.create(
        person=person,
        name=clean_text(name)[:80],
        digest=digest_of(secret),
        created_at=now,
        expires_at=expires_at,
    )
    _record(actor, "token.created", person, now, about=f"token:{token.pk}")
    return token, secret


@transaction.atomic
def revoke_token(actor: Actor, token: Token, now: datetime) -> Token:
    """Make a key worthless from now on; safe to repeat."""
    check_is_self_or_command(actor, token.person)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        _record(actor, "token.revoked", token.person, now, about=f"token:{token.pk}")
    return token


def password_link(person: Person) -> str:
    """An address at which the person sets their own password, for once and for three days."""
    with translation.override(person.language):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": user_pk_to_url_str(person),
                "key": default_token_generator.make_token(person),
            },
        )
    return f"{settings.BASE_URL}{path}"
