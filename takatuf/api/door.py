"""Who calls: a program with a token, or a page of our own with the session of its reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Header
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf
from pydantic import Field, StringConstraints

from takatuf.accounts.access import needs_second_factor
from takatuf.accounts.queries import person_for_token
from takatuf.accounts.receipts import once
from takatuf.foundation.errors import NotAllowed
from takatuf.network.queries import actor_for

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.foundation.actors import Actor


class Request(HttpRequest):
    """A request that came through this door: it knows who acts, and who that is."""

    actor: Actor
    auth: Person


class Token(HttpBearer):
    """A token in the header `Authorization: Bearer …`, made by `takatuf token create`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        person = person_for_token(token, now=timezone.now())
        if person is not None:
            request.actor = actor_for(person)  # type: ignore[attr-defined]
        return person


class Session(APIKeyCookie):
    """The session of somebody who signed in; what changes things needs the CSRF token too.

    A request that brings a token is judged by the token alone.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: Any) -> Any:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise NotAllowed(
                _("Send the header X-CSRFToken with the value of the cookie, or use a token."),
                code="csrf",
            )
        if needs_second_factor(request.user, request.actor):
            raise NotAllowed(
                _("Your role sees sensitive things. Set up a second factor on the desk first."),
                code="second-factor",
            )
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        raise HttpError(401, "unused")


KeyText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]+$"),
    Field(description="The same request with the same key is carried out once (for 7 days)"),
]
Key = Annotated[KeyText | None, Header(None, alias="Idempotency-Key")]


def carry_out(
    request: Request, response: HttpResponse, key: str | None, act: Callable[[], UUID], at: str
) -> UUID:
    """Do what a POST asks for, once for each `Idempotency-Key`, and say where the new thing is.

    `at` is the address of such things, in the form "incidents/%s".
    """
    made, repeated = once(
        request.actor.person_id,
        key or "",
        request=request.path.encode() + b"\n" + request.body,
        act=act,
        now=timezone.now(),
    )
    response["Location"] = reverse("api:api-root") + at % made
    if repeated:
        response["Idempotency-Replayed"] = "true"
    return made
