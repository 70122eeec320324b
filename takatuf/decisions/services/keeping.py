"""Steps that the log and the register of promises share: one never says other than the other."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from takatuf.decisions.models import LogEntry, Promise
from takatuf.foundation.actors import Actor
from takatuf.network.models import City


def next_number(city: City) -> int:
    """The number of the city's next promise; they are given one at a time."""
    City.objects.select_for_update().get(pk=city.pk)
    return (Promise.objects.filter(city=city).aggregate(last=Max("number"))["last"] or 0) + 1


def promise_of_entry(entry: LogEntry, *, now: datetime) -> Promise:
    """The promise that an entry of the log writes down, in the city's register.

    An entry that strikes another takes its promise over, with the words as they are right; one
    that was settled stays settled.
    """
    promise = None
    if entry.strikes_id is not None:
        promise = Promise.objects.select_for_update().filter(entry=entry.strikes_id).first()
    told = {
        "entry": entry,
        "text": entry.text,
        "language": entry.language,
        "promised_to": entry.promised_to,
        "due_at": entry.due_at,
        "made_at": entry.happened_at,
    }
    if promise is None:
        city = entry.incident.city
        return Promise.objects.create(
            city=city,
            number=next_number(city),
            incident=entry.incident,
            promised_by=entry.decider,
            agency_id=entry.agency_id,
            created_at=now,
            **told,
        )
    for name, value in told.items():
        setattr(promise, name, value)
    promise.version += 1
    promise.save(update_fields=[*told, "version"])
    if promise.state != Promise.State.OPEN:
        entry.settled_at, entry.outcome = promise.settled_at, promise.state
        entry.settled_note = promise.note
        entry.save(update_fields=["settled_at", "outcome", "settled_note"])
    return promise


def settle_promise_of(
    actor: Actor, entry: LogEntry, *, outcome: str, note: str, now: datetime
) -> None:
    """What was settled in the log is settled in the register."""
    promise = Promise.objects.select_for_update().filter(entry=entry).first()
    if promise is not None:
        mark_settled(actor, promise, outcome=outcome, note=note, now=now)


def mark_settled(actor: Actor, promise: Promise, *, outcome: str, note: str, now: datetime) -> None:
    """The promise is kept, broken or released from now on."""
    promise.state, promise.settled_at, promise.note = outcome, now, note
    promise.settled_by_id = actor.person_id
    promise.version += 1
    promise.save(update_fields=["state", "settled_at", "settled_by", "note", "version"])
