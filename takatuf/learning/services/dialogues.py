"""Dialogues: those that ship are taken in; the secretariat prepares, publishes and keeps others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from takatuf.learning.dialogues import Body, fingerprint, shipped_dialogues
from takatuf.learning.models import Dialogue
from takatuf.learning.vocabulary import DialogueState
from takatuf.translation.services import Shipped, put_texts

OWNER = "dialogues"


def load_dialogues(*, now: datetime) -> int:
    """Take in the dialogues that ship and answer how many were new or changed. Safe to repeat.

    What the secretariat has edited since is left as it stands; its words follow the rules of
    `translation.put_texts`. Where nothing changed it costs two queries.
    """
    bodies = shipped_dialogues()
    held = {one.slug: one for one in Dialogue.objects.filter(slug__in=[b["slug"] for b in bodies])}
    changed = 0
    for body in bodies:
        told, one = fingerprint(body), held.get(body["slug"])
        if one and (one.shipped == told or one.edited_by_id):
            continue
        changed += 1
        values = _values(body) | {"shipped": told}
        if one is None:
            Dialogue.objects.create(
                **values,
                slug=body["slug"],
                state=DialogueState.PUBLISHED,
                created_at=now,
                published_at=now,
            )
        else:
            Dialogue.objects.filter(pk=one.pk).update(**values)
    put_texts(OWNER, _texts(bodies), now=now)
    return changed


def _values(body: Body) -> dict[str, Any]:
    plain = ("precision", "country", "timezone", "source_language", "people", "more_than")
    lists = ("participants", "themes", "programme", "sources")
    return {
        **{name: body[name] for name in (*plain, *lists)},
        "begins_on": date.fromisoformat(body["begins_on"]),
        "ends_on": date.fromisoformat(body["ends_on"]),
    }


def _texts(bodies: Iterable[Body]) -> Iterator[Shipped]:
    for body in bodies:
        words: Mapping[str, Mapping[str, str]] = body["words"]
        for name, versions in words.items():
            yield Shipped(f"dialogue/{body['slug']}/{name}", versions, body["source_language"])
