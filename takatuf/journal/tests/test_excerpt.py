"""Some entries taken out for an inquiry: what stays verifies, and what was changed is found."""

import json
import subprocess
import sys
import zipfile

import pytest
from django.utils import timezone

from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.ids import uuid7
from takatuf.journal.bundle import verify_bundle
from takatuf.journal.excerpt import Blotted, add_part, write_manifest
from takatuf.journal.models import Entry
from takatuf.journal.queries import verifier_key_of
from takatuf.journal.rules.faults import WORDS
from takatuf.journal.rules.tree import Tree, inclusion_proof, root_of
from takatuf.journal.services import erase_names, export_excerpt
from takatuf.journal.tests.builders import LOG, fill, someone, tell
from takatuf.journal.tests.test_bundle import changed, only

pytestmark = pytest.mark.django_db
ENTRIES = "journal/entries.jsonl"


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEY_FOLDER = tmp_path / "keys"


def blot(entry):
    """Of the sixth entry nothing stays, of the third neither name nor text."""
    if entry.index == 5:
        return Blotted(hidden=True, withheld={"entry": 2})
    if entry.index == 2:
        return Blotted(withheld={"private.text": 1, "people.person": 1})
    return Blotted()


def take_out(path, actor=COMMAND, blot=blot, about="incident:1"):
    parts: dict = {}
    now = timezone.now()
    with zipfile.ZipFile(path, "w") as bundle:
        add_part(bundle, parts, "log.json", [b'{"entries":', b"[]}\n"])
        export_excerpt(actor, bundle, parts, log=LOG, about=about, redactions=2, blot=blot, now=now)
        write_manifest(bundle, parts, made_at=now)
    return path


@pytest.fixture
def people():
    """Eight entries about incident 1, and as many about another thing in the same log."""
    amina, bilal = fill(8)
    for number in range(8):
        tell(amina, number, verb="call.asked", people={}, private={})
    Entry.objects.filter(verb="call.asked").update(about="incident:2")
    return amina, bilal


@pytest.fixture
def taken(people, tmp_path):
    return take_out(tmp_path / "inquiry.zip")


def lines_of(path):
    with zipfile.ZipFile(path) as bundle:
        return [json.loads(line) for line in bundle.read(ENTRIES).splitlines()]


def test_what_was_taken_out_verifies_and_holds_nothing_else(taken):
    report = verify_bundle(taken)

    assert report["ok"], report
    log = only(report)
    assert (log["entries"], log["hidden"], report["parts"]) == (9, 1, 4)
    assert log["key"] == verifier_key_of(LOG)
    text = zipfile.ZipFile(taken).read(ENTRIES).decode()
    assert "call.asked" not in text  # the other incident's
    assert "inquiry.taken_out" in text


def test_what_is_withheld_does_not_stand_there_and_the_proofs_hold(taken):
    lines = {line["index"]: line for line in lines_of(taken)}
    text = zipfile.ZipFile(taken).read(ENTRIES).decode()

    assert "gate 3" in text
    assert "gate 2" not in text
    assert "gate 5" not in text
    assert lines[2]["withheld"] == {"private.text": 1, "people.person": 1}
    assert set(lines[2]["beside"]) == {"actor"}
    assert set(lines[5]) == {"index", "proof", "leaf", "withheld"}


def test_it_verifies_without_database_data_folder_or_settings(taken, tmp_path):
    code = (
        "import sys; from takatuf.journal.bundle import verify_bundle;"
        "assert verify_bundle(sys.argv[1])['ok'];"
        "assert not any(name.split('.')[0] == 'django' for name in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, taken],
        env={"TAKATUF_HOME": str(tmp_path / "no"), "PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def without(number):
    return lambda raw: b"".join(
        line for at, line in enumerate(raw.splitlines(True)) if at != number
    )


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("log.json", lambda raw: raw + b" ", "part-changed"),
        (ENTRIES, lambda raw: raw.replace(b"gate 3", b"gate 4"), "part-changed"),
        ("journal/checkpoint.txt", lambda raw: raw.replace(b"17", b"16"), "note-unsigned"),
    ],
    ids=["a part", "an entry", "the signature"],
)
def test_a_changed_part_is_found(taken, name, change, code):
    report = verify_bundle(changed(taken, name, change))
    assert not report["ok"]
    assert only(report)["code"] in WORDS
    assert only(report)["code"] == code or code == "note-unsigned"


def rehashed(path, name, change):
    """The file as a forger would leave it: changed, with the manifest made to fit."""
    other = changed(path, name, change)
    parts: dict = {}
    with zipfile.ZipFile(other) as old, zipfile.ZipFile(path, "w") as new:
        for item in old.namelist():
            if item != "manifest.json":
                add_part(new, parts, item, [old.read(item)])
        write_manifest(new, parts, made_at=timezone.now())
    return path


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("log.json", lambda raw: raw + b" ", "not-as-taken-out"),
        (ENTRIES, lambda raw: raw.replace(b"gate 3", b"gate 4"), "beside-changed"),
        (ENTRIES, lambda raw: raw.replace(b"call:3", b"call:4"), "not-in-the-tree"),
        (ENTRIES, without(3), "entries-differ"),
        (ENTRIES, without(8), "not-as-taken-out"),
        (ENTRIES, lambda raw: b"".join(reversed(raw.splitlines(True))), "out-of-place"),
        (ENTRIES, lambda raw: raw[:-1], "breaks-off"),
        (ENTRIES, lambda raw: raw.replace(b'"proof":["', b'"proof":["zz'), "out-of-form"),
    ],
    ids=["part", "text", "leaf", "left-out", "last", "order", "cut", "no-hex"],
)
def test_a_forger_who_makes_the_manifest_fit_is_found(taken, name, change, code):
    report = verify_bundle(rehashed(taken, name, change))
    assert (report["ok"], only(report)["code"]) == (False, code)


def test_a_file_that_was_added_is_found(taken):
    with zipfile.ZipFile(taken, "a") as bundle:
        bundle.writestr("more.json", "{}")
    assert only(verify_bundle(taken))["code"] == "part-strange"


def test_another_key_signs_nothing(taken):
    report = verify_bundle(taken, verifier_keys=["elsewhere+00000000+AQ=="])
    assert not report["ok"]


def test_an_erased_name_does_not_spoil_the_proof(people, tmp_path):
    erase_names(COMMAND, people[1].person_id, now=timezone.now())
    path = take_out(tmp_path / "inquiry.zip")
    assert verify_bundle(path)["ok"]
    assert "بلال" not in zipfile.ZipFile(path).read(ENTRIES).decode()


def test_only_data_protection_takes_it_out(people, tmp_path):
    with pytest.raises(NotAllowed):
        take_out(tmp_path / "a.zip", someone("Karim", "operator"))
    with pytest.raises(NotFound):
        take_out(tmp_path / "b.zip", someone("Sam", "data-protection", city=uuid7()))
    assert not Entry.objects.filter(verb="inquiry.taken_out").exists()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 13])
def test_a_tree_gives_the_proofs_that_the_rules_give(size):
    leaves = [bytes([number]) * 32 for number in range(size)]
    tree = Tree(leaves)
    assert tree.root() == root_of(leaves)
    assert [tree.proof(at) for at in range(size)] == [
        inclusion_proof(at, leaves) for at in range(size)
    ]
    with pytest.raises(ValueError, match="no leaf"):
        tree.proof(size)
