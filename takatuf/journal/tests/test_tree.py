import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takatuf.journal.rules import tree

pytestmark = pytest.mark.once
PROOFS = "log/transparency_dev_vectors.jsonl"


def raw(text):
    return base64.b64decode(text or "")


def holds(case):
    proof = [raw(step) for step in case["proof"] or []]
    if case["kind"] == "inclusion":
        return tree.inclusion_holds(
            case["leafIdx"], case["treeSize"], raw(case["leafHash"]), proof, raw(case["root"])
        )
    return tree.consistency_holds(
        case["size1"], case["size2"], raw(case["root1"]), raw(case["root2"]), proof
    )


@pytest.mark.samples
def test_published_proofs_hold_and_forged_ones_fail(samples):
    with open(samples / PROOFS) as lines:
        cases = [json.loads(line) for line in lines]
    cases = [case for case in cases if case["kind"] in {"inclusion", "consistency"}]

    assert [case["path"] for case in cases if holds(case) is case["wantErr"]] == []
    assert sum(not case["wantErr"] for case in cases) == 12
    assert sum(case["wantErr"] for case in cases) == 184


def leaves(count):
    return [tree.leaf_hash(b"%d" % number) for number in range(count)]


def test_the_published_tree_of_eight_has_its_published_root():
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    entries.append("606162636465666768696a6b6c6d6e6f")
    root = tree.root_of(tree.leaf_hash(bytes.fromhex(entry)) for entry in entries)
    assert root == raw("XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=")
    assert tree.root_of([]).hex().startswith("e3b0c442")


@given(st.integers(1, 70), st.data())
def test_every_proof_we_build_holds_and_for_nothing_else(size, data):
    entries = leaves(size)
    root = tree.root_of(entries)
    index = data.draw(st.integers(0, size - 1))
    part = data.draw(st.integers(1, size))
    path = tree.inclusion_proof(index, entries)
    grown = tree.consistency_proof(part, entries)
    part_root = tree.root_of(entries[:part])

    assert tree.inclusion_holds(index, size, entries[index], path, root)
    assert tree.consistency_holds(part, size, part_root, root, grown)
    assert not tree.inclusion_holds(index, size, tree.leaf_hash(b"other"), path, root)
    assert not tree.inclusion_holds(index, size, entries[index], [*path, root], root)
    if part < size:
        assert not tree.consistency_holds(part, size, root, root, grown)
        assert not tree.consistency_holds(part, size, part_root, root, grown[:-1])


@given(st.integers(0, 300))
def test_the_edge_is_kept_as_text_and_grows_on(size):
    edge = tree.Frontier()
    for leaf in leaves(size):
        edge.append(leaf)
    again = tree.Frontier.from_text(size, edge.as_text())
    again.append(tree.leaf_hash(b"next"))
    assert again.root() == tree.root_of([*leaves(size), tree.leaf_hash(b"next")])


def test_an_edge_that_does_not_fit_its_size_is_not_believed():
    with pytest.raises(ValueError, match="cannot be the edge"):
        tree.Frontier.from_text(3, "ab" * 32)


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_is_built_for_a_leaf_that_is_not_there(index):
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion_proof(index, leaves(3))


@pytest.mark.parametrize("size", [0, 4])
def test_no_proof_is_built_from_a_size_that_never_was(size):
    with pytest.raises(ValueError, match="no consistency"):
        tree.consistency_proof(size, leaves(3))
