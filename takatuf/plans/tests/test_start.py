"""From the framework to a city's own plan, and from either to the first tasks."""

import pytest
from django.utils import timezone

from takatuf.config.world import make_agency, make_city, make_person
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.plans.framework import framework
from takatuf.plans.queries import plan_for, steps_to_start
from takatuf.plans.services import load_framework, start_plan
from takatuf.translation.models import Text

KINDS = [
    "attack",
    "hate-incident",
    "threat",
    "disorder",
    "desecration",
    "distant-event",
    "online-surge",
    "tension-date",
]


@pytest.fixture
def now():
    return timezone.now()


@pytest.mark.parametrize("kind", KINDS)
def test_a_village_of_three_officials_gets_twelve_actions(db, kind):
    village = make_city("village")
    office = make_agency(village, "Village office", "municipality")
    for name, role in (("Mona", "mayor"), ("Sami", "coordinator"), ("Lina", "liaison")):
        make_person(name, (office, role))

    steps = steps_to_start(None, city=village, kind=kind)

    assert len(steps) == 12
    assert {step.agency_id for step in steps} == {office.pk}
    assert len({(step.workstream, step.phase) for step in steps}) == 12


def test_the_words_of_the_framework_are_there_and_loading_again_writes_nothing(db):
    before = Text.objects.filter(owner="framework").count()
    assert before == 3 * len(framework().actions)

    load_framework(now=timezone.now())

    assert Text.objects.filter(owner="framework").count() == before
    text = Text.objects.get(pk=framework().actions[0].text_ids["title"])
    states = {language: version["state"] for language, version in text.versions.items()}
    assert states.pop("en") == "source"
    assert {"ar", "fr"} <= set(states)
    assert set(states.values()) == {"draft"}


def test_a_plan_begins_as_a_copy_of_the_framework(city, municipality, fire, amina, act, now):
    plan = start_plan(act(amina), city, title="Plan A", slug="plan-a", size="city", now=now)

    assert plan.steps.count() == len(framework().actions)
    assert set(plan.agencies.all()) == {municipality, fire}
    assert plan_for(city) == plan
    of_fire = plan.steps.filter(agency_kind="fire")
    assert of_fire
    assert all(step.agency == fire for step in of_fire)
    assert plan.steps.filter(agency_kind="police", agency=None).exists()


def test_a_plan_hands_out_the_first_hour_and_day_soonest_first(
    city, municipality, fire, amina, act, now, django_assert_max_num_queries
):
    plan = start_plan(act(amina), city, title="Plan A", slug="plan-a", size="city", now=now)

    with django_assert_max_num_queries(2):
        steps = steps_to_start(plan, city=city, kind="attack")

    assert {step.phase for step in steps} == {"first-hour", "first-day"}
    assert [step.due_within for step in steps] == sorted(step.due_within for step in steps)
    codes = {step.code for step in steps}
    assert all(code in codes for step in steps for code in step.after)
    assert {step.agency_id for step in steps} == {municipality.pk, fire.pk}


def test_only_the_citys_coordinator_starts_its_plan(city, farid, stranger, act, now):
    with pytest.raises(NotAllowed):
        start_plan(act(farid), city, title="Plan", slug="plan", now=now)
    with pytest.raises(NotFound):
        start_plan(act(stranger), city, title="Plan", slug="plan", now=now)
