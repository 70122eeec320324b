"""Writing the record: one verb in the past tense, in the same transaction as the act.

Also what is done with the record as a whole: sign it, hand it out, erase a name beside it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zipfile import ZipFile

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.crypto import seal, unseal
from takatuf.foundation.errors import NotFound, Refused
from takatuf.journal import keys
from takatuf.journal.access import (
    HELD,
    check_may_erase,
    check_not_held,
    log_for,
    logs_of,
    may_erase,
)
from takatuf.journal.bundle import TakenOut, write_bundle
from takatuf.journal.excerpt import FORM, Blotted, add_part, fingerprint_of, line_of
from takatuf.journal.models import Checkpoint, Entry, Hold, Log
from takatuf.journal.rules import entry as form
from takatuf.journal.rules.entry import canonical
from takatuf.journal.rules.notes import Head, read_head, sign_head
from takatuf.journal.rules.tree import Frontier, Tree, leaf_hash
from takatuf.journal.verification import verify

__all__ = [
    "INSTALLATION",
    "Act",
    "PersonRef",
    "erase_names",
    "erase_texts",
    "export_bundle",
    "export_excerpt",
    "hold",
    "record",
    "record_many",
    "release",
    "sign_checkpoint",
    "verify",
]

INSTALLATION = "installation"

# Written out because every act pays for it: through querysets an append takes twice as long.
_TO_PREPARE = (models.DateTimeField, models.UUIDField)  # which databases write differently
_COLUMNS = [f'"{column.column}"' for column in Entry._meta.concrete_fields]
INSERT = (
    f"INSERT INTO journal_entry ({', '.join(_COLUMNS)})"  # noqa: S608
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)
HEAD_FIELDS = [column.attname for column in Log._meta.concrete_fields]
HEAD = f"SELECT {', '.join(HEAD_FIELDS)} FROM journal_log WHERE name = %s"  # noqa: S608
UPDATE = (
    "UPDATE journal_log SET size = %s, edge = %s, last_hash = %s, last_recorded_at = %s"
    " WHERE name = %s"
)


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
    head = Log(log, frontier.size, frontier.as_text(), prev, recorded_at)
    _write(entries, head)
    for entry in entries:
        entry._state.adding = False
    return entries


def _write(entries: list[Entry], head: Log) -> None:
    """Write the entries and the head; one entry, as most acts leave, in as few ways to the
    server and back as can be: PostgreSQL takes both in one statement."""
    moved = [*_values(head)[1:], head.name]
    with connection.cursor() as cursor:
        if len(entries) > 1:
            cursor.executemany(INSERT, [_values(entry) for entry in entries])
            cursor.execute(UPDATE, moved)
        elif connection.vendor == "postgresql":
            cursor.execute(f"WITH entry AS ({INSERT}) {UPDATE}", _values(entries[0]) + moved)
        else:
            cursor.execute(INSERT, _values(entries[0]))
            cursor.execute(UPDATE, moved)


def _values(row: Entry | Log) -> list[Any]:
    """The values of a row as its database writes them, in the order of the columns."""
    return [
        column.get_db_prep_save(getattr(row, column.attname), connection)
        if isinstance(column, _TO_PREPARE)
        else getattr(row, column.attname)
        for column in row._meta.concrete_fields
    ]


def _locked(name: str) -> Log:
    """The head of a log, begun where it is new, and held until the transaction ends."""
    found = _read_locked(name)
    if found is None:
        Log.objects.bulk_create([Log(name=name)], ignore_conflicts=True)
        found = _read_locked(name)
    assert found is not None
    return found


def _read_locked(name: str) -> Log | None:
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(HEAD + lock, [name])
        row = cursor.fetchone()
    if row is None:
        return None
    *others, at = row
    if connection.vendor == "sqlite":
        at = connection.ops.convert_datetimefield_value(at, None, connection)  # type: ignore[attr-defined]
    return Log.from_db(connection.alias, HEAD_FIELDS, [*others, at])


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


def sign_checkpoint(log: str, *, now: datetime) -> Checkpoint:
    """Sign the head of a log as it stands, after proving that it grew from the last one signed.

    Where nothing was appended since, the last checkpoint is given again. Raises `NotFound`
    for a log without a head and `Refused` (`journal-broken`) where the entries do not lead
    from the last checkpoint to the head: two signatures that contradict each other would
    make every checkpoint worthless.
    """
    with transaction.atomic():
        head = Log.objects.select_for_update().filter(pk=log).first()
        if head is None:
            raise NotFound
        root = head.frontier.root()
        last = Checkpoint.objects.filter(log=log).order_by("size").last()
        if last:
            _check_grown(last, head, root)
            if last.size == head.size:
                return last
        signed = sign_head(Head(keys.origin_of(log), head.size, root), keys.signing_key())
        return Checkpoint.objects.create(
            log=log, size=head.size, root=root.hex(), edge=head.edge, note=signed, at=now
        )


def _check_grown(last: Checkpoint, head: Log, root: bytes) -> None:
    """Append the leaves since the last checkpoint to its edge: that must give the head."""
    try:
        signed = read_head(last.note)
        frontier = Frontier.from_text(last.size, last.edge)
        holds = (signed.size, signed.root) == (last.size, frontier.root())
        since = Entry.objects.filter(log=head.name, index__gte=last.size, index__lt=head.size)
        for leaf in since.order_by("index").values_list("leaf_hash", flat=True).iterator():
            frontier.append(bytes.fromhex(leaf))
        holds = holds and (frontier.size, frontier.root()) == (head.size, root)
    except ValueError:
        holds = False
    if not holds:
        raise Refused(
            _(
                "The journal does not follow from its last checkpoint, so nothing was signed. "
                "Verify it, and keep a copy of the database before anything else."
            ),
            code="journal-broken",
        )


def hold(log: str, about: str, *, now: datetime) -> None:
    """Let nothing be erased beside the entries about this until `release`. Twice is once."""
    Hold.objects.get_or_create(log=log, about=about, defaults={"since": now})


def release(log: str, about: str) -> None:
    """Let what lies beside the entries about this be erased again."""
    Hold.objects.filter(log=log, about=about).delete()


def erase_names(actor: Actor, person_id: UUID, *, now: datetime) -> int:
    """Erase a person's name beside every entry of the logs that the actor may erase in.

    The leaf keeps the id and the salted hash; the salt goes with the name, so that nobody can
    find the name again by trying names. Each log that changes records the erasure, and how
    many entries keep the name because they are held. Gives the number of entries that lost
    it. Raises `NotAllowed` for who may erase nowhere, and `Refused` (`held`) where every entry
    that has the name is held.
    """
    check_may_erase(actor)
    wanted, changed, kept = str(person_id), 0, 0
    with transaction.atomic():
        # In the order of their names, so that two erasures cannot wait for each other.
        for log in Log.objects.select_for_update().order_by("pk"):
            if not may_erase(actor, log.name):
                continue
            found = Entry.objects.filter(log=log.name, canonical__contains=wanted)
            held = Hold.objects.filter(log=log.name).values("about")
            stays = found.filter(about__in=held).iterator(chunk_size=500)
            keep = sum(_names(entry, wanted) for entry in stays)
            free = found.exclude(about__in=held).iterator(chunk_size=500)
            here = sum(_erase_in(entry, wanted) for entry in free)
            kept += keep
            if here:
                changed += here
                record(
                    actor,
                    "journal.names_erased",
                    log=log.name,
                    thing=f"person:{wanted}",
                    at=now,
                    facts={"person": wanted, "entries": here, "held": keep},
                )
    if kept and not changed:
        raise Refused(HELD, code="held")
    return changed


def _names(entry: Entry, person: str) -> bool:
    """Whether a name of this person stands beside the entry."""
    actor = entry.content["actor"]
    if "actor" in entry.beside and person in {
        actor.get("person"),
        actor["id"].removeprefix("person:"),
    }:
        return True
    named = entry.beside.get("people", {})
    return any(entry.content["people"][part]["id"] == person for part in named)


def _erase_in(entry: Entry, person: str) -> bool:
    """Drop salt and name of this person beside one entry; whether there was one."""
    beside = form.beside_from_text(unseal(entry.beside_sealed))
    leaf = entry.content
    found = False
    if person in {leaf["actor"].get("person"), leaf["actor"]["id"].removeprefix("person:")}:
        found = beside.pop("actor", None) is not None
    people = beside.get("people", {})
    for part in [part for part, who in leaf["people"].items() if who["id"] == person]:
        found = people.pop(part, None) is not None or found
    if not people:
        beside.pop("people", None)
    if found:
        entry.beside_sealed = seal(form.beside_as_text(beside))
        entry.save(update_fields=["beside_sealed"])
    return found


def erase_texts(actor: Actor, log: str, index: int, parts: Iterable[str], *, now: datetime) -> None:
    """Erase private texts beside one entry, by their names, and record that it was done.

    Raises `NotAllowed`, and `NotFound` where the entry has no such text any more.
    """
    check_may_erase(actor, log)
    with transaction.atomic():
        _locked(log)
        entry = Entry.objects.filter(log=log, index=index).first()
        if entry is None:
            raise NotFound
        check_not_held(entry.about)
        beside = form.beside_from_text(unseal(entry.beside_sealed))
        texts = beside.get("private", {})
        gone = sorted(part for part in set(parts) if texts.pop(part, None) is not None)
        if not gone:
            raise NotFound
        if not texts:
            del beside["private"]
        entry.beside_sealed = seal(form.beside_as_text(beside))
        entry.save(update_fields=["beside_sealed"])
        record(
            actor,
            "journal.texts_erased",
            log=log,
            thing=entry.thing,
            about=entry.about,
            at=now,
            facts={"entry": index, "texts": gone},
        )


def export_bundle(
    actor: Actor, path: Path, *, now: datetime, log: str | None = None, names: bool = True
) -> dict[str, Any]:
    """Write a bundle of one log, or of all, that a third party verifies without this system.

    Each log is signed first, so that the bundle's last entry stands under a signature; the
    export itself is recorded after it, in the log that was taken out (or the installation's,
    when all were). Without `names` the bundle holds no person's name and no private text.
    The file appears only when it is complete and is readable by its owner alone. Gives
    `{"file", "logs": [{"log", "entries", "root", "key"}]}`. Raises `Refused` where the file
    cannot be written, `NotAllowed` and `NotFound`.
    """
    wanted = [log_for(actor, log)] if log else logs_of(actor)
    signed = [sign_checkpoint(one.name, now=now) for one in wanted if not one._state.adding]
    if not signed:
        raise Refused(
            _("Nothing is recorded in this journal yet, so there is nothing to take out."),
            code="nothing-recorded",
        )
    try:
        handle, draft = tempfile.mkstemp(dir=path.resolve().parent, prefix=".takatuf-")
        try:
            with os.fdopen(handle, "wb") as out:
                write_bundle(out, [_taken_out(one, names) for one in signed], made_at=now)
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        raise Refused(
            _("The bundle could not be written to %(file)s: %(reason)s")
            % {"file": path, "reason": error.strerror or error},
            code="cannot-write",
        ) from error
    with transaction.atomic():
        record(
            actor,
            "journal.exported",
            log=log or INSTALLATION,
            thing=f"log:{log or 'all'}",
            at=now,
            facts={"entries": sum(one.size for one in signed), "names": names},
        )
    return {
        "file": str(path),
        "logs": [
            {
                "log": one.log,
                "entries": one.size,
                "root": read_head(one.note).root_text,
                "key": keys.verifier_key_of(one.log),
            }
            for one in signed
        ],
    }


def export_excerpt(
    actor: Actor,
    bundle: ZipFile,
    parts: dict[str, dict[str, Any]],
    *,
    log: str,
    about: str,
    redactions: int,
    blot: Callable[[Entry], Blotted],
    now: datetime,
) -> Checkpoint:
    """Complete a file for an inquiry: the entries of a log about one thing, each with its proof.

    `parts` are the files that stand in the ZIP already, each with its `sha256`; those of the
    journal are added to it. That all this was taken out is recorded as the log's last entry,
    with the hash of the parts, and signed, so that afterwards nobody can leave out or change
    anything unseen. `blot` says what is kept back of an entry. Gives the signature. Raises
    `NotAllowed` and `NotFound`, and `Refused` (`journal-broken`).
    """
    check_may_erase(actor, log)  # who answers for the texts beside the record
    with transaction.atomic():
        _locked(log)
        record(
            actor,
            "inquiry.taken_out",
            log=log,
            thing=about,
            about=about,
            at=now,
            facts={
                "entries": Entry.objects.filter(log=log, about=about).count() + 1,
                "parts": fingerprint_of(parts),
                "redactions": redactions,
            },
        )
        signed = sign_checkpoint(log, now=now)
    add_part(bundle, parts, "journal/checkpoint.txt", [signed.note.encode()])
    told = {"form": FORM, "log": log, "about": about, "key": keys.verifier_key_of(log)}
    add_part(bundle, parts, "journal/excerpt.json", [canonical(told)])
    add_part(bundle, parts, "journal/entries.jsonl", _lines(signed, about, blot))
    return signed


def _lines(signed: Checkpoint, about: str, blot: Callable[[Entry], Blotted]) -> Iterator[bytes]:
    """The entries about a thing under a signature, as lines of an excerpt."""
    below = Entry.objects.filter(log=signed.log, index__lt=signed.size).order_by("index")
    tree = Tree(
        [bytes.fromhex(leaf) for leaf in below.values_list("leaf_hash", flat=True).iterator()]
    )
    for entry in below.filter(about=about).iterator(chunk_size=500):
        blotted = blot(entry)
        if entry.index == signed.size - 1:  # without its facts the file would prove nothing
            blotted = blotted._replace(hidden=False)
        proof = tree.proof(entry.index)
        yield line_of(entry.index, entry.canonical, entry.beside, proof, blotted)


def _taken_out(last: Checkpoint, names: bool) -> TakenOut:
    """One log up to a checkpoint, in the form that a bundle is written from."""
    rows = (
        Entry.objects.filter(log=last.log, index__lt=last.size)
        .order_by("index")
        .values_list("canonical", "beside_sealed")
    )
    return TakenOut(
        log=last.log,
        key=keys.verifier_key_of(last.log),
        entries=(
            (canonical, unseal(sealed) if names else "") for canonical, sealed in rows.iterator()
        ),
        checkpoints=list(
            Checkpoint.objects.filter(log=last.log, size__lte=last.size)
            .order_by("size")
            .values_list("note", flat=True)
        ),
        names=names,
    )
