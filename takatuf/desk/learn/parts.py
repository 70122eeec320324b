"""The place Learn: what the reader keeps right for everybody, and the way to each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.rules import sends_letters
from takatuf.foundation.actors import Actor
from takatuf.learning.queries import open_drafts
from takatuf.learning.vocabulary import DraftState
from takatuf.network.access import may_admit, may_curate
from takatuf.network.queries import applications
from takatuf.translation.access import may_review
from takatuf.translation.queries import count_of_mistakes
from takatuf.translation.vocabulary import Outcome


class Part(NamedTuple):
    """A part of Learn: its heading, what it is for, and whose it is."""

    name: str  # of its address
    label: str | Promise
    about: str | Promise
    may: Callable[[Actor], bool]
    waiting: Callable[[], int] | None = None  # how much of it waits for a person


class Waiting(NamedTuple):
    """A part in which something waits, and how much."""

    url: str
    label: str | Promise
    number: int


class Link(NamedTuple):
    url: str
    label: str | Promise
    about: str | Promise
    current: bool


def _to_judge() -> int:
    """Applications that wait for the secretariat; where no letter leaves, no applicant can
    confirm an address, so that those wait for it, too."""
    states = ("waiting", "alone") if sends_letters() else ("waiting", "alone", "unconfirmed")
    return sum(applications(state).count() for state in states)


PARTS: tuple[Part, ...] = (
    Part(
        "learn-library",
        _("Library"),
        _("What cities did and learned: write a card, correct one, withdraw one."),
        may_curate,
        lambda: open_drafts().filter(state=DraftState.SUBMITTED).count(),
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
        _to_judge,
    ),
    Part(
        "mistakes",
        _("Mistakes reported"),
        _("What readers say is wrong in a public text, and what became of it."),
        may_review,
        lambda: count_of_mistakes().get(Outcome.OPEN, 0),
    ),
)


def parts_of_learn(actor: Actor, here: str = "") -> Iterator[Link]:
    """The parts that the actor may open, in the house's order, for `{% tabs %}` and the
    place's own page; `here` is the one shown."""
    for part in PARTS:
        if part.may(actor):
            yield Link(reverse(f"desk:{part.name}"), part.label, part.about, part.name == here)


def waiting_in_learn(actor: Actor) -> list[Waiting]:
    """What waits in the parts that are the actor's, for their page Today and for Learn's own."""
    return [
        Waiting(reverse(f"desk:{part.name}"), part.label, number)
        for part in PARTS
        if part.waiting and part.may(actor) and (number := part.waiting())
    ]
