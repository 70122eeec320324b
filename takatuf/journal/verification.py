"""Holding the record against its own proof: every byte, every column, every checkpoint."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC
from multiprocessing import get_context
from typing import Any, NamedTuple

import django
from django.db import connection
from django.utils.translation import gettext

from takatuf.foundation.crypto import CannotRead, unseal
from takatuf.journal import keys
from takatuf.journal.models import Checkpoint, Entry, Log
from takatuf.journal.rules.entry import beside_from_text
from takatuf.journal.rules.faults import Fault, report_of
from takatuf.journal.rules.notes import BadNote, Head, open_note, read_head, verifier_key
from takatuf.journal.rules.tree import Frontier
from takatuf.journal.rules.walk import Spoiled, Walk, differs_from

PAGE = 5_000
LONG, STRETCH, MOST = 100_000, 25_000, 4  # entries, entries at a time, processes
Report = dict[str, Any]
Row = Sequence[Any]


class Seen(NamedTuple):
    """A checkpoint whose signature holds, or why it does not."""

    log: str
    head: Head | None
    fault: Fault | None


def verify(
    log: str | None = None,
    checkpoints: Iterable[str] = (),
    verifier_keys: Iterable[str] = (),
) -> Report:
    """Read every log (or one) from its first entry on, and say whether it still is what it was.

    `checkpoints` are notes kept elsewhere, which alone can show that the end of a log was cut
    off together with its checkpoints; `verifier_keys` are keys kept elsewhere, for notes that
    another key than this installation's signed. The report:
    `{"ok", "logs": [{"log", "entries", "root", "ok", "first_bad", "code", "why",
    "checkpoints"}], "unreadable": [{"code", "why"}, …]}`. `root` is base64, as in checkpoints,
    and null where the log does not hold; `first_bad` is the index of the first entry that was
    changed, removed, reordered or back-dated, and null where none can be named (a spoiled head
    or checkpoint); `code` is one of `rules.faults.WORDS` and `why` its sentence in the reader's
    language, both empty where all holds.

    Reads without locking anyone out; entries that are appended meanwhile are read too.
    """
    trusted = list(verifier_keys)
    given = [_see(note, trusted) for note in checkpoints]
    names = {seen.log for seen in given if seen.head}
    names |= set(Log.objects.values_list("pk", flat=True))
    names |= set(Entry.objects.order_by().values_list("log", flat=True).distinct())
    names |= set(Checkpoint.objects.order_by().values_list("log", flat=True).distinct())
    if log is not None:
        names = {log}
    logs = [
        _verify_log(name, [seen.head for seen in given if seen.head and seen.log == name])
        for name in sorted(names, key=lambda name: (name != "installation", name))
    ]
    unreadable = [report_of(seen.fault, gettext) for seen in given if seen.fault]
    ok = not unreadable and all(report["ok"] for report in logs)
    return {"ok": ok, "logs": logs, "unreadable": unreadable}


def _see(note: str, verifier_keys: Iterable[str] = ()) -> Seen:
    """What a checkpoint says, if a key of this installation or one of these signed it."""
    try:
        head = read_head(note)
        trusted = list(verifier_keys)
        if public := keys.public_key():
            trusted.append(verifier_key(head.origin, public))
        head = read_head(open_note(note, trusted))
    except BadNote as error:
        return Seen("", None, Fault(None, "note-not-believed", because=error.fault))
    return Seen(keys.log_of(head.origin), head, None)


def _verify_log(name: str, given: list[Head]) -> Report:
    stored, fault = _stored_heads(name)
    heads = {(head.size, head.root) for head in [*stored, *given]}
    walk, root = Walk(name), None
    try:
        _follow_together(walk)
        head = _head_of(walk)
    except Spoiled as spoiled:
        fault = spoiled.fault
    else:
        frontier, roots = walk.tree({size for size, _ in heads})
        root = base64.b64encode(frontier.root()).decode()
        # The earliest entry that anything speaks against; a head or a checkpoint comes last.
        found = [
            _head_differs(head, walk, frontier),
            differs_from(heads, frontier.size, roots),
            walk.unexplained(),
        ]
        named = [one for one in found if one and one.entry is not None]
        fault = min(named, default=None, key=lambda one: one.entry or 0) or next(
            filter(None, found), fault
        )
    return {
        "log": name,
        "entries": Entry.objects.filter(log=name).count(),
        "root": None if fault else root,
        "ok": fault is None,
        "first_bad": fault.entry if fault else None,
        **report_of(fault, gettext),
        "checkpoints": len(heads),
    }


def _stored_heads(name: str) -> tuple[list[Head], Fault | None]:
    """The checkpoints in the database, and what is wrong with the first that does not hold."""
    heads, fault = [], None
    for row in Checkpoint.objects.filter(log=name):
        seen = _see(row.note)
        head, size = seen.head, {"size": row.size}
        if head is None:
            because = seen.fault.because if seen.fault else None
            fault = fault or Fault(None, "checkpoint-not-believed", size, because)
            continue
        written = (seen.log, head.size, head.root.hex(), head.root)
        if (row.log, row.size, row.root, _root_of(row)) != written:
            fault = fault or Fault(None, "checkpoint-changed", size)
        heads.append(head)
    return heads, fault


def _root_of(row: Checkpoint) -> bytes | None:
    """The root that the edge kept with a checkpoint leads to; None where it fits no size."""
    try:
        return Frontier.from_text(row.size, row.edge).root()
    except ValueError:
        return None


def _follow_together(walk: Walk) -> None:
    """Read a long log with all processors, each a stretch at a time, and the rest of it alone.

    Only outside a transaction: the other processes see what is committed.
    """
    size = Log.objects.filter(pk=walk.log).values_list("size", flat=True).first() or 0
    if size >= LONG and not _in_transaction() and (os.cpu_count() or 1) > 1:
        bounds = [(walk.log, start, start + STRETCH) for start in range(0, size, STRETCH)]
        for stretch, fault in _read_all(bounds):
            walk.join(stretch)
            if fault:
                # What the stretch before it lacks at its end comes first.
                if walk.index < stretch.start:
                    raise Spoiled("missing", walk.index, next=stretch.start)
                raise Spoiled(fault.code, fault.entry, **fault.values)
    _follow(walk)


def _in_transaction() -> bool:
    return connection.in_atomic_block


def _read_all(bounds: list[tuple[str, int, int]]) -> Iterator[tuple[Walk, Fault | None]]:
    """The stretches in order, read by processes of their own (new ones, not forked).

    Each sets Django up by itself, from the same environment.
    """
    with get_context("spawn").Pool(min(os.cpu_count() or 1, MOST), django.setup) as pool:
        yield from pool.imap(_read, bounds)


def _read(bound: tuple[str, int, int]) -> tuple[Walk, Fault | None]:
    """One stretch of a log, from an index up to but without another, and its first fault."""
    log, start, stop = bound
    walk = Walk(log, start)
    try:
        _follow(walk, stop)
    except Spoiled as spoiled:
        return walk, spoiled.fault
    return walk, None


def _follow(walk: Walk, stop: int | None = None) -> None:
    """Read on to the end of the log, or to `stop`. Raises `Spoiled` at what does not hold."""
    differs = _comparison()
    for row in _rows(walk.log, walk.index - 1 if walk.index else None, stop):
        index = walk.index
        place, written, hashed, sealed = row[:4]
        if place != index:
            raise Spoiled("missing", index, next=place)
        try:
            content = walk.take(written, hashed, beside_from_text(unseal(sealed)))
            column = differs(content, row)
        except CannotRead:
            raise Spoiled("beside-closed", index) from None
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise Spoiled("out-of-form", index) from error
        if column:
            raise Spoiled("column-changed", index, column=column)


def _rows(log: str, after: int | None, stop: int | None = None) -> Iterator[Row]:
    """The rows of a log in order, after an index and before another, as the database holds them.

    A page at a time, as plain tuples with the text as stored: a model for each of a million
    rows would take minutes, and a converter could read two different texts as one time.
    """
    with connection.cursor() as cursor:
        while True:
            clause = "" if after is None else 'AND "index" > %s '
            clause += "" if stop is None else 'AND "index" < %s '
            cursor.execute(
                f"SELECT {_columns()} FROM journal_entry WHERE log = %s {clause}"  # noqa: S608
                f'ORDER BY "index" LIMIT {PAGE}',
                [value for value in (log, after, stop) if value is not None],
            )
            page = cursor.fetchall()
            if not page:
                return
            yield from page
            after = page[-1][0]


def _columns() -> str:
    if connection.vendor == "postgresql":
        stamp = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        key = "id::text"
    else:
        # An expression has no declared type, so that no converter touches the text.
        stamp, key = "{} || ''", "id || ''"
    at, recorded_at = stamp.format('"at"'), stamp.format("recorded_at")
    return (
        '"index", canonical, leaf_hash, beside_sealed, log, verb, actor_id, thing, about,'
        f" {key}, {at}, {recorded_at}"
    )


def _comparison() -> Callable[[dict[str, Any], Row], str]:
    """A function that names the first column that does not repeat the bytes, or none."""
    exact = connection.vendor == "postgresql"

    def differs(content: dict[str, Any], row: Row) -> str:
        _, _, _, _, log, verb, actor_id, thing, about, key, at, recorded_at = row
        wanted_key, wanted_at, wanted_recorded = (
            content["id"],
            content["at"],
            content["recorded_at"],
        )
        if not exact:
            wanted_key = wanted_key.replace("-", "")
            wanted_at, wanted_recorded = _as_sqlite(wanted_at), _as_sqlite(wanted_recorded)
        if (
            at == wanted_at
            and recorded_at == wanted_recorded
            and verb == content["verb"]
            and actor_id == content["actor"]["id"]
            and thing == content["thing"]
            and about == content["about"]
            and key == wanted_key
            and log == content["log"]
        ):
            return ""
        pairs = [
            ("at", at, wanted_at),
            ("recorded_at", recorded_at, wanted_recorded),
            ("verb", verb, content["verb"]),
            ("actor_id", actor_id, content["actor"]["id"]),
            ("thing", thing, content["thing"]),
            ("about", about, content["about"]),
            ("id", key, wanted_key),
        ]
        return next((name for name, kept, wanted in pairs if kept != wanted), "log")

    return differs


def _as_sqlite(moment: str) -> str:
    """A time of an entry as Django writes it into SQLite: no zone, no empty fraction."""
    if moment[19:26] == ".000000":
        return f"{moment[:10]} {moment[11:19]}"
    return f"{moment[:10]} {moment[11:26]}"


def _head_of(walk: Walk) -> Log | None:
    """The log's head, after reading what was appended meanwhile. Raises `Spoiled`."""
    while True:
        head = Log.objects.filter(pk=walk.log).first()
        size = walk.index
        if head is None or head.size <= size:
            return head
        _follow(walk)
        if walk.index == size:
            raise Spoiled("cut-off", size, size=head.size)


def _head_differs(head: Log | None, walk: Walk, frontier: Frontier) -> Fault | None:
    """The log's head against what was read."""
    size = walk.index
    if head is None:
        return Fault(0, "head-gone") if size else None
    if head.size < size:
        return Fault(head.size, "slipped-in", {"size": head.size})
    last = head.last_recorded_at
    written = last.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if last else ""
    edge = frontier.as_text()
    if size and head.edge != edge and head.last_hash != walk.prev:
        # Every entry before it is remembered by the next; the last one by the head alone.
        return Fault(size - 1, "last-rewritten")
    if (head.edge, head.last_hash, written) != (edge, walk.prev, walk.recorded_at):
        return Fault(None, "head-changed")
    return None
