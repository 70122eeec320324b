"""The place Learn: what the reader keeps right for everybody, and the way to each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.network.access import may_admit, may_curate
from takatuf.translation.access import may_review


class Part(NamedTuple):
    """A part of Learn: its heading, what it is for, and whose it is."""

    name: str  # of its address
    label: str | Promise
    about: str | Promise
    may: Callable[[Actor], bool]


class Link(NamedTuple):
    url: str
    label: str | Promise
    about: str | Promise
    current: bool


PARTS: tuple[Part, ...] = (
    Part(
        "learn-library",
        _("Library"),
        _("What cities did and learned: write a card, correct one, withdraw one."),
        may_curate,
    ),
    Part(
        "dialogues",
        _("Dialogues"),
        _("Meetings in which cities learn from each other: prepared, published, told afterwards."),
        may_curate,
    ),
    Part(
        "translations",
        _("Translations"),
        _("Each public text beside its versions: written, reviewed and approved by people."),
        may_review,
    ),
    Part(
        "applications",
        _("Applications"),
        _("Local authorities that ask to join; two people say yes."),
        may_admit,
    ),
    Part(
        "mistakes",
        _("Mistakes reported"),
        _("What readers say is wrong in a public text, and what became of it."),
        may_review,
    ),
)


def parts_of_learn(actor: Actor, here: str = "") -> Iterator[Link]:
    """The parts that the actor may open, in the house's order, for `{% tabs %}` and the
    place's own page; `here` is the one shown."""
    for part in PARTS:
        if part.may(actor):
            yield Link(reverse(f"desk:{part.name}"), part.label, part.about, part.name == here)
