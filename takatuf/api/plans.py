"""A city's plans, to be read: whom it calls, and what each does in which phase."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from takatuf.api.door import Request
from takatuf.api.fields import Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, Words, named, words
from takatuf.network.access import city_for
from takatuf.plans.access import check_may_read_plans, plan_for_actor
from takatuf.plans.queries import plans_of

if TYPE_CHECKING:
    from takatuf.plans.models import Plan, Step

router = Router(tags=["Plans"])


class PlanShape(Shape):
    id: UUID
    slug: str
    title: str
    size: str
    framework_version: str
    answer_within_minutes: float = Field(description="After this time a silent call climbs")
    retired_at: datetime | None


class StepShape(Shape):
    id: UUID
    code: str
    phase: str
    workstream: str
    role: str
    agency: Named | None
    agency_kind: str
    anchor: str = Field(description="The day from which its time is counted")
    due_within_minutes: float | None = Field(
        description="After the anchor, before it: negative; null: a preparation"
    )
    repeat_days: int | None = Field(description="How often it comes again; null: once")
    kinds: list[str] = Field(description="Kinds of incident; empty: all")
    after: list[str] = Field(description="Codes of the steps that come first")
    title: Words | None
    why: Words | None
    pitfall: Words | None
    source: str = Field(description="Empty: practice, not yet sourced")


class PlanDetail(PlanShape):
    agencies: list[Named]
    steps: list[StepShape]


def _values(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.pk,
        "slug": plan.slug,
        "title": plan.title,
        "size": plan.size,
        "framework_version": plan.framework_version,
        "answer_within_minutes": plan.answer_within.total_seconds() / 60,
        "retired_at": plan.retired_at,
    }


def _step(step: Step) -> StepShape:
    due = step.due_within
    return StepShape(
        id=step.pk,
        code=step.code,
        phase=step.phase,
        workstream=step.workstream,
        role=step.role,
        agency=named(step.agency),
        agency_kind=step.agency_kind,
        anchor=step.anchor,
        due_within_minutes=None if due is None else due.total_seconds() / 60,
        repeat_days=step.repeat_days,
        kinds=step.kinds,
        after=step.after,
        title=words(step.title),
        why=words(step.why),
        pitfall=words(step.pitfall),
        source=step.source,
    )


@router.get("/cities/{slug:city}/plans", response=Page[PlanShape], summary="A city's plans")
def plans(request: Request, city: str, paging: Query[Paging]) -> Any:
    found = city_for(request.actor, city)
    check_may_read_plans(request.actor, found)
    return page_of(plans_of(found), paging, lambda plan: PlanShape(**_values(plan)))


@router.get(
    "/cities/{slug:city}/plans/{slug:plan}", response=PlanDetail, summary="One plan with its steps"
)
def plan(request: Request, city: str, plan: str) -> Any:
    found = plan_for_actor(request.actor, city_for(request.actor, city), plan)
    steps = found.steps.current().in_order().select_related("title", "why", "pitfall", "agency")
    return PlanDetail(
        **_values(found),
        agencies=[Named(id=agency.pk, name=agency.name) for agency in found.agencies.all()],
        steps=[_step(step) for step in steps],
    )
