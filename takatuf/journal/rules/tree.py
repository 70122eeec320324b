"""The Merkle tree of RFC 9162, section 2.1 (the same as RFC 6962's), and its proofs.

A leaf's hash is SHA-256(0x00 || entry), an inner node's SHA-256(0x01 || left || right);
the two prefixes keep a node from being passed off as an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 9162, section 2.1.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 9162, section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, largest first.

    It holds one hash for each bit set in the size, so that a leaf is added and the root is
    known with at most 64 hashes and without looking at any earlier leaf.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count() or any(len(h) != 32 for h in self.hashes):
            raise ValueError(f"{len(self.hashes)} hashes cannot be the edge of {size} leaves")

    def append(self, leaf: bytes) -> None:
        """Add the next leaf by its hash."""
        node, size = leaf, self.size
        while size & 1:
            node = sha256(b"\x01" + self.hashes.pop() + node).digest()
            size >>= 1
        self.hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The tree head over every leaf so far; that of no leaf is SHA-256 of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node

    def as_text(self) -> str:
        """The hashes in hexadecimal, one after the other, for keeping."""
        return "".join(h.hex() for h in self.hashes)

    @classmethod
    def from_text(cls, size: int, text: str) -> Frontier:
        """The edge again. Raises `ValueError` where the text does not fit the size."""
        raw = bytes.fromhex(text)
        return cls(size, [raw[i : i + 32] for i in range(0, len(raw), 32)])


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The tree head over these leaf hashes (RFC 9162, 2.1.1)."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


class Tree:
    """A whole tree with its inner nodes, for the audit paths of many leaves.

    Takes 64 bytes a leaf; each path then costs no hash. A node without a right neighbour is
    carried up as it is, which gives the same tree as splitting at powers of two.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels = [list(leaves)]
        while len(below := self.levels[-1]) > 1:
            above = [node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
            if len(below) & 1:
                above.append(below[-1])
            self.levels.append(above)

    def root(self) -> bytes:
        """The tree head over all leaves."""
        return self.levels[-1][0] if self.levels[-1] else EMPTY_ROOT

    def proof(self, index: int) -> list[bytes]:
        """The audit path of one leaf (RFC 9162, 2.1.3.1). Raises `ValueError`."""
        if not 0 <= index < len(self.levels[0]):
            raise ValueError(f"no leaf {index} among {len(self.levels[0])}")
        path = []
        for level in self.levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                path.append(level[beside])
            index >>= 1
        return path


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The audit path of one leaf in the tree over all `leaves` (RFC 9162, 2.1.3.1).

    Raises `ValueError` for an index that the tree does not have.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} among {len(leaves)}")
    path = []
    while len(leaves) > 1:
        middle = _split(len(leaves))
        if index < middle:
            path.append(root_of(leaves[middle:]))
            leaves = leaves[:middle]
        else:
            path.append(root_of(leaves[:middle]))
            leaves, index = leaves[middle:], index - middle
    return path[::-1]


def consistency_proof(size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """That the tree over all `leaves` grew from its first `size` (RFC 9162, 2.1.4.1).

    Raises `ValueError` for a size of 0 or beyond the tree, from which nothing follows.
    """
    if not 0 < size <= len(leaves):
        raise ValueError(f"no consistency from {size} to {len(leaves)}")
    proof = []
    whole = True  # the part that is left is a full subtree that the verifier knows already
    while size != len(leaves):
        middle = _split(len(leaves))
        if size <= middle:
            proof.append(root_of(leaves[middle:]))
            leaves = leaves[:middle]
        else:
            proof.append(root_of(leaves[:middle]))
            leaves, size, whole = leaves[middle:], size - middle, False
    if not whole:
        proof.append(root_of(leaves))
    return proof[::-1]


def inclusion_holds(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf is entry `index` of the tree of `size` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != 32:
        return False
    first, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0 or len(step) != 32:
            return False
        if first & 1 or first == last:
            node = node_hash(step, node)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, step)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def consistency_holds(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if not proof or any(len(step) != 32 for step in proof):
        return False
    steps = list(proof)
    if old_size & old_size - 1 == 0:
        steps.insert(0, old_root)
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, step)
        first, last = first >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
