"""Posts offered to somebody who serves another city: accepted or declined by them alone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from takatuf.accounts.leaving import somebody_left
from takatuf.accounts.models import Person
from takatuf.accounts.services import take_over
from takatuf.foundation.actors import Actor
from takatuf.journal.services import Act, PersonRef, record_many
from takatuf.network.access import offer_for
from takatuf.network.models import City, Membership


@transaction.atomic
def accept_offer(actor: Actor, card: Person, *, now: datetime) -> City:
    """Serve the city that wrote this card: its posts become the actor's own.

    From now on the city sees and calls the account, with the name, number and language that
    the person set, and its desk opens to them. What was asked of the card, and answered, is
    theirs as well. Answers the city.
    """
    card = _locked(actor, card, now)
    person = Person.objects.get(email=card.card_email)
    posts = list(card.memberships.select_related("agency__city").order_by("id"))
    held = [post for post in posts if post.ends_at is None or post.ends_at > now]
    city = held[0].agency.city
    before = PersonRef(card.pk, card.name)  # who the entries before this one speak of
    acts = [
        Act(
            "post.accepted",
            thing=f"post:{post.pk}",
            facts={"agency": post.agency.name, "role": post.role},
            people={"card": before},
        )
        for post in held
    ]
    # Recorded first, against the habit: whoever declares holds the log before they read whom
    # to call, and must not write a message to a card that goes in this moment.
    record_many(actor, acts, log=city.log, at=now)
    for post in posts:
        _make_own(post, person, now)
    take_over(card, person)
    return city


@transaction.atomic
def decline_offer(actor: Actor, card: Person, *, now: datetime) -> City:
    """Do not serve the city that wrote this card: its posts end, and its coordinator sees that.

    The city's record names the card alone: whose account it was, it never learns. Answers the
    city.
    """
    card = _locked(actor, card, now)
    held = list(
        card.memberships.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("agency__city")
        .order_by("id")
    )
    Membership.objects.filter(pk__in=[post.pk for post in held]).update(
        ends_at=now, declined_at=now
    )
    as_card = Actor(f"person:{card.pk}", card.name, card.pk)
    acts = [
        Act(
            "post.declined",
            thing=f"post:{post.pk}",
            facts={"agency": post.agency.name, "role": post.role},
        )
        for post in held
    ]
    city = held[0].agency.city
    record_many(as_card, acts, log=city.log, at=now)
    somebody_left(as_card, card, now=now, city=city.pk)
    return city


def _locked(actor: Actor, card: Person, now: datetime) -> Person:
    """The offer as it is now, held until the transaction ends; `NotFound` for another's."""
    Person.objects.select_for_update().filter(pk=card.pk).first()
    return offer_for(actor, card.pk, now)


def _make_own(post: Membership, person: Person, now: datetime) -> None:
    """Make this post the person's own; where they held it before, that one begins again."""
    twin = Membership.objects.filter(person=person, agency=post.agency_id, role=post.role).first()
    if twin is None:
        post.person = person
        post.save(update_fields=["person"])
        return
    if post.ends_at is None or post.ends_at > now:
        twin.call_order, twin.ends_at, twin.declined_at = post.call_order, post.ends_at, None
        twin.save(update_fields=["call_order", "ends_at", "declined_at"])
        twin.shifts.all().delete()
        post.shifts.update(membership=twin)
    post.delete()
