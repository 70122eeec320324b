"""Reading a log from its first entry on, each held against its own hash and the ones before.

The database and an exported bundle are verified by the same walk.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any

from takatuf.journal.rules.entry import Beside
from takatuf.journal.rules.faults import Fault, Faulty
from takatuf.journal.rules.tree import EMPTY_ROOT, Frontier

NAMES_ERASED = "journal.names_erased"
TEXTS_ERASED = "journal.texts_erased"
Roots = Mapping[int, bytes]
_parse = json.JSONDecoder().decode


class Spoiled(Faulty):
    """An entry does not hold."""


class Walk:
    """A log, or a stretch of it, on the way: how far it was read, and what was met."""

    def __init__(self, log: str, start: int = 0, *, names: bool = True) -> None:
        """`start` is the first index to be read, `names` whether what stands beside is at hand."""
        self.log = log
        self.start = start
        self.index = start  # of the entry that comes next
        self.leaves = bytearray()  # their hashes, one after the other
        # Of a stretch that begins in the middle, only `join` can say whether it fits on.
        self.first_prev = self.prev = "" if start == 0 else None
        self.first_recorded_at = self.recorded_at = ""
        self._names = names
        self._gone: list[tuple[int, str, str]] = []
        self._erased: dict[tuple[str, str], int] = {}

    def take(self, written: str, kept_hash: str | None, beside: Beside) -> dict[str, Any]:
        """Read the next entry and give what it says.

        `kept_hash` is the leaf hash as it was kept, where it was. Raises `Spoiled`.
        """
        index = self.index
        digest = sha256(b"\x00" + written.encode())
        hashed = digest.hexdigest()
        if kept_hash is not None and kept_hash != hashed:
            raise Spoiled("bytes-changed", index)
        content: dict[str, Any] = _parse(written)
        if content["log"] != self.log:
            raise Spoiled("of-another-log", index, log=content["log"])
        if content["index"] != index:
            raise Spoiled("out-of-place", index, found=content["index"])
        self._fit(index, content["prev"], content["recorded_at"])
        if self._names:
            self._hold_beside(index, content, beside)
        if content["verb"].startswith("journal."):
            self._note_erasure(index, content["verb"], content["facts"])
        self.prev = hashed
        self.recorded_at = content["recorded_at"]
        self.leaves += digest.digest()
        self.index = index + 1
        return content

    def _fit(self, index: int, prev: str, recorded_at: str) -> None:
        """Hold an entry against the one before it."""
        if self.prev is None:
            self.first_prev, self.first_recorded_at = prev, recorded_at
        elif prev != self.prev:
            raise Spoiled("rewritten", max(index - 1, 0))
        if recorded_at < self.recorded_at:
            raise Spoiled("back-dated", index)

    def join(self, following: Walk) -> None:
        """Go on with a stretch that was read by itself. Raises `Spoiled` where it does not fit."""
        if following.first_prev is None:  # nothing was read of it
            return
        if following.start != self.index:
            raise Spoiled("missing", self.index, next=following.start)
        self._fit(following.start, following.first_prev, following.first_recorded_at)
        self.index, self.prev = following.index, following.prev
        self.recorded_at = following.recorded_at
        self.leaves += following.leaves
        self._gone += following._gone
        self._erased |= following._erased

    def tree(self, sizes: Iterable[int] = ()) -> tuple[Frontier, dict[int, bytes]]:
        """The tree over what was read from the first entry on, and its roots at these sizes."""
        frontier, roots, wanted = Frontier(), {0: EMPTY_ROOT}, set(sizes)
        leaves, append = bytes(self.leaves), frontier.append
        for place in range(0, len(leaves), 32):
            append(leaves[place : place + 32])
            if frontier.size in wanted:
                roots[frontier.size] = frontier.root()
        return frontier, roots

    def _hold_beside(self, index: int, content: dict[str, Any], beside: Beside) -> None:
        """Names and texts beside the leaf against the salted hashes in it."""
        actor, salted = content["actor"], beside.get("actor")
        if salted is not None:
            _open(index, "actor", actor["hash"], salted)
        elif "hash" in actor:
            person = actor.get("person") or actor["id"].removeprefix("person:")
            self._gone.append((index, "person", person))
        for kind in ("people", "private"):
            leaf, found = content[kind], beside.get(kind)
            if found:
                for part, salted in found.items():
                    _open(index, part, leaf[part]["hash"], salted)
            if len(leaf) > (len(found) if found else 0):
                for part in leaf.keys() - (found or {}):
                    if kind == "people":
                        self._gone.append((index, "person", leaf[part]["id"]))
                    else:
                        self._gone.append((index, "text", f"{index} {part}"))

    def _note_erasure(self, index: int, verb: str, facts: Mapping[str, Any]) -> None:
        if verb == NAMES_ERASED:
            self._erased["person", facts["person"]] = index
        elif verb == TEXTS_ERASED:
            for part in facts["texts"]:
                self._erased["text", f"{facts['entry']} {part}"] = index

    def unexplained(self) -> Fault | None:
        """The first name or text that is gone although no later entry records its erasure."""
        for index, kind, key in self._gone:
            if self._erased.get((kind, key), -1) <= index:
                return Fault(index, "name-gone" if kind == "person" else "text-gone")
        return None


def differs_from(heads: Collection[tuple[int, bytes]], size: int, roots: Roots) -> Fault | None:
    """The first checkpoint, as size and root, that a log of `size` with these roots belies.

    The entry named is the first after the last checkpoint that still holds: the change lies
    there or later.
    """
    good = 0
    for signed, root in sorted(heads):
        if signed > size:
            return Fault(size, "cut-off-after-signing", {"size": signed})
        if roots[signed] != root:
            return Fault(good, "rewritten-after-signing", {"last": signed - 1})
        good = signed
    return None


def _open(index: int, part: str, hashed: str, salted: list[str]) -> None:
    salt, value = salted
    if sha256(bytes.fromhex(salt) + value.encode()).hexdigest() != hashed:
        raise Spoiled("beside-changed", index, part=part)
