"""The doors of a plan: who may read it, and who may read its phone numbers.

Who may change it is `network.access.check_may_plan`: the city's coordinator.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.roles import Role
from takatuf.network.access import check_may_plan, is_system, may_plan
from takatuf.network.models import City
from takatuf.plans.models import LeadList, Plan, Step
from takatuf.plans.vocabulary import Side

__all__ = [
    "check_may_plan",
    "check_may_read_phone_tree",
    "check_may_read_plans",
    "may_plan",
    "may_read_phone_tree",
    "plan_for_actor",
    "step_for_actor",
]

# Those who call agencies and tick their answers.
CALLERS = frozenset({Role.COORDINATOR, Role.MAYOR, Role.LIAISON})


def check_may_read_plans(actor: Actor, city: City) -> None:
    """Everyone who serves the city reads its plans; a stranger learns nothing of them."""
    if not (actor.serves(city.pk) or is_system(actor)):
        raise NotFound


def may_read_phone_tree(actor: Actor, city_id: UUID) -> bool:
    """Whether the actor reads people's phone numbers: those who call agencies do."""
    return bool(actor.roles_in(city_id) & CALLERS)


def check_may_read_phone_tree(actor: Actor, city: City) -> None:
    """As `may_read_phone_tree`; `NotFound` for a stranger, `NotAllowed` for a colleague."""
    check_may_read_plans(actor, city)
    if not may_read_phone_tree(actor, city.pk):
        raise NotAllowed(
            _(
                "The phone tree holds people’s numbers. Only the response coordinator, the mayor "
                "and partner liaisons read it."
            )
        )


# Who speaks for which side when a city and its national counterpart agree who leads what.
SIDES = {
    Side.CITY: frozenset({Role.COORDINATOR, Role.MAYOR}),
    Side.NATIONAL: frozenset({Role.NATIONAL_LIAISON}),
}


def sides_of(actor: Actor, city_id: UUID) -> frozenset[Side]:
    """The sides that the actor speaks for."""
    roles = actor.roles_in(city_id)
    return frozenset(side for side, those in SIDES.items() if roles & those)


def may_write_leads(actor: Actor, city_id: UUID) -> bool:
    """Whether the actor drafts who leads what: both sides do."""
    return bool(sides_of(actor, city_id))


def check_may_write_leads(actor: Actor, city: City) -> None:
    """`NotFound` for a stranger to the city, `NotAllowed` for a colleague."""
    check_may_read_plans(actor, city)
    if not may_write_leads(actor, city.pk):
        raise NotAllowed(
            _(
                "Only the response coordinator, the mayor and the national liaison agree who "
                "leads what. Ask one of them."
            )
        )


def lead_list_for(actor: Actor, city: City, number: int) -> LeadList:
    """One version of who leads what; `NotFound` for whoever does not serve the city."""
    check_may_read_plans(actor, city)
    found = (
        LeadList.objects.select_related("city", "city_by", "national_by")
        .filter(city=city, number=number)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def plan_for_actor(actor: Actor, city: City, slug: str) -> Plan:
    """The city's plan at this address; `NotFound` when there is none that the actor may know."""
    check_may_read_plans(actor, city)
    plan = Plan.objects.select_related("city").filter(city=city, slug=slug).first()
    if plan is None:
        raise NotFound
    return plan


def step_for_actor(actor: Actor, city: City, slug: str, step_id: UUID) -> Step:
    """One step of that plan, behind the same door."""
    plan = plan_for_actor(actor, city, slug)
    step = plan.steps.select_related("title", "why", "pitfall", "agency").filter(pk=step_id).first()
    if step is None:
        raise NotFound
    step.plan = plan
    return step
