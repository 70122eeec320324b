"""Dialogues as pages read them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple

from django.utils.functional import Promise

from takatuf.learning.dialogues import WORDS
from takatuf.learning.models import Dialogue, DialogueQuerySet
from takatuf.learning.vocabulary import Participants
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.translation.models import Shown
from takatuf.translation.queries import NOTHING, shown_texts

IN_A_LIST = ("title", "place", "host")


class Cell(NamedTuple):
    """One phase of one workstream of the guide."""

    phase: str
    workstream: str
    phase_label: str | Promise
    workstream_label: str | Promise


class Theme(NamedTuple):
    key: str
    words: Shown
    cells: list[Cell]


class Item(NamedTuple):
    """A line of a programme, by the clocks of the place."""

    key: str
    on: date
    starts: time | None
    ends: time | None
    words: Shown


class Kind(NamedTuple):
    """Who took part: the kind, and their number where it is known."""

    label: str | Promise
    number: int | None
    more_than: bool


@dataclass(frozen=True)
class Gathering:
    """A dialogue with its words in the reader's language."""

    dialogue: Dialogue
    words: dict[str, Shown]
    themes: list[Theme] = field(default_factory=list)
    programme: list[Item] = field(default_factory=list)
    participants: list[Kind] = field(default_factory=list)

    def __getattr__(self, name: str) -> Shown:
        if name in WORDS:
            return self.words.get(name, NOTHING)
        raise AttributeError(name)


def gatherings(dialogues: Iterable[Dialogue], language: str) -> list[Gathering]:
    """Dialogues for a list, in two queries: title, place and host."""
    found = list(dialogues)
    keys = {one.prefix + name: (one.pk, name) for one in found for name in IN_A_LIST}
    words: dict[object, dict[str, Shown]] = {}
    for key, text in shown_texts(keys, language).items():
        pk, name = keys[key]
        words.setdefault(pk, {})[name] = text
    return [Gathering(one, words.get(one.pk, {})) for one in found]


def gathering_of(dialogue: Dialogue, language: str) -> Gathering:
    """One dialogue with all that is said of it."""
    prefix = dialogue.prefix
    told = shown_texts(prefix, language)
    words = {key.removeprefix(prefix): text for key, text in told.items()}
    return Gathering(
        dialogue,
        words,
        themes=[
            Theme(
                theme["key"],
                words.get(f"theme-{theme['key']}", NOTHING),
                [cell_of(phase, stream) for phase, stream in theme["cells"]],
            )
            for theme in dialogue.themes
        ],
        programme=sorted(
            (
                Item(
                    item["key"],
                    date.fromisoformat(item["on"]),
                    time.fromisoformat(item["starts"]) if item["starts"] else None,
                    time.fromisoformat(item["ends"]) if item["ends"] else None,
                    words.get(f"programme-{item['key']}", NOTHING),
                )
                for item in dialogue.programme
            ),
            key=lambda item: (item.on, item.starts or time.min, item.key),
        ),
        participants=[
            Kind(Participants(one["kind"]).label, one["number"], one["more_than"])
            for one in dialogue.participants
        ],
    )


def cell_of(phase: str, workstream: str) -> Cell:
    """A cell with the words that people read for its codes."""
    return Cell(phase, workstream, Phase(phase).label, Workstream(workstream).label)


def coming_dialogues(today: date, language: str) -> list[Gathering]:
    """What is public and has not ended, the nearest first."""
    return gatherings(Dialogue.objects.published().coming(today), language)


def past_dialogues(today: date) -> DialogueQuerySet:
    """What was held, the newest first; a queryset, for paging."""
    return Dialogue.objects.published().past(today)
