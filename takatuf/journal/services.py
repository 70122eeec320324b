"""Writing the record: one verb in the past tense, in the same transaction as the act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from takatuf.foundation.actors import Actor
from takatuf.foundation.crypto import seal
from takatuf.journal.models import Entry, Log
from takatuf.journal.rules import entry as form
from takatuf.journal.rules.tree import Frontier, leaf_hash

INSTALLATION = "installation"


class PersonRef(NamedTuple):
    """A person in the record: the id and a salted hash stand in the leaf, the name beside it."""

    id: UUID | str
    name: str


@dataclass(frozen=True, slots=True)
class Act:
    """One act to be recorded; the fields mean what they mean to `record`."""

    verb: str
    thing: str
    about: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    people: Mapping[str, PersonRef] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)


def record(
    actor: Actor,
    verb: str,
    *,
    log: str,
    thing: str,
    at: datetime,
    about: str = "",
    facts: Mapping[str, object] | None = None,
    people: Mapping[str, PersonRef] | None = None,
    private: Mapping[str, str] | None = None,
) -> Entry:
    """Append one act to a log, within the transaction of the act itself.

    `at` is when it was done. `facts` stand in the leaf for ever: names of agencies, places
    and things, numbers and codes, never a person. `people` leave an id and a salted hash in
    the leaf, `private` texts a salted hash; name and text are sealed beside it and can be
    erased. The log's head stays locked until the transaction ends, so record last.

    Raises `TransactionManagementError` outside a transaction and `NotCanonical` (a
    `ValueError`) for facts that have no one form in bytes.
    """
    act = Act(verb, thing, about, facts or {}, people or {}, private or {})
    return record_many(actor, [act], log=log, at=at)[0]


def record_many(actor: Actor, acts: Iterable[Act], *, log: str, at: datetime) -> list[Entry]:
    """Append several acts of one actor at one moment, in their order; see `record`."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "The record belongs in the transaction of the act: wrap the use case in atomic()."
        )
    acts = list(acts)
    if not acts:
        return []
    head = _locked(log)
    frontier = Frontier.from_text(head.size, head.edge)
    # The server's own clock, never behind the entry before: a clock that was set back, or a
    # caller's `at` in the past, shows instead of hiding.
    now = timezone.now()
    recorded_at = max(now, head.last_recorded_at) if head.last_recorded_at else now
    prev = head.last_hash
    entries = []
    for act in acts:
        entry = _entry(actor, act, log, frontier.size, at, recorded_at, prev)
        prev = entry.leaf_hash
        frontier.append(bytes.fromhex(prev))
        entries.append(entry)
    Entry.objects.bulk_create(entries, batch_size=500)
    Log.objects.filter(pk=log).update(
        size=frontier.size,
        edge=frontier.as_text(),
        last_hash=prev,
        last_recorded_at=recorded_at,
    )
    return entries


def _locked(name: str) -> Log:
    """The head of a log, begun where it is new, and held until the transaction ends."""
    try:
        return Log.objects.select_for_update().get(pk=name)
    except Log.DoesNotExist:
        Log.objects.bulk_create([Log(name=name)], ignore_conflicts=True)
        return Log.objects.select_for_update().get(pk=name)


def _entry(
    actor: Actor,
    act: Act,
    log: str,
    index: int,
    at: datetime,
    recorded_at: datetime,
    prev: str,
) -> Entry:
    beside: form.Beside = {}
    leaf_actor = {"id": actor.id}
    if actor.id.startswith("system:"):
        leaf_actor["name"] = actor.name
    else:
        name = form.text(actor.name)
        salt, leaf_actor["hash"] = form.commit(name)
        beside["actor"] = [salt, name]
        if actor.person_id and actor.id != f"person:{actor.person_id}":
            leaf_actor["person"] = str(actor.person_id)
    people: dict[str, dict[str, str]] = {}
    for part, person in act.people.items():
        name = form.text(person.name)
        salt, hashed = form.commit(name)
        people[part] = {"id": str(person.id), "hash": hashed}
        beside.setdefault("people", {})[part] = [salt, name]
    private: dict[str, dict[str, str]] = {}
    for part, words in act.private.items():
        words = form.text(words)
        salt, hashed = form.commit(words)
        private[part] = {"hash": hashed}
        beside.setdefault("private", {})[part] = [salt, words]
    key = form.entry_id(recorded_at, index)
    facts: dict[str, Any] = form.fact(act.facts)
    written = form.compose(
        entry_id=key,
        log=log,
        index=index,
        at=form.moment(at),
        recorded_at=form.moment(recorded_at),
        verb=act.verb,
        actor=leaf_actor,
        thing=act.thing,
        about=act.about,
        facts=facts,
        people=people,
        private=private,
        prev=prev,
    )
    return Entry(
        id=key,
        log=log,
        index=index,
        at=at,
        recorded_at=recorded_at,
        verb=act.verb,
        actor_id=actor.id,
        thing=act.thing,
        about=act.about,
        canonical=written.decode(),
        leaf_hash=leaf_hash(written).hex(),
        beside_sealed=seal(form.beside_as_text(beside)),
    )
