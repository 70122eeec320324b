"""Making the plan one's own: each edit kept with what stood before, each refusal with its field."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.config.world import make_agency
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.plans import services
from takatuf.plans.models import Revision
from takatuf.plans.queries import steps_to_start
from takatuf.translation.models import Text

NOW = timezone.now()


@pytest.fixture
def plan(city, municipality, fire, amina, act):
    return services.start_plan(act(amina), city, title="Plan A", size="village", now=NOW)


@pytest.fixture
def step(plan):
    return plan.steps.get(workstream="leadership", phase="first-hour")


def refused(code, field, act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, now=NOW, **kwargs)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_an_edited_text_is_a_new_one_and_the_old_stays_for_incidents(plan, step, amina, act):
    old = step.title
    old_words = old.versions["en"]["words"]

    edited = services.edit_step(act(amina), step, title={"en": "Ring the bell"}, now=NOW)

    assert edited.title_id != old.pk
    assert Text.objects.get(pk=old.pk).versions["en"]["words"] == old_words
    assert edited.title.versions["en"] == {"words": "Ring the bell", "state": "source"}
    assert edited.title.versions["ar"]["state"] == "behind"
    assert edited.title.versions["ar"]["words"] == old.versions["ar"]["words"]
    assert edited.title.owner == plan.city.log
    assert edited.why_id == step.why_id


def test_a_translation_is_reviewed_without_the_source_being_touched(step, amina, act):
    edited = services.edit_step(
        act(amina), step, states={"title": {"ar": "approved"}, "why": {"fr": "reviewed"}}, now=NOW
    )

    assert edited.title.versions["ar"]["state"] == "approved"
    assert edited.title.versions["fr"]["state"] == "draft"
    assert edited.why.versions["fr"]["state"] == "reviewed"


def test_the_history_tells_what_stood_before_and_after(plan, step, fire, amina, act):
    services.edit_step(
        act(amina), step, title={"en": "Ring the bell"}, agency=fire, role="liaison", now=NOW
    )

    revision = Revision.objects.get(verb="plan.step_edited")
    assert revision.person == amina
    assert revision.step == step
    assert revision.before["agency"] == "Municipality of Marsa Noor"
    assert revision.after["agency"] == "Fire and Rescue"
    assert revision.before["role"] == step.role
    assert revision.after["title"]["en"] == "Ring the bell"
    assert "due_within" not in revision.after
    assert Entry.objects.filter(verb="plan.step_edited").count() == 1


def test_an_edit_without_a_change_writes_nothing(step, amina, act):
    before = Revision.objects.count(), Text.objects.count()
    services.edit_step(act(amina), step, title={"en": step.title.versions["en"]["words"]}, now=NOW)
    assert (Revision.objects.count(), Text.objects.count()) == before


def test_the_second_editor_sees_the_first_ones_change_before_overwriting_it(step, amina, act):
    services.edit_step(act(amina), step, role="mayor", version=1, now=NOW)
    refused(
        "changed-meanwhile", None, services.edit_step, act(amina), step, role="mayor", version=1
    )


def test_a_step_of_the_citys_own_is_handed_out(plan, city, fire, amina, act):
    added = services.add_step(
        act(amina),
        plan,
        workstream="support",
        phase="first-hour",
        role="liaison",
        agency=fire,
        due_within=timedelta(minutes=45),
        title={"ar": "فتح قاعة البلدية"},
        source_language="ar",
        now=NOW,
    )

    assert added.code == "support.first-hour.own-1"
    started = {step.code: step for step in steps_to_start(plan, city=city, kind="attack")}
    assert started[added.code].agency_id == fire.pk
    assert started[added.code].title_id == added.title_id
    assert len(started) == 13


def test_a_retired_step_is_not_handed_out_until_it_is_brought_back(plan, step, city, amina, act):
    services.retire_step(act(amina), step, now=NOW)
    assert len(steps_to_start(plan, city=city, kind="attack")) == 11
    services.restore_step(act(amina), step, now=NOW)
    assert len(steps_to_start(plan, city=city, kind="attack")) == 12
    assert set(Revision.objects.values_list("verb", flat=True)) == {
        "plan.started",
        "plan.step_retired",
        "plan.step_restored",
    }


def test_a_step_of_an_agency_that_left_falls_to_the_municipality(
    plan, step, city, municipality, fire, amina, act
):
    services.edit_step(act(amina), step, agency=fire, now=NOW)
    fire.is_active = False
    fire.save()

    started = steps_to_start(plan, city=city, kind="attack")

    assert {one.agency_id for one in started} == {municipality.pk}


def test_a_step_for_some_kinds_is_handed_out_for_those_alone(plan, step, city, amina, act):
    services.edit_step(act(amina), step, kinds=["threat"], now=NOW)
    assert step.code in {one.code for one in steps_to_start(plan, city=city, kind="threat")}
    assert step.code not in {one.code for one in steps_to_start(plan, city=city, kind="attack")}


def test_the_plan_says_whom_it_calls_and_how_long_they_have(plan, fire, amina, act):
    services.set_agencies(act(amina), plan, [fire], now=NOW)
    services.set_answer_within(act(amina), plan, timedelta(minutes=5), now=NOW)
    plan.refresh_from_db()
    assert list(plan.agencies.all()) == [fire]
    assert plan.answer_within == timedelta(minutes=5)


def test_a_plan_out_of_use_is_not_declared_with_and_not_changed(plan, step, city, amina, act):
    from takatuf.plans.queries import plan_for

    services.retire_plan(act(amina), plan, now=NOW)
    assert plan_for(city) is None
    refused("plan-retired", None, services.edit_step, act(amina), step, role="mayor")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": {"en": "  "}}, "title-missing", "title"),
        ({"title": {"en": "x" * 121}}, "title-long", "title"),
        ({"title": {"tlh": "nuqneH"}}, "language", "source_language"),
        ({"title": {"en": "a\u202eb"}}, "direction-override", None),
        ({"why": {"en": ""}}, "source-missing", "why"),
        ({"pitfall": {"en": "x" * 601}}, "pitfall-long", "pitfall"),
        ({"role": "operator"}, "role", "role"),
        ({"phase": "someday"}, "phase", "phase"),
        ({"workstream": "war"}, "workstream", "workstream"),
        ({"kinds": ["parade"]}, "kinds", "kinds"),
        ({"due_within": timedelta(hours=2)}, "due-outside-phase", "due_within"),
        ({"due_within": None}, "due-outside-phase", "due_within"),
        ({"phase": "prepare"}, "due-in-prepare", "due_within"),
        ({"repeat_days": 30}, "repeat-too-early", "repeat_days"),
        ({"anchor": "trial"}, "anchor-too-early", "anchor"),
        ({"anchor": "birthday"}, "anchor", "anchor"),
        (
            {"phase": "years", "anchor": "trial", "due_within": timedelta(days=-400)},
            "due-outside-phase",
            "due_within",
        ),
        (
            {
                "phase": "years",
                "anchor": "anniversary",
                "repeat_days": 365,
                "due_within": timedelta(days=-30),
            },
            "repeat-at-anniversary",
            "repeat_days",
        ),
        (
            {"phase": "prepare", "due_within": None, "repeat_days": 0},
            "repeat-days",
            "repeat_days",
        ),
        ({"after": ["no.such.step"]}, "after", "after"),
        ({"source": "x" * 301}, "source-long", "source"),
    ],
)
def test_bad_input_is_refused_with_its_field_and_nothing_is_written(
    step, amina, act, fields, code, field
):
    before = Revision.objects.count(), Text.objects.count()
    refused(code, field, services.edit_step, act(amina), step, **fields)
    assert (Revision.objects.count(), Text.objects.count()) == before


def test_steps_that_wait_for_each_other_in_a_ring_are_refused(plan, step, amina, act):
    other = plan.steps.get(workstream="community", phase="first-hour")
    later = plan.steps.get(workstream="community", phase="first-day")
    services.edit_step(act(amina), other, after=[step.code], now=NOW)
    refused("after-cycle", "after", services.edit_step, act(amina), step, after=[other.code])
    refused("after", "after", services.edit_step, act(amina), step, after=[step.code])
    refused("after-later", "after", services.edit_step, act(amina), step, after=[later.code])
    refused(
        "awaited-earlier",
        "phase",
        services.edit_step,
        act(amina),
        step,
        phase="first-day",
        due_within=timedelta(hours=3),
    )


def test_agencies_of_another_city_are_refused(plan, step, elsewhere, amina, act):
    theirs = make_agency(elsewhere, "Their fire service", "fire")
    refused("agency", "agency", services.edit_step, act(amina), step, agency=theirs)
    refused("agency", "agencies", services.set_agencies, act(amina), plan, [theirs])
    refused("agencies-missing", "agencies", services.set_agencies, act(amina), plan, [])
    refused(
        "answer-within",
        "answer_within",
        services.set_answer_within,
        act(amina),
        plan,
        timedelta(seconds=5),
    )


def test_a_plans_address_is_its_own(plan, city, amina, act):
    assert plan.slug == "plan-a"
    again = services.start_plan(act(amina), city, title="Plan A", size="village", now=NOW)
    assert again.slug == "plan-a-2"
    arabic = services.start_plan(act(amina), city, title="خطة الميناء", size="village", now=NOW)
    assert arabic.slug == "plan"
    start = services.start_plan
    refused("slug-taken", "slug", start, act(amina), city, title="B", slug="plan-a")
    refused("slug-taken", "slug", start, act(amina), city, title="B", slug="start")
    refused("slug", "slug", start, act(amina), city, title="B", slug="Plan B")
    refused("title-missing", "title", start, act(amina), city, title=" ")
    refused("size", "size", start, act(amina), city, title="B", size="huge")


def test_a_colleague_may_not_and_a_stranger_does_not_even_know(
    plan, step, fire, farid, stranger, act
):
    fields = {
        "workstream": "support",
        "phase": "first-hour",
        "role": "liaison",
        "due_within": timedelta(minutes=5),
        "title": {"en": "x"},
    }
    acts = [
        lambda actor: services.edit_step(actor, step, role="mayor", now=NOW),
        lambda actor: services.add_step(actor, plan, now=NOW, **fields),
        lambda actor: services.retire_step(actor, step, now=NOW),
        lambda actor: services.restore_step(actor, step, now=NOW),
        lambda actor: services.set_agencies(actor, plan, [fire], now=NOW),
        lambda actor: services.set_answer_within(actor, plan, timedelta(minutes=5), now=NOW),
        lambda actor: services.retire_plan(actor, plan, now=NOW),
    ]
    for do in acts:
        with pytest.raises(NotAllowed):
            do(act(farid))
        with pytest.raises(NotFound):
            do(act(stranger))
