"""What pages, the guide, the search and the API read of the library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from takatuf.foundation.errors import NotFound
from takatuf.foundation.roles import Role
from takatuf.foundation.text import search_key
from takatuf.learning.bodies import SOURCE_FIELDS
from takatuf.learning.models import Card, CardDraft, Dialogue, Source
from takatuf.learning.rules import FIELDS, LONGEST, nearness
from takatuf.learning.vocabulary import DraftState, PlaceSize
from takatuf.network.models import Appointment
from takatuf.translation.models import Shown
from takatuf.translation.queries import NOTHING, public_texts, shown_texts, words_of

# By what the list is cut; each facet is the first part of a code of `Card.codes`.
FACETS = ("workstream", "phase", "region", "level", "incident", "size", "kind", "confidence")
MOST_BESIDE = 4  # cards beside an action, a cell or another card


class CardLine(NamedTuple):
    """A card as a list shows it, in a reader's language."""

    slug: str
    kind: str
    date: str
    country: str
    region: str
    size: str
    confidence: str
    cells: Sequence[Sequence[str]]
    title: Shown
    place: Shown
    lesson: Shown
    kind_label: str
    confidence_label: str


class Shelf(NamedTuple):
    """One page's worth of the library: which cards, how many, and what narrowing would leave."""

    slugs: Sequence[str]  # all that match, newest first
    counts: Mapping[str, int]  # of each code, were it chosen in its facet


class SourceLine(NamedTuple):
    """A source of a card with the note on it, in a reader's language."""

    source: Source
    note: Shown


class _Row(NamedTuple):
    slug: str
    codes: frozenset[str]


def key_of(slug: str, name: str) -> str:
    """The key of one of a card's public texts."""
    return f"card/{slug}/{name}"


def library_stamp() -> tuple[object, object]:
    """Changes whenever a card is added, changed, withdrawn or restored; one small query."""
    found = Card.objects.aggregate(newest=Max("stamp"), count=Count("pk"))
    return found["newest"], found["count"]


class Told(NamedTuple):
    """When something was first told here and when it last changed: one entry of a feed."""

    slug: str
    published_at: datetime
    changed_at: datetime


def latest_cards(most: int) -> list[Told]:
    """The cards that were published or changed last, the latest first; withdrawn ones are gone."""
    found = Card.objects.published().order_by("-changed_at", "slug")
    return [Told(*row) for row in found.values_list("slug", "published_at", "changed_at")[:most]]


def latest_dialogues(most: int) -> list[Told]:
    """The dialogues that were published last, the latest first; withdrawn ones are gone."""
    found = Dialogue.objects.published().exclude(published_at=None)
    rows = found.order_by("-published_at", "slug").values_list("slug", "published_at")[:most]
    return [Told(slug, at, at) for slug, at in rows if at]


def published_card(slug: str) -> Card:
    """A card by its address, withdrawn or not, with its sources at hand. Raises `NotFound`."""
    card = Card.objects.filter(slug=slug).prefetch_related("sources").first()
    if card is None:
        raise NotFound
    return card


def texts_of(card: Card, language: str) -> dict[str, Shown]:
    """All words of a card by field (`title`, `place`, `note-s1` …), for a reader of `language`."""
    names = [*FIELDS, "place", *(f"note-{s.code}" for s in card.sources.all() if s.has_note)]
    found = shown_texts((key_of(card.slug, name) for name in names), language)
    return {name: found.get(key_of(card.slug, name), NOTHING) for name in names}


def sources_of_card(card: Card, texts: Mapping[str, Shown]) -> list[SourceLine]:
    """A card's sources in their order, each with the note on it out of `texts_of`."""
    return [
        SourceLine(source, texts.get(f"note-{source.code}", NOTHING))
        for source in card.sources.all()
    ]


def shelf(chosen: Mapping[str, str]) -> Shelf:
    """The published cards that answer to the chosen code of each facet, newest first, and how
    many there would be for each code that could be chosen instead or in addition.

    Both are kept between calls, until a card changes.
    """
    wanted = tuple((facet, code) for facet, code in chosen.items() if code)
    return _shelf(library_stamp(), wanted)


@lru_cache(maxsize=64)  # to count through ten thousand cards takes 40 ms
def _shelf(stamp: tuple[object, object], chosen: tuple[tuple[str, str], ...]) -> Shelf:
    rows = _rows(stamp)
    wanted = {facet: f"{facet}:{code}" for facet, code in chosen}
    slugs, counts = [], Counter[str]()
    for row in rows:
        missed = [facet for facet, code in wanted.items() if code not in row.codes]
        if not missed:
            slugs.append(row.slug)
            counts.update(row.codes)
        elif len(missed) == 1:
            counts.update(code for code in row.codes if code.startswith(f"{missed[0]}:"))
    return Shelf(tuple(slugs), counts)


@lru_cache(maxsize=1)  # ten thousand cards take 40 ms to read, and change a few times a year
def _rows(stamp: tuple[object, object]) -> tuple[_Row, ...]:
    found = Card.objects.published().newest_first().values_list("slug", "codes")
    return tuple(_Row(slug, frozenset(codes.split())) for slug, codes in found)


def lines_of(slugs: Iterable[str], language: str) -> list[CardLine]:
    """Published cards as a list shows them, in the order of the slugs; two queries."""
    wanted = list(slugs)
    cards = {card.slug: card for card in Card.objects.published().filter(slug__in=wanted)}
    texts = shown_texts(
        (key_of(slug, name) for slug in cards for name in ("title", "place", "lesson")), language
    )
    return [_line(card, texts) for slug in wanted if (card := cards.get(slug))]


def _line(card: Card, texts: Mapping[str, Shown]) -> CardLine:
    return CardLine(
        slug=card.slug,
        kind=card.kind,
        date=card.date,
        country=card.country,
        region=card.region,
        size=card.size,
        confidence=card.confidence,
        cells=card.cells,
        title=texts.get(key_of(card.slug, "title"), NOTHING),
        place=texts.get(key_of(card.slug, "place"), NOTHING),
        lesson=texts.get(key_of(card.slug, "lesson"), NOTHING),
        kind_label=card.get_kind_display(),
        confidence_label=card.get_confidence_display(),
    )


def cards_of_cell(
    phase: str, workstream: str, *, language: str, most: int | None = None
) -> list[CardLine]:
    """The cards that help in one cell of the guide, newest first."""
    return lines_of(_with(f"cell:{phase}/{workstream}")[:most], language)


def cards_of_cells(cells: Iterable[tuple[str, str]], *, language: str, most: int) -> list[CardLine]:
    """The cards that help in these cells of the guide: first those that help in most of them,
    then the newest."""
    wanted = {f"cell:{phase}/{workstream}" for phase, workstream in cells}
    rated = [(len(wanted & row.codes), row.slug) for row in _rows(library_stamp())]
    near = sorted((pair for pair in rated if pair[0]), key=lambda pair: -pair[0])
    return lines_of([slug for _rate, slug in near[:most]], language)


def cards_of_workstream(
    workstream: str, *, language: str, most: int | None = None
) -> list[CardLine]:
    """The cards of one workstream of the guide, newest first."""
    return lines_of(_with(f"workstream:{workstream}")[:most], language)


def count_by_cell() -> dict[tuple[str, str], int]:
    """How many published cards each cell of the guide has; cells without one are left out."""
    counted = Counter(
        code.removeprefix("cell:")
        for row in _rows(library_stamp())
        for code in row.codes
        if code.startswith("cell:")
    )
    return {(cell.split("/")[0], cell.split("/")[1]): count for cell, count in counted.items()}


def comparable_cards(
    size: str, kinds: Iterable[str], *, language: str, most: int = MOST_BESIDE
) -> list[CardLine]:
    """The cards nearest to a place of this size (`plans.vocabulary.Size`) to which one of these
    kinds of incident happened; the same kind goes before the same size, the newer first.

    A city is compared with metropolises too. Without kinds any card of that size is near.
    """
    kinds = {f"incident:{kind}" for kind in kinds}
    sizes = {f"size:{size}"} | ({f"size:{PlaceSize.METROPOLIS}"} if size == "city" else set())
    rated = [
        (2 * bool(kinds & row.codes) + bool(sizes & row.codes), row.slug)
        for row in _rows(library_stamp())
    ]
    near = sorted((pair for pair in rated if pair[0] > 0), key=lambda pair: -pair[0])
    return lines_of([slug for _rate, slug in near[:most]], language)


def near_cards(card: Card, *, language: str, most: int = MOST_BESIDE) -> list[CardLine]:
    """The cards that have most in common with this one."""
    own = card.codes.split()
    rated = [
        (nearness(own, row.codes), row.slug)
        for row in _rows(library_stamp())
        if row.slug != card.slug
    ]
    near = sorted((pair for pair in rated if pair[0] > 4), key=lambda pair: -pair[0])
    return lines_of([slug for _rate, slug in near[:most]], language)


def event_day(told: str) -> date | None:
    """The day of an event where it is known to the day; else None."""
    return date.fromisoformat(told) if len(told) == 10 else None


def _with(code: str) -> list[str]:
    return [row.slug for row in _rows(library_stamp()) if code in row.codes]


# For those who keep the library

LANGUAGES = ("en", "ar", "fr")  # in which cards are written here; others come by translation


def body_of(card: Card) -> dict[str, Any]:
    """A card as it stands now, in the shape of the files, to be corrected."""
    sources = list(card.sources.all())
    names = [*LONGEST, *(f"note-{source.code}" for source in sources if source.has_note)]
    texts = public_texts(key_of(card.slug, name) for name in names)

    def words(name: str) -> dict[str, str]:
        found = words_of(texts.get(key_of(card.slug, name)))
        return {code: found[code] for code in LANGUAGES if found.get(code)}

    title = texts.get(key_of(card.slug, "title"))
    plain = ("slug", "kind", "country", "region", "date", "size", "confidence", "since")
    return {
        "source_language": title.source_language if title else LANGUAGES[0],
        **{name: getattr(card, name) for name in plain},
        **{name: list(getattr(card, name)) for name in ("level", "incident_kinds", "links")},
        "cells": [list(cell) for cell in card.cells],
        **{name: words(name) for name in LONGEST},
        "sources": [
            {
                "id": source.code,
                "url": source.url or None,
                **{name: getattr(source, name) for name in SOURCE_FIELDS},
                "note": words(f"note-{source.code}") if source.has_note else {},
            }
            for source in sources
        ],
    }


def open_drafts() -> QuerySet[CardDraft]:
    """What is being written, those that wait for a second person first."""
    return (
        CardDraft.objects.filter(state__in=CardDraft.OPEN)
        .select_related("card", "edited_by")
        .order_by("-state", "edited_at")
    )


@dataclass(frozen=True)
class Offered:
    """A lesson that a city wrote: whether the library took it, and where it stands there."""

    title: str
    state: str  # draft, submitted or published
    slug: str  # of the card, once it is published
    at: datetime


def lesson_about(about: str) -> Offered | None:
    """The lesson that was written about something, unless it was put aside."""
    drafts = CardDraft.objects.filter(about=about).exclude(state=DraftState.DROPPED)
    draft = drafts.order_by("-id").first()
    if draft is None:
        return None
    own = draft.body["source_language"]
    published = draft.state == DraftState.PUBLISHED
    return Offered(
        title=draft.body["title"].get(own, ""),
        state=draft.state,
        slug=draft.slug if published else "",
        at=draft.ended_at or draft.edited_at,
    )


def kept_cards(which: str = "all", words: str = "", *, language: str = "en") -> QuerySet[Card]:
    """All cards for the desk, the newest event first: `all`, `published`, `withdrawn`,
    `corrected` here, `written` here, or `newer`: those of which a release brought another.
    `words` stand in the address or, however they are pointed, in the title as shown in
    `language`."""
    found = Card.objects.newest_first()
    cut = {
        "published": Q(withdrawn_at=None),
        "withdrawn": Q(withdrawn_at__isnull=False),
        "corrected": Q(corrected_at__isnull=False),
        "written": Q(shipped=""),
        "newer": ~Q(newer_shipped=""),
    }.get(which)
    found = found.filter(cut) if cut is not None else found
    if not words:
        return found
    wanted = search_key(words)
    titles = titles_of(found.values_list("slug", flat=True), language)
    titled = [slug for slug, title in titles.items() if wanted in search_key(title.words)]
    return found.filter(Q(slug__contains=words.lower()) | Q(slug__in=titled))


def titles_of(slugs: Iterable[str], language: str) -> dict[str, Shown]:
    """The titles of cards in any state, by slug; one query."""
    keys = {key_of(slug, "title"): slug for slug in slugs}
    return {keys[key]: shown for key, shown in shown_texts(keys, language).items()}


def others_who_curate(person_id: UUID | None) -> bool:
    """Whether somebody else of the secretariat could be the second person."""
    held = Appointment.objects.filter(role=Role.SECRETARIAT, person__is_active=True)
    return held.exclude(person=person_id).exists()
