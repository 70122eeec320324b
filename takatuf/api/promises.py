"""The city's promises: read, made, moved, settled, given to another keeper, counted by quarter."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Line, Moment, Prose, Shape, Version
from takatuf.api.incidents import Slug
from takatuf.api.lookups import agency_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named
from takatuf.decisions.access import check_may_read_quarters, promise_for
from takatuf.decisions.queries import moves_of, promises_of, quarters
from takatuf.decisions.services import (
    give_promise,
    make_promise,
    move_promise,
    settle_promise,
    word_promise,
)
from takatuf.incidents.access import incident_by_id
from takatuf.network.access import city_for

if TYPE_CHECKING:
    from takatuf.decisions.models import Promise
    from takatuf.network.models import City

router = Router(tags=["Promises"])
Which = Literal["open", "quarter", "late", "kept", "broken", "released", "all"]
Words = Annotated[Prose, StringConstraints(max_length=2000)]
Role = Annotated[Line, StringConstraints(max_length=20)]


class MoveShape(Shape):
    was_due_at: datetime | None
    due_at: datetime
    reason: str
    moved_by: Named | None
    moved_at: datetime


class PromiseShape(Shape):
    """Who promised what to whom, by when, and whether it was kept."""

    id: UUID
    city: str = Field(description="The city's slug")
    number: int = Field(description="Counts within the city")
    incident: UUID | None
    entry: UUID | None = Field(description="Where it was written down, if in a log")
    text: str
    language: str
    promised_to: str
    promised_by: str
    agency: Named | None = Field(description="The agency that keeps it")
    role: str = Field(description="The role that keeps it; empty: any")
    made_at: datetime
    due_at: datetime | None
    state: Literal["open", "kept", "broken", "released"]
    settled_at: datetime | None
    note: str
    shown_words: str = Field(description="The words in which it may be shown to anybody")
    version: int


class PromiseDetail(PromiseShape):
    moves: list[MoveShape] = Field(description="How its day moved, the latest first")


class QuarterShape(Shape):
    """How a city kept what was due in one quarter."""

    year: int
    quarter: int
    due: int
    kept: int
    late: int = Field(description="Of those kept: after their day")
    broken: int
    released: int
    open: int


class NewPromise(Body):
    city: Slug
    text: Prose
    promised_to: Prose
    due_at: Moment
    incident: UUID | None = Field(None, description="It then stands in its log as well")
    promised_by: Annotated[Line, StringConstraints(max_length=120)] = ""
    agency: UUID | None = Field(None, description="Who keeps it; left out: the caller's own")
    role: Role = ""


class Ending(Body):
    outcome: Literal["kept", "broken", "released"]
    note: Prose
    version: Version | None = None


class Moving(Body):
    due_at: Moment
    reason: Words
    version: Version | None = None


class Giving(Body):
    agency: UUID | None = None
    role: Role = ""
    version: Version | None = None


class Wording(Body):
    words: Words = Field(description="No names of people; empty: it is counted and not shown")
    version: Version | None = None


class WhichPromises(BaseModel):
    city: Slug
    which: Which = "open"
    incident: UUID | None = None


class OfCity(BaseModel):
    city: Slug


def _values(one: Promise) -> dict[str, Any]:
    copied = (
        "number text language promised_to promised_by role made_at due_at state settled_at note "
        "shown_words version"
    )
    return {
        "id": one.pk,
        "city": one.city.slug,
        "incident": one.incident_id,
        "entry": one.entry_id,
        "agency": named(one.agency),
        **{name: getattr(one, name) for name in copied.split()},
    }


def _detail(request: Request, pk: UUID) -> PromiseDetail:
    one = promise_for(request.actor, pk=pk)
    moves = [
        MoveShape(
            was_due_at=move.was_due_at,
            due_at=move.due_at,
            reason=move.reason,
            moved_by=named(move.moved_by),
            moved_at=move.moved_at,
        )
        for move in moves_of(one)
    ]
    return PromiseDetail(**_values(one), moves=moves)


@router.get("/promises", response=Page[PromiseShape], summary="The promises of a city")
def promises(request: Request, which: Query[WhichPromises], paging: Query[Paging]) -> Any:
    """Those that the caller may know; open ones by their day, others the newest first."""
    city = city_for(request.actor, which.city)
    about = incident_by_id(request.actor, which.incident) if which.incident else None
    found = promises_of(request.actor, city, timezone.now(), which=which.which, incident=about)
    return page_of(found, paging, lambda one: PromiseShape(**_values(one)))


@router.get("/promises/quarters", response=list[QuarterShape], summary="Promises by quarter")
def by_quarter(request: Request, of: Query[OfCity]) -> Any:
    """The present quarter first, then the seven before it."""
    city = city_for(request.actor, of.city)
    check_may_read_quarters(request.actor, city)
    return [QuarterShape(**vars(row)) for row in quarters(city, timezone.now())]


def _agency(city: City, pk: UUID | None) -> Any:
    return agency_in(city, pk) if pk else None


@router.post("/promises", response={201: PromiseDetail}, summary="Enter a promise")
def make(
    request: Request, response: HttpResponse, promise: NewPromise, idempotency_key: Key
) -> Any:
    city = city_for(request.actor, promise.city)
    about = incident_by_id(request.actor, promise.incident) if promise.incident else None

    def act() -> UUID:
        values = promise.model_dump(exclude={"city", "incident", "agency"})
        made: Promise = make_promise(
            request.actor,
            city,
            incident=about,
            agency=_agency(city, promise.agency),
            language=language(),
            now=timezone.now(),
            **values,
        )
        return made.pk

    return _detail(request, carry_out(request, response, idempotency_key, act, "promises/%s"))


@router.get("/promises/{uuid:promise}", response=PromiseDetail, summary="One promise")
def promise(request: Request, promise: UUID) -> Any:
    return _detail(request, promise)


@router.post("/promises/{uuid:promise}/settle", response=PromiseDetail, summary="Say how it ended")
def settle(request: Request, promise: UUID, ending: Ending) -> Any:
    """Kept, not kept, or released by those it was made to; its entry in the log says the same."""
    found = promise_for(request.actor, pk=promise)
    settle_promise(request.actor, found, now=timezone.now(), **ending.model_dump())
    return _detail(request, promise)


@router.post("/promises/{uuid:promise}/move", response=PromiseDetail, summary="Move its day")
def move(request: Request, promise: UUID, moving: Moving) -> Any:
    found = promise_for(request.actor, pk=promise)
    move_promise(request.actor, found, now=timezone.now(), **moving.model_dump())
    return _detail(request, promise)


@router.post("/promises/{uuid:promise}/give", response=PromiseDetail, summary="Who keeps it")
def give(request: Request, promise: UUID, giving: Giving) -> Any:
    found = promise_for(request.actor, pk=promise)
    give_promise(
        request.actor,
        found,
        agency=_agency(found.city, giving.agency),
        role=giving.role,
        version=giving.version,
        now=timezone.now(),
    )
    return _detail(request, promise)


@router.put("/promises/{uuid:promise}/words", response=PromiseDetail, summary="How it is shown")
def words(request: Request, promise: UUID, wording: Wording) -> Any:
    """The words in which it may stand on the quarterly page."""
    found = promise_for(request.actor, pk=promise)
    word_promise(request.actor, found, now=timezone.now(), **wording.model_dump())
    return _detail(request, promise)
