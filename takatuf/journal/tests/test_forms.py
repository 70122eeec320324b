"""The published forms: RFC 8785 for entries, C2SP's note and checkpoint for signatures."""

import json

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from takatuf.journal.rules import notes
from takatuf.journal.rules.entry import NotCanonical, canonical

pytestmark = pytest.mark.once

NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm"
    "RKuwHjG1Yu72IneyaQM=\n"
)
KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


@pytest.mark.samples
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_an_entry_is_written_as_rfc_8785_says(samples, name):
    folder = samples / "log" / "jcs"
    value = json.loads((folder / f"input__{name}.json").read_text(encoding="utf-8"))
    assert canonical(value) == (folder / f"output__{name}.json").read_bytes()
    assert canonical(value) == bytes.fromhex((folder / f"outhex__{name}.txt").read_text())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=20,
)


@given(JSON)
def test_the_short_way_of_writing_gives_the_same_bytes_as_the_long_one(value):
    try:
        written = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        written = None
    try:
        ours = canonical(value)
    except NotCanonical:
        ours = None
    assert ours == written


def test_what_rfc_8785_cannot_write_is_refused():
    half = "\ud800"
    for value in [float("nan"), float("-inf"), 2**53, {"a": object()}, {1: "a"}, half, [half]]:
        with pytest.raises(NotCanonical):
            canonical(value)


def test_the_published_note_is_opened_by_its_published_key():
    assert notes.open_note(NOTE, [KEY]) == "This is an example message.\n"
    name, public = notes.read_verifier_key(KEY)
    assert notes.verifier_key(name, public) == KEY


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("example message", "exempla message"),
        NOTE.replace("example.com/foo", "example.com/bar"),
        NOTE.replace("Uw2Q", "Uw2R"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("This", "\tThis"),
        NOTE.replace("— ", "- "),
        NOTE.rstrip("\n"),
        NOTE.replace("aQM=", "aQM"),
        NOTE + "— a b\n",
        "",
    ],
)
def test_a_note_out_of_form_or_without_a_trusted_signature_is_not_opened(note):
    with pytest.raises(notes.BadNote):
        notes.open_note(note, [KEY])


def test_a_signature_by_a_stranger_is_passed_over():
    stranger = Ed25519PrivateKey.generate()
    theirs = notes.sign_note("This is an example message.\n", "example.com/else", stranger)
    line = theirs.splitlines()[-1]
    assert notes.open_note(f"{NOTE}{line}\n", [KEY])


def test_a_checkpoint_says_origin_size_and_root():
    key = Ed25519PrivateKey.generate()
    head = notes.Head("takatuf.example/journal/installation", 7, b"\x07" * 32)
    note = notes.sign_head(head, key)
    trusted = notes.verifier_key(head.origin, notes.public_bytes(key))

    assert note.splitlines()[:4] == [
        head.origin,
        "7",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "",
    ]
    assert notes.read_head(notes.open_note(note, [trusted])) == head


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\nBwc=\n", "a\n-1\nBwc=\n", "a\n1\nBwc=\n", "\n1\nBwc=\n", "a\n١\nBwc=\n"],
)
def test_what_is_not_a_checkpoint_is_not_read_as_one(text):
    with pytest.raises(notes.BadNote):
        notes.read_head(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b"])
def test_a_key_needs_a_name_that_notes_can_hold(name):
    with pytest.raises(notes.BadNote):
        notes.check_name(name)
    with pytest.raises(notes.BadNote):
        notes.read_verifier_key(f"{name}+00000000+AAAA")
