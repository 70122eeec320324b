"""The activities of an incident read side by side: as plain values that can be compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from django.conf import settings

from takatuf.activities.comparing import Entry, Match, Texts, Thresholds, overlaps_among
from takatuf.activities.models import Activity, ActivityPlace, Overlap
from takatuf.activities.vocabulary import OverlapState
from takatuf.foundation.stems import words_of
from takatuf.foundation.text import search_key
from takatuf.incidents.models import Incident

# Descriptions are sealed, each is opened by itself: of more than so many, titles have to do.
MOST_OPENED = 5_000
FIELDS = ("id", "organisation_id", "level", "service", "channel", "number", "populations",
          "languages", "offers", "layer", "starts_on", "ends_on", "title", "language",
          "refers_to_id")  # fmt: skip


def entries_of(incident: Incident, now: datetime) -> list[Entry]:
    """What goes on or is planned in an incident, the oldest first."""
    found = Activity.objects.filter(incident=incident).under_way(now)
    places: dict[UUID, list[str]] = defaultdict(list)
    keys = ActivityPlace.objects.filter(activity__in=found).values_list("activity_id", "key")
    for activity, key in keys.iterator(chunk_size=5_000):
        places[activity].append(key)
    opened = found.count() <= MOST_OPENED
    fields = (*FIELDS, "description") if opened else FIELDS
    rows = found.order_by("id").values_list(*fields)
    names = _names_of_districts(incident)
    return [_entry(row, places.get(row[0], []), names) for row in rows.iterator(chunk_size=5_000)]


def _names_of_districts(incident: Incident) -> list[tuple[str, str]]:
    """Each folded name of each district, between blanks, with the key of its place."""
    areas = incident.city.areas.defer("geometry", "bounds")
    return [
        (f" {search_key(name)} ", f"area:{area.pk}")
        for area in areas
        for name in {area.name, *area.names.values()}
        if len(name) > 2
    ]


def _entry(row: tuple[object, ...], places: list[str], names: list[tuple[str, str]]) -> Entry:
    told = dict(zip((*FIELDS, "description"), row, strict=False))
    words = " ".join(words_of(f"{told['title']} {told.get('description') or ''}"))
    return Entry(
        key=str(told["id"]),
        named_places=frozenset(key for name, key in names if name in f" {words} "),
        owner=str(told["organisation_id"]),
        places=frozenset(places),
        refers_to=str(told["refers_to_id"] or ""),
        description=str(told.get("description") or ""),
        **{name: frozenset(told[name]) for name in ("populations", "languages", "offers")},  # type: ignore[call-overload]
        **{
            name: told[name]
            for name in ("level", "service", "channel", "number", "layer", "starts_on", "ends_on",
                         "title", "language")
        },  # type: ignore[arg-type]
    )  # fmt: skip


def matches_in(
    entries: list[Entry], *, settled: Collection[tuple[str, str]] = (), texts: Texts | None = None
) -> list[Match]:
    """The overlaps among these, by the thresholds of this installation, without the pairs that
    are settled."""
    return overlaps_among(entries, Thresholds(**settings.OVERLAPS), texts, settled=settled)


def settled_pairs(incident: Incident, entries: Mapping[str, Entry]) -> set[tuple[str, str]]:
    """The pairs about which something is agreed, and no fact has changed since."""
    rows = Overlap.objects.filter(incident=incident, state=OverlapState.SETTLED)
    return {
        (str(a), str(b))
        for a, b, mark in rows.values_list("a_id", "b_id", "mark")
        if str(a) in entries
        and str(b) in entries
        and mark_of(entries[str(a)], entries[str(b)]) == mark
    }


def mark_of(a: Entry, b: Entry) -> str:
    """A mark of the facts of two activities: another once one of these changes. Not of what
    is sealed."""
    return blake2b(f"{_facts(a)}{_facts(b)}".encode(), digest_size=16).hexdigest()


def _facts(one: Entry) -> str:
    return repr([
        one.owner, one.level, one.service, one.channel, one.digits, sorted(one.populations),
        sorted(one.places), sorted(one.languages), sorted(one.offers), one.layer,
        one.starts_on, one.ends_on, one.title, one.refers_to,
    ])  # fmt: skip


def names_of(incident: Incident) -> dict[str, str]:
    """What each activity is called outside: the id that its owner gave it where nobody else in
    the incident has the same, else ours."""
    rows = list(Activity.objects.filter(incident=incident).values_list("id", "own_id"))
    counted = Counter(own for _id, own in rows)
    return {str(pk): own if own and counted[own] == 1 else str(pk) for pk, own in rows}
