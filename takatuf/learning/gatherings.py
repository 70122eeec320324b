"""Dialogues as pages read them, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, Count, IntegerField, When
from django.utils import translation
from django.utils.functional import Promise

from takatuf.alerts.queries import given_up_letters
from takatuf.foundation.roles import Role
from takatuf.learning.dialogues import WORDS
from takatuf.learning.models import (
    Dialogue,
    DialogueQuerySet,
    Registration,
    RegistrationQuerySet,
)
from takatuf.learning.vocabulary import Participants, Precision, Seat
from takatuf.network.queries import name_in, posts_of_roles
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.translation.models import Shown
from takatuf.translation.queries import NOTHING, shown_texts
from takatuf.ui.reading import span_words

IN_A_LIST = ("title", "place", "host")
SEATS = (Seat.COMING, Seat.WAITING, Seat.INVITED, Seat.ASKED, Seat.LEFT)


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


def all_dialogues() -> DialogueQuerySet:
    """Every dialogue in any state, for the secretariat, the latest first."""
    return Dialogue.objects.order_by("-begins_on", "slug")


def days_of(dialogue: Dialogue) -> str:
    """When it is held, as exactly as it is known, in the language in force."""
    month_only = dialogue.precision == Precision.MONTH
    return span_words(dialogue.begins_on, dialogue.ends_on, month_only=month_only)


class Seats(NamedTuple):
    """How many registrations stand where."""

    coming: int
    waiting: int
    invited: int
    asked: int
    left: int


def seats_of(dialogue: Dialogue) -> Seats:
    """The registrations of a dialogue, counted."""
    found = Registration.objects.filter(dialogue=dialogue).values_list("seat")
    counts = dict(found.annotate(count=Count("pk")).order_by())
    return Seats(*(counts.get(seat, 0) for seat in Seats._fields))


def places_free(dialogue: Dialogue) -> int | None:
    """How many places are left; None where nobody counts them."""
    if dialogue.places is None:
        return None
    return max(0, dialogue.places - seats_of(dialogue).coming)


class Invited(NamedTuple):
    """Somebody in a city of the network who may be invited."""

    name: str
    city: str
    office: str
    email: str
    language: str


def invited_people(cities: Iterable[UUID], roles: Iterable[str], now: datetime) -> list[Invited]:
    """Who holds one of these roles in one of these cities, each once, in their own language."""
    people: dict[UUID, Invited] = {}
    for post in posts_of_roles(cities, roles, now):
        person, city = post.person, post.agency.city
        with translation.override(person.language):
            people[person.pk] = Invited(
                person.name,
                name_in(city.names, city.name, person.language),
                str(Role(post.role).label),
                person.email or "",
                person.language,
            )
    return list(people.values())


class RegistrationLine(NamedTuple):
    """A registration as the secretariat reads it."""

    registration: Registration
    name: str
    city: str
    office: str
    email: str
    needs: str
    trouble: str  # why the last letter did not leave, if so


def lines_of(registrations: Iterable[Registration]) -> list[RegistrationLine]:
    """What registrations say, unsealed, and which letters did not leave."""
    found = list(registrations)
    trouble = given_up_letters(f"registration:{one.pk}" for one in found)
    lines = []
    for one in found:
        told = json.loads(one.told or "{}")
        lines.append(
            RegistrationLine(
                one,
                name=told.get("name", ""),
                city=told.get("city", ""),
                office=told.get("office", ""),
                email=told.get("email", ""),
                needs=told.get("needs", ""),
                trouble=trouble.get(f"registration:{one.pk}", ""),
            )
        )
    return lines


def registrations_of(dialogue: Dialogue) -> RegistrationQuerySet:
    """All registrations of a dialogue, those who come first."""
    order = Case(
        *(When(seat=seat, then=place) for place, seat in enumerate(SEATS)),
        output_field=IntegerField(),
    )
    found = Registration.objects.filter(dialogue=dialogue)
    return found.order_by(order, "confirmed_at", "id")
