"""The framework's improvements, laid beside a city's plan: taken, or declined with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotFound, Refused
from takatuf.foundation.text import clean_text
from takatuf.plans.framework import FIELDS, Action, framework
from takatuf.plans.improvements import (
    NEW,
    WITHDRAWN,
    Improvement,
    changed_by_framework,
    improvement_of,
    improvements_of,
)
from takatuf.plans.models import FrameworkAnswer, Plan, Revision, Step
from takatuf.plans.queries import active_agencies, carriers
from takatuf.plans.services.editing import (
    check_order,
    check_times,
    note,
    open_plan,
    restore_step,
    state_of,
    step_of,
)

LONGEST_REASON = 500


@transaction.atomic
def take_improvement(
    actor: Actor, plan: Plan, code: str, *, now: datetime, since: str | None = None
) -> Step:
    """Make one improvement of the framework the plan's: a new step, the fields that the
    framework changed, or a step left out because the framework withdrew it.

    What the city itself changed in other fields stays. `since` is the version that was read:
    where the framework moved on meanwhile, nothing is taken. Also of one that was declined.
    """
    plan = open_plan(actor, plan)
    improvement = _found(plan, code, since)
    step, before, after = _taken(plan, improvement, now)
    _answer(actor, plan, improvement, FrameworkAnswer.Kind.TAKEN, "", now)
    note(
        actor, "plan.improvement_taken", plan, now=now, step=step, before=before, after=after,
        facts={"version": improvement.since, "kind": improvement.kind},
    )  # fmt: skip
    return step


@transaction.atomic
def add_action(actor: Actor, plan: Plan, code: str, *, now: datetime) -> Step:
    """Make an action of the framework a step of the plan, from where it is read in the guide;
    one that the city left out comes back as it was.

    Raises `NotFound` for an action that the framework does not have, `Refused` where the plan
    has it already.
    """
    plan = open_plan(actor, plan)
    if code not in framework().by_code:
        raise NotFound
    step = plan.steps.filter(code=code).first()
    if step is None:
        step = _added(plan, code, set())
        step.plan = plan
        note(actor, "plan.step_added", plan, now=now, step=step, after=state_of(step))
        return step
    if step.retired_at is None:
        raise Refused(_("This action is in the plan already."), code="already-there")
    step.plan = plan
    return restore_step(actor, step, now=now)


@transaction.atomic
def decline_improvement(
    actor: Actor,
    plan: Plan,
    code: str,
    *,
    reason: str,
    now: datetime,
    since: str | None = None,
) -> FrameworkAnswer:
    """Leave the plan as it is, with the reason; the improvement can still be taken later."""
    plan = open_plan(actor, plan)
    improvement = _found(plan, code, since)
    reason = clean_text(reason)
    if not reason:
        raise Refused(
            _("Say why; whoever comes after you will ask."), code="reason-missing", field="reason"
        )
    if len(reason) > LONGEST_REASON:
        raise Refused(
            _("Keep it under %(most)s characters.") % {"most": LONGEST_REASON},
            code="reason-long",
            field="reason",
        )
    answer = _answer(actor, plan, improvement, FrameworkAnswer.Kind.DECLINED, reason, now)
    step = plan.steps.filter(pk=improvement.step_id).first() if improvement.step_id else None
    told = dict(framework().by_code[code].words["title"]) if step is None else {}
    note(
        actor, "plan.improvement_declined", plan, now=now, step=step,
        after={"told": told, "reason": reason}, private={"reason": reason},
        facts={
            "version": improvement.since,
            "kind": improvement.kind,
            "step": str(step.title) if step else told["en"],
        },
    )  # fmt: skip
    return answer


@transaction.atomic
def take_all_untouched(actor: Actor, plan: Plan, *, now: datetime) -> int:
    """Take every improvement that gives up nothing that the city changed. Gives how many;
    raises `Refused` where there is none."""
    plan = open_plan(actor, plan)
    offered = [one for one in improvements_of(plan) if one.untouched]
    if not offered:
        raise Refused(_("There is nothing to take that you have not changed."), code="nothing")
    codes = {one.code for one in offered if one.kind == NEW}
    for one in offered:
        step, before, after = _taken(plan, one, now, with_codes=codes)
        _answer(actor, plan, one, FrameworkAnswer.Kind.TAKEN, "", now)
        Revision.objects.create(
            plan=plan, step=step, verb="plan.improvement_taken", person_id=actor.person_id,
            at=now, before=before, after=after,
        )  # fmt: skip
    note(
        actor, "plan.improvements_taken", plan, now=now,
        after={"count": len(offered), "version": framework().version},
        facts={
            "version": framework().version,
            "count": len(offered),
            "codes": [one.code for one in offered],
        },
    )  # fmt: skip
    return len(offered)


def _found(plan: Plan, code: str, since: str | None) -> Improvement:
    improvement = improvement_of(plan, code)
    if improvement is None:
        raise NotFound
    if since is not None and since != improvement.since:
        raise Refused(
            _("The framework was improved again meanwhile. Look at it as it is now."),
            code="changed-meanwhile",
        )
    return improvement


def _answer(
    actor: Actor, plan: Plan, improvement: Improvement, kind: str, reason: str, now: datetime
) -> FrameworkAnswer:
    answer, _new = FrameworkAnswer.objects.update_or_create(
        plan=plan,
        code=improvement.code,
        version=improvement.since,
        defaults={"kind": kind, "reason": reason, "person_id": actor.person_id, "at": now},
    )
    return answer


def _taken(
    plan: Plan, improvement: Improvement, now: datetime, with_codes: set[str] | None = None
) -> tuple[Step, dict[str, Any], dict[str, Any]]:
    """The step as it is after taking, with what changed of it. `with_codes` are steps that
    come into the plan at the same time."""
    if improvement.kind == NEW:
        step = _added(plan, improvement.code, with_codes or set())
        return step, {}, state_of(step)
    step = plan.steps.select_related("title", "why", "pitfall", "agency").get(code=improvement.code)
    step.plan = plan
    before = state_of(step)
    if improvement.kind == WITHDRAWN:
        step.retired_at = now
    else:
        action = framework().by_code[step.code]
        _set(step, action, changed_by_framework(plan, step, action))
        # Refuses where what the city changed does not fit what the framework now asks.
        check_times(step)
        check_order(step)
    step.framework_version = framework().version
    step.version += 1
    step.save()
    step = plan.steps.select_related("title", "why", "pitfall", "agency").get(pk=step.pk)
    step.plan = plan
    after = state_of(step)
    changed = [name for name in after if before[name] != after[name]]
    return (
        step,
        {name: before[name] for name in changed},
        {name: after[name] for name in changed},
    )


def _set(step: Step, action: Action, names: set[str]) -> None:
    """Give a step the framework's values in these fields."""
    for name in names & set(FIELDS):
        setattr(step, f"{name}_id", action.text_ids[name])
    for name in names & {"workstream", "phase", "role", "repeat_days", "source"}:
        setattr(step, name, getattr(action, name))
    if "due" in names:
        step.anchor, step.due_within = action.anchor, action.due_within
    if "kinds" in names:
        step.kinds = list(action.kinds)
    if "after" in names:
        known = set(step.plan.steps.values_list("code", flat=True))
        step.after = [code for code in action.after if code in known]


def _added(plan: Plan, code: str, with_codes: set[str]) -> Step:
    """A step of the plan from an action that the framework added.

    It waits only for steps that the plan has; and steps of the framework that are to wait for
    it, and were taken before it, do so from now on.
    """
    action = framework().by_code[code]
    agency = carriers(active_agencies(plan.city)).get(action.agency_kind)
    step = step_of(action, plan, agency, framework().version, plan.steps.count())
    there = set(plan.steps.values_list("code", flat=True)) | with_codes
    step.after = [one for one in action.after if one in there]
    step.save(force_insert=True)
    waiting = [one.code for one in framework().actions if code in one.after and one.code != code]
    for other in plan.steps.filter(code__in=waiting):
        wanted = framework().by_code[other.code].after
        if code not in other.after and set(other.after) <= set(wanted):
            other.after = [one for one in wanted if one in {*other.after, code}]
            other.save(update_fields=["after"])
    return plan.steps.select_related("title", "why", "pitfall", "agency").get(pk=step.pk)
