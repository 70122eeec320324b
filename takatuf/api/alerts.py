"""The roll-call of an incident; answers ticked by voice; messages tried again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from takatuf.alerts.access import call_for, delivery_for
from takatuf.alerts.notices import short_words
from takatuf.alerts.queries import calls_for, roll_call
from takatuf.alerts.services import acknowledge, call_again, retry_delivery, tick_by_voice
from takatuf.api.door import Request
from takatuf.api.fields import Body, Line, Shape
from takatuf.api.lookups import colleague_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named

if TYPE_CHECKING:
    from takatuf.alerts.models import Answer, Call, Delivery
    from takatuf.alerts.queries import RollCall, RollCallRow
    from takatuf.incidents.models import Incident

router = Router(tags=["Calls"])


class AnswerShape(Shape):
    person: Named | None
    way: Literal["link", "desk", "voice"]
    note: str
    at: datetime


class TroubleShape(Shape):
    """A message that did not leave."""

    delivery: UUID
    person: Named | None
    channel: Literal["email", "sms", "desk"]
    attempts: int
    error: str
    given_up_at: datetime | None


class CallShape(Shape):
    """One agency in the roll-call."""

    call: UUID
    agency: Named | None
    state: Literal["nobody_to_call", "silent", "asked", "answered"] = Field(
        description="nobody_to_call: the agency's list named nobody, so nothing was sent"
    )
    step: int
    answers_needed: int
    answers: list[AnswerShape]
    asked: list[Named]
    climbs_at: datetime | None
    answered_at: datetime | None
    silent_at: datetime | None
    trouble: list[TroubleShape]


class RollCallShape(Shape):
    incident: UUID
    answered: int
    asked: int
    silent: int
    nobody_to_call: int
    calls: list[CallShape]


class Tick(Body):
    """Somebody was told by voice: each person counts once."""

    person: UUID | None = Field(
        None, description="Who answered; left out: somebody unnamed, once for each call"
    )
    note: Line = Field("", description="At most 200 characters")


class WaitingCall(Shape):
    """A call that waits for the caller's own answer."""

    call: UUID
    agency: Named | None
    words: str = Field(description="What the message said, in the caller's language")
    incident: UUID | None
    exercise: bool
    asked_at: datetime | None


def _waiting(call: Call) -> WaitingCall:
    kind, _colon, about = call.alert.about.partition(":")
    return WaitingCall(
        call=call.pk,
        agency=named(call.agency),
        words=short_words(call.alert, call.agency, language()),
        incident=UUID(about) if kind == "incident" else None,
        exercise=call.alert.is_exercise,
        asked_at=call.asked_at,
    )


def _answer(answer: Answer) -> AnswerShape:
    return AnswerShape(
        person=named(answer.person),
        way=answer.way,  # type: ignore[arg-type]
        note=answer.note,
        at=answer.at,
    )


def _trouble(delivery: Delivery) -> TroubleShape:
    return TroubleShape(
        delivery=delivery.pk,
        person=named(delivery.person),
        channel=delivery.channel,  # type: ignore[arg-type]
        attempts=delivery.attempts,
        error=delivery.error,
        given_up_at=delivery.given_up_at,
    )


def _call(row: RollCallRow) -> CallShape:
    return CallShape(
        call=row.call.pk,
        agency=named(row.agency),
        state=row.state,  # type: ignore[arg-type]
        step=row.step,
        answers_needed=row.needed,
        answers=[_answer(answer) for answer in row.answers],
        asked=[Named(id=asked.person.pk, name=asked.person.name) for asked in row.asked],
        climbs_at=row.climbs_at,
        answered_at=row.answered_at,
        silent_at=row.silent_at,
        trouble=[_trouble(delivery) for delivery in row.trouble],
    )


def shape_of_roll_call(incident: Incident, seen: RollCall | None = None) -> RollCallShape:
    """The roll-call of an incident, those that need attention first."""
    seen = roll_call(incident.about) if seen is None else seen
    return RollCallShape(
        incident=incident.pk,
        **seen.counts,
        calls=[_call(row) for row in seen],
    )


@router.get("/calls", response=Page[WaitingCall], summary="Calls that wait for one's own answer")
def waiting(request: Request, paging: Query[Paging]) -> Any:
    """The newest first."""
    return page_of(calls_for(request.auth.pk), paging, _waiting)


@router.post(
    "/calls/{uuid:call}/acknowledge", response=AnswerShape, summary="Answer a call for oneself"
)
def answer(request: Request, call: UUID) -> Any:
    """As the link in the message does. A second time changes nothing and gives the first answer.

    Those of the agency answer, and nobody for another; for others see `answers`.
    """
    found = call_for(request.actor, call)
    return _answer(acknowledge(request.actor, found, person=request.auth, now=timezone.now()))


@router.post(
    "/calls/{uuid:call}/answers", response={201: AnswerShape}, summary="Tick an answer by voice"
)
def tick(request: Request, call: UUID, tick: Tick) -> Any:
    """Twice the same is once."""
    found = call_for(request.actor, call)
    answer = tick_by_voice(
        request.actor,
        found,
        person=colleague_in(request.actor, found.alert.city, tick.person) if tick.person else None,
        note=tick.note,
        now=timezone.now(),
    )
    return _answer(answer)


@router.post("/calls/{uuid:call}/repeat", response={204: None}, summary="Send the call once more")
def repeat(request: Request, call: UUID) -> Any:
    """To everyone asked at this agency who has not answered. Where its list named nobody, to
    those who are first in it now."""
    call_again(request.actor, call_for(request.actor, call), now=timezone.now())
    return None


@router.post(
    "/deliveries/{uuid:delivery}/retry", response={204: None}, summary="Try a message again"
)
def retry(request: Request, delivery: UUID) -> Any:
    """One that was given up is tried with all its attempts, under the same Message-ID."""
    retry_delivery(request.actor, delivery_for(request.actor, delivery), now=timezone.now())
    return None
