"""A copy of the record, checked by somebody who has nothing else."""

import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.roles import Role
from takatuf.journal.bundle import BadBundle, verify_bundle
from takatuf.journal.models import Checkpoint, Entry
from takatuf.journal.queries import entries_of, verifier_key_of
from takatuf.journal.rules.faults import WORDS
from takatuf.journal.services import erase_names, export_bundle, sign_checkpoint, verify
from takatuf.journal.tests.builders import LOG, fill, someone, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEY_FOLDER = tmp_path / "keys"


@pytest.fixture
def people():
    return fill(8)


@pytest.fixture
def taken(people, tmp_path):
    """A bundle of the city's log."""
    now = timezone.now()
    sign_checkpoint(LOG, now=now - timedelta(hours=1))
    tell(people[0], 9)
    path = tmp_path / "journal.zip"
    export_bundle(COMMAND, path, now=now, log=LOG)
    return path


def only(report):
    assert len(report["logs"]) == 1, report
    return report["logs"][0]


def changed(path, name, change):
    """The bundle again with one of its files changed."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for item in old.namelist():
            raw = old.read(item)
            new.writestr(item, change(raw) if item == name else raw)
    return other


def test_a_bundle_holds_and_says_what_the_database_says(taken):
    report = verify_bundle(taken)
    assert report["ok"], report
    log = only(report)
    assert (log["log"], log["entries"], log["checkpoints"]) == (LOG, 9, 2)
    assert log["key"] == verifier_key_of(LOG)
    assert only(verify())["entries"] == 10  # the export itself was recorded after it
    assert entries_of(LOG)[0].verb == "journal.exported"
    assert taken.stat().st_mode & 0o077 == 0


def test_a_bundle_is_verified_without_database_data_folder_or_settings(taken, tmp_path):
    code = (
        "import sys, json; from takatuf.journal.bundle import verify_bundle;"
        "report = verify_bundle(sys.argv[1]);"
        "assert not any(name.split('.')[0] == 'django' for name in sys.modules);"
        "print(json.dumps(report))"
    )
    home = tmp_path / "nothing-here"
    done = subprocess.run(
        [sys.executable, "-c", code, taken],
        env={"TAKATUF_HOME": str(home), "PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"]
    assert not home.exists()


ENTRIES = "logs/1/entries.jsonl"


@pytest.mark.parametrize(
    ("name", "change", "first_bad"),
    [
        (ENTRIES, lambda raw: raw.replace(b'"call:4"', b'"call:5"'), 4),
        (ENTRIES, lambda raw: b"".join(raw.splitlines(True)[:3] + raw.splitlines(True)[4:]), 3),
        (ENTRIES, lambda raw: b"".join(reversed(raw.splitlines(True))), 0),
        (ENTRIES, lambda raw: b"".join(raw.splitlines(True)[:7]), 7),
        (ENTRIES, lambda raw: raw.replace(b'"index":2', b'"index": 2'), 2),
        ("logs/1/beside.jsonl", lambda raw: raw.replace("بلال".encode(), b"Someone", 1), 0),
        ("logs/1/beside.jsonl", lambda raw: b"".join(raw.splitlines(True)[:-1]), 8),
        ("logs/1/beside.jsonl", lambda raw: raw + b'{"beside":{},"index":99}\n', 99),
        ("logs/1/checkpoints.jsonl", lambda raw: b"", 0),
        ("logs/1/checkpoints.jsonl", lambda raw: raw.splitlines(True)[0], 8),
        ("logs/1/checkpoints.jsonl", lambda raw: raw.replace(b"\\n9\\n", b"\\n8\\n"), None),
    ],
)
def test_a_changed_bundle_is_found(taken, name, change, first_bad):
    report = verify_bundle(changed(taken, name, change))
    assert not report["ok"]
    assert only(report)["first_bad"] == first_bad
    assert only(report)["code"] in WORDS


def test_another_key_in_the_bundle_signs_nothing(taken, people, tmp_path, settings):
    settings.KEY_FOLDER = tmp_path / "other"
    forged = verifier_key_of(LOG)
    other = changed(
        taken, "bundle.json", lambda raw: json.dumps(json.loads(raw) | {"logs": [
            one | {"key": forged} for one in json.loads(raw)["logs"]]}).encode(),
    )  # fmt: skip
    assert not verify_bundle(other)["ok"]
    assert not verify_bundle(taken, verifier_keys=[forged])["ok"]


def test_a_bundle_is_held_against_a_checkpoint_kept_elsewhere(taken, people, tmp_path):
    old = Checkpoint.objects.order_by("size").first().note
    assert verify_bundle(taken, checkpoints=[old])["ok"]
    tell(people[0], 10)
    newer = sign_checkpoint(LOG, now=timezone.now()).note
    report = verify_bundle(taken, checkpoints=[newer])
    assert only(report)["first_bad"] == 9
    with translation.override("fr"):
        report = verify_bundle(taken, checkpoints=["nonsense"], gettext=translation.gettext)
    assert not report["ok"]
    [note] = report["unreadable"]
    assert note["code"] == "checkpoint-of-no-log"
    assert note["why"].startswith("Un point de contrôle concerne un journal que l’archive ne")


def test_names_can_be_left_out(people, tmp_path):
    path = tmp_path / "without.zip"
    export_bundle(COMMAND, path, now=timezone.now(), log=LOG, names=False)
    assert verify_bundle(path)["ok"]
    with zipfile.ZipFile(path) as bundle:
        everything = b"".join(bundle.read(name) for name in bundle.namelist())
    for name in ["Amina", "بلال", "Seen at gate"]:
        assert name.encode() not in everything


def test_a_bundle_taken_out_after_an_erasure_holds(people, tmp_path):
    officer = someone("Dana", Role.DATA_PROTECTION)
    erase_names(officer, people[1].person_id, now=timezone.now())
    path = tmp_path / "erased.zip"
    export_bundle(officer, path, now=timezone.now(), log=LOG)
    assert verify_bundle(path)["ok"]
    with zipfile.ZipFile(path) as bundle:
        assert "بلال" not in bundle.read("logs/1/beside.jsonl").decode()


def test_all_logs_go_into_one_bundle(people, tmp_path):
    fill(2, log="installation")
    path = tmp_path / "all.zip"
    answer = export_bundle(COMMAND, path, now=timezone.now())
    report = verify_bundle(path)
    assert report["ok"]
    assert [log["log"] for log in report["logs"]] == ["installation", LOG]
    assert [log["root"] for log in report["logs"]] == [log["root"] for log in answer["logs"]]


@pytest.mark.once
@pytest.mark.parametrize("content", [b"", b"PK", b"not a bundle"])
def test_what_is_no_bundle_is_refused(tmp_path, content):
    path = tmp_path / "file.zip"
    path.write_bytes(content)
    with pytest.raises(BadBundle):
        verify_bundle(path)
    with pytest.raises(BadBundle, match="no bundle"):
        verify_bundle(tmp_path / "missing.zip")


def test_a_zip_that_is_no_bundle_is_refused(taken):
    for change in [lambda raw: b"{}", lambda raw: b"[]", lambda raw: raw.replace(b"/1", b"/9")]:
        with pytest.raises(BadBundle):
            verify_bundle(changed(taken, "bundle.json", change))


def test_an_export_needs_the_role_and_a_place_to_write(people, tmp_path):
    path = tmp_path / "x.zip"
    with pytest.raises(NotFound):
        export_bundle(someone("Stranger", Role.OPERATOR, city=another_city()), path,
                      now=timezone.now(), log=LOG)  # fmt: skip
    with pytest.raises(NotAllowed):
        export_bundle(someone("Chen", Role.COORDINATOR), path, now=timezone.now(), log=LOG)
    with pytest.raises(Refused, match="could not be written"):
        export_bundle(COMMAND, tmp_path / "no" / "x.zip", now=timezone.now(), log=LOG)
    with pytest.raises(Refused, match="Nothing is recorded"):
        export_bundle(COMMAND, path, now=timezone.now(), log=f"city:{another_city()}")
    assert not path.exists()
    assert not Entry.objects.filter(verb="journal.exported").exists()


def another_city():
    return someone("x").person_id
