"""Incidents: declared, made known better, led from phase to phase, and seen in one picture."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, Field, StrictInt, StringConstraints

from takatuf.api.activities import TaskShape, shapes_of_tasks
from takatuf.api.alerts import RollCallShape, shape_of_roll_call
from takatuf.api.decisions import EntryShape, shape_of_entry
from takatuf.api.description import table
from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Latitude, Line, Longitude, Moment, Prose, Shape, Yes, storable
from takatuf.api.lookups import agency_in, area_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named
from takatuf.api.tables import as_csv
from takatuf.coordination.queries import picture_of
from takatuf.coordination.services import (
    call_another_agency,
    change_phase,
    declare_incident,
    join_incidents,
)
from takatuf.decisions.services import plan_meeting
from takatuf.foundation.errors import Refused
from takatuf.incidents.access import check_may_declare, incident_by_id
from takatuf.incidents.queries import incidents_of, likely_duplicates, missing_facts, open_incidents
from takatuf.incidents.services import (
    correct_incident,
    lift_legal_hold,
    part_again,
    set_legal_hold,
)
from takatuf.incidents.vocabulary import Casualties, Kind
from takatuf.network.access import city_for
from takatuf.plans.queries import plan_by_slug
from takatuf.plans.vocabulary import Phase

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import City

router = Router(tags=["Incidents"])
BESIDE = ["city__slug", "area__name", "lead_agency__name"]

Title = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=160),
    AfterValidator(storable),
]
Severity = Annotated[
    StrictInt, Field(ge=1, le=4, description="1 limited, 2 serious, 3 major, 4 extreme")
]
Slug = Annotated[str, StringConstraints(max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")]


class IncidentShape(Shape):
    id: UUID
    city: str = Field(description="The city's slug")
    number: int = Field(description="Counts within the city")
    title: str
    kind: Kind
    severity: int
    casualties: str
    happened_at: datetime
    declared_at: datetime
    place: str
    area: Named | None
    lon: float | None
    lat: float | None
    targeted: str
    lead_agency: Named | None
    phase: Phase
    is_exercise: bool
    next_meeting_at: datetime | None
    next_meeting_place: str
    meeting_every_hours: int | None = Field(description="The rhythm of meetings")
    stood_down_at: datetime | None
    held_since: datetime | None = Field(description="Under legal hold since")
    joined_into: UUID | None
    updated_at: datetime


class Likely(Shape):
    """An open incident that may be the same event."""

    id: UUID
    number: int
    title: str


class IncidentDetail(IncidentShape):
    missing: list[str] = Field(description="Fields worth knowing that nobody has filled in yet")


class Declared(IncidentDetail):
    likely_duplicates: list[Likely]


class Facts(Body):
    """What is declared of an incident, whatever city it is in."""

    title: Title
    kind: Kind
    severity: Severity
    happened_at: Moment | None = Field(None, description="Left out: now")
    place: Line = ""
    area: UUID | None = Field(None, description="Left out: the area at the point")
    lon: Longitude | None = Field(None, description="Degrees, WGS84")
    lat: Latitude | None = Field(None, description="Degrees, WGS84")
    targeted: Prose = Field("", description="Who may be targeted; kept encrypted")
    lead_agency: UUID | None = None
    casualties: Casualties | Literal[""] = Field("", description="Asked of an attack")
    plan: Slug | None = Field(None, description="Left out: the city's own plan")


class Declaration(Facts):
    """What happened, where, when, how bad, who may be targeted, who leads now."""

    city: Slug
    is_exercise: Yes = Field(False, description="Chosen once, marked on all that leaves")


class FactsCorrection(Body):
    """What is to be filled in or corrected; what is left out stays as it is."""

    title: Title = ""
    kind: Kind = Kind.ATTACK
    severity: Severity = 1
    happened_at: Moment = datetime.min
    place: Line = ""
    area: UUID | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None
    targeted: Prose = ""
    lead_agency: UUID | None = None
    casualties: Casualties | Literal[""] = ""


class PhaseChange(Body):
    phase: Phase
    reason: Prose


class Why(Body):
    reason: Annotated[Prose, StringConstraints(max_length=2000)]


class Meeting(Body):
    at: Moment | None = Field(description="null: no meeting is planned")
    place: Annotated[Line, StringConstraints(max_length=160)] = ""


class OneAgency(Body):
    agency: UUID


class Joining(Body):
    into: UUID = Field(description="The incident that stays")


class WhichIncidents(BaseModel):
    city: Slug | None = Field(None, description="Left out: all cities of the caller")
    open: bool = Field(False, description="Only those neither stood down nor joined to another")


class WorkShape(Shape):
    workstream: str
    label: str
    open: int
    late: int
    blocked: int
    done: int


class PictureShape(Shape):
    """One page that shows it all, as it stood at `at`; lists are cut at twenty lines."""

    at: datetime
    incident: IncidentShape
    missing: list[str]
    roll_call: RollCallShape
    work: list[WorkShape]
    urgent: list[TaskShape]
    questions: list[EntryShape]
    reviews: list[EntryShape]
    promises: list[EntryShape]
    unknowns: list[EntryShape]
    latest: list[EntryShape]


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.pk,
        "city": incident.city.slug,
        "number": incident.number,
        "title": incident.title,
        "kind": incident.kind,
        "severity": incident.severity,
        "casualties": incident.casualties,
        "happened_at": incident.happened_at,
        "declared_at": incident.declared_at,
        "place": incident.place,
        "area": named(incident.area),
        "lon": incident.lon,
        "lat": incident.lat,
        "targeted": incident.targeted,
        "lead_agency": named(incident.lead_agency),
        "phase": incident.phase,
        "is_exercise": incident.is_exercise,
        "next_meeting_at": incident.next_meeting_at,
        "next_meeting_place": incident.next_meeting_place,
        "meeting_every_hours": int(incident.meeting_every.total_seconds() // 3600)
        if incident.meeting_every
        else None,
        "stood_down_at": incident.stood_down_at,
        "held_since": incident.held_since,
        "joined_into": incident.joined_into_id,
        "updated_at": incident.updated_at,
    }


def shape_of_incident(incident: Incident) -> IncidentShape:
    return IncidentShape(**_values(incident))


def detail_of(incident: Incident) -> IncidentDetail:
    """One incident with what nobody has filled in yet."""
    return IncidentDetail(**_values(incident), missing=missing_facts(incident))


def _found(request: Request, which: WhichIncidents) -> Any:
    city = city_for(request.actor, which.city) if which.city else None
    return (open_incidents if which.open else incidents_of)(request.actor, city)


@router.get("/incidents", response=Page[IncidentShape], summary="Incidents, the newest first")
def incidents(request: Request, which: Query[WhichIncidents], paging: Query[Paging]) -> Any:
    return page_of(_found(request, which), paging, shape_of_incident, beside=BESIDE)


COLUMNS = [
    "id",
    "city",
    "number",
    "title",
    "kind",
    "severity",
    "casualties",
    "happened_at",
    "declared_at",
    "place",
    "area",
    "lon",
    "lat",
    "targeted",
    "lead_agency",
    "phase",
    "is_exercise",
    "stood_down_at",
    "held_since",
]


@router.get(
    "/incidents.csv",
    summary="Incidents as CSV",
    openapi_extra=table("Every incident that the caller may know, the newest first"),
)
def incidents_csv(request: Request, which: Query[WhichIncidents]) -> HttpResponse:
    def row(incident: Incident) -> list[object]:
        values = _values(incident)
        for name in ("area", "lead_agency"):
            values[name] = values[name].name if values[name] else None
        return [values[name] for name in COLUMNS]

    return as_csv("incidents", COLUMNS, _found(request, which), row, BESIDE)  # type: ignore[return-value]


@router.post("/incidents", response={201: Declared}, summary="Declare an incident")
def declare(
    request: Request,
    response: HttpResponse,
    declaration: Declaration,
    idempotency_key: Key,
) -> Any:
    """Opens the incident, hands out the first actions and calls the agencies of the plan, all
    of it or none. Incidents that may be the same event are named in the answer: join them."""
    actor, now = request.actor, timezone.now()
    city = city_for(actor, declaration.city)
    check_may_declare(actor, city)

    def act() -> UUID:
        values = declaration.model_dump(exclude={"city", "plan"})
        values |= things_of(city, declaration, values)
        values["kind"] = declaration.kind.value
        values["casualties"] = str(declaration.casualties)
        incident: Incident = declare_incident(actor, city=city, now=now, **values)
        return incident.pk

    made = carry_out(request, response, idempotency_key, act, "incidents/%s")
    incident = incident_by_id(actor, made)
    alike = likely_duplicates(
        actor,
        city=city,
        kind=incident.kind,
        happened_at=incident.happened_at,
        now=now,
        area=incident.area,
        lon=incident.lon,
        lat=incident.lat,
        is_exercise=incident.is_exercise,
        other_than=incident.pk,
    )
    return Declared(
        **_values(incident),
        missing=missing_facts(incident),
        likely_duplicates=[Likely(id=o.pk, number=o.number, title=o.title) for o in alike],
    )


def things_of(city: City, declaration: Facts, values: dict[str, Any]) -> dict[str, Any]:
    """What a declaration names by identifier or slug, as things of its city."""
    found = _things(city, values)
    if declaration.plan:
        found["plan"] = plan_by_slug(city, declaration.plan)
        if found["plan"] is None:
            raise Refused(code="plan", field="plan")
    return found


def _things(city: City, values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if values.get("area") is not None:
        found["area"] = area_in(city, values["area"])
    if values.get("lead_agency") is not None:
        found["lead_agency"] = agency_in(city, values["lead_agency"], "lead_agency")
    return found


@router.get("/incidents/{uuid:incident}", response=IncidentDetail, summary="One incident")
def incident(request: Request, incident: UUID) -> Any:
    return detail_of(incident_by_id(request.actor, incident))


@router.patch("/incidents/{uuid:incident}", response=IncidentDetail, summary="Correct the facts")
def correct(request: Request, incident: UUID, correction: FactsCorrection) -> Any:
    found = incident_by_id(request.actor, incident)
    values = correction.model_dump(exclude_unset=True)
    values |= _things(found.city, values)
    for name in ("kind", "casualties"):
        if name in values:
            values[name] = str(values[name])
    correct_incident(request.actor, found, now=timezone.now(), **values)
    return detail_of(incident_by_id(request.actor, incident))


@router.post(
    "/incidents/{uuid:incident}/phase", response=IncidentDetail, summary="Change the phase"
)
def phase(request: Request, incident: UUID, change: PhaseChange) -> Any:
    """A decision: the reason goes into the log."""
    change_phase(
        request.actor,
        incident_by_id(request.actor, incident),
        change.phase.value,
        reason=change.reason,
        language=language(),
        now=timezone.now(),
    )
    return detail_of(incident_by_id(request.actor, incident))


@router.put("/incidents/{uuid:incident}/meeting", response=IncidentDetail, summary="Next meeting")
def meeting(request: Request, incident: UUID, meeting: Meeting) -> Any:
    found = incident_by_id(request.actor, incident)
    plan_meeting(request.actor, found, at=meeting.at, place=meeting.place, now=timezone.now())
    return detail_of(incident_by_id(request.actor, incident))


@router.post(
    "/incidents/{uuid:incident}/hold", response=IncidentDetail, summary="Put under legal hold"
)
def hold(request: Request, incident: UUID, why: Why) -> Any:
    """From here on nothing of the incident is deleted, erased or overwritten."""
    found = incident_by_id(request.actor, incident)
    set_legal_hold(request.actor, found, reason=why.reason, now=timezone.now())
    return detail_of(incident_by_id(request.actor, incident))


@router.post(
    "/incidents/{uuid:incident}/hold/lift", response=IncidentDetail, summary="Lift the legal hold"
)
def lift_hold(request: Request, incident: UUID, why: Why) -> Any:
    found = incident_by_id(request.actor, incident)
    lift_legal_hold(request.actor, found, reason=why.reason, now=timezone.now())
    return detail_of(incident_by_id(request.actor, incident))


@router.post("/incidents/{uuid:incident}/calls", response=RollCallShape, summary="Call an agency")
def call_agency(request: Request, incident: UUID, body: OneAgency) -> Any:
    """Gives an agency that the plan did not name its part in the incident, and calls it."""
    actor, now = request.actor, timezone.now()
    found = incident_by_id(actor, incident)
    call_another_agency(actor, found, agency_in(found.city, body.agency), now=now)
    return shape_of_roll_call(found)


@router.post(
    "/incidents/{uuid:incident}/join", response=IncidentDetail, summary="Join to another incident"
)
def join(request: Request, incident: UUID, joining: Joining) -> Any:
    """Two declarations of one event become one; both logs say so."""
    actor = request.actor
    found, into = incident_by_id(actor, incident), incident_by_id(actor, joining.into)
    join_incidents(actor, found, into, language=language(), now=timezone.now())
    return detail_of(into)


@router.post("/incidents/{uuid:incident}/part", response=IncidentDetail, summary="Undo a joining")
def part(request: Request, incident: UUID) -> Any:
    found = incident_by_id(request.actor, incident)
    return detail_of(part_again(request.actor, found, now=timezone.now()))


@router.get("/incidents/{uuid:incident}/roll-call", response=RollCallShape, summary="Who knows")
def roll_call(request: Request, incident: UUID) -> Any:
    """Which agencies answered, were asked, are silent, or have nobody to call: these first."""
    return shape_of_roll_call(incident_by_id(request.actor, incident))


@router.get("/incidents/{uuid:incident}/picture", response=PictureShape, summary="The picture")
def picture(request: Request, incident: UUID) -> Any:
    now = timezone.now()
    found = incident_by_id(request.actor, incident)
    seen = picture_of(found, now)
    return PictureShape(
        at=now,
        incident=shape_of_incident(found),
        missing=seen.missing,
        roll_call=shape_of_roll_call(found, seen.roll_call),
        work=[
            WorkShape(
                workstream=row.workstream,
                label=row.label,
                open=row.open,
                late=row.late,
                blocked=row.blocked,
                done=row.done,
            )
            for row in seen.work
        ],
        urgent=shapes_of_tasks(seen.urgent, now),
        **{
            name: [shape_of_entry(entry, brief=True) for entry in getattr(seen, name)]
            for name in ("questions", "reviews", "promises", "unknowns", "latest")
        },
    )
