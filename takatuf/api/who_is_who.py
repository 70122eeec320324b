"""Who is who and who leads what: organisations under all their names, and the agreed list."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router
from pydantic import Field, StringConstraints

from takatuf.api.door import Request
from takatuf.api.fields import Body, Line, Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, named
from takatuf.coordination.leading import practice_of
from takatuf.coordination.services import merge_organisations, unmerge_organisation
from takatuf.coordination.whoiswho import (
    known_organisations,
    names_of,
    proposals_of,
)
from takatuf.incidents.access import incident_by_id
from takatuf.network.access import (
    check_may_sort_organisations,
    city_for,
    organisation_by_id,
    organisation_for,
)
from takatuf.network.services import add_name, keep_apart
from takatuf.network.vocabulary import Sign
from takatuf.plans.access import check_may_read_plans
from takatuf.plans.leading import draft_of, lines_of, list_in_force

if TYPE_CHECKING:
    from takatuf.coordination.leading import Practice
    from takatuf.coordination.whoiswho import Proposal
    from takatuf.network.models import Organisation
    from takatuf.plans.leading import Line as Led

router = Router(tags=["Who is who"])
Signs = Annotated[tuple[Sign, ...], Field(max_length=12)]


class OrganisationShape(Shape):
    id: UUID
    name: str
    names: list[str] = Field(description="Every name that leads to it, in any script")
    level: str = Field(description="Of government; empty: not known")
    kind: str = Field(description="Empty: not known")
    agency: Named | None = Field(description="As which the city calls it")
    merged_into: UUID | None = Field(description="Whom it was said to be the same as")


class SignShape(Shape):
    code: Sign
    one: str = Field(description="The name, or level, on the side of the one to keep")
    other: str


class LikelySame(Shape):
    """Two organisations that may be one. Nothing is put together by itself."""

    kept: Named
    gone: Named
    sureness: int = Field(description="Out of 100")
    signs: list[SignShape]


class SameBody(Body):
    other: UUID = Field(description="Whose names and work come to this one")
    reasons: Signs = ()


class ApartBody(Body):
    other: UUID
    reasons: Signs = ()


class NameBody(Body):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]


class LedService(Shape):
    service: str
    name: str
    lead: str = Field(description="city, national or shared")
    usual: str = Field(description="Who leads it by the framework")
    note: str
    adds: str = Field(description="What the city adds, whoever leads")


class WhoLeads(Shape):
    """Who leads each service in a city."""

    number: int | None = Field(description="The version in force; null: as the framework says")
    agreed_at: datetime | None
    counterpart: str
    draft: int | None = Field(description="The version that waits for the yes of both sides")
    services: list[LedService]


class PracticeShape(Shape):
    service: str
    lead: str
    city: int = Field(description="Entries for which the city's own authorities answer")
    above: int = Field(description="Of authorities from the county to the nation")
    others: int
    needed: bool = Field(description="A need of it is open")
    departure: str = Field(description="other-leads, leader-absent, or empty: none")
    why: str = Field(description="In what, as a sentence")


class WhoLeadsHere(Shape):
    """Who is at work at an incident, held against who should lead."""

    number: int | None = Field(description="The version of the list; null: the framework's")
    services: list[PracticeShape]


def _shape(organisation: Organisation) -> OrganisationShape:
    return OrganisationShape(
        id=organisation.pk,
        name=organisation.name,
        names=[name.name for name in names_of(organisation)],
        level=organisation.level,
        kind=organisation.kind,
        agency=named(organisation.agency),
        merged_into=organisation.merged_into_id,
    )


def _fresh(request: Request, pk: UUID) -> OrganisationShape:
    return _shape(organisation_by_id(request.actor, pk))


@router.get(
    "/cities/{slug:city}/organisations",
    response=Page[OrganisationShape],
    summary="The organisations that a city knows",
)
def organisations(request: Request, city: str, paging: Query[Paging]) -> Any:
    """Those merged into another too, with whom. For those who sort them."""
    found = city_for(request.actor, city)
    check_may_sort_organisations(request.actor, found)
    return page_of(known_organisations(found), paging, _shape)


@router.get(
    "/cities/{slug:city}/organisations/likely-same",
    response=Page[LikelySame],
    summary="Organisations that may be one, the surest first",
)
def likely_same(request: Request, city: str, paging: Query[Paging]) -> Any:
    found = city_for(request.actor, city)
    check_may_sort_organisations(request.actor, found)

    def shape(pair: Proposal) -> LikelySame:
        return LikelySame(
            kept=Named(id=pair.kept.pk, name=pair.kept.name),
            gone=Named(id=pair.gone.pk, name=pair.gone.name),
            sureness=pair.sureness,
            signs=[
                SignShape(code=Sign(reason.code), one=reason.one, other=reason.other)
                for reason in pair.reasons
            ],
        )

    return page_of(proposals_of(found), paging, shape)


@router.get(
    "/organisations/{uuid:organisation}",
    response=OrganisationShape,
    summary="One organisation and its names",
)
def organisation(request: Request, organisation: UUID) -> Any:
    return _fresh(request, organisation)


@router.post(
    "/organisations/{uuid:organisation}/names",
    response=OrganisationShape,
    summary="Another name of it",
)
def name(request: Request, organisation: UUID, told: NameBody) -> Any:
    """Whoever is named so from now on is this one. Refused where another bears the name."""
    found = organisation_by_id(request.actor, organisation)
    add_name(request.actor, found, told.name, source=request.actor.name, now=timezone.now())
    return _fresh(request, organisation)


@router.post(
    "/organisations/{uuid:organisation}/merge",
    response=OrganisationShape,
    summary="Another is the same as this one",
)
def merge(request: Request, organisation: UUID, told: SameBody) -> Any:
    """The other's names and all that it does come here; it can be taken apart again."""
    kept = organisation_by_id(request.actor, organisation)
    gone = organisation_for(request.actor, kept.city, told.other)
    merge_organisations(request.actor, kept, gone, reasons=told.reasons, now=timezone.now())
    return _fresh(request, organisation)


@router.post(
    "/organisations/{uuid:organisation}/apart",
    response={204: None},
    summary="Another is not the same as this one",
)
def apart(request: Request, organisation: UUID, told: ApartBody) -> Any:
    """The two are not proposed as one again."""
    one = organisation_by_id(request.actor, organisation)
    two = organisation_for(request.actor, one.city, told.other)
    keep_apart(request.actor, one, two, reasons=told.reasons, now=timezone.now())
    return None


@router.post(
    "/organisations/{uuid:organisation}/unmerge",
    response=OrganisationShape,
    summary="It stands for itself again",
)
def unmerge(request: Request, organisation: UUID) -> Any:
    """With what had come from it to the other and still stands there."""
    gone = organisation_by_id(request.actor, organisation)
    unmerge_organisation(request.actor, gone, now=timezone.now())
    return _fresh(request, organisation)


@router.get("/cities/{slug:city}/who-leads", response=WhoLeads, summary="Who leads what in a city")
def who_leads(request: Request, city: str) -> Any:
    """As the city and its national counterpart agreed; else as the framework says."""
    found = city_for(request.actor, city)
    check_may_read_plans(request.actor, found)
    held, draft = list_in_force(found), draft_of(found)

    def shape(line: Led) -> LedService:
        return LedService(
            service=line.service.code,
            name=line.service.name,
            lead=line.lead,
            usual=line.service.lead,
            note=line.note,
            adds=line.service.what_the_city_adds,
        )

    return WhoLeads(
        number=held.number if held else None,
        agreed_at=held.agreed_at if held else None,
        counterpart=held.counterpart if held else "",
        draft=draft.number if draft else None,
        services=[shape(line) for line in lines_of(held)],
    )


@router.get(
    "/incidents/{uuid:incident}/who-leads",
    response=WhoLeadsHere,
    summary="Where practice departs from who leads what",
)
def who_leads_here(request: Request, incident: UUID) -> Any:
    found = practice_of(incident_by_id(request.actor, incident), timezone.now())

    def shape(one: Practice) -> PracticeShape:
        return PracticeShape(
            service=one.line.service.code,
            lead=one.line.lead,
            city=one.city,
            above=one.above,
            others=one.others,
            needed=one.needed,
            departure=one.departure,
            why=one.why,
        )

    return WhoLeadsHere(
        number=found.agreed.number if found.agreed else None,
        services=[shape(one) for one in found.services],
    )
