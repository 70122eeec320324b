"""What a coordinator does with a plan: start it from the framework, then make it the city's.

Every act is kept as a revision, with what stood before and after, and in the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack, cast
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import clean_text
from takatuf.journal.services import record
from takatuf.network.models import Agency, City
from takatuf.plans.access import check_may_plan
from takatuf.plans.framework import (
    FIELDS,
    Action,
    Framework,
    check_against_schema,
    framework,
    incident_kinds,
)
from takatuf.plans.models import Plan, Revision, Step
from takatuf.plans.queries import active_agencies, carriers, size_of
from takatuf.plans.rules import (
    LONG_PHASES,
    RETURNING_PHASES,
    actions_for,
    cycle_in,
    is_due_in_phase,
    waits_for_later_phase,
)
from takatuf.plans.vocabulary import Anchor, Phase, Size, Workstream
from takatuf.translation.models import Text
from takatuf.translation.queries import states_of, words_of
from takatuf.translation.services import (
    NewText,
    Shipped,
    put_texts,
    rewrite_text,
    write_text,
    write_texts,
)

OWNER = "framework"
RESERVED = frozenset({"start"})  # addresses of the desk's own pages
LONGEST = {"title": 120, "why": 600, "pitfall": 600}
LONGEST_NAME = 120
LONGEST_SOURCE = 300
ANSWER_AT_LEAST = timedelta(minutes=1)
ANSWER_AT_MOST = timedelta(hours=24)
MOST_DAYS = 3650
ROLES = frozenset(Role.values) - {Role.OPERATOR}


class StepFields(TypedDict, total=False):
    """What a step is made of. What is left out stays as it is."""

    workstream: str
    phase: str
    role: str
    agency: Agency | None
    anchor: str  # the day from which its time is counted
    due_within: timedelta | None  # after the anchor, before it: negative; None in `prepare`
    repeat_days: int | None  # how often it returns; not in the first three days
    kinds: Sequence[str]  # of incidents; empty: all
    after: Sequence[str]  # codes of steps to finish first
    title: Mapping[str, str]  # by language
    why: Mapping[str, str]
    pitfall: Mapping[str, str]
    states: Mapping[str, Mapping[str, str]]  # {"title": {"ar": "reviewed"}}
    source_language: str
    source: str  # empty: practice, not yet sourced


@transaction.atomic
def load_framework(*, now: datetime) -> str:
    """Write the framework's words as public texts and answer its version.

    Safe to repeat: what is there stays. What ships in other languages than the source is a
    draft until somebody at the installation has read it.
    """
    shipped = framework()
    if put_texts(OWNER, _shipped_texts(shipped), now=now, whole=f"{OWNER}/"):
        check_against_schema()
    # Plans that began with an earlier version still hold words that ship no longer.
    if shipped.former:
        there = set(Text.objects.filter(owner=OWNER).values_list("pk", flat=True))
        write_texts(
            NewText(action.words[field], shipped.source_language, OWNER, id=action.text_ids[field])
            for action in shipped.former
            for field in FIELDS
            if action.text_ids[field] not in there
        )
    return shipped.version


def _shipped_texts(shipped: Framework) -> Iterable[Shipped]:
    for action in shipped.actions:
        for field in FIELDS:
            yield Shipped(
                f"{OWNER}/{action.code}/{field}",
                action.words[field],
                shipped.source_language,
                action.text_ids[field],
            )


@transaction.atomic
def start_plan(
    actor: Actor,
    city: City,
    *,
    title: str,
    now: datetime,
    slug: str = "",
    size: str | None = None,
) -> Plan:
    """Begin a plan as a copy of the framework, cut to `size` (None: the city's own).

    Each step goes to the city's agency of the kind that the framework names, and all
    active agencies are called until others are chosen. The words stay the framework's
    until somebody edits them. Without `slug` the address follows from the title.
    """
    check_may_plan(actor, city)
    return plan_begun(actor, city, title=title, slug=slug, size=size, now=now)


def plan_begun(
    actor: Actor,
    city: City,
    *,
    title: str,
    now: datetime,
    slug: str = "",
    size: str | None = None,
) -> Plan:
    """The step that starting a plan and admitting a city share: checked, copied, recorded."""
    title = _checked_name(title)
    slug = _checked_slug(city, slug, title)
    if size and size not in Size.values:
        raise Refused(_("Choose a size from the list."), code="size", field="size")
    agencies = active_agencies(city)
    size = size or size_of(city, agencies, now)
    shipped = framework()
    plan = Plan.objects.create(
        city=city, slug=slug, title=title, size=size, framework_version=shipped.version
    )
    plan.agencies.set(agencies)
    by_kind = carriers(agencies)
    Step.objects.bulk_create(
        [
            step_of(action, plan, by_kind.get(action.agency_kind), shipped.version, position)
            for position, action in enumerate(actions_for(shipped.actions, kind=None, size=size))
        ],
        batch_size=200,
    )
    note(
        actor,
        "plan.started",
        plan,
        now=now,
        after={"title": title, "size": str(size)},
        facts={"version": shipped.version, "size": str(size)},
    )
    return plan


def step_of(
    action: Action, plan: Plan, agency_id: UUID | None, version: str, position: int
) -> Step:
    """A step as an action of the framework has it, not yet saved."""
    return Step(
        plan=plan,
        code=action.code,
        phase=action.phase,
        workstream=action.workstream,
        role=action.role,
        agency_id=agency_id,
        agency_kind=action.agency_kind,
        anchor=action.anchor,
        due_within=action.due_within,
        repeat_days=action.repeat_days,
        kinds=list(action.kinds),
        after=list(action.after),
        framework_version=version,
        title_id=action.text_ids["title"],
        why_id=action.text_ids["why"],
        pitfall_id=action.text_ids["pitfall"],
        source=action.source,
        position=position,
    )


@transaction.atomic
def retire_plan(actor: Actor, plan: Plan, *, now: datetime) -> Plan:
    """Take a plan out of use: the city declares with its newest other plan, or without one.
    The plan and its history can still be read."""
    plan = open_plan(actor, plan)
    plan.retired_at = now
    plan.save(update_fields=["retired_at"])
    note(actor, "plan.retired", plan, now=now)
    return plan


@transaction.atomic
def set_agencies(
    actor: Actor, plan: Plan, agencies: Iterable[Agency], *, now: datetime
) -> list[Agency]:
    """Choose whom a declaration calls. At least one, all of this city and active."""
    plan = open_plan(actor, plan)
    chosen = {agency.pk: agency for agency in agencies}
    if not chosen:
        raise Refused(
            _("Choose at least one agency, or nobody is called."),
            code="agencies-missing",
            field="agencies",
        )
    if any(one.city_id != plan.city_id or not one.is_active for one in chosen.values()):
        raise Refused(_("Choose agencies of this city."), code="agency", field="agencies")
    before = sorted(plan.agencies.values_list("name", flat=True))
    after = sorted(one.name for one in chosen.values())
    if before != after:
        plan.agencies.set(chosen.values())
        note(
            actor,
            "plan.agencies_chosen",
            plan,
            now=now,
            before={"agencies": before},
            after={"agencies": after},
            facts={"agencies": after},
        )
    return list(chosen.values())


@transaction.atomic
def set_answer_within(actor: Actor, plan: Plan, within: timedelta, *, now: datetime) -> Plan:
    """Set how long a called agency has before the call climbs: 1 minute to 24 hours."""
    plan = open_plan(actor, plan)
    if not ANSWER_AT_LEAST <= within <= ANSWER_AT_MOST:
        raise Refused(
            _("Give between 1 minute and 24 hours to answer."),
            code="answer-within",
            field="answer_within",
        )
    before, after = _minutes(plan.answer_within), _minutes(within)
    if plan.answer_within != within:
        plan.answer_within = within
        plan.save(update_fields=["answer_within"])
        note(
            actor,
            "plan.answer_time_set",
            plan,
            now=now,
            before={"answer_within": before},
            after={"answer_within": after},
            facts={"minutes": after},
        )
    return plan


@transaction.atomic
def add_step(actor: Actor, plan: Plan, *, now: datetime, **fields: Unpack[StepFields]) -> Step:
    """Add a step of the city's own; its code tells that no framework has it."""
    plan = open_plan(actor, plan)
    step = Step(
        plan=plan,
        code=_own_code(plan, fields),
        phase=Phase.FIRST_HOUR,
        workstream=Workstream.LEADERSHIP,
        role=Role.COORDINATOR,
        due_within=None,
        position=plan.steps.count(),
    )
    _apply(step, fields)
    step.save(force_insert=True)
    note(actor, "plan.step_added", plan, now=now, step=step, after=state_of(step))
    return step


@transaction.atomic
def edit_step(
    actor: Actor,
    step: Step,
    *,
    now: datetime,
    version: int | None = None,
    **fields: Unpack[StepFields],
) -> Step:
    """Change a step. Incidents that run keep the words that they were given.

    `version` is the one that the editor saw: where somebody else has saved since, the edit
    is refused instead of overwriting theirs. Without a change nothing is written.
    """
    plan, step = open_step(actor, step)
    if version is not None and version != step.version:
        raise Refused(
            _(
                "Somebody else changed this step while you were editing. Look at their change "
                "in the history, then make yours again."
            ),
            code="changed-meanwhile",
        )
    before = state_of(step)
    _apply(step, fields)
    after = state_of(step)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return step
    step.version += 1
    step.save()
    note(
        actor,
        "plan.step_edited",
        plan,
        now=now,
        step=step,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        facts={"changed": changed},
    )
    return step


@transaction.atomic
def retire_step(actor: Actor, step: Step, *, now: datetime) -> Step:
    """Leave a step out of what is handed out; it stays readable and can be brought back."""
    plan, step = open_step(actor, step)
    if step.retired_at is None:
        step.retired_at = now
        step.version += 1
        step.save(update_fields=["retired_at", "version"])
        note(actor, "plan.step_retired", plan, now=now, step=step)
    return step


@transaction.atomic
def restore_step(actor: Actor, step: Step, *, now: datetime) -> Step:
    """Bring a retired step back as it was."""
    plan, step = open_step(actor, step)
    if step.retired_at is not None:
        step.retired_at = None
        step.version += 1
        step.save(update_fields=["retired_at", "version"])
        note(actor, "plan.step_restored", plan, now=now, step=step)
    return step


def open_plan(actor: Actor, plan: Plan) -> Plan:
    """The plan, held for this act alone; refused where it is retired or not the actor's."""
    check_may_plan(actor, plan.city)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("city").get(pk=plan.pk)
    if plan.retired_at is not None:
        raise Refused(
            _("This plan is no longer in use. Change the plan that replaced it."),
            code="plan-retired",
        )
    return plan


def open_step(actor: Actor, step: Step) -> tuple[Plan, Step]:
    """A step, its plan held for this act alone; refused as `open_plan` refuses."""
    plan = open_plan(actor, step.plan)
    step = plan.steps.select_related("title", "why", "pitfall", "agency").get(pk=step.pk)
    step.plan = plan
    return plan, step


def note(
    actor: Actor,
    verb: str,
    plan: Plan,
    *,
    now: datetime,
    step: Step | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    facts: Mapping[str, object] | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    """Keep the act in the plan's history and in the journal; the words that were changed
    stand beside the leaf, since a person may be named in them."""
    before, after = before or {}, after or {}
    Revision.objects.create(
        plan=plan,
        step=step,
        verb=verb,
        person_id=actor.person_id,
        at=now,
        before=before,
        after=after,
    )
    told = {
        name: json.dumps(value, ensure_ascii=False)
        for name, value in (("before", before), ("after", after))
        if step and value
    }
    record(
        actor,
        verb,
        log=plan.city.log,
        thing=f"step:{step.pk}" if step else f"plan:{plan.pk}",
        about=f"plan:{plan.pk}",
        at=now,
        facts={"plan": plan.title, **({"step": str(step.title)} if step else {}), **(facts or {})},
        private=told if private is None else private,
    )


def _checked_name(title: str) -> str:
    title = clean_text(title)
    if not title:
        raise Refused(_("Give the plan a name."), code="title-missing", field="title")
    if len(title) > LONGEST_NAME:
        raise Refused(_("Keep the name under 120 characters."), code="title-long", field="title")
    return title


def _checked_slug(city: City, slug: str, title: str) -> str:
    taken = set(Plan.objects.filter(city=city).values_list("slug", flat=True)) | RESERVED
    if not slug:
        stem = slugify(title)[:50].strip("-_") or "plan"
        tries = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 1000))
        return next(one for one in tries if one not in taken)
    if slug != slugify(slug) or len(slug) > 60:
        raise Refused(
            _("Write the address in small Latin letters, digits and hyphens."),
            code="slug",
            field="slug",
        )
    if slug in taken:
        raise Refused(
            _("The city has a plan at this address already. Choose another."),
            code="slug-taken",
            field="slug",
        )
    return slug


def _own_code(plan: Plan, fields: StepFields) -> str:
    stem = f"{fields.get('workstream', '')}.{fields.get('phase', '')}.own-"
    return f"{stem}{plan.steps.filter(code__startswith=stem).count() + 1}"


def _apply(step: Step, fields: StepFields) -> None:
    """Set the fields that are given, checked one by one and then against the whole plan."""
    for name, choices, words in (
        ("workstream", frozenset(Workstream.values), _("Choose a workstream from the list.")),
        ("phase", frozenset(Phase.values), _("Choose a phase from the list.")),
        ("role", ROLES, _("Choose a role from the list.")),
        ("anchor", frozenset(Anchor.values), _("Choose a day from the list.")),
    ):
        if name in fields:
            if fields[name] not in choices:  # type: ignore[literal-required]
                raise Refused(words, code=name, field=name)
            setattr(step, name, fields[name])  # type: ignore[literal-required]
    if "agency" in fields:
        _set_agency(step, fields["agency"])
    if "due_within" in fields:
        step.due_within = fields["due_within"]
    if "repeat_days" in fields:
        step.repeat_days = fields["repeat_days"]
    if "kinds" in fields:
        step.kinds = _checked_kinds(fields["kinds"])
    if "source" in fields:
        step.source = _checked_source(fields["source"])
    if "after" in fields:
        step.after = list(dict.fromkeys(fields["after"]))
    check_times(step)
    check_order(step)
    _set_words(step, fields)


def _set_agency(step: Step, agency: Agency | None) -> None:
    if agency is not None and (agency.city_id != step.plan.city_id or not agency.is_active):
        raise Refused(_("Choose an agency of this city."), code="agency", field="agency")
    step.agency = agency
    step.agency_kind = agency.kind if agency else step.agency_kind


def _checked_kinds(kinds: Sequence[str]) -> list[str]:
    known = incident_kinds()
    if not set(kinds) <= set(known):
        raise Refused(_("Choose kinds of incident from the list."), code="kinds", field="kinds")
    return [kind for kind in known if kind in kinds]


def _checked_source(source: str) -> str:
    source = clean_text(source)
    if len(source) > LONGEST_SOURCE:
        raise Refused(
            _("Keep the source under 300 characters."), code="source-long", field="source"
        )
    return source


def check_times(step: Step) -> None:
    """Raise `Refused` where the time does not belong to the phase."""
    if step.phase == Phase.PREPARE and step.due_within is not None:
        raise Refused(
            _("A preparation has no time after the declaration. Leave it empty."),
            code="due-in-prepare",
            field="due_within",
        )
    if step.anchor != Anchor.DECLARATION and step.phase not in LONG_PHASES:
        raise Refused(
            _("Only actions of the months and years are counted from a later day."),
            code="anchor-too-early",
            field="anchor",
        )
    if not is_due_in_phase(step.phase, step.due_within, step.anchor):
        raise Refused(
            _("Say how long after the declaration this is due, within its phase.")
            if step.anchor == Anchor.DECLARATION
            else _("Say how many days before or after that day this is due, a year at most."),
            code="due-outside-phase",
            field="due_within",
        )
    if step.repeat_days is None:
        return
    if step.phase not in RETURNING_PHASES:
        raise Refused(
            _("Nothing of the first three days comes again. Leave the days empty."),
            code="repeat-too-early",
            field="repeat_days",
        )
    if step.anchor == Anchor.ANNIVERSARY:
        raise Refused(
            _("What belongs to an anniversary returns with each of them. Leave the days empty."),
            code="repeat-at-anniversary",
            field="repeat_days",
        )
    if not 1 <= step.repeat_days <= MOST_DAYS:
        raise Refused(_("Renew after 1 to 3650 days."), code="repeat-days", field="repeat_days")


def check_order(step: Step) -> None:
    """What a step waits for is in the plan, not later than it, and never waits for it."""
    others = {
        other.code: other
        for other in step.plan.steps.exclude(pk=step.pk).only("code", "phase", "after")
    }
    if not set(step.after) <= set(others):
        raise Refused(
            _("Choose the steps to finish first from this plan."), code="after", field="after"
        )
    if any(waits_for_later_phase(step.phase, others[code].phase) for code in step.after):
        raise Refused(
            _("A step cannot wait for one of a later phase."), code="after-later", field="after"
        )
    if any(
        step.code in other.after and waits_for_later_phase(other.phase, step.phase)
        for other in others.values()
    ):
        raise Refused(
            _("Steps of an earlier phase wait for this one. Change them first."),
            code="awaited-earlier",
            field="phase",
        )
    if cycle_in({step.code: step.after, **{code: one.after for code, one in others.items()}}):
        raise Refused(
            _("These steps would wait for each other in a ring. Take one of them out."),
            code="after-cycle",
            field="after",
        )


def _set_words(step: Step, fields: StepFields) -> None:
    city = step.plan.city
    old: dict[str, Text | None] = {
        name: getattr(step, name) if getattr(step, f"{name}_id") else None for name in FIELDS
    }
    title = old["title"]
    language = fields.get("source_language") or (title.source_language if title else city.language)
    states = fields.get("states", {})
    for name in FIELDS:
        if name not in fields and name not in states and "source_language" not in fields:
            continue
        given = cast("Mapping[str, str]", fields.get(name, {}))
        words = words_of(old[name]) | {
            spoken: clean_text(written) for spoken, written in given.items()
        }
        _check_words(name, words, language, {*city.languages, *words_of(old[name])})
        setattr(step, name, _text_for(old[name], words, language, city, states.get(name)))
    if not step.title_id:
        raise Refused(_("Say what is to be done."), code="title-missing", field="title")


def _check_words(name: str, words: Mapping[str, str], language: str, known: set[str]) -> None:
    if language not in known or not set(words) <= known:
        raise Refused(_("Choose a language of the city."), code="language", field="source_language")
    if name == "title" and not words.get(language):
        raise Refused(
            _("Say what is to be done, in the language of the original."),
            code="title-missing",
            field="title",
        )
    if any(words.values()) and not words.get(language):
        raise Refused(
            _("Write it in the language of the original too."), code="source-missing", field=name
        )
    if max(map(len, words.values()), default=0) > LONGEST[name]:
        raise Refused(
            _("Keep it under %(most)s characters.") % {"most": LONGEST[name]},
            code=f"{name}-long",
            field=name,
        )


def _text_for(
    old: Text | None,
    words: Mapping[str, str],
    language: str,
    city: City,
    states: Mapping[str, str] | None,
) -> Text | None:
    if not any(words.values()):
        return None
    if old is None:
        return write_text(words, source_language=language, owner=city.log, states=states)
    return rewrite_text(old, words, source_language=language, owner=city.log, states=states)


def state_of(step: Step) -> dict[str, Any]:
    """A step as plain values, for the history."""
    texts: dict[str, Text | None] = {"title": step.title, "why": step.why, "pitfall": step.pitfall}
    return {
        "workstream": step.workstream,
        "phase": step.phase,
        "role": step.role,
        "agency": step.agency.name if step.agency else "",
        "anchor": step.anchor,
        "due_within": _minutes(step.due_within),
        "repeat_days": step.repeat_days,
        "kinds": list(step.kinds),
        "after": list(step.after),
        "source": step.source,
        **{name: words_of(text) for name, text in texts.items()},
        "source_language": step.title.source_language,
        "states": {name: states_of(text) for name, text in texts.items()},
    }


def _minutes(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds() / 60)
