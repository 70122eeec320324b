"""What the framework has improved since a plan was last laid beside it, step by step.

Three states of an action meet here: as the framework had it when the step was laid beside it,
as the framework has it now, and as the city has it. What the framework changed is offered;
what the city changed stays the city's, unless it takes the framework's in the same place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.text import listed
from takatuf.plans.framework import FIELDS, Action, framework, is_newer
from takatuf.plans.models import FrameworkAnswer, Plan, Step
from takatuf.plans.queries import CHOICES, FIELD_LABELS, due_words
from takatuf.plans.rules import fits
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.translation.queries import words_of

NEW, CHANGED, WITHDRAWN = "new", "changed", "withdrawn"
KINDS = {
    NEW: pgettext_lazy("an improvement", "New"),
    CHANGED: pgettext_lazy("an improvement", "Improved"),
    WITHDRAWN: pgettext_lazy("an improvement", "Withdrawn"),
}
# What an action says and asks, in the order of reading; time and its day belong together.
COMPARED = (
    *FIELDS, "workstream", "phase", "role", "due", "repeat_days", "after", "kinds", "source",
)  # fmt: skip
LABELS = FIELD_LABELS | {"due": _("Due after")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: as the city has it, as the framework has it now; both in words."""

    field: str
    label: str
    ours: str
    theirs: str
    edited: bool  # the city itself changed it, so that taking gives that up


@dataclass(frozen=True, slots=True)
class Improvement:
    """What the framework offers for one step."""

    code: str
    kind: str  # new, changed or withdrawn
    since: str  # the framework's version that brought it
    workstream: str
    phase: str
    title: str  # in the reader's language
    differences: list[Difference]
    step_id: UUID | None
    declined: FrameworkAnswer | None  # by the city, which may still take it

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def workstream_label(self) -> str:
        return str(Workstream(self.workstream).label)

    @property
    def phase_label(self) -> str:
        return str(Phase(self.phase).label)

    @property
    def untouched(self) -> bool:
        """Whether the city changed nothing that it would give up by taking this."""
        return not any(one.edited for one in self.differences)


def improvements_of(plan: Plan, *, declined: bool = False) -> list[Improvement]:
    """What the framework has improved for a plan, in the language in force, in the order of
    the framework; with `declined` what the city did not want instead. Three statements."""
    shipped = framework()
    steps = {
        step.code: step
        for step in plan.steps.select_related("title", "why", "pitfall").exclude(code="")
    }
    answers = {
        (answer.code, answer.version): answer
        for answer in FrameworkAnswer.objects.filter(plan=plan).select_related("person")
    }
    found = [_of(plan, action, steps.get(action.code), steps) for action in shipped.actions]
    found += [
        _withdrawn(plan, steps[code], version)
        for code, version in shipped.withdrawn.items()
        if code in steps
    ]
    kept = []
    for one in found:
        if one is None:
            continue
        answer = answers.get((one.code, one.since))
        if answer is None and not declined:
            kept.append(one)
        elif answer and declined and answer.kind == FrameworkAnswer.Kind.DECLINED:
            kept.append(_declined(one, answer))
    return kept


def improvement_of(plan: Plan, code: str) -> Improvement | None:
    """What the framework offers for one code, declined or not; None for nothing."""
    found = [*improvements_of(plan), *improvements_of(plan, declined=True)]
    return next((one for one in found if one.code == code), None)


def _declined(one: Improvement, answer: FrameworkAnswer) -> Improvement:
    return Improvement(
        one.code, one.kind, one.since, one.workstream, one.phase, one.title, one.differences,
        one.step_id, answer,
    )  # fmt: skip


def laid_beside(plan: Plan, step: Step) -> str:
    """The framework's version that a step was last laid beside."""
    return step.framework_version or plan.framework_version


def _of(
    plan: Plan, action: Action, step: Step | None, steps: Mapping[str, Step]
) -> Improvement | None:
    if step is None:
        if not is_newer(action.since, plan.framework_version) or not fits(action.size, plan.size):
            return None
        nothing = dict.fromkeys(COMPARED)
        differences = _differences(nothing, values_of_action(action), {}, steps)
        return _made(action, NEW, differences, None)
    if step.retired_at is not None or not is_newer(action.since, laid_beside(plan, step)):
        return None
    ours, theirs = values_of_step(step), values_of_action(action)
    differences = _differences(ours, theirs, edits_of(plan, step), steps)
    return _made(action, CHANGED, differences, step.pk) if differences else None


def _withdrawn(plan: Plan, step: Step, version: str) -> Improvement | None:
    if step.retired_at is not None or not is_newer(version, laid_beside(plan, step)):
        return None
    edited = any(edits_of(plan, step).values())
    words = _shown("title", values_of_step(step)["title"], {})
    return Improvement(
        step.code, WITHDRAWN, version, step.workstream, step.phase, words,
        [Difference("title", str(LABELS["title"]), words, "", edited)], step.pk, None,
    )  # fmt: skip


def _made(
    action: Action, kind: str, differences: list[Difference], step_id: UUID | None
) -> Improvement:
    title = _shown("title", dict(action.words["title"]), {})
    return Improvement(
        action.code, kind, action.since, action.workstream, action.phase, title, differences,
        step_id, None,
    )  # fmt: skip


def values_of_action(action: Action) -> dict[str, Any]:
    """What an action says and asks, field by field."""
    return {
        **{name: dict(action.words[name]) for name in FIELDS},
        "workstream": action.workstream,
        "phase": action.phase,
        "role": action.role,
        "due": (action.anchor, action.due_within),
        "repeat_days": action.repeat_days,
        "after": sorted(action.after),
        "kinds": sorted(action.kinds),
        "source": action.source,
    }


def values_of_step(step: Step) -> dict[str, Any]:
    """What a step of the city says and asks, in the same form and the same languages: a
    translator may have brought the framework's own words in another one since."""
    spoken = framework().languages
    return {
        **{
            name: {
                language: words
                for language, words in words_of(getattr(step, name)).items()
                if language in spoken
            }
            for name in FIELDS
        },
        "workstream": step.workstream,
        "phase": step.phase,
        "role": step.role,
        "due": (step.anchor, step.due_within),
        "repeat_days": step.repeat_days,
        "after": sorted(step.after),
        "kinds": sorted(step.kinds),
        "source": step.source,
    }


def edits_of(plan: Plan, step: Step) -> dict[str, bool]:
    """Which fields the city changed from what the framework had when they were last laid side
    by side. Where that version is not known, whatever differs counts as the city's."""
    before = framework().action_at(step.code, laid_beside(plan, step))
    ours = values_of_step(step)
    if before is None:
        now = framework().by_code.get(step.code)
        base = values_of_action(now) if now else {}
    else:
        base = values_of_action(before)
    # A plan of a small place may lack what a step waits for; that is no edit.
    if set(ours["after"]) <= set(base.get("after", [])):
        base["after"] = ours["after"]
    return {name: ours[name] != base.get(name) for name in COMPARED}


def changed_by_framework(plan: Plan, step: Step, action: Action) -> set[str]:
    """The fields that the framework changed since; all of them where it is not known."""
    before = framework().action_at(step.code, laid_beside(plan, step))
    if before is None:
        return set(COMPARED)
    old, new = values_of_action(before), values_of_action(action)
    return {name for name in COMPARED if old[name] != new[name]}


def _differences(
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    edits: Mapping[str, bool],
    steps: Mapping[str, Step],
) -> list[Difference]:
    return [
        Difference(
            name,
            str(LABELS[name]),
            _shown(name, ours[name], steps),
            _shown(name, theirs[name], steps),
            edits.get(name, False),
        )
        for name in COMPARED
        if ours[name] != theirs[name] and (ours[name] or theirs[name])
    ]


def _shown(name: str, value: Any, steps: Mapping[str, Step]) -> str:
    """A value in words, in the language in force."""
    if not value:
        return ""
    if name in FIELDS:
        spoken = get_language() or ""
        return str(value.get(spoken) or value.get("en") or next(iter(value.values()), ""))
    if name == "due":
        return due_words(*value)
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name == "after":
        return listed(_title_of(code, steps) for code in value)
    return listed(value) if isinstance(value, list) else str(value)


def _title_of(code: str, steps: Mapping[str, Step]) -> str:
    if code in steps:
        return _shown("title", words_of(steps[code].title), {})
    action = framework().by_code.get(code)
    return _shown("title", dict(action.words["title"]), {}) if action else code
