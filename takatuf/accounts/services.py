"""The use cases of people: correct, choose a language, make and revoke a key; close, open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import ManyToOneRel, Model
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.access import (
    Handed,
    check_is_self_or_command,
    check_may_change_accounts,
    check_may_remove_factor,
    handed_token,
)
from takatuf.accounts.leaving import somebody_left
from takatuf.accounts.models import Person, Token
from takatuf.accounts.rules import (
    checked_email,
    checked_person_name,
    clean_phone,
    digest_of,
    name_from,
    new_secret,
    spoken,
)
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import OVERRIDES, clean_text
from takatuf.journal.services import INSTALLATION, PersonRef, record

if TYPE_CHECKING:
    from takatuf.accounts.oidc import Told


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
    if language not in dict(settings.SPOKEN_LANGUAGES):
        raise Refused(
            _("Takatuf has no pages in this language: %(language)s.") % {"language": language},
            code="unknown-language",
            field="language",
        )
    return language


def account_made(email: str, *, language: str, name: str = "", phone: str = "") -> Person:
    """An account without a password for an address that nobody has; they set their own.

    The step that giving a post, taking in a city and appointing share; the post, not the
    account, gives a right and stands in the journal.
    """
    email = checked_email(email)
    name = checked_person_name(name) or name_from(email)
    return Person.objects.create_user(
        email, None, name=name, language=spoken(language), phone=phone
    )


def card_made(
    city_id: UUID, email: str, *, language: str, name: str = "", phone: str = ""
) -> Person:
    """What a city writes of somebody who has an account already: made as the account of
    somebody new would be, from the same words, and tied to no account."""
    email = checked_email(email)
    name = checked_person_name(name) or name_from(email)
    return Person.objects.create_card(
        city_id, email, name=name, language=spoken(language), phone=phone
    )


@transaction.atomic
def take_over(card: Person, person: Person) -> None:
    """Whatever was told to, asked of or answered by the card is the person's from now on.

    Which rooms point at people, this one cannot know; Django does, so that a room built later
    is not forgotten. The card goes, but for the rare row that cannot move because the person
    has its twin (asked for the same call before they left the city): that stays with the card.
    """
    left = 0
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        model, field = relation.related_model, relation.field.name
        rows = model._base_manager.filter(**{field: card})
        try:
            with transaction.atomic():
                rows.update(**{field: person})
        except IntegrityError:
            for row in rows:
                left += not _moved(row, field, person)
    if not left:
        card.delete()


def _moved(row: Model, field: str, person: Person) -> bool:
    """Whether this one row could be made the person's."""
    setattr(row, field, person)
    try:
        with transaction.atomic():
            row.save(update_fields=[field])
    except IntegrityError:
        return False
    return True


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
    if name is not None and (cleaned := checked_person_name(name)) and cleaned != person.name:
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
    """Let a person in no longer: their sessions end and their keys stop working at once, and
    what they hold goes back to their roles."""
    check_may_change_accounts(actor)
    if person.is_active:
        person.is_active = False
        person.save(update_fields=["is_active"])
        Token.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
        end_sessions(person)
        _record(actor, "account.closed", person, now)
        somebody_left(actor, person, now=now)
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
    """An address at which the person sets their own password, for once and for three days.

    Never for whoever wants somebody else let in: it opens all that the account may open.
    """
    with translation.override(person.language):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": user_pk_to_url_str(person),
                "key": default_token_generator.make_token(person),
            },
        )
    return f"{settings.BASE_URL}{path}"


def handed_link(person: Person, *, by: UUID | None) -> str:
    """An address at which somebody chooses a password, or signs in where they have one
    already; for whoever cannot get a letter. `by` is the city whose coordinator hands it over.

    It looks the same for an account and for a card: whoever hands it on learns nothing. And
    it opens no more than they could give: see `Person.let_in_by`.
    """
    return f"{settings.BASE_URL}/{person.language}/begin/{handed_token(person, by)}/"


@transaction.atomic
def begin_with(handed: Handed, password: str, now: datetime) -> Person:
    """Choose the password of the account that one was handed a link for, as by any link.

    Raises `Refused` for a card: its account has a password of its own.
    """
    person = handed.person
    if person.is_card:
        raise Refused(
            _(
                "There is an account with this address already. Sign in with it; if you cannot, "
                "ask the operator of this system."
            ),
            code="has-account",
        )
    person.let_in_by = handed.by
    person.save(update_fields=["let_in_by"])
    oneself = Actor(f"person:{person.pk}", person.name, person.pk)
    choose_password(oneself, person, password, by_link=True, now=now)
    end_sessions(person)
    return person


@transaction.atomic
def take_back(person: Person, now: datetime) -> None:
    """Let whoever chose this account's password by a coordinator's link in no longer, before
    the account opens more than that city: nobody has shown whose address it is."""
    if person.let_in_by is None:
        return
    person.set_unusable_password()
    person.let_in_by = None
    person.save(update_fields=["password", "let_in_by"])
    Authenticator.objects.filter(user=person).delete()
    Token.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    end_sessions(person)


# Signing in at another server


class Accepted(NamedTuple):
    """Who came by way of the other server, and whether the account began anew for them."""

    person: Person
    anew: bool = False


@transaction.atomic
def accept_sign_in(told: Told, *, now: datetime) -> Accepted:
    """The person here whom another server has named, linked to it from now on.

    A person is found by their link, else by an address that the server has confirmed, and
    then linked. A link is to one sign-in alone: an address that goes to a new colleague opens
    nobody's old account. It gives no right: whoever is let in unknown (`TAKATUF_OIDC_UNKNOWN`)
    holds no post. Where a coordinator's link had let somebody in (`Person.let_in_by`), only now
    has anyone shown that the address is theirs: what was left there to come back with goes.
    Raises `Refused` with the reason as its code: `other-domain`, `unverified`,
    `unknown`, `linked-to-another`.
    """
    if settings.OIDC_DOMAINS and told.email.rpartition("@")[2] not in settings.OIDC_DOMAINS:
        raise Refused(code="other-domain")
    link = (
        SocialAccount.objects.select_related("user")
        .filter(provider=told.issuer, uid=told.subject)
        .first()
    )
    if link:
        link.save(update_fields=["last_login"])
        return Accepted(link.user)
    if not told.email or not told.email_verified:
        raise Refused(code="unverified")
    person = Person.objects.select_for_update().filter(email__iexact=told.email).first()
    anew = bool(person and person.is_active and person.let_in_by)
    if person is None:
        person = _let_in(told, now)
    elif not person.is_active:
        return Accepted(person)  # nothing is linked; the sign-in says that it is closed
    elif SocialAccount.objects.filter(provider=told.issuer, user=person).exists():
        raise Refused(code="linked-to-another")
    take_back(person, now)
    SocialAccount.objects.create(provider=told.issuer, uid=told.subject, user=person)
    person.linked = True
    person.save(update_fields=["linked"])
    _record(_as(person), "sign_in.linked", person, now, facts={"server": settings.OIDC_NAME})
    return Accepted(person, anew)


def _let_in(told: Told, now: datetime) -> Person:
    """An account for someone whom only the other server knows, where the settings allow it."""
    if settings.OIDC_UNKNOWN != "invite":
        raise Refused(code="unknown")
    name = clean_text(OVERRIDES.sub("", told.name))[:120]
    person = account_made(told.email, name=name, language=told.language)
    _record(_as(person), "person.arrived", person, now, facts={"server": settings.OIDC_NAME})
    return person


def _as(person: Person) -> Actor:
    return Actor(f"person:{person.pk}", person.name, person.pk)


@transaction.atomic
def unlink_sign_in(actor: Actor, person: Person, *, reason: str = "", now: datetime) -> None:
    """Take away the link of an account to another server; nothing else of it changes.

    Their own: the next sign-in there links anew. Another's: the operator's, with a reason,
    for when the server gave somebody a new identity. Raises `Refused` where there is none.
    """
    own = actor.person_id == person.pk
    if not own:
        check_may_change_accounts(actor)
        if not (reason := clean_text(reason)):
            raise Refused(_("Write why, for the record."), code="no-reason", field="reason")
    gone, _each = SocialAccount.objects.filter(user=person).delete()
    if not gone:
        raise Refused(_("This account is linked to no other server."), code="not-linked")
    person.linked = False
    person.save(update_fields=["linked"])
    if own:
        _record(actor, "sign_in.unlinked", person, now)
    else:
        _record(actor, "sign_in.removed", person, now, private={"reason": reason})
