"""Who calls, and the cities, areas and agencies that they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from takatuf.api.door import Request
from takatuf.api.fields import Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language
from takatuf.network.access import agency_for, city_for, offer_for
from takatuf.network.queries import (
    agencies_of,
    areas_of,
    cities_of,
    name_in,
    offers_to,
    posts_in,
)
from takatuf.network.services import accept_offer, decline_offer

if TYPE_CHECKING:
    from takatuf.network.models import Agency, Area, City, Membership

router = Router(tags=["Cities and agencies"])


class PostShape(Shape):
    """A role that the caller holds; without a city, in the installation itself."""

    city: UUID | None
    agency: UUID | None
    role: str


class Me(Shape):
    id: UUID
    name: str
    language: str
    posts: list[PostShape]


class CityShape(Shape):
    id: UUID
    slug: str
    name: str
    country: str
    timezone: str
    languages: list[str]
    roles: list[str]


class AreaShape(Shape):
    id: UUID
    name: str
    code: str
    bounds: list[float]


class AgencyShape(Shape):
    id: UUID
    name: str
    kind: str
    level: str
    answers_needed: int


class PostHeld(Shape):
    """Somebody's post at an agency, and at which step they are called (0: never)."""

    id: UUID
    person: Named
    role: str
    call_order: int
    joined: bool = Field(
        description="Whether they came themselves. Until then the name is what the city wrote, "
        "and whoever has an account elsewhere may still decline"
    )


class OfferedPost(Shape):
    """A post that a city offers the caller."""

    id: UUID
    agency: str
    role: str


class PostOffer(Shape):
    """What a city offers the caller, and what it wrote of them; accepted or declined as one."""

    id: UUID
    city: str
    name: str
    phone: str
    posts: list[OfferedPost]


@router.get("/me", response=Me, summary="Who the token or session stands for")
def me(request: Request) -> Any:
    person = request.auth
    posts = sorted(request.actor.posts, key=str)
    return Me(
        id=person.pk,
        name=person.name,
        language=person.language,
        posts=[PostShape(city=p.city_id, agency=p.agency_id, role=p.role) for p in posts],
    )


@router.get("/me/offers", response=Page[PostOffer], summary="Posts that cities offer the caller")
def offers(request: Request, paging: Query[Paging]) -> Any:
    """A post in a city that the caller does not serve yet is theirs once they accept it."""

    def shape(card: Any) -> PostOffer:
        return PostOffer(
            id=card.pk,
            city=str(card.offered[0].agency.city),
            name=card.name,
            phone=card.phone,
            posts=[
                OfferedPost(id=post.pk, agency=str(post.agency), role=post.role)
                for post in card.offered
            ],
        )

    return page_of(offers_to(request.auth, timezone.now()), paging, shape)


@router.post("/me/offers/{uuid:offer}/accept", response={204: None}, summary="Serve the city")
def accept(request: Request, offer: UUID) -> Any:
    """All posts of the offer are the caller's; the city sees and calls the caller's account."""
    now = timezone.now()
    accept_offer(request.actor, offer_for(request.actor, offer, now), now=now)
    return None


@router.post(
    "/me/offers/{uuid:offer}/decline", response={204: None}, summary="Do not serve the city"
)
def decline(request: Request, offer: UUID) -> Any:
    """The posts end; the city's coordinator sees that they were declined."""
    now = timezone.now()
    decline_offer(request.actor, offer_for(request.actor, offer, now), now=now)
    return None


@router.get("/cities", response=Page[CityShape], summary="The cities that the caller serves")
def cities(request: Request, paging: Query[Paging]) -> Any:
    def shape(city: City) -> CityShape:
        return CityShape(
            id=city.pk,
            slug=city.slug,
            name=name_in(city.names, city.name, language()),
            country=city.country,
            timezone=city.timezone,
            languages=city.languages,
            roles=sorted(request.actor.roles_in(city.pk)),
        )

    return page_of(cities_of(request.actor), paging, shape)


@router.get("/cities/{slug:city}/areas", response=Page[AreaShape], summary="A city's areas")
def areas(request: Request, city: str, paging: Query[Paging]) -> Any:
    def shape(area: Area) -> AreaShape:
        name = name_in(area.names, area.name, language())
        return AreaShape(id=area.pk, name=name, code=area.code, bounds=area.bounds)

    return page_of(areas_of(city_for(request.actor, city)), paging, shape)


@router.get("/cities/{slug:city}/agencies", response=Page[AgencyShape], summary="A city's agencies")
def agencies(request: Request, city: str, paging: Query[Paging]) -> Any:
    def shape(agency: Agency) -> AgencyShape:
        return AgencyShape(
            id=agency.pk,
            name=name_in(agency.names, agency.name, language()),
            kind=agency.kind,
            level=agency.level,
            answers_needed=agency.answers_needed,
        )

    return page_of(agencies_of(city_for(request.actor, city)), paging, shape)


@router.get(
    "/agencies/{uuid:agency}/posts",
    response=Page[PostHeld],
    summary="Who serves at an agency, in call order",
)
def posts(request: Request, agency: UUID, paging: Query[Paging]) -> Any:
    def shape(post: Membership) -> PostHeld:
        return PostHeld(
            id=post.pk,
            person=Named(id=post.person.pk, name=post.person.name),
            role=post.role,
            call_order=post.call_order,
            joined=post.person.has_joined,
        )

    return page_of(posts_in(agency_for(request.actor, agency), timezone.now()), paging, shape)
