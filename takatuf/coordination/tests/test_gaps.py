"""What is needed laid beside what is done: gaps in words, taken up with one press."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from takatuf.activities.models import Activity, Task
from takatuf.activities.services import finish_task, report_activity
from takatuf.community.services import IssueFacts, report_issue
from takatuf.coordination.gaps import answers_of, gaps_of
from takatuf.coordination.services import (
    declare_incident,
    enter_key_date,
    name_answer,
    take_back_answer,
    take_up_gap,
)
from takatuf.foundation.errors import NotFound, Refused
from takatuf.journal.models import Entry

NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def incident(act, amina, city, municipality, fire):
    return declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW
    )


@pytest.fixture
def does(act, amina, incident, health):
    def does(agency=health, **facts):
        usual = {"service": "counselling", "places": ["city"], "languages": ["ar"]}
        return report_activity(act(amina), incident, agency=agency, facts=usual | facts, now=NOW)

    return does


@pytest.fixture
def need(act, amina, incident):
    told = IssueFacts(
        text="Families wait three weeks for a counsellor.",
        seriousness=4,
        service="counselling",
        scope="city",
        people=900,
        languages=("ar", "fr"),
    )
    return report_issue(act(amina), incident, told, language="en", now=NOW)


def kinds(incident, now=NOW):
    return {one.gap.key.partition(":")[0] for one in gaps_of(incident, now).open}


def test_a_need_without_an_activity_is_a_gap_until_somebody_does_something(incident, need, does):
    gap = gaps_of(incident, NOW).open[0]
    assert (gap.gap.kind, gap.issue, gap.role) == ("need", need, "psychosocial")
    assert "Families wait" in gap.title

    does(weekly_capacity=100)
    told = {one.gap.kind: one for one in gaps_of(incident, NOW).open}
    assert "need" not in told
    assert "French" in " ".join(told["part"].reasons)
    assert "would take 9.0 weeks" in told["thin"].reasons[0]
    assert "layer" in told


def test_what_nobody_confirmed_is_no_cover_and_is_asked_of_its_organisation(
    incident, need, does, health
):
    activity = does()
    Activity.objects.filter(pk=activity.pk).update(confirmed_at=NOW - timedelta(days=8))
    told = {one.gap.kind: one for one in gaps_of(incident, NOW).open}
    assert "if somebody confirmed it" in " ".join(told["need"].reasons)
    assert told["stale"].agency == health.pk
    assert told["stale"].gap.count == 1


def test_what_ends_soon_or_before_a_trial_is_told(incident, does, act, amina):
    soon = does(ends_on=TODAY + timedelta(days=10))
    does(service="peer-support", ends_on=TODAY + timedelta(days=100))
    trial = TODAY + timedelta(days=300)
    enter_key_date(act(amina), incident, kind="trial", on=trial, label="", source="Court", now=NOW)
    told = {one.gap.key: one for one in gaps_of(incident, NOW).open}
    assert told[f"ends:{soon.pk.hex}"].activity == soon
    before = [one for key, one in told.items() if key.startswith("day:peer-support")]
    assert before[0].gap.on <= trial


def test_one_press_makes_a_gap_an_action_in_every_language_and_it_is_not_proposed_again(
    incident, need, act, amina, city
):
    key = f"need:{need.pk}"
    tasks = Task.objects.count()
    task = take_up_gap(act(amina), incident, key=key, language="en", now=NOW)
    again = take_up_gap(act(amina), incident, key=key, language="en", now=NOW)
    assert again == task
    assert Task.objects.count() == tasks + 1
    assert (task.role, task.workstream) == ("psychosocial", "psychosocial")
    assert task.due_at == NOW + timedelta(hours=4)
    assert task.title.in_language("en").words == "Find who meets need 1: Counselling"
    added = Entry.objects.get(verb="task.added", thing=f"task:{task.pk}")
    for kept in (str(task.title.versions), str(added.content)):
        assert need.text not in kept, "the words of a need are sealed, and can be erased"
    assert "1" in task.title.in_language("ar").words
    assert task.title.in_language("ar").words != task.title.in_language("en").words

    found = gaps_of(incident, NOW)
    assert [one.task for one in found.taken] == [task]
    assert key not in {one.gap.key for one in found.open}
    finish_task(act(amina), task, note="Nobody was found", now=NOW)
    assert key in {one.gap.key for one in gaps_of(incident, NOW).open}


def test_a_gap_that_closed_meanwhile_is_not_taken_up(incident, need, act, amina, does):
    does()
    with pytest.raises(Refused) as refusal:
        take_up_gap(act(amina), incident, key=f"need:{need.pk}", language="en", now=NOW)
    assert refusal.value.code == "gap-closed"


def test_a_stranger_takes_up_nothing(incident, need, act, stranger):
    with pytest.raises(NotFound):
        take_up_gap(act(stranger), incident, key=f"need:{need.pk}", language="en", now=NOW)


def test_a_person_names_what_answers_a_need_and_takes_it_back(incident, need, act, amina, does):
    other = does(service="safe-space")
    assert answers_of(need, NOW) == []
    name_answer(act(amina), need, other, now=NOW)
    assert [(one.activity, one.linked, one.covers) for one in answers_of(need, NOW)] == [
        (other, True, True)
    ]
    assert "need" not in kinds(incident)
    take_back_answer(act(amina), need, other, now=NOW)
    assert "need" in kinds(incident)


def test_what_was_merged_answers_by_what_it_was_merged_into(incident, need, act, amina, does):
    twice, kept = does(service="safe-space"), does(service="safe-space")
    name_answer(act(amina), need, twice, now=NOW)
    Activity.objects.filter(pk=twice.pk).update(standing="merged", merged_into=kept)
    assert [one.activity for one in answers_of(need, NOW)] == [kept]


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_gaps_are_told_in_each_language(incident, need, does, language):
    does(ends_on=TODAY + timedelta(days=10), weekly_capacity=10)
    with translation.override(language):
        told = gaps_of(incident, NOW).open
    assert {one.gap.kind for one in told} >= {"part", "thin", "ends", "layer", "offer"}
    with translation.override("en"):
        english = {one.gap.key: one for one in gaps_of(incident, NOW).open}
    assert all(one.reasons != english[one.gap.key].reasons for one in told)
