"""Signing on time, erasing a name, and who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.foundation.actors import COMMAND, Actor
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.roles import Role
from takatuf.journal import keys as key_files
from takatuf.journal.access import log_for, logs_of
from takatuf.journal.jobs import checkpoint_next
from takatuf.journal.models import Checkpoint, Entry, Log
from takatuf.journal.queries import (
    entries_of,
    last_checkpoint,
    proof_of_consistency,
    proof_of_inclusion,
    verifier_key_of,
)
from takatuf.journal.rules.notes import open_note, read_head
from takatuf.journal.rules.tree import consistency_holds, inclusion_holds
from takatuf.journal.services import erase_names, erase_texts, sign_checkpoint, verify
from takatuf.journal.tests.builders import CITY, LOG, fill, someone, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEY_FOLDER = tmp_path / "keys"
    settings.CHECKPOINT_MINUTES = 60


@pytest.fixture
def people():
    return fill(8)


@pytest.fixture
def officer():
    return someone("Dana", Role.DATA_PROTECTION)


class TestSigning:
    def test_the_worker_signs_when_time_is_up_and_something_was_recorded(self, people):
        now = timezone.now()
        fill(2, log="installation")
        assert {checkpoint_next(now).log, checkpoint_next(now).log} == {LOG, "installation"}
        assert checkpoint_next(now) is None

        tell(people[0], 9)
        assert checkpoint_next(now + timedelta(minutes=59)) is None
        assert checkpoint_next(now + timedelta(minutes=60)).size == 9
        assert checkpoint_next(now + timedelta(minutes=240)) is None

    def test_a_note_is_opened_with_the_key_that_was_given_out(self, people):
        checkpoint = sign_checkpoint(LOG, now=timezone.now())
        head = read_head(open_note(checkpoint.note, [verifier_key_of(LOG)]))
        assert head.size == 8
        assert head.origin.endswith(f"/journal/{LOG}")
        assert last_checkpoint(LOG) == checkpoint
        assert sign_checkpoint(LOG, now=timezone.now()) == checkpoint

    def test_the_key_is_made_once_and_closed_to_others(self, people):
        sign_checkpoint(LOG, now=timezone.now())
        made = key_files.key_file().read_bytes()
        key_files._make(key_files.key_file())
        assert key_files.key_file().read_bytes() == made
        assert key_files.key_file().stat().st_mode & 0o777 == 0o600
        assert [path.name for path in key_files.key_file().parent.glob("tmp*")] == []

    def test_nothing_is_signed_that_contradicts_an_earlier_signature(self, people):
        now = timezone.now()
        sign_checkpoint(LOG, now=now)
        tell(people[0], 9)
        fill(1, log="installation")
        Entry.objects.filter(log=LOG, index=8).update(leaf_hash="0" * 64)
        with pytest.raises(Refused, match="does not follow"):
            sign_checkpoint(LOG, now=now)
        # and the worker goes on with the others
        assert checkpoint_next(now + timedelta(hours=2)).log == "installation"
        assert checkpoint_next(now + timedelta(hours=2)) is None

    def test_a_log_that_lost_its_end_is_not_signed(self, people):
        sign_checkpoint(LOG, now=timezone.now())
        Log.objects.filter(pk=LOG).update(size=0, edge="")
        with pytest.raises(Refused):
            sign_checkpoint(LOG, now=timezone.now())

    def test_a_log_that_never_was_is_not_found(self):
        with pytest.raises(NotFound):
            sign_checkpoint(LOG, now=timezone.now())

    def test_proofs_of_single_entries_and_of_growth_are_given(self, people):
        first = read_head(sign_checkpoint(LOG, now=timezone.now()).note)
        tell(people[0], 9)
        second = read_head(sign_checkpoint(LOG, now=timezone.now()).note)
        leaf = bytes.fromhex(Entry.objects.get(index=3).leaf_hash)
        assert inclusion_holds(3, 9, leaf, proof_of_inclusion(LOG, 3, 9), second.root)
        grown = proof_of_consistency(LOG, 8, 9)
        assert consistency_holds(8, 9, first.root, second.root, grown)
        with pytest.raises(NotFound):
            proof_of_inclusion(LOG, 9, 9)
        with pytest.raises(NotFound):
            proof_of_consistency(LOG, 9, 10)


class TestErasing:
    def test_a_name_goes_and_the_proof_stays(self, people, officer):
        amina, bilal = people
        before = sign_checkpoint(LOG, now=timezone.now())
        assert erase_names(officer, bilal.person_id, now=timezone.now()) == 8

        entry = Entry.objects.get(index=3)
        assert entry.people == {"person": None}
        assert entry.actor_name == amina.name
        assert "people" not in entry.beside  # the salt went too
        report = verify(checkpoints=[before.note])
        assert report["ok"], report

        erased = entries_of(LOG)[0]
        assert erased.verb == "journal.names_erased"
        assert erased.facts == {"person": str(bilal.person_id), "entries": 8, "held": 0}
        assert erased.actor_name == "Dana"
        assert erase_names(officer, bilal.person_id, now=timezone.now()) == 0

    def test_an_actors_name_goes_also_where_a_link_acted(self, people, officer):
        amina, _ = people
        tell(Actor("link:1", amina.name, amina.person_id), 9)
        assert erase_names(officer, amina.person_id, now=timezone.now()) == 9
        assert set(entries_of(LOG, thing="call:9").values_list("beside_sealed", flat=True)) == {""}
        assert Entry.objects.get(index=2).actor_name is None
        assert verify()["ok"]

    def test_a_name_that_goes_again_after_its_erasure_needs_another_record(self, people, officer):
        _, bilal = people
        erase_names(officer, bilal.person_id, now=timezone.now())
        tell(bilal, 9)
        Entry.objects.filter(index=9).update(beside_sealed="")
        assert verify()["logs"][0]["first_bad"] == 9

    def test_a_private_text_goes_and_the_proof_stays(self, people, officer):
        erase_texts(officer, LOG, 2, ["text"], now=timezone.now())
        entry = Entry.objects.get(index=2)
        assert entry.private == {"text": None}
        assert entry.people == {"person": "بلال"}
        assert verify()["ok"]
        with pytest.raises(NotFound):
            erase_texts(officer, LOG, 2, ["text"], now=timezone.now())
        with pytest.raises(NotFound):
            erase_texts(officer, LOG, 99, ["text"], now=timezone.now())

    def test_another_citys_journal_keeps_the_name(self, people):
        theirs = someone("Eli", Role.DATA_PROTECTION, city=uuid7())
        assert erase_names(theirs, people[1].person_id, now=timezone.now()) == 0
        with pytest.raises(NotFound):
            erase_texts(theirs, LOG, 2, ["text"], now=timezone.now())
        assert Entry.objects.get(index=2).people == {"person": "بلال"}

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.DATA_PROTECTION])
    def test_only_data_protection_erases(self, people, role):
        colleague = someone("Chen", role)
        with pytest.raises(NotAllowed):
            erase_names(colleague, people[1].person_id, now=timezone.now())
        with pytest.raises(NotAllowed):
            erase_texts(colleague, LOG, 2, ["text"], now=timezone.now())


class TestDoors:
    @pytest.mark.parametrize("role", list(Role))
    def test_a_citys_journal_is_read_by_data_protection_and_operator(self, people, role):
        colleague = someone("Chen", role)
        if role in {Role.DATA_PROTECTION, Role.OPERATOR}:
            assert log_for(colleague, LOG).size == 8
            assert [log.name for log in logs_of(colleague)] == [LOG]
            with pytest.raises(NotAllowed):
                log_for(colleague, "installation")
        else:
            with pytest.raises(NotAllowed):
                log_for(colleague, LOG)
            with pytest.raises(NotAllowed):
                logs_of(colleague)

    def test_another_citys_journal_is_not_found(self, people):
        stranger = someone("Stranger", Role.OPERATOR, city=uuid7())
        for name in [LOG, f"city:{uuid7()}", "city:nonsense", "nonsense", ""]:
            with pytest.raises(NotFound):
                log_for(stranger, name)

    def test_whoever_keeps_the_installation_reads_every_log(self, people):
        keeper = someone("Rami", Role.OPERATOR, city=None)
        for who in [keeper, COMMAND]:
            assert log_for(who, LOG).city_id == CITY
            assert log_for(who, "installation").size == 0


def test_the_record_is_narrowed_to_what_it_tells_of(people):
    tell(people[0], 9, verb="call.unanswered")
    assert entries_of(LOG).first().index == 8
    assert entries_of(LOG, about="incident:1").count() == 9
    assert entries_of(LOG, thing="call:3").get().index == 3
    assert entries_of(LOG, verbs=["call.unanswered"]).get().index == 8
    assert entries_of(LOG, actor_id="person:nobody").count() == 0
    assert not Checkpoint.objects.exists()
