"""Taking in the cards that the product ships, without undoing what was done here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from takatuf.learning.bodies import ROWS, fill, sources_of, words_in
from takatuf.learning.library import SOURCE_LANGUAGE, shape_faults, shipped_cards
from takatuf.learning.models import Card, Source
from takatuf.learning.rules import Body, faults_of, fingerprint
from takatuf.translation.services import Shipped, put_texts

OWNER = "library"
LOADED = ("slug", "shipped", "corrected_at", "newer_shipped", "version")
WRITTEN = (
    *ROWS, "cells", "links", "since", "codes", "shipped", "newer_shipped", "version",
    "changed_at", "stamp",
)  # fmt: skip


@transaction.atomic
def load_library(*, now: datetime, shipped: Sequence[Body] | None = None) -> int:
    """Take in the cards that ship, and answer how many were new or changed. Safe to repeat.

    A card that changed in a release follows it. One that was written or corrected here stays
    as it is, and one that was withdrawn here stays withdrawn. Nothing changed: two queries.
    Raises `ValueError` where a card that ships is not fit to be shown.
    """
    bodies = shipped_cards() if shipped is None else shipped
    known = {card.slug: card for card in Card.objects.only(*LOADED)}
    changed, newer = [], []
    for body in bodies:
        card, print_ = known.get(body["slug"]), fingerprint(body)
        if card is None or (card.shipped not in ("", print_) and card.corrected_at is None):
            changed.append((body, print_))
        elif card.corrected_at and card.shipped != print_ and card.newer_shipped != print_:
            card.newer_shipped = print_
            newer.append(card)
    for body, _print in changed:
        if found := shape_faults(body) or faults_of(body):
            raise ValueError(f"The card {body.get('slug')} is not fit to be shown: {found}")
    if newer:
        Card.objects.bulk_update(newer, ["newer_shipped"])
    if changed:
        _write(changed, known, now)
    # Unchanged cards too: a language's folder may have brought words of theirs meanwhile.
    kept = {slug for slug, card in known.items() if card.corrected_at or not card.shipped}
    put_texts(OWNER, _texts(body for body in bodies if body["slug"] not in kept), now=now)
    return len(changed)


def _write(changed: list[tuple[Body, str]], known: dict[str, Card], now: datetime) -> None:
    new: list[Card] = []
    old: list[Card] = []
    for body, print_ in changed:
        card = known.get(body["slug"])
        (old if card else new).append(card := card or Card(slug=body["slug"], published_at=now))
        fill(card, body, now)
        card.shipped, card.newer_shipped = print_, ""
        known[card.slug] = card
    Card.objects.bulk_create(new, batch_size=200)
    Card.objects.bulk_update(old, WRITTEN, batch_size=100)
    Source.objects.filter(card__in=old).delete()
    Source.objects.bulk_create(
        [source for body, _print in changed for source in sources_of(known[body["slug"]], body)],
        batch_size=200,
    )


def _texts(bodies: Iterable[Body]) -> Iterator[Shipped]:
    for body in bodies:
        for name, words in words_in(body).items():
            yield Shipped(f"card/{body['slug']}/{name}", words, SOURCE_LANGUAGE)
