"""A log taken out of the system, and its verification by whoever holds the file.

Verifying needs neither a database nor a data folder nor settings: this module stands on the
standard library, `rfc8785`, `cryptography` and the rules beside it, and nothing else.

A bundle is a ZIP file:

    README.txt            what this is and how to check it by hand
    bundle.json           the form's version, when it was made, which logs, with their keys
    logs/1/entries.jsonl  one entry a line: exactly the bytes that were hashed
    logs/1/beside.jsonl   what stands beside the leaves: {"index", "beside"}; may be left out
    logs/1/checkpoints.jsonl   every checkpoint: {"size", "note"}
    logs/1/checkpoint.txt      the last of them as a note, to be checked with any C2SP tool
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from takatuf.journal.excerpt import NoExcerpt, is_inquiry, verify_inquiry
from takatuf.journal.rules.entry import canonical
from takatuf.journal.rules.faults import Fault, Faulty, report_of
from takatuf.journal.rules.notes import (
    BadNote,
    Head,
    open_note,
    read_head,
    read_verifier_key,
    verifier_key,
)
from takatuf.journal.rules.walk import Spoiled, Walk, differs_from

FORM = "takatuf-journal-bundle/1"
MOST_IN_A_LINE = 16 * 1024 * 1024
PLACE = "/journal/"
Report = dict[str, Any]

README = """\
Takatuf: a copy of the journal

entries.jsonl holds one entry a line, in the order in which they were recorded. A line's bytes
without the line's end are RFC 8785 canonical JSON. The hash of an entry is

    SHA-256(0x00 || bytes)

and that of an inner node SHA-256(0x01 || left || right): the Merkle tree of RFC 9162, section
2.1. Each entry holds the hash of the one before it as "prev". checkpoint.txt is the tree's size
and root, signed with Ed25519 in the form of c2sp.org/tlog-checkpoint; the verifier key stands in
bundle.json. A key that comes with the copy proves nothing about who signed: compare it with one
that you received another way, and compare older checkpoints that you kept with this copy.

A person stands in an entry as an id and SHA-256(salt || name); beside.jsonl has the salts and
names that were not erased or left out. The proof holds without them.

    takatuf journal verify-bundle FILE

checks all of this without a database. The record proves that nothing was changed, removed,
reordered or back-dated since a checkpoint was signed. It cannot prove that what was recorded
was true.
"""


class BadBundle(Faulty, ValueError):
    """A file that is not a bundle."""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """One log on its way into a bundle."""

    log: str
    key: str
    entries: Iterable[tuple[str, str]]  # canonical text; what stands beside it, as JSON or ""
    checkpoints: list[str]
    names: bool


def write_bundle(out: IO[bytes], logs: Iterable[TakenOut], *, made_at: datetime) -> None:
    """Write the bundle of these logs; entries are streamed, never held together."""
    index: list[dict[str, Any]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as bundle:
        bundle.writestr("README.txt", README)
        for number, log in enumerate(logs, start=1):
            folder = f"logs/{number}"
            entries = 0
            beside = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115
            with bundle.open(f"{folder}/entries.jsonl", "w", force_zip64=True) as lines:
                for written, kept in log.entries:
                    lines.write(written.encode() + b"\n")
                    if kept:
                        beside.write(f'{{"beside":{kept},"index":{entries}}}\n'.encode())
                    entries += 1
            if log.names:
                beside.seek(0)
                with bundle.open(f"{folder}/beside.jsonl", "w", force_zip64=True) as lines:
                    shutil.copyfileobj(beside, lines)
            beside.close()
            with bundle.open(f"{folder}/checkpoints.jsonl", "w") as lines:
                for note in log.checkpoints:
                    line = {"note": note, "size": read_head(note).size}
                    lines.write(canonical(line) + b"\n")
            if log.checkpoints:
                bundle.writestr(f"{folder}/checkpoint.txt", log.checkpoints[-1])
            index.append(
                {
                    "log": log.log,
                    "folder": folder,
                    "entries": entries,
                    "key": log.key,
                    "names": log.names,
                }
            )
        made = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        about = {"form": FORM, "made_at": made, "logs": index}
        bundle.writestr("bundle.json", json.dumps(about, indent=2, ensure_ascii=False) + "\n")


def verify_bundle(
    path: Path | str,
    checkpoints: Iterable[str] = (),
    verifier_keys: Iterable[str] = (),
    gettext: Callable[[str], str] = str,
) -> Report:
    """Check a bundle, or a file for an inquiry, from its bytes alone; the report has the shape
    of `verify`'s, in the language that `gettext` speaks.

    Each log's report also has `key`, the verifier key that signed, to be compared with one
    received another way. With `verifier_keys` only these are trusted, not the bundle's own;
    `checkpoints` are notes kept from earlier. Raises `BadBundle` for what is no bundle, and
    `NoExcerpt` for what is no file for an inquiry.
    """
    trusted, kept = list(verifier_keys), list(checkpoints)
    try:
        with zipfile.ZipFile(path) as bundle:
            if is_inquiry(bundle):
                return verify_inquiry(bundle, trusted, gettext)
            about = json.loads(bundle.read("bundle.json"))
            if about["form"] != FORM:
                raise BadBundle("bundle-of-another-form", form=str(about["form"])[:80])
            logs = [_verify_log(bundle, log, trusted, kept, gettext) for log in about["logs"]]
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        if isinstance(error, BadBundle | NoExcerpt):
            raise
        raise BadBundle("no-bundle") from error
    known = {log["log"] for log in logs}
    unreadable = [
        report_of(Fault(None, "checkpoint-of-no-log", {"log": name}), gettext)
        for name in {_log_of(note) for note in kept} - known
    ]
    ok = bool(logs) and not unreadable and all(log["ok"] for log in logs)
    return {"ok": ok, "made_at": about["made_at"], "logs": logs, "unreadable": unreadable}


def _log_of(note: str) -> str:
    try:
        return read_head(note).origin.partition(PLACE)[2]
    except BadNote:
        return "?"


def _verify_log(
    bundle: zipfile.ZipFile,
    about: dict[str, Any],
    trusted: list[str],
    kept: list[str],
    gettext: Callable[[str], str],
) -> Report:
    name, folder, key = about["log"], about["folder"], about["key"]
    notes = [json.loads(line)["note"] for line in _lines(bundle, f"{folder}/checkpoints.jsonl")]
    heads, fault = _open_all([*notes, *(n for n in kept if _log_of(n) == name)], name, key, trusted)
    root = None
    walk = Walk(name, names=about["names"])
    try:
        _follow(walk, bundle, folder, about["names"])
    except Spoiled as spoiled:
        fault = spoiled.fault
    else:
        frontier, roots = walk.tree({size for size, _ in heads})
        root = Head(name, frontier.size, frontier.root()).root_text
        found = [differs_from(heads, frontier.size, roots), walk.unexplained()]
        named = [one for one in found if one and one.entry is not None]
        first = min(named, default=None, key=lambda one: one.entry or 0)
        fault = first or fault or _unsigned(frontier.size, heads)
    return {
        "log": name,
        "entries": walk.index,
        "root": None if fault else root,
        "ok": fault is None,
        "first_bad": fault.entry if fault else None,
        **report_of(fault, gettext),
        "checkpoints": len(heads),
        "key": key,
    }


def _unsigned(entries: int, heads: set[tuple[int, bytes]]) -> Fault | None:
    last = max((size for size, _ in heads), default=0)
    if last < entries:
        return Fault(last, "unsigned")
    return None


def _open_all(
    notes: list[str], log: str, key: str, trusted: list[str]
) -> tuple[set[tuple[int, bytes]], Fault | None]:
    """The checkpoints that hold, and what is wrong with the first that does not."""
    heads: set[tuple[int, bytes]] = set()
    fault = None
    for note in notes:
        try:
            head = read_head(note)
            if head.origin.partition(PLACE)[2] != log:
                raise BadNote("note-of-another-log")
            read_head(open_note(note, trusted or _under(head.origin, key)))
        except BadNote as error:
            fault = fault or Fault(None, "note-not-believed", because=error.fault)
            continue
        heads.add((head.size, head.root))
    return heads, fault


def _under(origin: str, key: str) -> list[str]:
    """The bundle's key, also under the name that the installation had earlier."""
    return [verifier_key(origin, read_verifier_key(key)[1])]


def _follow(walk: Walk, bundle: zipfile.ZipFile, folder: str, names: bool) -> None:
    beside = _beside(bundle, folder) if names else iter(())
    following = next(beside, None)
    for line in _lines(bundle, f"{folder}/entries.jsonl"):
        index = walk.index
        here: dict[str, Any] = {}
        if following and following[0] == index:
            here = following[1]
            following = next(beside, None)
        try:
            content = walk.take(line.decode(), None, here)
            if canonical(content) != line:
                raise Spoiled("not-canonical", index)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Spoiled("out-of-form", index) from error
    if following:
        raise Spoiled("beside-nothing", following[0])


def _beside(bundle: zipfile.ZipFile, folder: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for line in _lines(bundle, f"{folder}/beside.jsonl"):
        kept = json.loads(line)
        yield kept["index"], kept["beside"]


def _lines(bundle: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The lines of a file in the bundle without their ends, none of them without bound."""
    with bundle.open(name) as lines:
        while line := lines.readline(MOST_IN_A_LINE):
            if not line.endswith(b"\n"):
                raise BadBundle("breaks-off", name=name)
            yield line[:-1]
