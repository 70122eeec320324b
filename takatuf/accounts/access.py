"""The doors of this room: who must show more than a password, who may change whose account,
to whom a link was handed."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person, Token
from takatuf.accounts.rules import passkey_home
from takatuf.foundation.actors import COMMAND, Actor
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.roles import SECOND_FACTOR, Role

LAST_FACTOR = _(
    "Your role sees sensitive things, so a second step must stay on. "
    "Add another passkey or the app first. "
    "If you have a new telephone, ask the operator of this system."
)


def holds_sensitive_role(actor: Actor) -> bool:
    """Whether any post of the actor, in any city, sees sensitive things."""
    return any(post.role in SECOND_FACTOR for post in actor.posts)


def needs_second_factor(person: Person, actor: Actor) -> bool:
    """Whether the person must set up a second factor before they reach anything else."""
    return holds_sensitive_role(actor) and not second_factors_of(person.pk).exists()


def second_factors_of(person_id: UUID) -> QuerySet[Authenticator]:
    """The app and the passkeys of a person. Recovery codes only stand in for them."""
    return Authenticator.objects.filter(
        user_id=person_id, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )


def passkeys_offered(request: HttpRequest) -> bool:
    """Whether a browser at this address can make and show our passkeys (`rules.passkey_home`)."""
    home = passkey_home(settings.BASE_URL)
    return home is not None and home.host == split_domain_port(request.get_host())[0]


def check_may_remove_factor(actor: Actor, factor: Authenticator) -> None:
    """A second factor is its owner's to remove, but for the last one of a role that needs one.

    Raises `NotAllowed` for another's and `Refused` (`last-second-factor`).
    """
    if actor.person_id != factor.user_id:
        raise NotAllowed
    others = second_factors_of(factor.user_id).exclude(pk=factor.pk)
    if holds_sensitive_role(actor) and not others.exists():
        raise Refused(LAST_FACTOR, code="last-second-factor")


def passkey_for(actor: Actor, passkey_id: int) -> Authenticator:
    """One of the actor's own passkeys; another's is not found."""
    passkey = Authenticator.objects.filter(
        pk=passkey_id, type=Authenticator.Type.WEBAUTHN, user_id=actor.person_id
    ).first()
    if passkey is None:
        raise NotFound
    return passkey


def showed_second_factor(request: HttpRequest) -> bool:
    """Whether this session began with a second factor: then nothing need be looked up."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return any(one.get("method") == "mfa" for one in records)


def check_may_change_accounts(actor: Actor) -> None:
    """Only an operator, or the command on the machine itself, changes another's account.

    An account may serve several cities, and this room knows none of them: a coordinator ends
    a post, never an account. Raises `NotAllowed`.
    """
    if not _is_operator(actor):
        raise NotAllowed


def _is_operator(actor: Actor) -> bool:
    return actor == COMMAND or Role.OPERATOR in actor.installation_roles


def check_is_self_or_command(actor: Actor, person: Person) -> None:
    """Keys and the language of a person are their own business. Raises `NotAllowed`."""
    if actor != COMMAND and actor.person_id != person.pk:
        raise NotAllowed


def token_for(actor: Actor, token_id: UUID) -> Token:
    """One of the actor's own keys; another's is not found."""
    token = Token.objects.select_related("person").filter(pk=token_id).first()
    if token is None or (actor != COMMAND and actor.person_id != token.person_id):
        raise NotFound
    return token


class Handed(NamedTuple):
    """A link that somebody handed over: to whom, and which city's coordinator vouched for it;
    None where it was the operator."""

    person: Person
    by: UUID | None


class _HandedTokens(PasswordResetTokenGenerator):
    """Tokens of another kind than those in letters: a link that was handed over proves
    nothing of the mailbox. Each dies with the password that stood when it was made."""

    key_salt = "takatuf.accounts.handed"

    def __init__(self, by: UUID | None) -> None:
        super().__init__()
        self.by = by

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{self.by}"


def handed_token(person: Person, by: UUID | None) -> str:
    """What stands in the address of a link that is handed over; good for once, three days."""
    return f"{person.pk.hex}-{by.hex if by else '0'}-{_HandedTokens(by).make_token(person)}"


def handed_by_token(token: str) -> Handed:
    """Whom a link was handed to: an account, or the card that a city wrote. What the account
    opens by now, `network.access.handed_for` asks.

    Raises `NotFound`, always the same, for one that was made up, used, is older than three
    days, or led to a card that was accepted since.
    """
    try:
        key, vouched, secret = token.split("-", 2)
        by = None if vouched == "0" else UUID(vouched)
        person = Person.objects.filter(pk=UUID(key), is_active=True).first()
    except ValueError as error:
        raise NotFound from error
    if person is None or not _HandedTokens(by).check_token(person, secret):
        raise NotFound
    return Handed(person, by)
