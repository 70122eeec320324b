"""Overlaps: found, read with their reasons, settled, taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from takatuf.activities.access import overlap_for
from takatuf.activities.queries import agreements_of, area_names, overlaps_of
from takatuf.activities.services import (
    find_overlaps,
    keep_agreement,
    reopen_overlap,
    settle_overlap,
)
from takatuf.activities.wording import reasons_of
from takatuf.api.door import Request
from takatuf.api.fields import Body, Prose, Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, named
from takatuf.foundation.roles import Role
from takatuf.incidents.access import incident_by_id

if TYPE_CHECKING:
    from takatuf.activities.models import Activity, Agreement, Overlap

router = Router(tags=["Overlaps"])
Says = Literal["same", "complementary", "reserve", "hand-over", "lead", "none"]


class OverlapSide(Shape):
    """One of the two activities."""

    id: UUID
    title: str
    organisation: Named
    level: str
    service: str


class OverlapReason(Shape):
    part: Literal["service", "place", "people", "time", "channel", "topic", "text"]
    said: str = Field(description="In the language of the request")
    score: int | None = Field(description="How far both agree, of 100; none: nobody said")


class OverlapShape(Shape):
    """Two activities that look like the same work."""

    id: UUID
    incident: UUID
    a: OverlapSide
    b: OverlapSide
    rule: Literal["horizontal", "vertical", "number", "fund", "event"]
    red: bool = Field(description="To be settled before the others")
    score: int = Field(description="Of 100")
    state: Literal["open", "settled", "gone"]
    role: str = Field(description="Whose answer is awaited")
    found_at: datetime
    passes_at: datetime | None = Field(description="To the next who may decide")


class AgreementShape(Shape):
    answer: Says
    reason: str
    organisation: Named | None = Field(description="Who leads, or takes over")
    kept: UUID | None = Field(description="The entry into which the other was merged")
    role: str = Field(description="Who sees that it is kept")
    review_on: date
    decided_by: Named | None
    decided_at: datetime
    ended_at: datetime | None


class OverlapDetail(OverlapShape):
    reasons: list[OverlapReason]
    agreements: list[AgreementShape] = Field(description="The newest first")


class ComparisonShape(Shape):
    """What comparing brought; nothing yet where there are many and the worker does it."""

    done: bool
    new: int = 0
    open: int = 0
    gone: int = 0


class OverlapAnswer(Body):
    answer: Says
    review_on: date = Field(description="When it is looked at again")
    reason: Prose = Field("", description="Needed for complementary and reserve")
    organisation: UUID | None = Field(None, description="Of the two; for hand-over and lead")
    kept: UUID | None = Field(None, description="The entry that stays; for same")
    role: Role | None = Field(None, description="Who sees that it is kept; else who was asked")


class AgreementKept(Body):
    review_on: date = Field(description="When it is looked at again")


class WhichOverlaps(BaseModel):
    which: Literal["open", "settled", "review", "all"] = "open"


def _side(one: Activity) -> dict[str, Any]:
    return {
        "id": one.pk,
        "title": str(one),
        "organisation": named(one.organisation),
        "level": one.level,
        "service": one.service,
    }


def _values(one: Overlap) -> dict[str, Any]:
    copied = ("rule", "score", "state", "role", "found_at", "passes_at")
    return {
        "id": one.pk,
        "incident": one.incident_id,
        "a": _side(one.a),
        "b": _side(one.b),
        "red": one.is_red,
        **{name: getattr(one, name) for name in copied},
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    copied = ("answer", "reason", "role", "review_on", "decided_at", "ended_at")
    return {
        **{name: getattr(one, name) for name in copied},
        "organisation": named(one.organisation),
        "kept": one.kept_id,
        "decided_by": named(one.decided_by),
    }


def _detail(one: Overlap) -> dict[str, Any]:
    return {
        **_values(one),
        "reasons": [
            {"part": reason.part, "said": reason.said, "score": reason.score}
            for reason in reasons_of(one.parts, area_names(one.incident.city))
        ],
        "agreements": [_agreement(each) for each in agreements_of(one)],
    }


@router.get(
    "/incidents/{uuid:incident}/overlaps",
    response=Page[OverlapShape],
    summary="List an incident's overlaps",
)
def overlaps(
    request: Request, incident: UUID, which: Query[WhichOverlaps], paging: Query[Paging]
) -> Any:
    """Those that are red first, then the strongest."""
    found = incident_by_id(request.actor, incident)
    return page_of(overlaps_of(found, which.which, now=timezone.now()), paging, _values)


@router.post(
    "/incidents/{uuid:incident}/overlaps/find",
    response={200: ComparisonShape},
    summary="Compare an incident's activities now",
)
def compare(request: Request, incident: UUID) -> Any:
    """They are also compared whenever one changes."""
    found = find_overlaps(
        request.actor, incident_by_id(request.actor, incident), now=timezone.now()
    )
    return {"done": found is not None, **(found._asdict() if found else {})}


@router.get("/overlaps/{uuid:overlap}", response=OverlapDetail, summary="Read an overlap")
def overlap(request: Request, overlap: UUID) -> Any:
    return _detail(overlap_for(request.actor, overlap))


@router.post(
    "/overlaps/{uuid:overlap}/settle",
    response=OverlapDetail,
    summary="Say what two activities are to each other",
)
def settle(request: Request, overlap: UUID, answer: OverlapAnswer) -> Any:
    found = overlap_for(request.actor, overlap)
    sides = {side.pk: side for side in (found.a, found.b)}
    owners = {side.organisation_id: side.organisation for side in (found.a, found.b)}
    settle_overlap(
        request.actor,
        found,
        answer=answer.answer,
        reason=answer.reason,
        organisation=owners.get(answer.organisation) if answer.organisation else None,
        kept=sides.get(answer.kept) if answer.kept else None,
        role=answer.role or "",
        review_on=answer.review_on,
        now=timezone.now(),
    )
    return _detail(overlap_for(request.actor, overlap))


@router.post(
    "/overlaps/{uuid:overlap}/reopen",
    response=OverlapDetail,
    summary="Take back what was agreed",
)
def reopen(request: Request, overlap: UUID) -> Any:
    """Entries that were merged stand each by itself again."""
    reopen_overlap(request.actor, overlap_for(request.actor, overlap), now=timezone.now())
    return _detail(overlap_for(request.actor, overlap))


@router.post(
    "/overlaps/{uuid:overlap}/keep",
    response=OverlapDetail,
    summary="Keep what was agreed, until another day",
)
def keep(request: Request, overlap: UUID, told: AgreementKept) -> Any:
    found = overlap_for(request.actor, overlap)
    keep_agreement(request.actor, found, review_on=told.review_on, now=timezone.now())
    return _detail(overlap_for(request.actor, overlap))
