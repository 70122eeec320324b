"""Builders of cities, agencies and people: the tests and the demo city use the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from takatuf.accounts.models import Person
from takatuf.activities.models import Activity, ActivityPlace
from takatuf.foundation.actors import Actor
from takatuf.foundation.text import search_key
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency, Area, City, DutyShift, Membership
from takatuf.network.queries import actor_for
from takatuf.network.services.organisations import organisation_named

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


def make_activity(
    incident: Incident,
    service: str,
    *places: str,
    who: str = "City of Marsa Noor",
    now: datetime,
    **fields: Any,
) -> Activity:
    """Something that an organisation does, in districts by their English names or at other keys
    of places (`city`, `text:…`), reported and confirmed at `now` unless told."""
    owner = organisation_named(incident.city, who, source="", now=now)
    times = dict.fromkeys(("reported_at", "confirmed_at", "changed_at"), now)
    made: Activity = Activity.objects.create(
        **{"incident": incident, "organisation": owner, "service": service, **times, **fields}
    )
    areas = {area.name: area for area in incident.city.areas.all()}
    ActivityPlace.objects.bulk_create(
        ActivityPlace(
            activity=made,
            area=areas.get(place),
            key=f"area:{areas[place].pk}" if place in areas else place,
        )
        for place in places
    )
    return made


def acting(person: Person) -> Actor:
    """The actor that this person is, with the posts they hold now."""
    return actor_for(person)
