"""What pages, declarations and the API read of plans."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from takatuf.foundation.actors import Actor
from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated, listed
from takatuf.network.access import may_plan
from takatuf.network.models import Agency, City, Membership
from takatuf.network.vocabulary import AgencyKind, Level
from takatuf.plans.framework import Action, framework, is_newer
from takatuf.plans.models import Plan, Revision, Step
from takatuf.plans.rules import STARTED_PHASES, actions_for, is_for, size_of_place
from takatuf.plans.verbs import VERBS
from takatuf.plans.vocabulary import Anchor, Phase, Size, Workstream
from takatuf.translation.models import Shown
from takatuf.translation.queries import in_language
from takatuf.translation.vocabulary import State

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
    due_within: timedelta | None  # after the anchor; before it: negative
    title_id: UUID
    why_id: UUID | None
    pitfall_id: UUID | None
    source: str
    after: list[str] = field(default_factory=list)
    anchor: str = Anchor.DECLARATION
    repeat_days: int | None = None


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


class PlanWithAction(NamedTuple):
    """A plan that the reader may change, and its step of one action, where it has one."""

    plan: Plan
    step: Step | None  # also one that was left out


def plans_to_add_to(actor: Actor, code: str) -> list[PlanWithAction]:
    """The plans in use that the actor may change, newest first in each city, with the step
    that has this code. Two statements; none for who plans nowhere."""
    cities = [city for city in actor.city_ids if may_plan(actor, city)]
    if not cities:
        return []
    plans = list(
        Plan.objects.filter(city__in=cities, retired_at=None)
        .select_related("city")
        .order_by("city__name", "-created_at", "-id")
    )
    steps = {step.plan_id: step for step in Step.objects.filter(plan__in=plans, code=code)}
    return [PlanWithAction(plan, steps.get(plan.pk)) for plan in plans]


def carriers(agencies: Iterable[Agency]) -> dict[str, UUID]:
    """Which agency carries the actions of each kind: the nearest level, then by name."""
    ordered = sorted(agencies, key=lambda one: (NEAREST.index(Level(one.level)), one.name))
    found: dict[str, UUID] = {}
    for agency in ordered:
        found.setdefault(agency.kind, agency.pk)
    return found


def active_agencies(city: City) -> list[Agency]:
    """The agencies that answer when the city calls, by name."""
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


def steps_to_start(
    plan: Plan | None, *, city: City, kind: str, phases: Collection[str] = STARTED_PHASES
) -> list[StepToStart]:
    """The actions of `phases` (the first hour's and first day's) for an incident of `kind`,
    soonest first.

    From the plan in three statements at most, or, without a plan, from the framework cut to
    the city's size (a village of three officials gets twelve). What belongs to a kind of
    agency that the city does not have falls to the municipality. Preparations are never
    handed out.
    """
    phases = frozenset(phases) - {Phase.PREPARE}
    agencies = active_agencies(city)
    by_kind = carriers(agencies)
    if plan is None:
        started = _from_framework(kind, size_of(city, agencies), by_kind, phases)
    else:
        started = _from_plan(plan, kind, by_kind, {agency.pk for agency in agencies}, phases)
    return started


def _from_framework(
    kind: str, size: str, by_kind: Mapping[str, UUID], phases: Collection[str]
) -> list[StepToStart]:
    chosen = [
        action
        for action in actions_for(framework().actions, kind=kind, size=size)
        if action.phase in phases
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
        anchor=action.anchor,
        repeat_days=action.repeat_days,
    )


def _from_plan(
    plan: Plan,
    kind: str,
    by_kind: Mapping[str, UUID],
    active: set[UUID],
    phases: Collection[str],
) -> list[StepToStart]:
    steps = plan.steps.current().filter(phase__in=phases).in_order()
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
            anchor=step.anchor,
            repeat_days=step.repeat_days,
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


# What pages show


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step in the reader's language."""

    id: UUID
    code: str
    workstream: str
    phase: str
    role: str
    role_label: str
    agency: str  # whoever carries it now; empty: nobody yet
    title: Shown
    why: Shown
    pitfall: Shown
    anchor: str
    due_within: timedelta | None
    repeat_days: int | None
    kinds: tuple[str, ...]
    source: str
    retired: bool
    own: bool  # no framework has it
    changed: bool  # it differs from the framework's action

    @property
    def due(self) -> str:
        """When it is due, in words: “45 minutes”, “30 days before each anniversary”."""
        return due_words(self.anchor, self.due_within)


def due_words(anchor: str, due_within: timedelta | None) -> str:
    """A time after the declaration, or before or after a day that is known later, in words;
    empty for a preparation."""
    if due_within is None:
        return ""
    how_long = _how_long(abs(due_within))
    if anchor == Anchor.DECLARATION:
        return how_long
    if not due_within:
        on_it = {
            Anchor.ANNIVERSARY: _("on each anniversary"),
            Anchor.TRIAL: _("on the day of the trial"),
        }
        return str(on_it[Anchor(anchor)])
    words = {
        (Anchor.ANNIVERSARY, True): _("%(time)s before each anniversary"),
        (Anchor.ANNIVERSARY, False): _("%(time)s after each anniversary"),
        (Anchor.TRIAL, True): _("%(time)s before the trial"),
        (Anchor.TRIAL, False): _("%(time)s after the trial"),
    }
    return str(words[Anchor(anchor), due_within < timedelta()]) % {"time": how_long}


def _how_long(time: timedelta) -> str:
    """In minutes up to an hour, in hours up to three days, else in days; rounded to no less."""
    minutes = round(time.total_seconds() / 60)
    if minutes >= 3 * 24 * 60:
        days = round(minutes / (24 * 60))
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if minutes >= 60 and not minutes % 60:
        hours = minutes // 60
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """One cell: the steps of a workstream in a phase, soonest first."""

    code: str
    label: str
    steps: list[StepShown]


@dataclass(frozen=True, slots=True)
class WorkstreamShown:
    code: str
    label: str
    phases: list[PhaseShown]


@dataclass(frozen=True, slots=True)
class Differences:
    """How far a plan went from the framework that it began as; counts of steps."""

    changed: int
    own: int
    retired: int

    @property
    def any(self) -> bool:
        return bool(self.changed or self.own or self.retired)


@dataclass(frozen=True, slots=True)
class Cells:
    """One workstream's row of the overview: phase and count of steps in use, in order."""

    code: str
    label: str
    phases: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan as a reader sees it, grouped by workstream and phase."""

    workstreams: list[WorkstreamShown]
    count: int  # steps shown
    cells: list[Cells]  # how many steps in use stand where
    differences: Differences
    called: list[Agency]
    not_called: list[Agency]


def plan_page(
    plan: Plan,
    language: str,
    *,
    workstream: str = "",
    phase: str = "",
    role: str = "",
    with_retired: bool = False,
) -> PlanPage:
    """A whole plan in four statements, narrowed to what the reader asks for."""
    agencies = active_agencies(plan.city)
    called = set(plan.agencies.values_list("pk", flat=True))
    by_kind = carriers(agencies)
    names = {agency.pk: str(agency) for agency in agencies}
    steps = list(plan.steps.select_related("title", "why", "pitfall").in_order())
    shown = [
        _shown(step, language, by_kind, names)
        for step in steps
        if (not workstream or step.workstream == workstream)
        and (not phase or step.phase == phase)
        and (not role or step.role == role)
        and (with_retired or step.retired_at is None)
    ]
    return PlanPage(
        workstreams=_grouped(shown),
        count=len(shown),
        cells=_cells(steps),
        differences=differences_of(steps),
        called=[agency for agency in agencies if agency.pk in called],
        not_called=[agency for agency in agencies if agency.pk not in called],
    )


def _cells(steps: Iterable[Step]) -> list[Cells]:
    counts = Counter((one.workstream, one.phase) for one in steps if one.retired_at is None)
    return [
        Cells(
            stream.value,
            str(stream.label),
            [(phase.value, counts[stream.value, phase.value]) for phase in Phase],
        )
        for stream in Workstream
    ]


def _grouped(shown: Sequence[StepShown]) -> list[WorkstreamShown]:
    cells: dict[tuple[str, str], list[StepShown]] = defaultdict(list)
    for step in shown:
        cells[step.workstream, step.phase].append(step)
    grouped = [
        WorkstreamShown(
            stream.value,
            str(stream.label),
            [
                PhaseShown(one.value, str(one.label), cells[stream.value, one.value])
                for one in Phase
                if (stream.value, one.value) in cells
            ],
        )
        for stream in Workstream
    ]
    return [stream for stream in grouped if stream.phases]


def _shown(
    step: Step, language: str, by_kind: Mapping[str, UUID], names: Mapping[UUID, str]
) -> StepShown:
    carrier = carrier_of(step, by_kind, set(names))
    return StepShown(
        id=step.pk,
        code=step.code,
        workstream=step.workstream,
        phase=step.phase,
        role=step.role,
        role_label=step.get_role_display(),
        agency=names[carrier] if carrier else "",
        title=in_language(step.title, language),
        why=in_language(step.why, language),
        pitfall=in_language(step.pitfall, language),
        anchor=step.anchor,
        due_within=step.due_within,
        repeat_days=step.repeat_days,
        kinds=tuple(step.kinds),
        source=step.source,
        retired=step.retired_at is not None,
        own=is_own(step),
        changed=differs(step),
    )


def is_own(step: Step) -> bool:
    """Whether the step is the city's own, with no action of the framework behind it."""
    return step.code not in framework().by_code


def differs(step: Step) -> bool:
    """Whether a step says or asks something else than the framework's action. Who carries
    it is each city's own matter and makes no difference."""
    action = framework().by_code.get(step.code)
    if action is not None and is_newer(action.since, step.framework_version or action.since):
        # What the framework improved since is no change of the city's.
        action = framework().action_at(step.code, step.framework_version) or action
    return action is not None and (
        step.title_id != action.text_ids["title"]
        or step.why_id != action.text_ids["why"]
        or step.pitfall_id != action.text_ids["pitfall"]
        or step.workstream != action.workstream
        or step.phase != action.phase
        or step.role != action.role
        or step.anchor != action.anchor
        or step.due_within != action.due_within
        or step.repeat_days != action.repeat_days
        or tuple(step.after) != action.after
        or set(step.kinds) != set(action.kinds)
        or step.source != action.source
    )


def differences_of(steps: Iterable[Step]) -> Differences:
    """How many of these steps were changed, added or left out; each counts once."""
    changed = own = retired = 0
    for step in steps:
        if step.retired_at is not None:
            retired += 1
        elif is_own(step):
            own += 1
        elif differs(step):
            changed += 1
    return Differences(changed, own, retired)


def step_shown(step: Step, language: str) -> StepShown:
    """One step in the reader's language."""
    agencies = active_agencies(step.plan.city)
    return _shown(step, language, carriers(agencies), {one.pk: str(one) for one in agencies})


def steps_to_wait_for(
    plan: Plan, language: str, *, besides: Step | None = None
) -> list[tuple[str, str]]:
    """Code and title of each step in use that another (`besides`) may wait for, in the
    plan's order, and of those that it waits for although they were left out."""
    wanted = Q(retired_at=None) | Q(code__in=besides.after if besides else [])
    steps = plan.steps.filter(wanted).select_related("title").in_order()
    if besides is not None:
        steps = steps.exclude(pk=besides.pk)
    return [(step.code, in_language(step.title, language).words) for step in steps]


def titles_of(plan: Plan, codes: Iterable[str], language: str) -> list[Shown]:
    """The titles of these steps, for whoever reads what must be finished first."""
    steps = plan.steps.filter(code__in=list(codes)).select_related("title").in_order()
    return [in_language(step.title, language) for step in steps]


def revisions_of(plan: Plan, step: Step | None = None) -> models.QuerySet[Revision]:
    """The history of a plan, or of one step, the newest first."""
    found = Revision.objects.filter(plan=plan).select_related("plan", "person", "step__title")
    if step is not None:
        found = found.filter(step=step)
    return found.order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after an edit; `language` for words, else empty."""

    label: str
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RevisionShown:
    at: datetime
    sentence: str
    changes: list[Change]
    step_id: UUID | None


FIELD_LABELS = {
    "title": _("What is to be done"),
    "why": _("Why"),
    "pitfall": _("What goes wrong"),
    "workstream": _("Workstream"),
    "phase": _("Phase"),
    "role": _("Role"),
    "agency": _("Agency"),
    "anchor": _("Counted from"),
    "due_within": _("Due, in minutes after that day; before it: with a minus sign"),
    "repeat_days": _("Comes again every so many days"),
    "kinds": _("Only for these kinds of incident"),
    "after": _("Steps to finish first"),
    "source": _("Source"),
    "source_language": _("Language of the original"),
    "states": _("Who stands behind the words"),
    "agencies": _("Agencies called"),
    "answer_within": _("Minutes to answer"),
}
CHOICES: dict[str, type[models.TextChoices]] = {
    "workstream": Workstream,
    "phase": Phase,
    "role": Role,
    "anchor": Anchor,
}


def revision_shown(revision: Revision, language: str) -> RevisionShown:
    """One edit as a sentence in the language in force, and what it changed, field by field."""
    told = revision.after.get("told", {})  # of a step that never came into the plan
    step = in_language(revision.step.title, language).words if revision.step else ""
    step = step or told.get(language) or told.get("en") or "…"
    agencies = revision.after.get("agencies", [])
    known = {
        "actor": revision.person.name if revision.person else "Takatuf",
        "plan": revision.plan.title,
        "step": step,
        "version": revision.after.get("version") or revision.plan.framework_version,
        "count": revision.after.get("count", ""),
        "reason": revision.after.get("reason", ""),
        "agencies": listed(agencies),
        "minutes": revision.after.get("answer_within", ""),
    }
    apart = {name: isolated(value) for name, value in known.items()}
    return RevisionShown(
        at=revision.at,
        sentence=VERBS[revision.verb] % apart,
        changes=list(_changes(revision))
        if revision.before and revision.verb in WITH_DETAILS
        else [],
        step_id=revision.step_id,
    )


WITH_DETAILS = frozenset(
    {"plan.step_edited", "plan.improvement_taken", "plan.agencies_chosen", "plan.answer_time_set"}
)


def _changes(revision: Revision) -> Iterator[Change]:
    for name, after in revision.after.items():
        label = str(FIELD_LABELS.get(name, name))
        before = revision.before.get(name)
        if name == "states":
            yield from _state_changes(label, before or {}, after)
        elif isinstance(after, dict):
            for language in {**(before or {}), **after}:
                old, new = (before or {}).get(language, ""), after.get(language, "")
                if old != new:
                    yield Change(label, language, old, new)
        else:
            yield Change(label, "", _said(name, before), _said(name, after))


def _state_changes(
    label: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for name, states in after.items():
        for language, state in states.items():
            old = before.get(name, {}).get(language, "")
            if old != state:
                of_field = f"{label} · {FIELD_LABELS[name]}"
                yield Change(of_field, language, _state(old), _state(state))


def _state(code: str) -> str:
    return str(State(code).label) if code in State.values else code


def _said(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in CHOICES and value in CHOICES[name].values:
        return str(CHOICES[name](value).label)
    return listed(value) if isinstance(value, list) else str(value)


@dataclass(frozen=True, slots=True)
class Caller:
    """One line of the phone tree."""

    name: str
    role_label: str
    phone: str
    email: str
    call_order: int


@dataclass(frozen=True, slots=True)
class AgencyToRing:
    agency: Agency
    people: list[Caller]


def phone_tree(plan: Plan, now: datetime) -> list[AgencyToRing]:
    """Whom to ring in each agency that the plan calls, in call order, in three statements.
    A person is named once in an agency; those who are never called are left out."""
    agencies = list(plan.agencies.filter(is_active=True).order_by("name"))
    posts = (
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__in=agencies,
            call_order__gt=0,
            person__is_active=True,
        )
        .select_related("person")
        .order_by("call_order", "person__name", "id")
    )
    people: dict[UUID, dict[UUID, Caller]] = defaultdict(dict)
    for post in posts:
        people[post.agency_id].setdefault(
            post.person_id,
            Caller(
                post.person.name,
                post.get_role_display(),
                post.person.phone,
                post.person.reached_at,
                post.call_order,
            ),
        )
    return [AgencyToRing(agency, list(people[agency.pk].values())) for agency in agencies]
