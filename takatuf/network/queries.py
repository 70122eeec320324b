"""What others ask of the network: who is this person here, whom does an agency send."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from takatuf.accounts.models import Person
from takatuf.foundation.actors import Actor, Post
from takatuf.network.models import Appointment, Membership


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
