"""The activities of an incident read side by side: as plain values that can be compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from takatuf.activities.comparing import (
    Entry,
    Match,
    Texts,
    Thresholds,
    overlaps_among,
    read_ahead,
)
from takatuf.activities.models import Activity, ActivityPlace, Overlap
from takatuf.activities.queries import as_text
from takatuf.activities.vocabulary import OverlapState, Status
from takatuf.foundation.stems import words_of
from takatuf.foundation.text import search_key
from takatuf.incidents.models import Incident

# Descriptions are sealed, each is opened by itself: of more than so many, titles have to do.
MOST_OPENED = 5_000
IDS = ("pk", "organisation", "refers_to")
CODES = ("populations", "languages", "offers")
DAYS = ("starts_on", "ends_on")
PLAIN = ("level", "service", "channel", "number", "layer", "title", "language")


def entries_of(incident: Incident, now: datetime) -> list[Entry]:
    """What goes on or is planned in an incident, the oldest first.

    There may be 50,000: identifiers, days and codes come as text, and each text is read once.
    """
    return _entries(incident, Activity.objects.filter(incident=incident).under_way(now))


def entries_with_past(incident: Incident) -> list[Entry]:
    """The same, and what ended by now without its owner calling it off: who looks back asks what
    overlapped too."""
    found = Activity.objects.filter(incident=incident).current()
    return _entries(incident, found.filter(status__in=(Status.PLANNED, Status.ACTIVE)))


def _entries(incident: Incident, found: QuerySet[Activity]) -> list[Entry]:
    places: dict[str, list[str]] = defaultdict(list)
    keys = ActivityPlace.objects.filter(activity__incident=incident, activity__in=found)
    for activity, key in keys.values_list(as_text("activity"), "key").iterator(chunk_size=5_000):
        places[activity].append(key)
    more = ("description",) if found.count() <= MOST_OPENED else ()
    rows = found.order_by("id").values_list(
        *(as_text(name) for name in (*IDS, *CODES, *DAYS)), *PLAIN, *more
    )
    names = _names_of_districts(incident)
    codes = cache(_codes)
    days = cache(_day)
    places_of = cache(_all_of)
    return [
        Entry(
            key=_dashed(pk),
            owner=_dashed(owner),
            refers_to=_dashed(refers_to) if refers_to else "",
            populations=codes(populations),
            languages=codes(languages),
            offers=codes(offers),
            starts_on=days(starts_on),
            ends_on=days(ends_on),
            level=level,
            service=service,
            channel=channel,
            number=number,
            layer=layer,
            title=title,
            language=language,
            description=(description[0] or "") if description else "",
            places=places_of(tuple(places.get(pk, ()))),
            named_places=_named(title, description[0] if description else "", names),
        )
        for (
            pk, owner, refers_to, populations, languages, offers, starts_on, ends_on, level,
            service, channel, number, layer, title, language, *description,
        ) in rows.iterator(chunk_size=5_000)
    ]  # fmt: skip


def _codes(text: str) -> frozenset[str]:
    return frozenset(code for code in text.split(",") if code)


def _all_of(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(keys)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _dashed(text: str) -> str:
    """An identifier as it is written elsewhere; one of our databases leaves the dashes out."""
    return text if "-" in text else str(UUID(text))


def _names_of_districts(incident: Incident) -> list[tuple[str, str]]:
    """Each folded name of each district, between blanks, with the key of its place."""
    areas = incident.city.areas.defer("geometry", "bounds")
    return [
        (f" {search_key(name)} ", f"area:{area.pk}")
        for area in areas
        for name in {area.name, *area.names.values()}
        if len(name) > 2
    ]


def _named(title: str, description: str, names: list[tuple[str, str]]) -> frozenset[str]:
    """The districts that the words of an activity name."""
    words = f" {' '.join(words_of(f'{title} {description}'))} "
    return frozenset([key for name, key in names if name in words])


def matches_in(
    entries: list[Entry], *, settled: Collection[tuple[str, str]] = (), texts: Texts | None = None
) -> list[Match]:
    """The overlaps among these, by the thresholds of this installation, without the pairs that
    are settled."""
    return overlaps_among(entries, Thresholds(**settings.OVERLAPS), texts, settled=settled)


def read_some(
    entries: list[Entry], *, settled: Collection[tuple[str, str]] = (), most: int
) -> bool:
    """Read so many of the pairs in doubt closely; whether some are left. `matches_in` knows then
    what was read, as long as this process lives."""
    thresholds = Thresholds(**settings.OVERLAPS)
    return read_ahead(entries, thresholds, Texts(), settled=settled, most=most)


def marks_if_done_by(owner: UUID, those: QuerySet[Activity], overlaps: list[Overlap]) -> list[str]:
    """The mark that each of these overlaps of one incident will have once `those` activities are
    work of `owner`; "" where the facts have changed since it was answered."""
    if not overlaps:
        return []
    keys = {key for one in overlaps for key in (one.a_id, one.b_id)}
    here = Activity.objects.filter(pk__in=keys)
    moved = {str(key) for key in here.filter(pk__in=those).values_list("pk", flat=True)}
    now = {each.key: each for each in _entries(overlaps[0].incident, here)}
    then = {
        key: replace(each, owner=str(owner)) if key in moved else each for key, each in now.items()
    }
    before, after = Marks(now), Marks(then)
    return [
        after.of(a, b) if before.of(a, b) == one.mark else ""
        for one in overlaps
        for a, b in [(str(one.a_id), str(one.b_id))]
    ]


def settled_pairs(incident: Incident, entries: Mapping[str, Entry]) -> set[tuple[str, str]]:
    """The pairs about which something is agreed, and no fact has changed since."""
    rows = Overlap.objects.filter(incident=incident, state=OverlapState.SETTLED)
    marks = Marks(entries)
    return {
        (str(a), str(b))
        for a, b, mark in rows.values_list("a_id", "b_id", "mark")
        if str(a) in entries and str(b) in entries and marks.of(str(a), str(b)) == mark
    }


class Marks:
    """A mark of the facts of two activities: another once one of these changes. Not of what
    is sealed."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._facts: dict[str, str] = {}

    def of(self, a: str, b: str) -> str:
        facts = f"{self._told(a)}{self._told(b)}"
        return blake2b(facts.encode(), digest_size=16).hexdigest()

    def _told(self, key: str) -> str:
        if key not in self._facts:
            self._facts[key] = _facts(self._entries[key])
        return self._facts[key]


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
