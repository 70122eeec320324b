"""The doors of this room: who must show more than a password, who may change whose account."""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from takatuf.accounts.models import Person, Token
from takatuf.foundation.actors import COMMAND, Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.roles import SECOND_FACTOR, Role


def holds_sensitive_role(actor: Actor) -> bool:
    """Whether any post of the actor, in any city, sees sensitive things."""
    return any(post.role in SECOND_FACTOR for post in actor.posts)


def needs_second_factor(person: Person, actor: Actor) -> bool:
    """Whether the person must set up a second factor before they reach anything else."""
    if not holds_sensitive_role(actor):
        return False
    return not Authenticator.objects.filter(
        user_id=person.pk, type=Authenticator.Type.TOTP
    ).exists()


def showed_second_factor(request: HttpRequest) -> bool:
    """Whether this session began with a second factor: then nothing need be looked up."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return any(one.get("method") == "mfa" for one in records)


def check_may_invite(actor: Actor) -> None:
    """People are let in by the coordinator of a city, by an operator or by the command.

    An account alone gives no right: posts do, and those are the `network` room's.
    """
    if _is_operator(actor):
        return
    if not any(post.role == Role.COORDINATOR and post.city_id for post in actor.posts):
        raise NotAllowed


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
