"""Situation reports: listed, read in every language, and taken away as PDF."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from takatuf.api.door import Request
from takatuf.api.fields import Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.communications.access import report_by_id
from takatuf.communications.queries import figures_of, is_unchanged, reports_of, texts_of
from takatuf.communications.services import pdf_of_report
from takatuf.communications.vocabulary import code_label
from takatuf.foundation.errors import NotFound
from takatuf.incidents.access import incident_by_id

if TYPE_CHECKING:
    from takatuf.communications.models import Report

router = Router(tags=["Situation reports"])
PDF = {
    "responses": {
        200: {
            "description": "The report as tagged PDF (PDF/UA-1)",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class ReportShape(Shape):
    id: UUID
    incident: UUID
    number: int = Field(description="Counts within the city")
    state: str = Field(description="draft, sent-back, waiting, approved, superseded, withdrawn")
    audience: str = Field(description="partners: those at the incident; public: everyone")
    languages: list[str] = Field(description="In which it exists; the first is its source")
    as_of: datetime = Field(description="When the picture was read that it was drafted from")
    version: int
    is_exercise: bool
    approved_at: datetime | None
    approved_as: str = Field(description="The post of whoever approved it")
    second_look: str = Field(
        description="Of one approved alone: open, confirmed, objected; else empty"
    )
    follows: UUID | None = Field(description="The report that it superseded")
    ended_at: datetime | None = Field(description="When it was superseded or withdrawn")
    content_hash: str = Field(description="Fingerprint of its content, in the journal")


class Version(Shape):
    language: str
    words: str
    state: str = Field(description="source, draft, reviewed, approved, behind …")


class SectionText(Shape):
    code: str
    label: str = Field(description="In the caller's language")
    versions: list[Version]


class FigureName(Shape):
    language: str
    label: str
    unit: str
    source: str


class FigureShape(Shape):
    key: str = Field(description="Of one that the system counted; else empty")
    value: str
    as_of: datetime
    confirmed_by: str = Field(description="Post or agency; empty: nobody has confirmed it")
    names: list[FigureName]


class ReportDetail(ReportShape):
    unchanged: bool | None = Field(
        description="Whether it still is what was approved; null for a draft"
    )
    texts: list[SectionText]
    figures: list[FigureShape]


class WhichLanguage(BaseModel):
    language: str = Field(
        "", max_length=8, description="One of the report's languages; left out: its source"
    )


def _values(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk,
        "incident": report.incident_id,
        "number": report.number,
        "state": report.state,
        "audience": report.audience,
        "languages": report.languages,
        "as_of": report.as_of,
        "version": report.version,
        "is_exercise": bool(report.head.get("is_exercise")),
        "approved_at": report.approved_at,
        "approved_as": report.approved_as,
        "second_look": report.second_look,
        "follows": report.follows_id,
        "ended_at": report.ended_at,
        "content_hash": report.content_hash,
    }


@router.get(
    "/incidents/{uuid:incident}/reports",
    response=Page[ReportShape],
    summary="Situation reports of an incident, the newest first",
)
def reports(request: Request, incident: UUID, paging: Query[Paging]) -> Any:
    """Drafts are listed for those who write and approve reports."""
    found = reports_of(request.actor, incident_by_id(request.actor, incident))
    return page_of(found, paging, lambda report: ReportShape(**_values(report)))


@router.get("/reports/{uuid:report}", response=ReportDetail, summary="One situation report")
def report(request: Request, report: UUID) -> Any:
    found = report_by_id(request.actor, report)
    return ReportDetail(
        **_values(found),
        unchanged=is_unchanged(found) if found.content_hash else None,
        texts=[
            SectionText(
                code=code,
                label=code_label(code),
                versions=[Version(language=key, **version) for key, version in versions.items()],
            )
            for code, versions in texts_of(found).items()
        ],
        figures=[
            FigureShape(
                key=figure.key,
                value=figure.value,
                as_of=figure.as_of,
                confirmed_by=figure.confirmed_by,
                names=[FigureName(language=key, **words) for key, words in figure.words.items()],
            )
            for figure in figures_of(found)
        ],
    )


@router.get("/reports/{uuid:report}/pdf", summary="One situation report as PDF", openapi_extra=PDF)
def report_pdf(request: Request, report: UUID, which: Query[WhichLanguage]) -> HttpResponse:
    """In one of its languages; a language that it does not exist in is not found."""
    found = report_by_id(request.actor, report)
    language = which.language or found.source_language
    if language not in found.languages:
        raise NotFound
    return HttpResponse(pdf_of_report(found, language), content_type="application/pdf")
