from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import WORKER
from takatuf.foundation.roles import Role
from takatuf.journal import sentences
from takatuf.journal.models import Entry
from takatuf.journal.services import PersonRef, erase_names, record
from takatuf.journal.tests.builders import LOG, fill, someone, tell

pytestmark = pytest.mark.django_db

VERBS = {
    "test.asked": _("%(actor)s asked %(person)s of %(agency)s: “%(text)s” (%(kind)s, %(missing)s)"),
    "test.told": _("%(facts)s %(due_at)s %(really)s %(list)s %(nothing)s"),
}


@pytest.fixture(autouse=True)
def verbs(settings, tmp_path, monkeypatch):
    settings.KEY_FOLDER = tmp_path / "keys"
    monkeypatch.setattr(sentences, "_sentences", dict(sentences._sentences))
    monkeypatch.setattr(sentences, "_labels", dict(sentences._labels))
    sentences.register(VERBS, {"kind": {"attack": _("Arabic"), 1: _("French")}})


def ask(actor, person, **facts):
    return record(
        actor,
        "test.asked",
        log=LOG,
        thing="call:1",
        at=timezone.now(),
        facts={"agency": "Fire & Rescue", "kind": "attack", **facts},
        people={"person": PersonRef(person.person_id, person.name)},
        private={"text": "50 % of <b>us</b> %(actor)s"},
    )


def test_a_sentence_says_who_did_what_in_the_readers_language():
    entry = ask(someone("Amina"), someone("بلال"))
    said = sentences.sentence(entry, "en")
    assert said == "Amina asked بلال of Fire & Rescue: “50 % of <b>us</b> %(actor)s” (Arabic, —)"
    assert sentences.sentence(entry, "fr") != ""


def test_on_a_page_nothing_that_people_wrote_becomes_markup():
    said = sentences.sentence_html(ask(someone("<script>"), someone("بلال")), "en")
    assert "<bdi>&lt;script&gt;</bdi> asked <bdi>بلال</bdi> of <bdi>Fire &amp; Rescue</bdi>" in said
    assert "<b>" not in said


def test_an_erased_name_is_told_as_such():
    amina, bilal = fill(0)
    entry = ask(amina, bilal)
    erase_names(someone("Dana", Role.DATA_PROTECTION), bilal.person_id, now=timezone.now())
    said = sentences.sentence(Entry.objects.get(pk=entry.pk), "en")
    assert said.startswith("Amina Saïd asked a person whose name was erased of")


def test_facts_of_every_kind_are_told():
    now = timezone.now()
    entry = record(
        WORKER, "test.told", log=LOG, thing="x", at=now,
        facts={"facts": 2, "due_at": now + timedelta(hours=1), "really": True, "list": ["a", "b"],
               "nothing": None},
    )  # fmt: skip
    said = sentences.sentence(entry, "en")
    assert said.startswith("2 ")
    assert said.endswith("yes a, b —")
    assert "+00:00" not in said


def test_a_verb_that_nobody_tells_is_shown_as_it_is():
    entry = tell(WORKER, verb="test.unknown")
    assert sentences.sentence(entry) == sentences.sentence_html(entry) == "test.unknown"


def test_two_rooms_cannot_tell_one_verb_differently():
    with pytest.raises(ValueError, match="Two rooms"):
        sentences.register({"test.asked": "otherwise"})
    sentences.register(VERBS)


def test_an_operator_reads_what_was_done_and_not_what_was_written(db, act, city, municipality):
    from django.db import transaction
    from django.utils import timezone

    from takatuf.config import world
    from takatuf.journal.access import may_read_texts
    from takatuf.journal.services import record

    operator = act(world.make_person("Olga", (municipality, "operator")))
    officer = act(world.make_person("Dana", (municipality, "data-protection")))
    assert may_read_texts(officer, city.log)
    assert not may_read_texts(operator, city.log)
    with transaction.atomic():
        entry = record(
            officer, "information.logged", log=city.log, thing="entry:1", at=timezone.now(),
            private={"text": "The family asks for quiet"},
        )  # fmt: skip
    assert "quiet" in sentences.sentence(entry, "en")
    assert "quiet" not in sentences.sentence(entry, "en", texts=False)
