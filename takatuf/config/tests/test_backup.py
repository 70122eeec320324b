"""A backup, as it is needed: another machine, another database, an empty folder."""

import json
import os
import stat
import zipfile

import pytest

from takatuf.config.backup import back_up
from takatuf.coordination.services import declare_incident
from takatuf.foundation.crypto import seal
from takatuf.foundation.errors import Refused
from takatuf.journal.models import Entry
from takatuf.testing.installation import installation

SECRET = "the families at the garden door"
LIVED = """
from django.utils import timezone
from takatuf.config import world
from takatuf.coordination.services import declare_incident
from takatuf.decisions.services import write_entry
from takatuf.network.models import Agency
city = world.make_city()
hall = world.make_agency(city, "بلدية · Hall", "municipality")
amina = world.make_person("أمينة", (hall, "coordinator", 1), email="amina@example.org",
                          phone="+99921550101")
incident = declare_incident(world.acting(amina), city=city, title="حريق · Fire",
                            kind="attack", severity=2, casualties="unknown", now=timezone.now(),
                            targeted="عائلات الحي")
write_entry(world.acting(amina), incident, kind="decision", text="نفتح المدرسة 🕊", language="ar",
            reasons="أقرب مكان", now=timezone.now(), happened_at=timezone.now(), present=[hall])
"""
TELL = """
import json
from takatuf.config.backup import _lines, _models
from django.apps import apps
from takatuf.decisions.models import LogEntry
from takatuf.journal.verification import verify
def plain(line):  # PostgreSQL keeps the keys of a document in an order of its own
    return json.dumps(json.loads(line), sort_keys=True)
rows = {m._meta.label: sorted(map(plain, _lines(m))) for m in _models(apps)}
print(json.dumps({"rows": rows, "report": verify(),
                  "text": LogEntry.objects.get(kind="decision").text}))
"""
COMMAND = "import sys; from takatuf.config.command import main; sys.exit(main(sys.argv[1:]))"


def told(place):
    return json.loads(place.run(TELL))


@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"),
    reason="it goes from SQLite to PostgreSQL and back, in the run on PostgreSQL",
)
@pytest.mark.django_db(transaction=True)
def test_a_backup_fills_another_database_and_comes_back_the_same(tmp_path):
    """The yearly rehearsal of docs/how-to/back-up.md, step by step."""
    first_file, second_file = tmp_path / "first.zip", tmp_path / "second.zip"
    kept_outside = tmp_path / "checkpoint.txt"
    with installation(DATABASE_URL="") as old, installation() as new:
        old.run(LIVED)
        signed = json.loads(old.run(COMMAND, "journal", "checkpoint", "--json"))["checkpoints"]
        kept_outside.write_text(signed[-1]["note"], "utf-8")
        made = json.loads(old.run(COMMAND, "backup", "--out", str(first_file), "--json"))
        before = told(old)
        assert before["text"] == "نفتح المدرسة 🕊"
        assert before["report"]["ok"]

        done = json.loads(new.run(COMMAND, "restore", str(first_file), "--json"))
        assert done["to"] == "postgresql"
        assert done["rows"] == made["rows"]
        assert told(new) == before
        new.run(COMMAND, "journal", "verify", "--checkpoint", str(kept_outside))
        new.run(COMMAND, "backup", "--out", str(second_file), "--json")
        after = told(new)
    with installation(DATABASE_URL="") as back:
        back.run(COMMAND, "restore", str(second_file), "--json")
        assert told(back) == after
    roots = {log["log"]: log["root"] for log in after["report"]["logs"]}
    for log in before["report"]["logs"]:  # the second backup is one act more, of the installation
        assert log["log"] == "installation" or roots[log["log"]] == log["root"]


@pytest.fixture
def file(tmp_path, city, amina, act, settings):
    from django.utils import timezone

    settings.HOME, settings.KEY_FOLDER = tmp_path, tmp_path / "keys"
    seal("a first text makes the key")
    declare_incident(
        act(amina), city=city, title="Fire", kind="disorder", severity=1, now=timezone.now(),
        targeted=SECRET,
    )  # fmt: skip
    made = tmp_path / "backup.zip"
    back_up(made, now=timezone.now(), progress=lambda table, rows: None)
    return made


def restored(file):
    from takatuf.config.backup import restore

    return restore(file, progress=lambda table, rows: None)


@pytest.mark.django_db
def test_what_is_sealed_stays_sealed_and_only_its_owner_may_open_the_file(file):
    with zipfile.ZipFile(file) as bundle:
        assert {"keys/text.keys", "manifest.json"} <= set(bundle.namelist())
        tables = [name for name in bundle.namelist() if name.startswith("tables/")]
        assert b"Fire" in bundle.read("tables/incidents_incident.jsonl")
        assert not [name for name in tables if SECRET.encode() in bundle.read(name)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Entry.objects.filter(verb="installation.backed_up").count() == 1


@pytest.mark.django_db
def test_a_backup_overwrites_nothing_and_a_restore_neither(file):
    from django.utils import timezone

    with pytest.raises(Refused, match="exists already"):
        back_up(file, now=timezone.now(), progress=lambda table, rows: None)
    with pytest.raises(Refused, match="not empty"):
        restored(file)


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["cut", "changed", "missing", "newer", "no zip", "other zip"])
def test_a_damaged_or_newer_backup_is_refused_by_name(file, harm):
    whole = file.read_bytes()
    if harm == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif harm == "no zip":
        file.write_text("مرحبا")
    elif harm == "other zip":
        with zipfile.ZipFile(file, "w") as bundle:
            bundle.writestr("letter.txt", "hello")
    else:
        with zipfile.ZipFile(file) as bundle:
            parts = {name: bundle.read(name) for name in bundle.namelist()}
        if harm == "missing":
            del parts["tables/network_city.jsonl"]
        elif harm == "changed":
            parts["tables/network_city.jsonl"] += b"[]\n"
        else:
            manifest = json.loads(parts["manifest.json"])
            manifest["migrations"]["incidents"] = ["9999_tomorrow"]
            parts["manifest.json"] = json.dumps(manifest).encode()
        with zipfile.ZipFile(file, "w") as bundle:
            for name, content in parts.items():
                bundle.writestr(name, content)
    with pytest.raises(Refused, match="does not know yet" if harm == "newer" else "damaged"):
        restored(file)
