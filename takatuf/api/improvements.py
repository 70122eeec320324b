"""The framework's improvements beside a city's plan: read, taken, declined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from takatuf.api.door import Request
from takatuf.api.fields import Body, Line, Prose, Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.foundation.errors import NotFound
from takatuf.network.access import city_for
from takatuf.plans.access import plan_for_actor
from takatuf.plans.improvements import improvement_of, improvements_of
from takatuf.plans.services import decline_improvement, take_all_untouched, take_improvement

if TYPE_CHECKING:
    from takatuf.plans.improvements import Improvement
    from takatuf.plans.models import Plan

router = Router(tags=["Plans"])
PLAN = "/cities/{slug:city}/plans/{slug:plan}/improvements"


class DifferenceShape(Shape):
    field: str
    label: str
    ours: str = Field(description="As the plan says it, in words of the caller's language")
    theirs: str = Field(description="As the framework says it now")
    edited: bool = Field(description="The city changed it; taking gives that up")


class ImprovementShape(Shape):
    code: str
    kind: Literal["new", "changed", "withdrawn"]
    since: str = Field(description="The framework's version that brought it")
    workstream: str
    phase: str
    title: str
    untouched: bool = Field(description="Taking it gives up nothing that the city wrote")
    declined: bool
    reason: str = Field(description="Why it was declined")
    differences: list[DifferenceShape]


class Taking(Body):
    since: Line | None = Field(None, description="The version that was read; else the present")


class Declining(Body):
    reason: Prose
    since: Line | None = Field(None, description="The version that was read; else the present")


class Taken(Shape):
    taken: int = Field(description="How many")


def _plan(request: Request, city: str, plan: str) -> Plan:
    return plan_for_actor(request.actor, city_for(request.actor, city), plan)


def _shape(one: Improvement) -> ImprovementShape:
    return ImprovementShape(
        **{
            name: getattr(one, name)
            for name in ("code", "kind", "since", "workstream", "phase", "title", "untouched")
        },
        declined=one.declined is not None,
        reason=one.declined.reason if one.declined else "",
        differences=[
            DifferenceShape(
                field=each.field,
                label=each.label,
                ours=each.ours,
                theirs=each.theirs,
                edited=each.edited,
            )
            for each in one.differences
        ],
    )


@router.get(PLAN, response=Page[ImprovementShape], summary="What the framework has improved")
def improvements(
    request: Request, city: str, plan: str, paging: Query[Paging], declined: bool = False
) -> Any:
    """For this plan, since it was last laid beside it; with `declined` what was not wanted."""
    return page_of(improvements_of(_plan(request, city, plan), declined=declined), paging, _shape)


@router.post(PLAN + "/take-all", response=Taken, summary="Take all that the city has not changed")
def take_all(request: Request, city: str, plan: str) -> Any:
    found = _plan(request, city, plan)
    return Taken(taken=take_all_untouched(request.actor, found, now=timezone.now()))


@router.post(PLAN + "/{str:code}/take", response=Taken, summary="Take one improvement")
def take(request: Request, city: str, plan: str, code: str, taking: Taking) -> Any:
    found = _plan(request, city, plan)
    take_improvement(request.actor, found, code, since=taking.since, now=timezone.now())
    return Taken(taken=1)


@router.post(
    PLAN + "/{str:code}/decline", response=ImprovementShape, summary="Decline one improvement"
)
def decline(request: Request, city: str, plan: str, code: str, declining: Declining) -> Any:
    found = _plan(request, city, plan)
    decline_improvement(
        request.actor,
        found,
        code,
        reason=declining.reason,
        since=declining.since,
        now=timezone.now(),
    )
    one = improvement_of(found, code)
    if one is None:
        raise NotFound
    return _shape(one)
