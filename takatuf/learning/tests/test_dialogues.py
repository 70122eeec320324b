"""The dialogues that ship, and what the set-up makes of them."""

from datetime import UTC, datetime
from itertools import product

import pytest

from takatuf.learning.dialogues import faults_in, shipped_dialogues
from takatuf.learning.gatherings import coming_dialogues, gathering_of, past_dialogues
from takatuf.learning.models import Dialogue
from takatuf.learning.services import load_dialogues
from takatuf.learning.vocabulary import Participants, Read
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.translation.models import PublicText

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CELLS = set(product(Phase.values, Workstream.values))


@pytest.mark.once
@pytest.mark.parametrize("body", shipped_dialogues(), ids=lambda body: body["slug"])
def test_what_ships_of_a_dialogue_stands_on_sources_and_leads_into_the_guide(body):
    assert faults_in(body, CELLS) == []
    assert {one["kind"] for one in body["participants"]} <= set(Participants.values)
    assert {one["read"] for one in body["sources"]} <= set(Read.values)
    for name, words in body["words"].items():
        assert set(words) == {"en", "ar", "fr"}, name


@pytest.mark.once
def test_a_fact_without_its_source_is_seen():
    [body] = [one for one in shipped_dialogues() if one["slug"] == "oslo-2023"]
    bare = {**body, "sources": [], "themes": [{"key": "x", "cells": [["never", "nowhere"]]}]}

    faults = faults_in(bare, CELLS)
    assert "host: cites s1, which is no source" in faults
    assert "theme-x: never/nowhere is no cell of the guide" in faults
    assert "theme-x: no words" in faults


@pytest.fixture
def oslo(db):
    load_dialogues(now=NOW)
    return Dialogue.objects.get(slug="oslo-2023")


def test_set_up_brings_oslo_and_a_second_time_changes_nothing(oslo, django_assert_num_queries):
    with django_assert_num_queries(4):  # two reads, and the savepoint around one of them
        assert load_dialogues(now=NOW) == 0

    assert oslo.people == 80
    assert oslo.more_than
    told = gathering_of(oslo, "ar")
    assert told.title.language == "ar"
    assert told.title.state == "draft"
    assert [cell.phase for cell in told.themes[-1].cells] == ["years", "years"]
    assert "[s2]" in told.learned.words


def test_what_the_secretariat_edited_is_not_undone_by_a_release(oslo, amina):
    Dialogue.objects.filter(pk=oslo.pk).update(shipped="older", edited_by=amina, people=90)

    assert load_dialogues(now=NOW) == 0
    oslo.refresh_from_db()
    assert oslo.people == 90


def test_a_dialogue_comes_until_its_last_day_is_over(oslo):
    last = oslo.ends_on

    assert [one.dialogue.slug for one in coming_dialogues(last, "en")] == ["oslo-2023"]
    assert not past_dialogues(last).exists()
    assert past_dialogues(last.replace(month=6, day=1)).get() == oslo
    assert PublicText.objects.filter(key="dialogue/oslo-2023/learned").exists()
