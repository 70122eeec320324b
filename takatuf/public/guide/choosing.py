"""How a reader narrows the guide: by plain links, each with how many actions it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from takatuf.foundation.roles import Role
from takatuf.incidents.vocabulary import Kind
from takatuf.plans.guide import ActionShown, narrowed
from takatuf.plans.vocabulary import Phase, Size, Workstream
from takatuf.ui import reading

# What the guide may be narrowed by, in the order of the page and of an address.
WAYS_OF_READING: dict[str, tuple[str | Promise, type[TextChoices]]] = {
    "phase": (_("Phase"), Phase),
    "workstream": (_("Workstream"), Workstream),
    "role": (_("Role"), Role),
    "size": (_("Size of the place"), Size),
    "kind": (_("What happened"), Kind),
}

CELL = ("phase", "workstream")  # the first two ways, which together have a page of their own


class Choice(NamedTuple):
    """One value that a reader may choose: its words, its address, what it leads to."""

    code: str
    label: str
    url: str
    actions: int
    current: bool

    @property
    def how_many(self) -> str:
        return actions_in_words(self.actions)


class Group(NamedTuple):
    """All values of one way of reading."""

    name: str
    label: str | Promise
    choices: list[Choice]


def actions_in_words(count: int) -> str:
    """How many actions, in the reader's language."""
    words = ngettext("%(count)s action", "%(count)s actions", count)
    return words % {"count": reading.number(count)}


def label_of(by: str, value: str) -> str:
    """The words of a value. Raises `ValueError` for one that is not known."""
    return str(WAYS_OF_READING[by][1](value).label)


def chosen_from(given: Mapping[str, str]) -> dict[str, str]:
    """What of an address's values narrows the guide. Raises `ValueError` for a value that
    does not exist: such an address was made by hand, or is a mistake."""
    chosen = {by: given[by] for by in WAYS_OF_READING if given.get(by)}
    for by, value in chosen.items():
        WAYS_OF_READING[by][1](value)
    return chosen


def url_of(chosen: Mapping[str, str]) -> str:
    """The address of a list: its first choice is part of the path, so that it can be handed
    on, and the others stand behind it."""
    if not chosen:
        return reverse("public:guide-actions")
    given = [(by, chosen[by]) for by in WAYS_OF_READING if chosen.get(by)]
    if set(CELL) <= {by for by, _value in given}:
        path, rest = reverse("public:guide-cell", args=[chosen[by] for by in CELL]), given[2:]
    else:
        path, rest = reverse("public:guide-list", args=given[0]), given[1:]
    return f"{path}?{urlencode(rest)}" if rest else path


def group_of(actions: Sequence[ActionShown], chosen: Mapping[str, str], by: str) -> Group:
    """What a reader may choose of one way, beside what is chosen in the others. Values that
    lead to nothing are left out."""
    others = {name: value for name, value in chosen.items() if name != by}
    within = narrowed(actions, **others)
    label, values = WAYS_OF_READING[by]
    choices = [
        Choice(
            str(value),
            str(value.label),
            url_of(others | {by: str(value)}),
            len(narrowed(within, **{by: str(value)})),
            chosen.get(by) == str(value),
        )
        for value in values
    ]
    return Group(by, label, [choice for choice in choices if choice.actions or choice.current])
