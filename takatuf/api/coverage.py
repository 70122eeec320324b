"""Who does what, seen as a whole: the table of cover, and the entries as others exchange them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from takatuf.activities.coverage import DIMENSIONS
from takatuf.activities.exchange.writing import FORMS
from takatuf.activities.queries import Wanted
from takatuf.activities.services import take_out_activities
from takatuf.activities.vocabulary import Population, Status
from takatuf.api.door import Request
from takatuf.api.fields import Shape
from takatuf.coordination.coverage import checked_dimensions, document_of, table_of
from takatuf.incidents.access import incident_by_id
from takatuf.network.vocabulary import Level

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

router = Router(tags=["Who does what"])
MOST_BY = 60


class CoverValue(Shape):
    """Something by which activities are laid out."""

    code: str
    name: str
    id: UUID | None = Field(description="Of a district or an organisation")


class CoverFigures(Shape):
    activities: int = Field(description="That cover: under way that day, and confirmed in time")
    organisations: int
    levels: dict[str, int] = Field(
        description="local, regional, national, international; empty: not said"
    )
    people_a_week: int | None
    planned: int
    unconfirmed: int
    paused: int
    over: int
    needs: int
    people_in_need: int | None
    people_source: list[str] = Field(description="Whose counts or estimates")
    seriousness: int | None = Field(description="Of the most serious need, 1 to 4")


class CoverSum(CoverFigures):
    service: CoverValue | None = None
    area: CoverValue | None = None
    level: CoverValue | None = None
    organisation: CoverValue | None = None
    population: CoverValue | None = None
    channel: CoverValue | None = None
    status: CoverValue | None = None
    sector: CoverValue | None = None


class CoverRow(CoverSum):
    covered: Literal["yes", "partly", "no"]


class CoverTable(Shape):
    incident: UUID
    by: list[str]
    on: date
    rows: list[CoverRow]
    sums: dict[str, list[CoverSum]]
    whole: CoverFigures


class WhichCover(BaseModel):
    by: Annotated[str, StringConstraints(max_length=MOST_BY)] = Field(
        "service,area", description=f"One or two of {', '.join(DIMENSIONS)}"
    )
    level: Level | None = None
    population: Population | None = None
    organisation: UUID | None = None
    status: Status | Literal["all"] | None = Field(
        None, description="Left out: what is planned, under way or paused"
    )
    on: date | None = Field(None, description="Left out: today, in the city's zone")


@router.get(
    "/incidents/{uuid:incident}/coverage",
    response=CoverTable,
    summary="How many do what, where, at which level of government, beside what is needed",
)
def coverage(request: Request, incident: UUID, which: Query[WhichCover]) -> Any:
    found = incident_by_id(request.actor, incident)
    wanted = Wanted(
        level=which.level or "",
        population=which.population or "",
        organisation=which.organisation,
        status=which.status or "",
    )
    by = checked_dimensions(which.by)
    table = table_of(found, by, wanted, now=timezone.now(), on=which.on)
    return {"incident": found.pk, **document_of(table)}


def _described(form: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if form == "json":
        schema = {"type": "array", "items": {"type": "object"}}
    elif form == "xlsx":
        schema["format"] = "binary"
    said = "A row with headings, a row with hashtags, and a row for each entry in force"
    if form == "json":
        said = "An object for each entry in force, with the hashtags as names"
    content_type = FORMS[form].content_type.partition(";")[0]
    return {
        "responses": {200: {"description": said, "content": {content_type: {"schema": schema}}}}
    }


def _taken_out(request: Request, incident: UUID, form: str) -> HttpResponse:
    found: Incident = incident_by_id(request.actor, incident)
    taken = take_out_activities(request.actor, found, form=form, now=timezone.now())
    chosen = FORMS[form]
    name = f"{found.city.slug}-{found.number}-who-does-what.{chosen.ending}"
    return StreamingHttpResponse(  # type: ignore[return-value]
        chosen.written(taken.sheet),
        content_type=chosen.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get(
    "/incidents/{uuid:incident}/who-does-what.csv",
    summary="Who does what as HXL (CSV)",
    openapi_extra=_described("hxl"),
)
def who_does_what_csv(request: Request, incident: UUID) -> HttpResponse:
    return _taken_out(request, incident, "hxl")


@router.get(
    "/incidents/{uuid:incident}/who-does-what.xlsx",
    summary="Who does what as a workbook",
    openapi_extra=_described("xlsx"),
)
def who_does_what_xlsx(request: Request, incident: UUID) -> HttpResponse:
    return _taken_out(request, incident, "xlsx")


@router.get(
    "/incidents/{uuid:incident}/who-does-what.json",
    summary="Who does what as HXL (JSON)",
    openapi_extra=_described("json"),
)
def who_does_what_json(request: Request, incident: UUID) -> HttpResponse:
    return _taken_out(request, incident, "json")
