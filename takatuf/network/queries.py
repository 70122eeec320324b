"""What others ask of the network: who is this person here, whom does an agency send."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from takatuf.accounts.models import Person
from takatuf.foundation.actors import Actor, Post
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import listed, search_key
from takatuf.network.lookalike import Warning, host_of, warnings_for
from takatuf.network.models import (
    Agency,
    Application,
    Appointment,
    Area,
    City,
    DutyShift,
    Judgement,
    Membership,
)
from takatuf.network.places import languages_of, zones_of
from takatuf.network.rules import InOrder, Shift, folded_authority, next_to_call, on_duty
from takatuf.network.vocabulary import ApplicationState, Listing, Verdict


def actor_for(person: Person) -> Actor:
    """The actor that a person is: all posts that they hold today, in every city."""
    held = Membership.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=timezone.now()), person=person, agency__is_active=True
    ).values_list("agency__city_id", "agency_id", "role")
    nowhere = Cast(Value(None), UUIDField())
    appointed = Appointment.objects.filter(person=person).values_list(nowhere, nowhere, "role")
    posts = frozenset(Post(*row) for row in held.union(appointed, all=True))
    return Actor(f"person:{person.pk}", person.name, person.pk, posts)


class CallStep(NamedTuple):
    """Who is asked next at an agency: a call order and its people, who are off duty when all
    on duty were asked. Order 0: nobody is left."""

    order: int
    people: list[Person]
    off_duty: bool = False


def people_to_call(asked: Mapping[UUID, Collection[UUID]], now: datetime) -> dict[UUID, CallStep]:
    """The next people to call at each agency, given who was asked there already.

    `asked` is {agency id: ids of people}. Two statements, however many agencies there are.
    Who left, or cannot sign in any more, is not called.
    """
    posts = list(
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__in=asked,
            call_order__gt=0,
            person__is_active=True,
        )
        .select_related("person", "agency__city")
        .order_by("agency_id", "call_order", "person__name", "person_id")
    )
    shifts: dict[UUID, list[Shift]] = {}
    turns = DutyShift.objects.filter(membership__agency__in=asked, membership__call_order__gt=0)
    for turn in turns:
        shift = Shift(turn.weekday, turn.starts, turn.ends)
        shifts.setdefault(turn.membership_id, []).append(shift)
    by_agency: dict[UUID, list[Membership]] = {}
    for post in posts:
        by_agency.setdefault(post.agency_id, []).append(post)
    steps = {agency: CallStep(0, []) for agency in asked}
    for agency, held in by_agency.items():
        people = {post.person_id: post.person for post in held}
        in_order = [InOrder(p.person_id, p.call_order, shifts.get(p.pk, ())) for p in held]
        local = now.astimezone(ZoneInfo(held[0].agency.city.timezone))
        step = next_to_call(in_order, asked[agency], local)
        steps[agency] = CallStep(
            step.order, [people[person] for person in step.people], step.off_duty
        )
    return steps


def posts_of_role(
    city: City, role: str, now: datetime, *, agency: Agency | None = None
) -> list[Membership]:
    """Who holds a role in a city at that moment, with person and agency; with `agency` those
    there, and in the whole city only where nobody does. Closed accounts hold nothing."""
    posts = list(
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__city=city,
            role=role,
            person__is_active=True,
        )
        .select_related("person", "agency")
        .order_by("call_order", "id")
    )
    at_agency = [post for post in posts if agency and post.agency_id == agency.pk]
    return at_agency or posts


def posts_of_roles(
    cities: Iterable[UUID], roles: Iterable[str], now: datetime
) -> QuerySet[Membership]:
    """Who holds one of these roles in one of these cities at that moment, with person, agency
    and city. A card is left out: whoever it means has not said that they serve there."""
    return (
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__city__in=list(cities),
            agency__is_active=True,
            role__in=list(roles),
            person__is_active=True,
            person__card_in=None,
        )
        .select_related("person", "agency__city")
        .order_by("agency__city__slug", "call_order", "id")
    )


def posts_on_duty(city: City, roles: Collection[str], now: datetime) -> list[Membership]:
    """Who holds one of these roles in the city and is on duty at that moment, with person and
    agency; where nobody is, all who hold them. Without a rota one is always on duty."""
    posts = list(
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__city=city,
            role__in=roles,
            person__is_active=True,
        )
        .select_related("person", "agency")
        .prefetch_related("shifts")
        .order_by("call_order", "id")
    )
    local = now.astimezone(ZoneInfo(city.timezone))
    present = []
    for post in posts:
        shifts = [Shift(turn.weekday, turn.starts, turn.ends) for turn in post.shifts.all()]
        if not shifts or on_duty(shifts, local):
            present.append(post)
    return present or posts


def first_to_tell(agencies: Iterable[Agency], now: datetime) -> list[Membership]:
    """Who is told first at each of these agencies: those who would be called first, on duty
    where somebody is, with person and agency. Closed accounts are told nothing."""
    steps = people_to_call({agency.pk: () for agency in agencies}, now)
    wanted = {(agency, person.pk) for agency, step in steps.items() for person in step.people}
    posts = (
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__in={agency for agency, _person in wanted},
            person__in={person for _agency, person in wanted},
        )
        .select_related("person", "agency")
        .order_by("call_order", "id")
    )
    return [post for post in posts if (post.agency_id, post.person_id) in wanted]


def person_in(city: City, email: str, now: datetime) -> Person | None:
    """Whom this city knows by an address: somebody who serves it today, else its own card.

    Somebody who does neither is nobody here, whatever else they do on this installation.
    """
    email = email.strip().lower()
    serving = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), agency__city=city)
    return (
        Person.objects.filter(email=email, pk__in=serving.values("person")).first()
        or Person.objects.filter(card_in=city.pk, card_email=email).first()
    )


def taken_addresses(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses (as `checked_email` gives them) that somebody on this installation
    has. For use cases that look before they write; nobody is told."""
    asked = sorted(addresses)
    found: set[str] = set()
    for start in range(0, len(asked), 1_000):  # SQLite takes no more than 32,766 at once
        some = asked[start : start + 1_000]
        people = Person.objects.filter(Q(email__in=some) | Q(card_email__in=some))
        for pair in people.values_list("email", "card_email"):
            found.update(address for address in pair if address)
    return found


def everyone_in(city: City) -> QuerySet[Person]:
    """Everybody who ever held a post in the city, and its cards, by name."""
    held = Membership.objects.filter(agency__city=city)
    return Person.objects.filter(Q(pk__in=held.values("person")) | Q(card_in=city.pk)).order_by(
        "name"
    )


def cities_of(actor: Actor) -> QuerySet[City]:
    """The cities that the actor serves, by name."""
    return City.objects.filter(pk__in=actor.city_ids).order_by("name")


def members() -> QuerySet[City]:
    """The cities that chose to stand in the public list, whoever reads it, by name."""
    return City.objects.exclude(listing=Listing.NOT_LISTED).order_by("name", "pk")


def somebody_else_curates(actor: Actor) -> bool:
    """Whether the secretariat has somebody beside this person, who can sign in."""
    secretariat = Appointment.objects.filter(role=Role.SECRETARIAT, person__is_active=True)
    return bool(secretariat.exclude(person=actor.person_id).exists())


def all_cities() -> QuerySet[City]:
    """Every city of this installation, for whoever keeps what is common to them."""
    return City.objects.order_by("name", "slug")


def cities_by_id(ids: Iterable[UUID]) -> dict[UUID, City]:
    """Cities by their identifier. Asks for no right: whoever calls has passed a door."""
    return City.objects.in_bulk(list(ids))


def agencies_of(city: City, *, retired: bool = False) -> QuerySet[Agency]:
    """The agencies that the city calls, by name; those retired too where asked."""
    found = city.agencies.order_by("name")
    return found if retired else found.filter(is_active=True)


def posts_in(agency: Agency, now: datetime) -> QuerySet[Membership]:
    """Who serves in the agency at that moment, in call order."""
    return (
        agency.memberships.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("person")
        .order_by("call_order", "person__name", "id")
    )


def contacts_of(
    city: City, now: datetime, *, wanted: str = "", retired: bool = False
) -> QuerySet[Agency]:
    """The city's agencies by name, each with `posts`: who serves there now, in call order,
    with their `shifts`. `wanted` is a part of an agency's or a person's name. Three
    statements, however many agencies there are."""
    posts = (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("person")
        .prefetch_related("shifts")
        .order_by("call_order", "person__name", "id")
    )
    found = agencies_of(city, retired=retired).prefetch_related(
        Prefetch("memberships", queryset=posts, to_attr="posts")
    )
    if key := search_key(wanted):
        # Few enough to be folded here: spellings of Arabic names differ too much for SQL.
        people = posts.filter(agency__city=city).values_list("agency_id", "person__name")
        named = {agency for agency, name in people if key in search_key(name)}
        named |= {
            agency.pk
            for agency in agencies_of(city, retired=retired)
            if any(key in search_key(str(n)) for n in [agency.name, *agency.names.values()])
        }
        found = found.filter(pk__in=named)
    return found


def posts_held_by(person: Person, now: datetime) -> QuerySet[Membership]:
    """The posts that a person holds at that moment, in every city, with agency and city."""
    return (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), agency__is_active=True)
        .filter(person=person)
        .select_related("agency__city")
        .order_by("agency__city__name", "agency__name", "role")
    )


def serves_still(
    person: Person, city: City, now: datetime, *, but: Membership | None = None
) -> bool:
    """Whether a person holds a post in the city at that moment, other than `but`."""
    held = Membership.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        person=person,
        agency__city=city,
        agency__is_active=True,
    )
    return (held.exclude(pk=but.pk) if but else held).exists()


def colleagues_of(city: City, now: datetime) -> list[Person]:
    """Everybody who serves the city at that moment and can sign in, by name."""
    held = Membership.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), agency__city=city, agency__is_active=True
    )
    people = Person.objects.filter(pk__in=held.values("person"), is_active=True)
    return list(people.order_by("name", "pk"))


def offers_to(person: Person, now: datetime) -> QuerySet[Person]:
    """The cards on which cities offer this person posts, each with its `offered` posts, their
    agency and city: one card a city. Two statements."""
    held = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), agency__is_active=True)
    return (
        Person.objects.filter(card_in__isnull=False, card_email=_proven(person))
        .filter(pk__in=held.values("person"))
        .prefetch_related(
            Prefetch(
                "memberships",
                queryset=held.select_related("agency__city").order_by("agency__name", "role"),
                to_attr="offered",
            )
        )
        .order_by("pk")
    )


def is_offered_a_post(person: Person, now: datetime) -> bool:
    """Whether any city offers this person a post; one statement."""
    return (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), agency__is_active=True)
        .filter(person__card_in__isnull=False, person__card_email=_proven(person))
        .exists()
    )


def _proven(person: Person) -> str:
    """The address under which cities' offers are the person's, empty where nobody has shown
    yet that it is theirs."""
    return person.email if person.email and person.let_in_by is None else ""


def declined_in(city: City, since: datetime) -> QuerySet[Membership]:
    """The posts of this city that were declined since then, the latest first."""
    return (
        Membership.objects.filter(agency__city=city, declined_at__gt=since)
        .select_related("person", "agency")
        .order_by("-declined_at", "id")
    )


def areas_of(city: City) -> QuerySet[Area]:
    """The city's areas by name, without their shapes."""
    return city.areas.order_by("name", "code", "source_key").defer("geometry")


def name_in(names: Mapping[str, str], fallback: str, language: str) -> str:
    """The name in a language where there is one, else the name itself."""
    return names.get(language) or names.get(language.split("-")[0]) or fallback


def area_at(city: City, lon: float, lat: float) -> Area | None:
    """The city's area at a point (WGS84 degrees), None where there is none.

    An edge belongs to its area. Where areas lie over one another the smallest is taken, and
    of equals the first by key, so that the same point always gives the same answer.
    """
    import shapely  # brings numpy, 15 MB that a process which maps nothing need not hold
    from shapely.geometry import Point, shape

    near = [
        pk
        for pk, bounds in city.areas.values_list("pk", "bounds")
        if len(bounds) == 4 and bounds[0] <= lon <= bounds[2] and bounds[1] <= lat <= bounds[3]
    ]
    point = Point(lon, lat)
    found: list[tuple[float, str, Area]] = []
    for area in Area.objects.filter(pk__in=near):
        surface = shape(area.geometry)
        if shapely.covers(surface, point):
            found.append((surface.area, area.source_key, area))
    return min(found, key=lambda each: each[:2])[2] if found else None


def area_named(city: City, text: str) -> Area | None:
    """The city's area with this name, in any of its languages and spellings, or this code.

    Names go before codes. Raises `Refused` where several areas answer to the text.
    """
    wanted = search_key(text)
    areas = list(areas_of(city)) if wanted else []
    ways: list[Any] = [
        lambda area: [area.name],
        lambda area: area.names.values(),
        lambda area: [area.code],
    ]
    for words in ways:
        found = [a for a in areas if any(search_key(str(word)) == wanted for word in words(a))]
        if len(found) > 1:
            raise Refused(
                _("“%(text)s” may be any of: %(areas)s. Give the name.")
                % {"text": text, "areas": listed(f"{a.name} ({a.code})" for a in found)},
                code="which-area",
                field="area",
            )
        if found:
            return found[0]
    return None


def agency_named(city: City, text: str) -> Agency | None:
    """The city's active agency with this name, in any of its languages and spellings."""
    wanted = search_key(text)
    for agency in agencies_of(city):
        if wanted in {search_key(str(name)) for name in [agency.name, *agency.names.values()]}:
            return agency
    return None


# Applications to join


def applications(which: str = "waiting") -> QuerySet[Application]:
    """The applications in a state, those that wait longest first; `all`: in any state, the
    latest first, but unconfirmed; `any`: with these; `alone`: admitted by one person, not
    looked at again. Asks for no right."""
    if which == "any":
        return Application.objects.order_by("-sent_at", "-id")
    found = Application.objects.exclude(state=ApplicationState.UNCONFIRMED)
    if which == "unconfirmed":
        return Application.objects.filter(state=which).order_by("sent_at", "id")
    if which == "all":
        return found.order_by("-sent_at", "-id")
    if which == "alone":
        later = Judgement.objects.filter(verdict=Verdict.LATER, void=False)
        by_one = Judgement.objects.filter(verdict=Verdict.YES, void=False).exclude(alone="")
        return (
            found.filter(state=ApplicationState.ADMITTED, pk__in=by_one.values("application"))
            .exclude(pk__in=later.values("application"))
            .order_by("settled_at", "id")
        )
    return found.filter(state=which).order_by("confirmed_at", "id")


def count_of_applications() -> dict[str, int]:
    """How many applications there are, by state; one statement."""
    return dict(Application.objects.order_by().values_list("state").annotate(Count("pk")))


def judgements_of(application: Application) -> list[Judgement]:
    """What the secretariat said of an application, in its order, with who said it."""
    return list(application.judgements.select_related("person").order_by("at", "id"))


def approvals_of(application: Application) -> list[Judgement]:
    """Who said yes, as it holds now."""
    return [j for j in judgements_of(application) if j.verdict == Verdict.YES and not j.void]


def secretariat() -> list[Person]:
    """Those who check applications and can sign in, by name."""
    people = Person.objects.filter(is_active=True, appointments__role=Role.SECRETARIAT)
    return list(people.order_by("name", "pk"))


class Likeness(NamedTuple):
    """Somebody who may be the same authority: a member, or another application."""

    city: City | None
    application: Application | None


def likely_same(application: Application) -> list[Likeness]:
    """Members of the same name in the same country, and other applications of them; the
    secretariat sees them, the applicant never."""
    country, _sep, folded = application.folded.partition(" ")
    cities = City.objects.filter(country=country.upper())
    if application.city_id:
        cities = cities.exclude(pk=application.city_id)
    same = [
        Likeness(city, None)
        for city in cities
        if folded in {folded_authority(search_key(n)) for n in [city.name, *city.names.values()]}
    ]
    others = (
        Application.objects.filter(folded=application.folded)
        .exclude(pk=application.pk)
        .exclude(state=ApplicationState.UNCONFIRMED)
        .order_by("-sent_at")[:20]
    )
    return [*same, *(Likeness(None, other) for other in others)]


def warnings_about(application: Application) -> list[Warning]:
    """What looks odd in the names and addresses of an application, beside the domains of other
    applications that are open or were admitted."""
    if not application.email:
        return []
    others = (
        Application.objects.exclude(pk=application.pk)
        .filter(state__in=[ApplicationState.WAITING, ApplicationState.ADMITTED])
        .order_by("-sent_at")
        .values_list("website", flat=True)[:500]
    )
    return warnings_for(
        email=application.email,
        website=application.website,
        authority=application.authority,
        known={host_of(website) for website in others},
    )


def proposal_for(application: Application) -> dict[str, Any]:
    """The city that would be made, as far as it is known: what somebody wrote, else what
    follows from name and country."""
    zones, official = zones_of(application.country), languages_of(application.country)
    spoken = [language for language in official if language in dict(settings.LANGUAGES)]
    languages = list(dict.fromkeys([*(spoken or official[:1]), application.language]))
    name = application.authority
    proposed: dict[str, Any] = {
        "slug": _free_slug(name, application.website, application.country),
        "name": name,
        "timezone": zones[0] if zones else "UTC",
        "languages": languages,
        "size": "town",
    }
    return {**proposed, **application.proposal}


def _free_slug(name: str, website: str, country: str) -> str:
    """A short name that no city has: of the Latin letters of the name; where it has none, as
    in Arabic, of what the authority calls its website; else of the country."""
    host = host_of(website)
    called = "" if host.startswith("xn--") else host.partition(".")[0]
    tried = (re.sub(r"[^a-z0-9]+", "-", search_key(one)).strip("-") for one in (name, called))
    letters = (one[:50].strip("-") for one in tried if re.search(r"[a-z]{2}", one))
    base = next(letters, f"{country.lower()}-city")
    taken = set(City.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in count(2))
    return base if base not in taken else next(one for one in numbered if one not in taken)
