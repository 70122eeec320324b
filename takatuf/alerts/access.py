"""The doors of a call: by who one is, or by a link that was sent to one person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.alerts.models import Answer, Call, Delivery
from takatuf.alerts.rules import LINK_LASTS
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.roles import CITY_WIDE, Role
from takatuf.foundation.tokens import id_in, token_of

CALLERS = frozenset({Role.COORDINATOR, Role.MAYOR, Role.LIAISON})

# An SMS in Arabic has 134 characters for everything, so the token is short: the delivery's
# identifier (74 random bits) and 64 bits of a keyed hash over it and this purpose. Call,
# person and expiry hang on the delivery and stay out of the address.
PURPOSE = "takatuf.alerts.answer"
MAC_BYTES = 8  # the link stands in a text message, where each character counts


def call_for(actor: Actor, pk: UUID) -> Call:
    """The call, for city-wide roles of its city and for agencies called by the same alert."""
    call = Call.objects.select_related("agency", "alert__city").filter(pk=pk).first()
    if call is None or not _sees(actor, call):
        raise NotFound
    return call


def _sees(actor: Actor, call: Call) -> bool:
    city = call.alert.city_id
    roles = actor.roles_in(city)
    if roles & CITY_WIDE:
        return True
    return (
        Role.LIAISON in roles
        and Call.objects.about(call.alert.about)
        .filter(alert__city=city, agency__in=actor.agencies_in(city))
        .exists()
    )


def answer_for(actor: Actor, pk: UUID) -> Answer:
    """An answer to a call, behind the door of the call. Raises `NotFound`."""
    found = Answer.objects.select_related("person").filter(pk=pk).first()
    if found is None:
        raise NotFound
    found.call = call_for(actor, found.call_id)
    return found


def delivery_for(actor: Actor, pk: UUID) -> Delivery:
    """A message that left or should have left, behind the door of its call."""
    found = Delivery.objects.select_related("person", "call__agency", "call__alert__city")
    delivery = found.filter(pk=pk).first()
    if delivery is None:
        raise NotFound
    call_for(actor, delivery.call_id)
    return delivery


def check_may_call(actor: Actor, call: Call) -> None:
    """Coordinator, mayor and the liaisons at this call repeat it, ask others, tick by hand."""
    if not _sees(actor, call):
        raise NotFound
    if not may_call(actor, call.alert.city_id):
        raise NotAllowed(
            _("Only the response coordinator, the mayor or a liaison calls and ticks.")
        )


def check_may_answer(actor: Actor, call: Call, person_id: UUID) -> None:
    """Everyone answers for themselves; for somebody else it is a tick, see `check_may_call`.

    Whoever holds the link was asked. Raises `NotFound` for whom the call is no business of.
    """
    if actor.person_id != person_id:
        check_may_call(actor, call)
        return
    at_agency = call.agency_id in actor.agencies_in(call.alert.city_id)
    if not (actor.id.startswith("link:") or at_agency or _sees(actor, call)):
        raise NotFound


def may_call(actor: Actor, city_id: UUID) -> bool:
    """Whether the actor's role is one that calls; the call itself has its own door."""
    return bool(actor.roles_in(city_id) & CALLERS)


def token_for(delivery: UUID) -> str:
    """The token of the link in a message: 32 characters, fit for an address."""
    return token_of(delivery, PURPOSE, mac_bytes=MAC_BYTES)


def invitation_for(token: str, now: datetime) -> Delivery:
    """The delivery whose link holds `token`.

    Raises `NotFound`, and always the same, for a token that was made up, changed, made for
    another purpose, is older than `LINK_LASTS` or leads to somebody who left.
    """
    found = (
        Delivery.objects.select_related("person", "call__agency", "call__alert__city")
        .filter(
            pk=id_in(token, PURPOSE, mac_bytes=MAC_BYTES),
            asked_at__gt=now - LINK_LASTS,
            person__is_active=True,
        )
        .filter(call__alert__asks=True)
        .exclude(channel=Delivery.Channel.DESK)
        .first()
    )
    if found is None or not _still_serves(found, now):
        raise NotFound
    return found


def _still_serves(delivery: Delivery, now: datetime) -> bool:
    """Whether whom we asked still holds a post there: an answer of somebody whose post ended
    would stop the climbing although the agency knows nothing."""
    posts = delivery.person.memberships.filter(agency=delivery.call.agency_id)
    return bool(posts.filter(Q(ends_at=None) | Q(ends_at__gt=now)).exists())
