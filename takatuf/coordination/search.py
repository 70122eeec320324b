"""Finding on the desk and through the API: in what the actor may see anyway, by its own queries.

Most of it is sealed at rest, so no index can hold its words: the newest of each kind are opened
and compared here, and the answer says when older ones were left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from takatuf.activities.models import Activity, Task
from takatuf.activities.queries import ON_ITS_PAGE
from takatuf.communications.models import Report
from takatuf.decisions.models import LogEntry, Promise
from takatuf.decisions.queries import promises_of
from takatuf.foundation.actors import Actor
from takatuf.foundation.text import search_key
from takatuf.incidents.models import Incident, Methane
from takatuf.incidents.queries import incidents_of, letters_of, methanes_of
from takatuf.network.models import Agency
from takatuf.network.queries import cities_of, contacts_of
from takatuf.plans.catalogue import services
from takatuf.plans.models import Step
from takatuf.plans.queries import plan_for
from takatuf.search.rules import answers, asked

READ_AT_MOST = 2_000  # of each kind, the newest first
SHOWN_AT_MOST = 50  # of each kind
EXCERPT = 160  # characters of a log entry


@dataclass(frozen=True)
class Found:
    """What a search found. `complete` is false where something was left unread or unshown."""

    incidents: list[Incident] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)
    complete: bool = True


@dataclass(frozen=True)
class FoundBeside:
    """What a search found beside incidents, their actions and their logs."""

    activities: list[Activity] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    messages: list[Methane] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    complete: bool = True


def search(actor: Actor, words: str) -> Found:
    """Things in which every one of the words occurs: in any spelling that a reader takes as the
    same (Arabic forms, marks, case and digits folded), as part of a word or by its stem. Three
    statements."""
    if not search_key(words):
        return Found()
    incidents, every_incident = _holding(
        words, incidents_of(actor), lambda one: (one.title, one.place)
    )
    visible = Incident.objects.visible_to(actor)
    tasks, every_task = _holding(
        words,
        Task.objects.filter(incident__in=visible)
        .select_related("title", "agency", "taken_by", "incident__city")
        .order_by("-created_at", "-id"),
        lambda one: (version["words"] for version in one.title.versions.values()),
    )
    entries, every_entry = _holding(
        words,
        LogEntry.objects.filter(incident__in=visible)
        .select_related("author", "agency", "incident__city", "struck_by")
        .order_by("-recorded_at", "-id"),
        lambda one: (one.text,),
    )
    return Found(incidents, tasks, entries, every_incident and every_task and every_entry)


def search_beside(actor: Actor, words: str, now: datetime) -> FoundBeside:
    """Who does what, reports, messages from the scene, promises, agencies with their people, and
    steps of the plans in use that hold every one of the words, as `search` compares them. A few
    statements for each city of the actor."""
    if not search_key(words):
        return FoundBeside()
    activities, every_activity = _holding(
        words,
        Activity.objects.visible_to(actor)
        .current()
        .select_related("organisation", "incident__city")
        .defer(*ON_ITS_PAGE)
        .order_by("-id"),
        words_of_activity,
    )
    reports, every_report = _holding(
        words,
        Report.objects.visible_to(actor)
        .select_related("incident__city")
        .prefetch_related("texts")
        .order_by("-drafted_at", "-id"),
        lambda one: (
            version["words"] for text in one.texts.all() for version in text.versions.values()
        ),
    )
    messages, every_message = _holding(
        words,
        methanes_of(actor),
        lambda one: (letter.words for letter in letters_of(one)),
    )
    promises: list[Promise] = []
    agencies: list[Agency] = []
    steps: list[Step] = []
    every = every_activity and every_report and every_message
    for city in cities_of(actor):
        kept, all_kept = _holding(
            words,
            promises_of(actor, city, now, which="all"),
            lambda one: (f"{one.text} {one.promised_to}",),
        )
        known, all_known = _holding(words, contacts_of(city, now), names_of)
        plan = plan_for(city)
        planned, all_planned = _holding(
            words,
            plan.steps.current().select_related("title", "plan__city") if plan else [],
            lambda one: (version["words"] for version in one.title.versions.values()),
        )
        promises += kept
        agencies += known
        steps += planned
        every = every and all_kept and all_known and all_planned
    return FoundBeside(activities, reports, messages, promises, agencies, steps, every)


def words_of_activity(one: Activity) -> list[str]:
    """What is done and by whom, in one line: as the reader's list shows it, then in every
    language in which it was told and under all names of its service and organisation."""
    service = services().get(one.service)
    said = [one.title, *one.titles.values(), *(service.names.values() if service else [one.sector])]
    who = [one.organisation.name, *one.organisation.names.values()]
    shown = [str(one), *([service.name] if service else []), str(one.organisation)]
    return [" · ".join(filter(None, dict.fromkeys(line))) for line in (shown, [*said, *who])]


def names_of(agency: Any) -> list[str]:
    """An agency's names and those of its people, in one line, as `contacts_of` brings them."""
    people = [post.person.name for post in agency.posts]
    return [" · ".join(dict.fromkeys([agency.name, *agency.names.values(), *people]))]


def _holding(
    words: str, things: Any | Sequence[Any], texts: Callable[[Any], Iterable[str]]
) -> tuple[list[Any], bool]:
    """The things with all words in one of their texts, and whether these are all there are."""
    wanted, groups = search_key(words).split(), asked(words)
    read = list(things[: READ_AT_MOST + 1])
    found = [
        thing
        for thing in read[:READ_AT_MOST]
        if any(_holds(wanted, groups, text) for text in texts(thing))
    ]
    return found[:SHOWN_AT_MOST], len(read) <= READ_AT_MOST and len(found) <= SHOWN_AT_MOST


def _holds(wanted: list[str], groups: list[list[str]], text: str) -> bool:
    key = search_key(text)
    return all(word in key for word in wanted) or answers(groups, text)


def excerpt(text: str, words: str) -> str:
    """The part of a text around the first of the words, cut at blanks."""
    if len(text) <= EXCERPT:
        return text
    # Folding changes lengths, so the place is sought word by word.
    wanted = search_key(words).split()
    pieces = text.split()
    here = next(
        (at for at, piece in enumerate(pieces) if any(w in search_key(piece) for w in wanted)), 0
    )
    shown = " ".join(pieces[max(0, here - 6) :])[:EXCERPT]
    return ("… " if here > 6 else "") + shown + " …"
