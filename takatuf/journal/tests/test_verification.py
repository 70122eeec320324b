"""What one hand in the database can do to the record, and that it is found and named."""

import base64
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext

from takatuf.foundation.crypto import seal
from takatuf.journal import verification
from takatuf.journal.models import Checkpoint, Entry, Log
from takatuf.journal.rules.entry import canonical
from takatuf.journal.rules.faults import WORDS, Fault, sentence_of
from takatuf.journal.services import record, sign_checkpoint, verify
from takatuf.journal.tests.builders import LOG, fill, someone, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEY_FOLDER = tmp_path / "keys"


@pytest.fixture(params=["alone", "together"])
def filled(request, monkeypatch):
    """Eight entries, read by one process and in stretches of two by several."""
    fill(8)
    if request.param == "together":
        monkeypatch.setattr(verification, "LONG", 1)
        monkeypatch.setattr(verification, "STRETCH", 2)
        monkeypatch.setattr(verification.os, "cpu_count", lambda: 2)
        monkeypatch.setattr(
            verification, "_read_all", lambda bounds: map(verification._read, bounds)
        )
        monkeypatch.setattr(verification, "_in_transaction", lambda: False)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def only(report):
    assert len(report["logs"]) == 1, report
    return report["logs"][0]


def found(**more):
    report = verify(**more)
    assert not report["ok"]
    log = only(report)
    assert log["code"] in WORDS
    assert log["why"].endswith(".")
    assert log["root"] is None
    return log["first_bad"]


def test_an_untouched_record_holds(filled):
    sign_checkpoint(LOG, now=timezone.now())
    tell(someone("Chen"), 9)
    report = verify()
    assert report["ok"], report
    log = only(report)
    assert (log["log"], log["entries"], log["first_bad"]) == (LOG, 9, None)
    assert (log["code"], log["why"]) == ("", "")
    assert base64.b64decode(log["root"]) == Log.objects.get().frontier.root()


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_every_fault_has_a_sentence_in_each_language(language):
    names = [
        "size",
        "next",
        "found",
        "told",
        "log",
        "column",
        "last",
        "part",
        "name",
        "key",
        "form",
    ]
    given = dict.fromkeys(names, "x")
    with translation.override(language):
        said = {code: sentence_of(Fault(4, code, given), gettext) for code in WORDS}
    for code, sentence in said.items():
        assert "%(" not in sentence
        assert (sentence == sentence_of(Fault(4, code, given))) == (language == "en"), code


def test_the_reason_is_told_in_the_readers_language_and_as_a_code(filled):
    sql("UPDATE journal_entry SET verb = 'call.unanswered' WHERE \"index\" = 3")
    told = {}
    for language in ("en", "ar", "fr"):
        with translation.override(language):
            log = only(verify())
        assert log["code"] == "column-changed"
        told[language] = log["why"]
    assert told == {
        "en": "The column verb of entry 3 does not say what its bytes say.",
        "ar": "العمود verb للقيد رقم 3 لا يقول ما تقوله بايتاته.",
        "fr": "La colonne verb de l’entrée 3 ne dit pas ce que disent ses octets.",
    }


def test_an_empty_installation_holds():
    assert verify() == {"ok": True, "logs": [], "unreadable": []}


def test_a_log_is_read_page_by_page(filled, monkeypatch):
    monkeypatch.setattr(verification, "PAGE", 3)
    assert only(verify())["entries"] == 8


def test_entries_appended_while_it_reads_are_read_too(filled, monkeypatch):
    rows = verification._rows
    more = iter(range(3))

    def rows_then_another(*bounds):
        yield from rows(*bounds)
        for number in more:
            tell(someone("Chen"), number)
            return

    monkeypatch.setattr(verification, "_rows", rows_then_another)
    assert verify()["ok"]


CHANGES = {
    "verb": "call.unanswered",
    "actor_id": "person:somebody-else",
    "thing": "call:99",
    "about": "incident:2",
    "at": "2020-01-01 00:00:00",
    "recorded_at": "2020-01-01 00:00:00",
    "leaf_hash": "0" * 64,
    "id": "00000000000070008000000000000000",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_is_found(filled, column):
    value = CHANGES[column]
    sql(f'UPDATE journal_entry SET "{column}" = %s WHERE "index" = 3', value)
    assert found() == 3


def test_every_column_is_held_against_the_bytes():
    columns = {column.column for column in Entry._meta.concrete_fields}
    assert columns == {*CHANGES, "log", "index", "canonical", "beside_sealed"}


def test_changed_bytes_are_found(filled):
    sql("UPDATE journal_entry SET canonical = replace(canonical, 'call:5', 'call:6')"
        " WHERE thing = 'call:5'")  # fmt: skip
    assert found() == 5


def test_bytes_out_of_form_are_found(filled):
    for spoiled in ["", "{", "[]", "null", '{"log": 1}']:
        digest = sha256(b"\x00" + spoiled.encode()).hexdigest()
        sql('UPDATE journal_entry SET canonical = %s, leaf_hash = %s WHERE "index" = 4',
            spoiled, digest)  # fmt: skip
        assert found() == 4


def rewrite(index, changes, **columns):
    """Change an entry as a careful hand would: columns, bytes and hash agree again."""
    entry = Entry.objects.get(index=index)
    written = canonical(json.loads(entry.canonical) | changes)
    Entry.objects.filter(pk=entry.pk).update(
        canonical=written.decode(), leaf_hash=sha256(b"\x00" + written).hexdigest(), **columns
    )


def test_an_entry_rewritten_with_its_hash_is_named_by_the_next(filled):
    rewrite(3, {"thing": "call:99"}, thing="call:99")
    assert found() == 3


def test_the_last_entry_rewritten_with_its_hash_does_not_fit_the_head(filled):
    rewrite(7, {"thing": "call:99"}, thing="call:99")
    assert found() == 7


def test_a_history_rewritten_to_its_end_is_found_by_a_checkpoint_between(filled):
    sign_checkpoint(LOG, now=timezone.now())
    fill(4)
    sign_checkpoint(LOG, now=timezone.now())
    rewrite(9, {"thing": "call:99"}, thing="call:99")
    for index in range(10, 12):
        rewrite(index, {"prev": Entry.objects.get(index=index - 1).leaf_hash})
    mend_head()
    assert found() == 8  # the first after the checkpoint that still holds


def mend_head():
    """Make the head fit the entries that are there, as whoever owns the database can."""
    walk = verification.Walk(LOG)
    verification._follow(walk)
    frontier, _roots = walk.tree()
    Log.objects.filter(pk=LOG).update(
        size=walk.index,
        edge=frontier.as_text(),
        last_hash=walk.prev,
        last_recorded_at=walk.recorded_at.replace("Z", "+00:00"),
    )


@pytest.mark.parametrize("index", [0, 3, 7])
def test_a_deleted_entry_is_found(filled, index):
    sql('DELETE FROM journal_entry WHERE "index" = %s', index)
    assert found() == index


def test_of_two_faults_the_first_is_named(filled):
    sql("UPDATE journal_entry SET thing = 'x' WHERE \"index\" = 4")
    sql('DELETE FROM journal_entry WHERE "index" = 3')
    assert found() == 3


def test_a_gap_that_was_closed_is_found(filled):
    sql('DELETE FROM journal_entry WHERE "index" = 3')
    for index in range(4, 8):
        sql('UPDATE journal_entry SET "index" = %s WHERE "index" = %s', index - 1, index)
    assert found() == 3


def test_all_entries_deleted_is_found(filled):
    sql("DELETE FROM journal_entry")
    assert found() == 0
    sql("DELETE FROM journal_log")
    assert verify()["ok"]  # nothing is left that could tell, but a checkpoint kept elsewhere


def test_two_entries_in_each_others_place_are_found(filled):
    for old, new in [(2, 100), (5, 2), (100, 5)]:
        sql('UPDATE journal_entry SET "index" = %s WHERE "index" = %s', new, old)
    assert found() == 2


def test_two_entries_with_swapped_content_are_found(filled):
    two, five = (Entry.objects.get(index=index) for index in (2, 5))
    for here, other in [(two, five), (five, two)]:
        fields = ["at", "recorded_at", "verb", "thing", "canonical", "leaf_hash", "beside_sealed"]
        Entry.objects.filter(pk=here.pk).update(**{name: getattr(other, name) for name in fields})
    assert found() == 2


def test_an_entry_moved_to_another_log_is_found_in_both(filled):
    sql("UPDATE journal_entry SET log = 'installation' WHERE \"index\" = 0")
    report = verify()
    assert [(log["ok"], log["first_bad"]) for log in report["logs"]] == [(False, 0), (False, 0)]


def test_a_back_dated_row_is_found(filled):
    earlier = timezone.now() - timedelta(days=2)
    Entry.objects.filter(index=6).update(at=earlier)
    assert found() == 6


def test_an_entry_back_dated_with_its_bytes_and_hash_is_found(filled):
    rewrite(
        7,
        {"recorded_at": "2020-01-01T00:00:00.000000Z"},
        recorded_at="2020-01-01T00:00:00+00:00",
    )
    assert found() == 7


def test_a_row_slipped_in_at_the_end_is_found(filled):
    last = Entry.objects.get(index=7)
    content = json.loads(last.canonical) | {"index": 8, "prev": last.leaf_hash}
    content["id"] = str(someone("x").person_id)
    written = canonical(content)
    last.pk, last.index = content["id"], 8
    last.canonical, last.leaf_hash = written.decode(), sha256(b"\x00" + written).hexdigest()
    last._state.adding = True
    last.save(force_insert=True)
    assert found() == 8


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("size", 4),
        ("size", 12),
        ("edge", "00" * 32),
        ("last_hash", "0" * 64),
        ("last_recorded_at", "2020-01-01 00:00:00"),
    ],
)
def test_a_changed_head_is_found(filled, column, value):
    sql(f"UPDATE journal_log SET {column} = %s", value)
    report = verify()
    assert not report["ok"]


def test_a_lost_head_is_found(filled):
    sql("DELETE FROM journal_log")
    assert found() == 0


class TestBesideTheLeaf:
    def test_a_changed_name_is_found(self, filled):
        entry = Entry.objects.get(index=2)
        beside = entry.beside
        beside["people"]["person"][1] = "Somebody Else"
        Entry.objects.filter(index=2).update(beside_sealed=seal(json.dumps(beside)))
        assert found() == 2

    def test_a_changed_byte_of_the_sealed_text_is_found(self, filled):
        kept = Entry.objects.get(index=2).beside_sealed
        for spoiled in [kept + "x", kept[:-6] + "AAAA==", kept.replace("t1.", "t2."), "x"]:
            Entry.objects.filter(index=2).update(beside_sealed=spoiled)
            assert found() == 2

    def test_a_name_taken_away_without_a_record_is_found(self, filled):
        Entry.objects.filter(index=2).update(beside_sealed="")
        assert found() == 2

    def test_names_of_two_entries_swapped_are_found(self, filled):
        two, five = (Entry.objects.get(index=index) for index in (2, 5))
        Entry.objects.filter(index=2).update(beside_sealed=five.beside_sealed)
        Entry.objects.filter(index=5).update(beside_sealed=two.beside_sealed)
        assert found() == 2


class TestCheckpointsKeptElsewhere:
    def cut_off(self, index):
        """Lose the end of the log as whoever owns the database can: head and checkpoints too."""
        Entry.objects.filter(index__gte=index).delete()
        Checkpoint.objects.filter(size__gt=index).delete()
        mend_head()

    def test_a_lost_end_is_found_against_a_kept_checkpoint(self, filled):
        note = sign_checkpoint(LOG, now=timezone.now()).note
        assert verify(checkpoints=[note])["ok"]
        self.cut_off(6)
        assert verify()["ok"]
        assert found(checkpoints=[note]) == 6

    def test_a_log_that_is_gone_is_found_against_a_kept_checkpoint(self, filled):
        note = sign_checkpoint(LOG, now=timezone.now()).note
        for table in ("entry", "log", "checkpoint"):
            sql(f"DELETE FROM journal_{table}")
        assert found(checkpoints=[note]) == 0

    def test_a_lost_end_is_found_against_the_stored_checkpoint(self, filled):
        sign_checkpoint(LOG, now=timezone.now())
        Entry.objects.filter(index__gte=6).delete()
        mend_head()
        assert found() == 6

    def test_a_stored_checkpoint_that_was_changed_is_found(self, filled):
        checkpoint = sign_checkpoint(LOG, now=timezone.now())
        for change in [
            {"size": 7},
            {"root": "0" * 64},
            {"log": "installation"},
            {"note": checkpoint.note.replace("\n8\n", "\n7\n")},
            {"note": ""},
            {"edge": ""},
            {"edge": "00" * 32},
        ]:
            Checkpoint.objects.update(**change)
            assert not verify()["ok"], change
            checkpoint.save()
        assert verify()["ok"]

    def test_a_note_that_no_trusted_key_signed_is_not_believed(self, filled):
        note = sign_checkpoint(LOG, now=timezone.now()).note
        report = verify(checkpoints=[note.replace("\n8\n", "\n7\n"), "nonsense"])
        assert not report["ok"]
        assert {one["code"] for one in report["unreadable"]} == {"note-not-believed"}
        changed, nonsense = (one["why"] for one in report["unreadable"])
        assert changed.endswith("does not fit the text.")
        assert nonsense == "A checkpoint cannot be believed. It is no checkpoint."

    def test_another_host_name_later_spoils_no_checkpoint(self, filled, settings):
        note = sign_checkpoint(LOG, now=timezone.now()).note
        settings.BASE_URL = "https://takatuf.example"
        assert verify(checkpoints=[note])["ok"]


def test_one_log_can_be_verified_alone(filled):
    record(someone("Chen"), "city.added", log="installation", thing="city:1", at=timezone.now())
    sql("UPDATE journal_entry SET thing = 'x' WHERE log = 'installation'")
    assert verify(log=LOG)["ok"]
    assert [log["ok"] for log in verify()["logs"]] == [False, True]
