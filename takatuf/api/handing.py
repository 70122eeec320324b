"""The lead of an incident: who leads and led, offers of the lead, accepted or declined."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field, StringConstraints

from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Line, Prose, Shape
from takatuf.api.lookups import agency_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named
from takatuf.coordination.handing import MOST_NOTE, handed_over
from takatuf.coordination.services import answer_hand_over, offer_hand_over
from takatuf.incidents.access import hand_over_for, incident_by_id
from takatuf.incidents.queries import hand_overs_of, leads_of
from takatuf.incidents.services import withdraw_offer

if TYPE_CHECKING:
    from takatuf.incidents.models import HandOver

router = Router(tags=["Lead"])


class LedShape(Shape):
    """Who led from when to when."""

    agency: Named | None = Field(description="null: nobody led")
    since: datetime
    until: datetime | None = Field(description="null: leads now")
    hand_over: UUID | None = Field(description="null: entered under the facts")


class ThingShape(Shape):
    """One open thing, as it stood when the lead was offered."""

    thing: str = Field(description="Its name, as in task:<id> or entry:<number>")
    words: str
    language: str
    agency: str
    state: str = Field(description="In the caller's language")
    at: datetime | None = Field(description="When it is due, meets, or is reviewed")
    note: str = Field(description="What whoever offered the lead wrote beside it")


class OpenGroup(Shape):
    kind: str
    label: str
    count: int = Field(description="How many there were; the first hundred are listed")
    things: list[ThingShape]


class HandOverShape(Shape):
    id: UUID
    incident: UUID
    from_agency: Named | None
    to_agency: Named | None
    text: str
    language: str
    state: Literal["offered", "accepted", "declined", "withdrawn"]
    offered_by: Named | None
    offered_at: datetime
    offer_said_by: str
    answered_by: Named | None
    answered_at: datetime | None
    answer_note: str
    answer_said_by: str


class HandOverDetail(HandOverShape):
    open_things: list[OpenGroup]


Note = Annotated[Prose, StringConstraints(max_length=MOST_NOTE)]
Words = Annotated[Prose, StringConstraints(max_length=2000)]


class LeadOffer(Body):
    to_agency: UUID
    text: Prose = Field(description="What passes, what stays, and what to know")
    notes: Annotated[dict[Line, Note], Field(max_length=500)] = Field(
        {}, description="Words beside an open thing, by its name"
    )
    said_by: Line = Field("", description="Whose word it is and how, where another writes it down")


class Answer(Body):
    note: Words = Field("", description="Whoever declines says why")
    said_by: Line = Field("", description="Whose word it is and how, where another writes it down")


class Withdrawal(Body):
    note: Words = ""


def _values(one: HandOver) -> dict[str, Any]:
    copied = "text language state offered_at offer_said_by answered_at answer_note answer_said_by"
    return {
        "id": one.pk,
        "incident": one.incident_id,
        **{name: getattr(one, name) for name in copied.split()},
        **{
            name: named(getattr(one, name))
            for name in ("from_agency", "to_agency", "offered_by", "answered_by")
        },
    }


def _detail(request: Request, pk: UUID) -> HandOverDetail:
    one = hand_over_for(request.actor, pk)
    groups = [
        OpenGroup(
            kind=group.kind,
            label=group.label,
            count=group.count,
            things=[ThingShape(**line._asdict()) for line in group.lines],
        )
        for group in handed_over(one, language())
    ]
    return HandOverDetail(**_values(one), open_things=groups)


@router.get("/incidents/{uuid:incident}/leads", response=list[LedShape], summary="Who leads, led")
def leads(request: Request, incident: UUID) -> Any:
    """The present lead first."""
    return [
        LedShape(
            agency=named(led.agency),
            since=led.since,
            until=led.until,
            hand_over=led.hand_over.pk if led.hand_over else None,
        )
        for led in leads_of(incident_by_id(request.actor, incident))
    ]


@router.get(
    "/incidents/{uuid:incident}/hand-overs",
    response=Page[HandOverShape],
    summary="Offers of the lead, the newest first",
)
def hand_overs(request: Request, incident: UUID, paging: Query[Paging]) -> Any:
    found = hand_overs_of(incident_by_id(request.actor, incident))
    return page_of(found, paging, lambda one: HandOverShape(**_values(one)))


@router.post(
    "/incidents/{uuid:incident}/hand-overs",
    response={201: HandOverDetail},
    summary="Offer the lead to another agency",
)
def offer(
    request: Request,
    response: HttpResponse,
    incident: UUID,
    offer: LeadOffer,
    idempotency_key: Key,
) -> Any:
    """In writing, with the list of what is open; the receiving agency is told, and answers."""
    found = incident_by_id(request.actor, incident)

    def act() -> UUID:
        return offer_hand_over(
            request.actor,
            found,
            to_agency=agency_in(found.city, offer.to_agency, "to_agency"),
            text=offer.text,
            notes=offer.notes,
            said_by=offer.said_by,
            language=language(),
            now=timezone.now(),
        ).pk

    made = carry_out(request, response, idempotency_key, act, "hand-overs/%s")
    return _detail(request, made)


@router.get("/hand-overs/{uuid:hand_over}", response=HandOverDetail, summary="One hand-over")
def hand_over(request: Request, hand_over: UUID) -> Any:
    return _detail(request, hand_over)


def _answer(request: Request, pk: UUID, answer: Answer, *, accepts: bool) -> HandOverDetail:
    answer_hand_over(
        request.actor,
        hand_over_for(request.actor, pk),
        accepts=accepts,
        note=answer.note,
        said_by=answer.said_by,
        language=language(),
        now=timezone.now(),
    )
    return _detail(request, pk)


@router.post(
    "/hand-overs/{uuid:hand_over}/accept", response=HandOverDetail, summary="Accept the lead"
)
def accept(request: Request, hand_over: UUID, answer: Answer) -> Any:
    """The receiving agency leads from now on; a decision in the log."""
    return _answer(request, hand_over, answer, accepts=True)


@router.post(
    "/hand-overs/{uuid:hand_over}/decline", response=HandOverDetail, summary="Decline the lead"
)
def decline(request: Request, hand_over: UUID, answer: Answer) -> Any:
    return _answer(request, hand_over, answer, accepts=False)


@router.post(
    "/hand-overs/{uuid:hand_over}/withdraw", response=HandOverDetail, summary="Take the offer back"
)
def withdraw(request: Request, hand_over: UUID, withdrawal: Withdrawal) -> Any:
    found = hand_over_for(request.actor, hand_over)
    withdraw_offer(request.actor, found, note=withdrawal.note, now=timezone.now())
    return _detail(request, hand_over)
