"""What pages, declarations and the API read of plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from takatuf.network.models import Agency, City, Membership
from takatuf.network.vocabulary import AgencyKind, Level
from takatuf.plans.framework import Action, framework
from takatuf.plans.models import Plan, Step
from takatuf.plans.rules import STARTED_PHASES, actions_for, is_for, size_of_place
from takatuf.plans.vocabulary import Size

# Of several agencies of one kind the city's own comes first, then the nearest level.
NEAREST = (
    Level.MUNICIPALITY,
    Level.NEIGHBOURHOOD,
    Level.COUNTY,
    Level.REGION,
    Level.NATIONAL,
    Level.INTERNATIONAL,
)


@dataclass(frozen=True, slots=True)
class StepToStart:
    """A step, or an action of the framework, ready to become a task."""

    step_id: UUID | None  # None: straight from the framework
    code: str
    phase: str
    workstream: str
    role: str
    agency_id: UUID | None
    due_within: timedelta | None  # after the declaration
    title_id: UUID
    why_id: UUID | None
    pitfall_id: UUID | None
    source: str
    after: list[str] = field(default_factory=list)


def plan_for(city: City) -> Plan | None:
    """The plan that the city declares with: the newest that is not retired."""
    return Plan.objects.filter(city=city, retired_at=None).order_by("-created_at", "-id").first()


def plan_by_slug(city: City, slug: str) -> Plan | None:
    """The city's plan in use with this slug, or nothing."""
    return Plan.objects.filter(city=city, slug=slug, retired_at=None).first()


def plans_of(city: City) -> list[Plan]:
    """All plans of the city, those in use first, the newest first."""
    found = Plan.objects.filter(city=city).order_by("-created_at", "-id")
    return sorted(found, key=lambda plan: plan.retired_at is not None)


def carriers(agencies: Iterable[Agency]) -> dict[str, UUID]:
    """Which agency carries the actions of each kind: the nearest level, then by name."""
    ordered = sorted(agencies, key=lambda one: (NEAREST.index(Level(one.level)), one.name))
    found: dict[str, UUID] = {}
    for agency in ordered:
        found.setdefault(agency.kind, agency.pk)
    return found


def active_agencies(city: City) -> list[Agency]:
    return list(Agency.objects.filter(city=city, is_active=True))


def size_of(city: City, agencies: Sequence[Agency], now: datetime | None = None) -> Size:
    """How much of the framework this city can carry, by its active agencies and the people
    who hold a post in them: with `now` at that time, else without those whose end is set."""
    still = Q(ends_at=None) | Q(ends_at__gt=now) if now else Q(ends_at=None)
    people = (
        Membership.objects.filter(still, agency__city=city, agency__is_active=True)
        .values("person_id")
        .distinct()
        .count()
    )
    return size_of_place(people, len(agencies))


def steps_to_start(plan: Plan | None, *, city: City, kind: str) -> list[StepToStart]:
    """The first hour's and first day's actions for an incident of `kind`, soonest first.

    From the plan in three statements at most, or, without a plan, from the framework cut to
    the city's size (a village of three officials gets twelve). What belongs to a kind of
    agency that the city does not have falls to the municipality. Preparations are never
    handed out.
    """
    agencies = active_agencies(city)
    by_kind = carriers(agencies)
    if plan is None:
        started = _from_framework(kind, size_of(city, agencies), by_kind)
    else:
        started = _from_plan(plan, kind, by_kind, {agency.pk for agency in agencies})
    codes = {step.code for step in started}
    for step in started:
        step.after[:] = [code for code in step.after if code in codes]
    return started


def _from_framework(kind: str, size: str, by_kind: Mapping[str, UUID]) -> list[StepToStart]:
    chosen = [
        action
        for action in actions_for(framework().actions, kind=kind, size=size)
        if action.phase in STARTED_PHASES
    ]
    chosen.sort(key=lambda action: action.due_within or timedelta())
    return [_started_action(action, by_kind) for action in chosen]


def _started_action(action: Action, by_kind: Mapping[str, UUID]) -> StepToStart:
    return StepToStart(
        step_id=None,
        code=action.code,
        phase=action.phase,
        workstream=action.workstream,
        role=action.role,
        agency_id=by_kind.get(action.agency_kind, by_kind.get(AgencyKind.MUNICIPALITY)),
        due_within=action.due_within,
        title_id=action.text_ids["title"],
        why_id=action.text_ids["why"],
        pitfall_id=action.text_ids["pitfall"],
        source=action.source,
        after=list(action.after),
    )


def _from_plan(
    plan: Plan, kind: str, by_kind: Mapping[str, UUID], active: set[UUID]
) -> list[StepToStart]:
    steps = plan.steps.current().filter(phase__in=STARTED_PHASES).in_order()
    return [
        StepToStart(
            step_id=step.pk,
            code=step.code,
            phase=step.phase,
            workstream=step.workstream,
            role=step.role,
            agency_id=carrier_of(step, by_kind, active),
            due_within=step.due_within,
            title_id=step.title_id,
            why_id=step.why_id,
            pitfall_id=step.pitfall_id,
            source=step.source,
            after=list(step.after),
        )
        for step in steps
        if is_for(step.kinds, kind)
    ]


def carrier_of(step: Step, by_kind: Mapping[str, UUID], active: set[UUID]) -> UUID | None:
    """The agency that does a step now: its own while it is active, else one of its kind,
    else the municipality."""
    if step.agency_id in active:
        return step.agency_id
    return by_kind.get(step.agency_kind, by_kind.get(AgencyKind.MUNICIPALITY))
