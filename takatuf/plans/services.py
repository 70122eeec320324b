"""What a coordinator does with a plan: start it from the framework, then make it the city's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.services import record
from takatuf.network.models import City
from takatuf.plans.access import check_may_plan
from takatuf.plans.framework import FIELDS, check_against_schema, framework
from takatuf.plans.models import Plan, Revision, Step
from takatuf.plans.queries import active_agencies, carriers, size_of
from takatuf.plans.rules import actions_for
from takatuf.plans.vocabulary import Size
from takatuf.translation.models import Text
from takatuf.translation.services import NewText, write_texts

OWNER = "framework"


@transaction.atomic
def load_framework() -> str:
    """Write the framework's words as texts and answer its version.

    Safe to repeat: what is there stays. What ships in other languages than the source is a
    draft until somebody in a city has read it.
    """
    shipped = framework()
    there = set(Text.objects.filter(owner=OWNER).values_list("pk", flat=True))
    missing = [
        NewText(action.words[field], shipped.source_language, OWNER, id=action.text_ids[field])
        for action in shipped.actions
        for field in FIELDS
        if action.text_ids[field] not in there
    ]
    if missing:
        check_against_schema()
        write_texts(missing)
    return shipped.version


@transaction.atomic
def start_plan(
    actor: Actor,
    city: City,
    *,
    title: str,
    slug: str,
    now: datetime,
    size: str | None = None,
) -> Plan:
    """Begin a plan as a copy of the framework, cut to `size` (None: the city's own).

    Each step goes to the city's agency of the kind that the framework names, and all
    active agencies are called until others are chosen. The words stay the framework's
    until somebody edits them.
    """
    check_may_plan(actor, city)
    title = clean_text(title)
    if not title:
        raise Refused(_("Give the plan a name."), code="title-missing", field="title")
    agencies = active_agencies(city)
    size = Size(size) if size else size_of(city, agencies)
    shipped = framework()
    plan = Plan.objects.create(
        city=city, slug=slug, title=title, size=size, framework_version=shipped.version
    )
    plan.agencies.set(agencies)
    by_kind = carriers(agencies)
    Step.objects.bulk_create(
        Step(
            plan=plan,
            code=action.code,
            phase=action.phase,
            workstream=action.workstream,
            role=action.role,
            agency_id=by_kind.get(action.agency_kind),
            agency_kind=action.agency_kind,
            due_within=action.due_within,
            repeat_days=action.repeat_days,
            kinds=list(action.kinds),
            after=list(action.after),
            title_id=action.text_ids["title"],
            why_id=action.text_ids["why"],
            pitfall_id=action.text_ids["pitfall"],
            source=action.source,
            position=position,
        )
        for position, action in enumerate(actions_for(shipped.actions, kind=None, size=size))
    )
    Revision.objects.create(
        plan=plan, verb="plan.started", person_id=actor.person_id, at=now, after={"title": title}
    )
    record(
        actor,
        "plan.started",
        log=city.log,
        thing=f"plan:{plan.pk}",
        at=now,
        facts={"plan": title, "version": shipped.version, "size": str(size)},
    )
    return plan
