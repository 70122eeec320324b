"""Between a card's body, in the shape of the files, and its rows: both ways, nothing saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from takatuf.foundation.ids import uuid7
from takatuf.learning.models import Card, Source
from takatuf.learning.rules import FIELDS, Body, codes_of

ROWS = ("kind", "country", "region", "date", "size", "confidence", "level", "incident_kinds")
SOURCE_FIELDS = ("title", "publisher", "year", "language", "read", "verified", "supports")


def fill(card: Card, body: Body, now: datetime) -> None:
    """Set what a card is found by from a body in the shape of the files; its words and its
    sources are written apart."""
    for name in ROWS:
        setattr(card, name, body[name])
    card.cells = [list(cell) for cell in body["cells"]]
    card.links = list(body.get("links", []))
    card.since = body.get("since", "")
    card.codes = codes_of(body)
    card.changed_at, card.stamp = now, uuid7().hex
    card.version += 0 if card._state.adding else 1


def sources_of(card: Card, body: Body) -> Iterator[Source]:
    """The rows of a card's sources, not yet saved."""
    for position, told in enumerate(body["sources"]):
        yield Source(
            card=card,
            code=told["id"],
            position=position,
            url=told["url"] or "",
            has_note=bool(told.get("note")),
            **{name: told[name] for name in SOURCE_FIELDS},
        )


def words_in(body: Body) -> dict[str, dict[str, str]]:
    """The texts of a card by the last part of their key: its fields, its place, and the notes
    on its sources (`note-s1`)."""
    return {
        **{field: dict(body[field]) for field in (*FIELDS, "place")},
        **{f"note-{s['id']}": dict(s["note"]) for s in body["sources"] if s.get("note")},
    }
