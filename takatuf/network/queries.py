"""What others ask of the network: who is this person here, whom does an agency send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from takatuf.accounts.models import Person
from takatuf.foundation.actors import Actor, Post
from takatuf.network.models import Appointment, DutyShift, Membership
from takatuf.network.rules import InOrder, Shift, next_to_call


def actor_for(person: Person) -> Actor:
    """The actor that a person is: all posts that they hold today, in every city."""
    held = Membership.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=timezone.now()), person=person, agency__is_active=True
    ).values_list("agency__city_id", "agency_id", "role")
    appointed = Appointment.objects.filter(person=person).values_list("role", flat=True)
    posts = frozenset(
        [*(Post(*row) for row in held), *(Post(None, None, role) for role in appointed)]
    )
    return Actor(f"person:{person.pk}", person.name, person.pk, posts)


class CallStep(NamedTuple):
    """Who is asked next at an agency: a call order and its people. Order 0: nobody is left."""

    order: int
    people: list[Person]


def people_to_call(asked_up_to: Mapping[UUID, int], now: datetime) -> dict[UUID, CallStep]:
    """The next people to call at each agency, given the call order that was asked last.

    `asked_up_to` is {agency id: call order}, 0 where nobody was asked yet. Two statements,
    however many agencies there are. Who left, or cannot sign in any more, is not called.
    """
    posts = list(
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__in=asked_up_to,
            call_order__gt=0,
            person__is_active=True,
        )
        .select_related("person", "agency__city")
        .order_by("agency_id", "call_order", "person__name", "person_id")
    )
    shifts: dict[UUID, list[Shift]] = {}
    turns = DutyShift.objects.filter(
        membership__agency__in=asked_up_to, membership__call_order__gt=0
    )
    for turn in turns:
        shift = Shift(turn.weekday, turn.starts, turn.ends)
        shifts.setdefault(turn.membership_id, []).append(shift)
    by_agency: dict[UUID, list[Membership]] = {}
    for post in posts:
        by_agency.setdefault(post.agency_id, []).append(post)
    steps = {agency: CallStep(0, []) for agency in asked_up_to}
    for agency, held in by_agency.items():
        people = {post.person_id: post.person for post in held}
        in_order = [InOrder(p.person_id, p.call_order, shifts.get(p.pk, ())) for p in held]
        local = now.astimezone(ZoneInfo(held[0].agency.city.timezone))
        order, chosen = next_to_call(in_order, asked_up_to[agency], local)
        steps[agency] = CallStep(order, [people[person] for person in chosen])
    return steps
