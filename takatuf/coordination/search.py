"""Finding by words: titles of incidents and actions, and the log, as far as the actor may see.

The log is sealed at rest, so no index can hold its words: the newest entries are opened and
compared here, and the answer says when older ones were left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from takatuf.activities.models import Task
from takatuf.decisions.models import LogEntry
from takatuf.foundation.actors import Actor
from takatuf.foundation.text import search_key
from takatuf.incidents.models import Incident
from takatuf.incidents.queries import incidents_of

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


def search(actor: Actor, words: str) -> Found:
    """Things in which every one of the words occurs, in any spelling that a reader takes as
    the same (Arabic forms, marks, case and digits folded); three statements."""
    wanted = search_key(words).split()
    if not wanted:
        return Found()
    incidents, every_incident = _holding(
        wanted, incidents_of(actor), lambda one: (one.title, one.place)
    )
    visible = Incident.objects.visible_to(actor)
    tasks, every_task = _holding(
        wanted,
        Task.objects.filter(incident__in=visible)
        .select_related("title", "agency", "taken_by", "incident__city")
        .order_by("-created_at", "-id"),
        lambda one: (version["words"] for version in one.title.versions.values()),
    )
    entries, every_entry = _holding(
        wanted,
        LogEntry.objects.filter(incident__in=visible)
        .select_related("author", "agency", "incident__city")
        .order_by("-recorded_at", "-id"),
        lambda one: (one.text,),
    )
    return Found(incidents, tasks, entries, every_incident and every_task and every_entry)


def _holding(
    wanted: list[str], things: Any, texts: Callable[[Any], Iterable[str]]
) -> tuple[list[Any], bool]:
    """The things with all words in one of their texts, and whether these are all there are."""
    read = list(things[: READ_AT_MOST + 1])
    found = [
        thing
        for thing in read[:READ_AT_MOST]
        if any(all(word in key for word in wanted) for key in map(search_key, texts(thing)))
    ]
    return found[:SHOWN_AT_MOST], len(read) <= READ_AT_MOST and len(found) <= SHOWN_AT_MOST


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
