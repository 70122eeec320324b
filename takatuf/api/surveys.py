"""Tables of needs: taken in, tried, told of row by row, undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from takatuf.api.door import Request
from takatuf.api.fields import Shape, Yes
from takatuf.api.imports import NewFile, RowTold, bytes_of
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import language
from takatuf.community.access import check_may_keep_issues, survey_for
from takatuf.community.queries import surveys_of
from takatuf.coordination.services import import_issues, undo_issues
from takatuf.incidents.access import incident_by_id

if TYPE_CHECKING:
    from takatuf.community.models import Survey

router = Router(tags=["Needs and gaps"])
TOLD = ("warnings", "rows", "columns")


class SurveyLine(Shape):
    id: UUID
    incident: UUID
    filename: str
    taken_in_at: datetime
    undone_at: datetime | None
    read: int
    new: int
    updated: int
    unchanged: int
    doubled: int = Field(description="Rows that stand in the file before")
    rejected: int


class SurveyColumn(Shape):
    heading: str
    field: str = Field(description="What it is read as; empty: it was not read")


class SurveyDetail(SurveyLine):
    warnings: list[str]
    rows: list[RowTold] = Field(description="Those that were not taken")
    columns: list[SurveyColumn]


class SurveyTried(Shape):
    """What became, or would become, of a table."""

    id: UUID | Literal[""] = Field(description="Empty where nothing was written")
    read: int
    new: int
    updated: int
    unchanged: int
    doubled: int
    rejected: int
    encoding: str
    date_order: str
    warnings: list[str]
    rows: list[RowTold]
    columns: list[SurveyColumn]


class NeedStays(Shape):
    line: int
    need: UUID
    number: int
    code: str
    message: str


class SurveyUndone(Shape):
    stays: list[NeedStays] = Field(description="What somebody changed since, or hangs on")


class NewSurvey(NewFile):
    dry_run: Yes = Field(False, description="Only see what it would do")


def _line(survey: Survey) -> dict[str, Any]:
    return {
        "id": survey.pk,
        "incident": survey.incident_id,
        "filename": survey.filename,
        "taken_in_at": survey.taken_in_at,
        "undone_at": survey.undone_at,
        **survey.counts,
    }


@router.get(
    "/incidents/{uuid:incident}/surveys", response=Page[SurveyLine], summary="Tables of needs"
)
def surveys(request: Request, incident: UUID, paging: Query[Paging]) -> Any:
    """Those that were taken in, the latest first."""
    found = incident_by_id(request.actor, incident)
    check_may_keep_issues(request.actor, found)
    return page_of(surveys_of(found), paging, lambda row: SurveyLine(**_line(row)))


@router.post(
    "/incidents/{uuid:incident}/surveys", response=SurveyTried, summary="Take in a table of needs"
)
def take_in(request: Request, incident: UUID, file: NewSurvey) -> Any:
    """At once, or with `dry_run` only told what it would do. The same file again adds nothing.
    Where something has to be answered first, the refusal's `field` names what."""
    taken = import_issues(
        request.actor,
        incident_by_id(request.actor, incident),
        bytes_of(file.data),
        filename=file.filename,
        language=language(),
        encoding=file.encoding or None,
        date_order=file.date_order,
        dry_run=file.dry_run,
        now=timezone.now(),
    )
    return SurveyTried(**taken.answer())


@router.get("/surveys/{uuid:survey}", response=SurveyDetail, summary="One table of needs")
def survey(request: Request, survey: UUID) -> Any:
    held = survey_for(request.actor, survey)
    check_may_keep_issues(request.actor, held.incident)
    return SurveyDetail(**_line(held), **{name: held.told.get(name, []) for name in TOLD})


@router.post("/surveys/{uuid:survey}/undo", response=SurveyUndone, summary="Take it back")
def undo(request: Request, survey: UUID) -> Any:
    """What somebody changed since, named an answer to or made an action of stays."""
    stays = undo_issues(request.actor, survey_for(request.actor, survey), now=timezone.now())
    return SurveyUndone(stays=[NeedStays(**row) for row in stays])
