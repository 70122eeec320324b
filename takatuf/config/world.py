"""Builders of cities, agencies and people: the tests and the demo city use the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from takatuf.accounts.models import Person
from takatuf.foundation.actors import Actor
from takatuf.foundation.text import search_key
from takatuf.network.models import Agency, Area, City, DutyShift, Membership
from takatuf.network.queries import actor_for

PASSWORD = "shoulder-to-shoulder"  # noqa: S105  of people in tests and in the demo city


def make_city(slug: str = "marsa-noor", **fields: Any) -> City:
    values = {
        "name": "Marsa Noor",
        "country": "JO",
        "timezone": "Asia/Amman",
        "languages": ["ar", "en", "fr"],
    }
    return City.objects.create(slug=slug, **values | fields)


def make_agency(city: City, name: str, kind: str = "other", **fields: Any) -> Agency:
    return Agency.objects.create(city=city, name=name, kind=kind, **fields)


def make_person(
    name: str,
    *posts: tuple[Agency, str] | tuple[Agency, str, int],
    password: str | None = None,
    **fields: Any,
) -> Person:
    """A person with posts of (agency, role, call order). Without a password nobody signs in."""
    email = fields.pop("email", f"{search_key(name).replace(' ', '.')}@example.org")
    person = Person.objects.create_user(email, password, name=name, **fields)
    Membership.objects.bulk_create(
        Membership(person=person, agency=agency, role=role, call_order=(order or [1])[0])
        for agency, role, *order in posts
    )
    return person


def make_shifts(
    membership: Membership, starts: Any, ends: Any, weekdays: Sequence[int] = range(7)
) -> None:
    DutyShift.objects.bulk_create(
        DutyShift(membership=membership, weekday=day, starts=starts, ends=ends) for day in weekdays
    )


def make_area(
    city: City, name: str, west: float, south: float, size: float = 0.02, **fields: Any
) -> Area:
    """A square district with its south-west corner at (west, south), in degrees."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Area.objects.create(
        city=city,
        name=name,
        source_key=search_key(name),
        geometry={"type": "Polygon", "coordinates": [ring]},
        bounds=[west, south, east, north],
        **fields,
    )


def acting(person: Person) -> Actor:
    """The actor that this person is, with the posts they hold now."""
    return actor_for(person)
