import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.ids import uuid7
from takatuf.journal.models import Entry, Log
from takatuf.journal.rules.entry import NotCanonical
from takatuf.journal.rules.tree import root_of
from takatuf.journal.services import Act, PersonRef, record, record_many

pytestmark = pytest.mark.django_db
CITY = f"city:{uuid7()}"


@pytest.fixture
def amina():
    key = uuid7()
    return Actor(f"person:{key}", "Amina Saïd", key)


def write(actor, title="Fire at the market", **more):
    return record(
        actor,
        "incident.declared",
        log=CITY,
        thing="incident:1",
        about="incident:1",
        at=more.pop("at", timezone.now()),
        facts={"title": title, "severity": 2},
        **more,
    )


def test_an_entry_tells_the_act_and_keeps_names_out_of_the_leaf(amina):
    asked = PersonRef(uuid7(), "بلال")
    entry = write(amina, people={"asked": asked}, private={"text": "He was seen at the gate"})

    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.actor_name, kept.people, kept.private) == (
        "Amina Saïd",
        {"asked": "بلال"},
        {"text": "He was seen at the gate"},
    )
    assert kept.facts == {"title": "Fire at the market", "severity": 2}
    for name in ["Amina", "بلال", "gate"]:
        assert name not in kept.canonical
        assert name not in kept.beside_sealed


def test_the_head_follows_the_entries(amina):
    for number in range(5):
        write(amina, title=f"Title {number}")
    record_many(
        WORKER,
        [Act("call.unanswered", "call:1"), Act("call.unanswered", "call:2")],
        log=CITY,
        at=timezone.now(),
    )

    log = Log.objects.get(pk=CITY)
    entries = list(Entry.objects.filter(log=CITY).order_by("index"))
    assert [entry.index for entry in entries] == list(range(7))
    assert log.frontier.root() == root_of(bytes.fromhex(entry.leaf_hash) for entry in entries)
    assert [entry.content["prev"] for entry in entries] == [
        "",
        *(entry.leaf_hash for entry in entries[:-1]),
    ]
    assert sorted(entries, key=lambda entry: entry.pk) == entries


def test_the_servers_clock_stands_beside_the_time_of_the_act(amina):
    now = timezone.now()
    first = write(amina, at=now)
    past = write(amina, at=now - timedelta(days=3))

    assert past.at == now - timedelta(days=3)
    assert past.recorded_at >= first.recorded_at >= now


def test_a_clock_that_was_set_back_does_not_turn_the_record_round(amina):
    write(amina)
    ahead = timezone.now() + timedelta(hours=1)
    Log.objects.filter(pk=CITY).update(last_recorded_at=ahead)
    assert write(amina).recorded_at == ahead


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", gettext_lazy("Fire"), object()]
)
def test_what_has_no_one_form_in_bytes_is_refused(amina, value):
    with pytest.raises(NotCanonical):
        write(amina, title=value)
    assert not Entry.objects.exists()


def test_text_is_kept_in_one_normal_form(amina):
    assert write(amina, title="cafe\u0301").facts["title"] == "caf\u00e9"
    hostile = "\x00<script>\u202e\U0001f4a9 ' OR 1=1 --"
    assert Entry.objects.get(pk=write(amina, title=hostile).pk).facts["title"] == hostile


def test_a_link_names_the_person_behind_it(amina):
    link = Actor("link:abc", "Amina Saïd", amina.person_id)
    leaf = json.loads(write(link).canonical)["actor"]
    assert (leaf["id"], leaf["person"]) == ("link:abc", str(amina.person_id))
    assert "name" not in leaf


@pytest.mark.django_db(transaction=True)
def test_an_act_without_a_transaction_is_not_recorded(amina):
    with pytest.raises(transaction.TransactionManagementError):
        write(amina)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_leaves_no_entry(amina):
    with transaction.atomic():
        write(amina)
    with transaction.atomic():
        write(amina)
        transaction.set_rollback(True)
    assert Log.objects.get(pk=CITY).size == Entry.objects.count() == 1
