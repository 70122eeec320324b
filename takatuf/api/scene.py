"""Messages from the scene (M/ETHANE): sent, read, and what becomes of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Latitude, Longitude, Moment, Prose, Shape, Yes
from takatuf.api.incidents import Facts, IncidentShape, Why, shape_of_incident, things_of
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named
from takatuf.coordination.services import (
    add_methane_to_incident,
    declare_from_methane,
    report_from_scene,
)
from takatuf.foundation.errors import NotFound, Refused
from takatuf.incidents.access import check_may_declare, incident_by_id, methane_by_id
from takatuf.incidents.queries import methanes_of, waiting_methanes
from takatuf.incidents.services import close_methane
from takatuf.incidents.vocabulary import Casualties, Kind
from takatuf.network.access import city_for

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident, Methane

router = Router(tags=["From the scene"])
Letter = Annotated[Prose, StringConstraints(max_length=1000)]
MAJOR = "M: whether it is a major incident; null where nobody knows yet"


class Letters(Body):
    """A message letter by letter; only where it is must be said."""

    is_major: Yes | None = Field(None, description=MAJOR)
    location: Annotated[Prose, StringConstraints(min_length=1, max_length=300)] = Field(
        description="E: exactly where"
    )
    lon: Longitude | None = Field(None, description="Degrees, WGS84")
    lat: Latitude | None = Field(None, description="Degrees, WGS84")
    kind: Kind | Literal[""] = Field("", description="T; empty: not known yet")
    details: Letter = Field("", description="T in words")
    hazards: Letter = Field("", description="H: present or suspected")
    access: Letter = Field("", description="A: routes that are safe to use")
    casualties: Casualties | Literal[""] = Field("", description="N")
    casualty_details: Letter = Field("", description="N: number, type and severity")
    services_present: Letter = Field("", description="E: emergency services on the scene")
    services_needed: Letter = Field("", description="E: emergency services still needed")
    observed_at: Moment | None = Field(None, description="When it was so; left out: now")
    is_exercise: Yes = Field(False, description="An update is what its incident is")
    incident: UUID | None = Field(None, description="An update about this incident")


class MethaneShape(Shape):
    id: UUID
    city: str = Field(description="The city's slug")
    number: int = Field(description="Counts within the city")
    acronym: str = Field(description="METHANE, ETHANE below a major incident, else M/ETHANE")
    incident: UUID | None
    is_major: bool | None = Field(description=MAJOR)
    location: str
    lon: float | None
    lat: float | None
    area: Named | None
    kind: str
    details: str
    hazards: str
    access: str
    casualties: str
    casualty_details: str
    services_present: str
    services_needed: str
    language: str
    observed_at: datetime
    received_at: datetime
    author: Named | None
    agency: Named | None
    is_exercise: bool
    outcome: Literal["waiting", "declared", "joined", "closed"]
    outcome_reason: str
    settled_at: datetime | None


class FromMessage(Facts):
    """The declaration that a message becomes; what is left out of place, time and casualties is
    taken from it, and it is an exercise if the message is."""


class Into(Body):
    incident: UUID


class WhichMessages(BaseModel):
    waiting: bool = Field(False, description="Only those that nobody has dealt with yet")


COPIED = (
    *("number", "acronym", "is_major", "location", "lon", "lat", "kind", "details", "hazards"),
    *("access", "casualties", "casualty_details", "services_present", "services_needed"),
    *("language", "observed_at", "received_at", "is_exercise", "outcome", "outcome_reason"),
    "settled_at",
)


def shape_of_methane(message: Methane) -> MethaneShape:
    return MethaneShape(
        id=message.pk,
        city=message.city.slug,
        incident=message.incident_id,
        area=named(message.area),
        author=named(message.author),
        agency=named(message.agency),
        **{name: getattr(message, name) for name in COPIED},
    )


@router.get(
    "/cities/{slug:city}/methanes",
    response=Page[MethaneShape],
    summary="Messages from the scene, the newest first",
)
def methanes(
    request: Request, city: str, which: Query[WhichMessages], paging: Query[Paging]
) -> Any:
    """Those that wait stand the longest waiting first."""
    found = city_for(request.actor, city)
    listed = waiting_methanes if which.waiting else methanes_of
    return page_of(listed(request.actor, found), paging, shape_of_methane)


@router.post(
    "/cities/{slug:city}/methanes",
    response={201: MethaneShape},
    summary="Send a message from the scene",
)
def send(
    request: Request, response: HttpResponse, city: str, letters: Letters, idempotency_key: Key
) -> Any:
    """Whoever holds a post in the city sends, also before anything is declared; whoever leads
    is told."""
    actor, now = request.actor, timezone.now()
    there = city_for(actor, city)

    def act() -> UUID:
        values = letters.model_dump()
        values |= {"kind": str(letters.kind), "casualties": str(letters.casualties)}
        values["incident"] = _incident(request, letters.incident) if letters.incident else None
        made: Methane = report_from_scene(actor, there, language=language(), now=now, **values)
        return made.pk

    made = carry_out(request, response, idempotency_key, act, "methanes/%s")
    return shape_of_methane(methane_by_id(actor, made))


def _incident(request: Request, pk: UUID) -> Incident:
    try:
        return incident_by_id(request.actor, pk)
    except NotFound:
        raise Refused(code="incident", field="incident") from None


@router.get("/methanes/{uuid:methane}", response=MethaneShape, summary="One message from the scene")
def methane(request: Request, methane: UUID) -> Any:
    return shape_of_methane(methane_by_id(request.actor, methane))


@router.post(
    "/methanes/{uuid:methane}/declare",
    response={201: IncidentShape},
    summary="Declare an incident from a message",
)
def declare(
    request: Request,
    response: HttpResponse,
    methane: UUID,
    declaration: FromMessage,
    idempotency_key: Key,
) -> Any:
    """The message becomes the first entry of the log; the agencies of the plan are called."""
    actor, now = request.actor, timezone.now()
    message = methane_by_id(actor, methane)
    check_may_declare(actor, message.city)

    def act() -> UUID:
        values = declaration.model_dump(exclude={"plan"})
        values |= things_of(message.city, declaration, values)
        values |= {"kind": str(declaration.kind), "casualties": str(declaration.casualties)}
        told = {
            "happened_at": message.observed_at,
            "place": message.location[:200],
            "casualties": message.casualties,
        }
        values |= {name: value for name, value in told.items() if not values[name]}
        incident: Incident = declare_from_methane(actor, message, now=now, **values)
        return incident.pk

    made = carry_out(request, response, idempotency_key, act, "incidents/%s")
    return shape_of_incident(incident_by_id(actor, made))


@router.post(
    "/methanes/{uuid:methane}/add",
    response=MethaneShape,
    summary="Add a message to an open incident",
)
def add(request: Request, methane: UUID, into: Into) -> Any:
    actor = request.actor
    message, incident = methane_by_id(actor, methane), _incident(request, into.incident)
    add_methane_to_incident(actor, message, incident, now=timezone.now())
    return shape_of_methane(methane_by_id(actor, methane))


@router.post(
    "/methanes/{uuid:methane}/close",
    response=MethaneShape,
    summary="Close a message without declaring",
)
def close(request: Request, methane: UUID, why: Why) -> Any:
    message = methane_by_id(request.actor, methane)
    close_methane(request.actor, message, reason=why.reason, now=timezone.now())
    return shape_of_methane(methane_by_id(request.actor, methane))
