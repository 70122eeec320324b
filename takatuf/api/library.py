"""The library, to be read by programs: its cards with the sources that they stand on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from takatuf.api.fields import Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Words, language
from takatuf.foundation.errors import NotFound
from takatuf.learning.queries import (
    FACETS,
    CardLine,
    lines_of,
    published_card,
    shelf,
    sources_of_card,
    texts_of,
)

if TYPE_CHECKING:
    from takatuf.learning.models import Card
    from takatuf.learning.queries import SourceLine
    from takatuf.translation.models import Shown

router = Router(tags=["Library"])


class Narrowing(BaseModel):
    """What the cards must answer to; a code that no card has finds none."""

    workstream: str = ""
    phase: str = ""
    region: str = ""
    level: str = Field("", description="The level of government that did it")
    incident: str = Field("", description="A kind of incident")
    place_size: str = Field("", description="Size of the place")
    kind: Literal["", "practice", "lesson"] = ""
    confidence: Literal["", "high", "medium", "low"] = ""


class CellShape(Shape):
    phase: str
    workstream: str


class CardShape(Shape):
    slug: str = Field(description="Begins with place and year; never used for another card")
    kind: str
    date: str = Field(description="Of the event, as exact as known: 2019-03-15, 1992-07 or 1992")
    country: str = Field(description="ISO 3166-1 alpha-2")
    region: str
    size: str
    confidence: str = Field(description="In the record of what was done, not in its success")
    cells: list[CellShape]
    title: Words
    place: Words
    lesson: Words


class CardSourceShape(Shape):
    id: str = Field(description="As the texts cite it: [s1]")
    title: str
    publisher: str
    year: int | None
    url: str | None
    language: str
    read: str = Field(description="whole, excerpt or second-hand: how far it was read")
    verified: bool
    supports: list[str] = Field(description="Fields of the card")
    note: Words | None


class CardLinkShape(Shape):
    kind: str
    url: str
    title: str
    publisher: str


class CardDetail(CardShape):
    level: list[str]
    incident_kinds: list[str]
    context: Words
    done: Words
    outcome: Words
    known_how: Words
    caution: Words
    sources: list[CardSourceShape]
    links: list[CardLinkShape]
    corrected_at: datetime | None = Field(description="At this installation")
    published_alone: bool = Field(description="Written and published by one person")


def _words(shown: Shown) -> Words:
    return Words(words=shown.words, language=shown.language, state=str(shown.state))


def _cells(cells: Any) -> list[CellShape]:
    return [CellShape(phase=phase, workstream=workstream) for phase, workstream in cells]


def _line(line: CardLine) -> CardShape:
    plain = ("slug", "kind", "date", "country", "region", "size", "confidence")
    return CardShape(
        **{name: getattr(line, name) for name in plain},
        cells=_cells(line.cells),
        title=_words(line.title),
        place=_words(line.place),
        lesson=_words(line.lesson),
    )


def _source(line: SourceLine) -> CardSourceShape:
    source = line.source
    plain = ("title", "publisher", "year", "language", "read", "verified", "supports")
    return CardSourceShape(
        id=source.code,
        url=source.url or None,
        note=_words(line.note) if line.note.words else None,
        **{name: getattr(source, name) for name in plain},
    )


@router.get("/library", response=Page[CardShape], summary="Cards of the library")
def library(request: HttpRequest, paging: Query[Paging], narrowing: Query[Narrowing]) -> Any:
    """What cities did and learned, the newest event first; withdrawn cards are left out."""
    chosen = {name: getattr(narrowing, "place_size" if name == "size" else name) for name in FACETS}
    found = page_of(shelf(chosen).slugs, paging, str)
    found["contents"] = [_line(line) for line in lines_of(found["contents"], language())]
    return found


@router.get("/library/{str:slug}", response=CardDetail, summary="One card of the library")
def card(request: HttpRequest, slug: str) -> Any:
    """All that a card tells and what it stands on; a withdrawn one is not found."""
    found: Card = published_card(slug)
    if found.withdrawn_at is not None:
        raise NotFound
    texts = texts_of(found, language())
    told = ("title", "place", "lesson", "context", "done", "outcome", "known_how", "caution")
    plain = (
        "slug", "kind", "date", "country", "region", "size", "confidence", "level",
        "incident_kinds", "corrected_at", "published_alone",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(found, name) for name in plain}
    values |= {name: _words(texts[name]) for name in told}
    return CardDetail(
        **values,
        cells=_cells(found.cells),
        sources=[_source(line) for line in sources_of_card(found, texts)],
        links=[CardLinkShape(**link) for link in found.links],
    )
