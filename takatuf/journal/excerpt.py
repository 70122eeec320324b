"""Some entries of a log taken out of it, each with the proof that it stands in the signed tree.

An inquiry gets the entries about one incident and no others; names and texts beside them may be
withheld, and whole entries too, of which the hash alone then stands. What stays verifies all
the same, without this system: this module stands on the standard library, `rfc8785`,
`cryptography` and the rules beside it, and nothing else.

Within its ZIP file an excerpt has

    journal/excerpt.json    the form's version, which log, with its key, and about what
    journal/checkpoint.txt  the signed head of the log, to be checked with any C2SP tool
    journal/entries.jsonl   one entry a line, see `line_of`
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from takatuf.journal.rules.entry import canonical, opens
from takatuf.journal.rules.faults import Faulty, report_of
from takatuf.journal.rules.notes import BadNote, Head, open_note, read_head, verifier_key
from takatuf.journal.rules.notes import read_verifier_key as key_of
from takatuf.journal.rules.tree import inclusion_holds, leaf_hash

FORM = "takatuf-journal-excerpt/1"
FILE_FORM = "takatuf-inquiry/1"
TAKEN_OUT = "inquiry.taken_out"  # the last entry: how many there are, and the hash of the rest
PLACE = "/journal/"
MOST_IN_A_LINE = 16 * 1024 * 1024
Report = dict[str, Any]


class NoExcerpt(Faulty, ValueError):
    """A file that holds no excerpt."""


class Blotted(NamedTuple):
    """What is kept back of one entry: all of it, or parts beside it (`actor`, `people.person`,
    `private.text`), each with the number of its redaction."""

    hidden: bool = False
    withheld: Mapping[str, int] = {}


def beside_without(beside: Mapping[str, Any], withheld: Iterable[str]) -> dict[str, Any]:
    """What stands beside an entry, without the parts that are withheld."""
    gone = set(withheld)
    kept: dict[str, Any] = {}
    if "actor" in beside and "actor" not in gone:
        kept["actor"] = beside["actor"]
    for kind in ("people", "private"):
        parts = {
            part: salted
            for part, salted in beside.get(kind, {}).items()
            if f"{kind}.{part}" not in gone
        }
        if parts:
            kept[kind] = parts
    return kept


def line_of(
    index: int,
    written: str,
    beside: Mapping[str, Any],
    proof: Iterable[bytes],
    blotted: Blotted,
) -> bytes:
    """One entry as a line of `entries.jsonl`, with its line end.

    `entry` is the text whose bytes were hashed, `beside` the salts with names and texts, as in
    a bundle, `proof` the audit path (RFC 9162, 2.1.3.1) in hexadecimal, `withheld` what is
    kept back, each part with the number of its redaction. Of an entry that is hidden the hash
    of its leaf stands alone.
    """
    line: dict[str, Any] = {"index": index, "proof": [step.hex() for step in proof]}
    if blotted.hidden:
        line["leaf"] = leaf_hash(written.encode()).hex()
    else:
        line |= {"entry": written, "beside": beside_without(beside, blotted.withheld)}
    if blotted.withheld:
        line["withheld"] = dict(blotted.withheld)
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def add_part(
    bundle: zipfile.ZipFile,
    parts: dict[str, dict[str, Any]],
    name: str,
    pieces: Iterable[bytes],
) -> None:
    """Write one file into the ZIP, piece by piece, and its hash and size among the parts."""
    digest, size = sha256(), 0
    with bundle.open(name, "w", force_zip64=True) as file:
        for piece in pieces:
            digest.update(piece)
            size += file.write(piece)
    parts[name] = {"sha256": digest.hexdigest(), "bytes": size}


def write_manifest(
    bundle: zipfile.ZipFile, parts: Mapping[str, Mapping[str, Any]], *, made_at: datetime
) -> None:
    """Write down every part with its hash; the last file to be written."""
    made = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {"form": FILE_FORM, "made_at": made, "parts": parts}
    bundle.writestr("manifest.json", json.dumps(about, indent=2, ensure_ascii=False) + "\n")


def fingerprint_of(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """SHA-256 over the names and hashes of a file's parts: what the journal remembers of it."""
    return sha256(canonical({name: part["sha256"] for name, part in parts.items()})).hexdigest()


def is_inquiry(bundle: zipfile.ZipFile) -> bool:
    """Whether this is a file for an inquiry, and no bundle of whole logs."""
    return "manifest.json" in bundle.namelist()


def verify_inquiry(
    bundle: zipfile.ZipFile,
    verifier_keys: Iterable[str] = (),
    gettext: Callable[[str], str] = str,
) -> Report:
    """Check a file for an inquiry from its bytes alone.

    Each part has the hash that the manifest gives; the parts together have the one that the
    journal remembers of them; each entry stands in the signed tree; each name and text beside
    it is what its hash stands for. The report has the shape of a bundle's, with `parts` (how
    many were held against their hash) and `hidden` (entries of which only the hash stands).
    With `verifier_keys` only these are trusted, not the file's own.
    """
    manifest = json.loads(bundle.read("manifest.json"))
    if manifest["form"] != FILE_FORM:
        raise NoExcerpt("bundle-of-another-form", form=str(manifest["form"])[:80])
    about = json.loads(bundle.read("journal/excerpt.json"))
    if about["form"] != FORM:
        raise NoExcerpt("bundle-of-another-form", form=str(about["form"])[:80])
    name, key = str(about["log"]), str(about["key"])
    read, root, fault = _Read(name, str(about["about"])), None, None
    try:
        head = _head(bundle, key, list(verifier_keys), name)
        root = head.root_text
        _hold_parts(bundle, manifest["parts"])
        read.follow(bundle, head)
        _hold_together(manifest, read, head)
    except Faulty as spoiled:
        fault = spoiled.fault
    except (KeyError, TypeError, AttributeError) as error:
        raise NoExcerpt("no-bundle") from error
    log = {
        "log": name,
        "about": about["about"],
        "entries": read.count,
        "hidden": read.hidden,
        "root": None if fault else root,
        "ok": fault is None,
        "first_bad": fault.entry if fault else None,
        **report_of(fault, gettext),
        "checkpoints": 1,
        "key": key,
    }
    return {
        "ok": fault is None,
        "made_at": manifest["made_at"],
        "parts": len(manifest["parts"]),
        "logs": [log],
        "unreadable": [],
    }


def _head(bundle: zipfile.ZipFile, key: str, trusted: list[str], log: str) -> Head:
    """The signed head of the log. Raises `BadNote`."""
    note = bundle.read("journal/checkpoint.txt").decode()
    head = read_head(note)
    if head.origin.partition(PLACE)[2] != log:
        raise BadNote("note-of-another-log")
    read_head(open_note(note, trusted or [verifier_key(head.origin, key_of(key)[1])]))
    return head


def _hold_parts(bundle: zipfile.ZipFile, parts: Mapping[str, Mapping[str, Any]]) -> None:
    """Every file has its hash, and there is no file beside them."""
    there = [name for name in bundle.namelist() if name != "manifest.json"]
    for name in sorted(set(there) ^ set(parts)):
        raise NoExcerpt("part-strange" if name in there else "part-missing", name=name[:120])
    if len(there) != len(parts):
        raise NoExcerpt("part-strange", name="?")
    for name, part in parts.items():
        digest = sha256()
        with bundle.open(name) as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        if digest.hexdigest() != part["sha256"]:
            raise NoExcerpt("part-changed", name=name[:120])


def _hold_together(manifest: Mapping[str, Any], read: _Read, head: Head) -> None:
    """The last entry under the signature tells of this very file: how many entries it has, and
    the hashes of its other parts."""
    if read.taken_out is None or read.last != head.size - 1:
        raise NoExcerpt("not-as-taken-out")
    if read.count != read.taken_out["entries"]:
        raise NoExcerpt("entries-differ", found=read.count, told=read.taken_out["entries"])
    parts = {
        name: part for name, part in manifest["parts"].items() if not name.startswith("journal/")
    }
    if read.taken_out["parts"] != fingerprint_of(parts):
        raise NoExcerpt("not-as-taken-out")


class _Read:
    """The entries of an excerpt on the way: how many, and what they remember."""

    def __init__(self, log: str, about: str) -> None:
        self.log, self.about = log, about
        self.count = self.hidden = 0
        self.last = -1
        self.taken_out: dict[str, Any] | None = None  # what the last entry says, if it is that

    def follow(self, bundle: zipfile.ZipFile, head: Head) -> None:
        """Read every line. Raises `NoExcerpt` at the first that does not hold."""
        with bundle.open("journal/entries.jsonl") as lines:
            while line := lines.readline(MOST_IN_A_LINE):
                if not line.endswith(b"\n"):
                    raise NoExcerpt("breaks-off", name="journal/entries.jsonl")
                index = -1
                try:
                    told = json.loads(line)
                    index = int(told["index"])
                    if index <= self.last:
                        raise NoExcerpt("out-of-place", self.last, found=index)
                    self._take(index, told, head)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    if isinstance(error, NoExcerpt):
                        raise
                    raise NoExcerpt("out-of-form", index) from error
                self.last = index
                self.count += 1

    def _take(self, index: int, told: dict[str, Any], head: Head) -> None:
        written = told.get("entry")
        leaf = bytes.fromhex(told["leaf"]) if written is None else leaf_hash(written.encode())
        proof = [bytes.fromhex(step) for step in told["proof"]]
        if not inclusion_holds(index, head.size, leaf, proof, head.root):
            raise NoExcerpt("not-in-the-tree", index)
        self.taken_out = None
        if written is None:
            self.hidden += 1
            return
        content = json.loads(written)
        if canonical(content) != written.encode():
            raise NoExcerpt("not-canonical", index)
        if content["log"] != self.log:
            raise NoExcerpt("of-another-log", index, log=str(content["log"])[:80])
        if content["index"] != index or content["about"] != self.about:
            raise NoExcerpt("out-of-place", index, found=content["index"])
        _hold_beside(index, content, told["beside"])
        if content["verb"] == TAKEN_OUT:
            self.taken_out = content["facts"]


def _hold_beside(index: int, content: dict[str, Any], beside: dict[str, Any]) -> None:
    """Names and texts beside the leaf against the salted hashes in it."""
    pairs = [("actor", content["actor"], beside["actor"])] if "actor" in beside else []
    for kind in ("people", "private"):
        for part, salted in beside.get(kind, {}).items():
            pairs.append((part, content[kind][part], salted))
    for part, leaf, (salt, value) in pairs:
        if not opens(leaf["hash"], salt, value):
            raise NoExcerpt("beside-changed", index, part=part)
