"""The framework as people read it: its actions in one language, in the words that stand now.

Read by everyone, so it is put together once for a language and kept in the process until
somebody here corrects, approves or withdraws a public text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils import translation

from takatuf.foundation.roles import Role
from takatuf.plans.framework import FIELDS, Action, framework
from takatuf.plans.queries import due_words
from takatuf.plans.rules import STARTED_PHASES, fits, is_for
from takatuf.plans.vocabulary import Anchor, Phase, Size, Workstream
from takatuf.translation.models import Shown
from takatuf.translation.queries import NOTHING, last_change, shown_texts

PREFIX = "framework/"


@dataclass(frozen=True, slots=True)
class ActionShown:
    """One action of the framework in a reader's language."""

    code: str
    workstream: str
    workstream_label: str
    phase: str
    phase_label: str
    role: str
    role_label: str
    agency_kind: str
    size: str  # the smallest place that needs it
    kinds: tuple[str, ...]  # of incidents; empty: all
    due_within: timedelta | None
    due: str  # in words; empty for a preparation
    anchor: str
    repeat_days: int | None
    after: tuple[str, ...]  # codes of what comes before
    source: str  # empty: practice, not yet sourced
    title: Shown
    why: Shown
    pitfall: Shown

    @property
    def texts(self) -> tuple[Shown, Shown, Shown]:
        """All of its texts, for who tells how far they may be trusted."""
        return self.title, self.why, self.pitfall


@dataclass(frozen=True)
class Guide:
    """The whole framework in one language, in the order of workstream, phase and time."""

    language: str
    version: str
    mark: str  # moves when a text of it moves
    actions: tuple[ActionShown, ...]

    @cached_property
    def by_code(self) -> Mapping[str, ActionShown]:
        return {action.code: action for action in self.actions}

    @cached_property
    def cells(self) -> Counter[tuple[str, str]]:
        """How many actions stand in each cell of workstream and phase."""
        return Counter((action.workstream, action.phase) for action in self.actions)

    @cached_property
    def followers(self) -> Mapping[str, tuple[ActionShown, ...]]:
        """What each action makes possible: those that wait for it, by its code."""
        found: dict[str, list[ActionShown]] = {}
        for action in self.actions:
            for code in action.after:
                found.setdefault(code, []).append(action)
        return {code: tuple(waiting) for code, waiting in found.items()}


_kept: dict[str, Guide] = {}


def guide(language: str) -> Guide:
    """The framework in `language` (BCP 47). Costs two small statements while nothing changed."""
    mark = f"{framework().version}/{last_change()}"
    kept = _kept.get(language)
    if kept is not None and kept.mark == mark:
        return kept
    made = _put_together(language, mark)
    if any(action.title.words for action in made.actions):  # not before set-up has run
        _kept[language] = made
    return made


def _put_together(language: str, mark: str) -> Guide:
    shipped = framework()
    texts = shown_texts(PREFIX, language)
    with translation.override(language):
        actions = tuple(_shown(action, texts) for action in sorted(shipped.actions, key=_place))
    return Guide(language=language, version=shipped.version, mark=mark, actions=actions)


def _place(action: Action) -> tuple[int, int, bool, timedelta]:
    """Where an action stands: by workstream and phase, then soonest first; what is counted
    from a day that is known later comes last."""
    return (
        list(Workstream).index(Workstream(action.workstream)),
        list(Phase).index(Phase(action.phase)),
        action.anchor != Anchor.DECLARATION,
        action.due_within or timedelta(),
    )


def _shown(action: Action, texts: Mapping[str, Shown]) -> ActionShown:
    words = {field: texts.get(f"{PREFIX}{action.code}/{field}", NOTHING) for field in FIELDS}
    return ActionShown(
        code=action.code,
        workstream=action.workstream,
        workstream_label=str(Workstream(action.workstream).label),
        phase=action.phase,
        phase_label=str(Phase(action.phase).label),
        role=action.role,
        role_label=str(Role(action.role).label),
        agency_kind=action.agency_kind,
        size=action.size,
        kinds=action.kinds,
        due_within=action.due_within,
        due=due_words(action.anchor, action.due_within),
        anchor=action.anchor,
        repeat_days=action.repeat_days,
        after=action.after,
        source=action.source,
        **words,
    )


def narrowed(
    actions: Iterable[ActionShown],
    *,
    phase: str = "",
    workstream: str = "",
    role: str = "",
    size: str = "",
    kind: str = "",
) -> list[ActionShown]:
    """The actions that fit all that is given: of a phase, workstream and role, for a place of
    a size (a town also does what a village does) and for a kind of incident."""
    return [
        action
        for action in actions
        if (not phase or action.phase == phase)
        and (not workstream or action.workstream == workstream)
        and (not role or action.role == role)
        and (not size or fits(action.size, size))
        and (not kind or is_for(action.kinds, kind))
    ]


def first_day(found: Guide, *, size: str = Size.VILLAGE, kind: str = "") -> list[ActionShown]:
    """What a place of `size` does in the first hour and until 24 hours are over, soonest
    first; for any incident, or for one of `kind`."""
    chosen = [
        action
        for action in narrowed(found.actions, size=size, kind=kind)
        if action.phase in STARTED_PHASES and (kind or not action.kinds)
    ]
    return sorted(chosen, key=lambda action: action.due_within or timedelta())
