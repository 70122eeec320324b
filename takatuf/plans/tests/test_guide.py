"""The framework as people read it, and an action that goes from there into a plan."""

import pytest
from django.utils import timezone

from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.plans import services
from takatuf.plans.framework import framework
from takatuf.plans.guide import first_day, guide, narrowed
from takatuf.plans.improvements import improvements_of
from takatuf.plans.models import Revision
from takatuf.plans.rules import SIZES
from takatuf.translation.models import PublicText, TextChange
from takatuf.translation.services import write_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def plan(city, municipality, fire, amina, act, now):
    return services.start_plan(act(amina), city, title="Ours", size="village", now=now)


@pytest.fixture
def code(plan):
    """An action that a village's plan begins without."""
    there = set(plan.steps.values_list("code", flat=True))
    return next(one.code for one in framework().actions if one.code not in there and one.after)


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_action_is_there_with_all_its_words_in_the_readers_language(language):
    shown = guide(language).actions

    assert {one.code for one in shown} == set(framework().by_code)
    assert {text.language for one in shown for text in one.texts} == {language}
    assert all(text.words for one in shown for text in one.texts)


def test_each_cell_comes_soonest_first():
    cell = narrowed(guide("en").actions, phase="first-day", workstream="support")

    assert [one.due_within for one in cell] == sorted(one.due_within for one in cell)


def test_a_guide_that_was_read_before_costs_two_small_looks(django_assert_num_queries):
    kept = guide("ar")

    with django_assert_num_queries(2):
        assert guide("ar") is kept


def test_what_was_corrected_here_is_what_is_read(now):
    code = framework().actions[0].code
    before = guide("en").by_code[code].title.words
    public = PublicText.objects.get(key=f"framework/{code}/title")
    public.text = write_text({"en": "Ring every number"}, source_language="en", owner="framework")
    public.save()
    TextChange.objects.create(public_text=public, language="en", verb="text.corrected", at=now)

    assert guide("en").by_code[code].title.words == "Ring every number" != before


@pytest.mark.parametrize("size", SIZES)
def test_the_first_day_comes_in_the_order_of_time_and_grows_with_the_place(size):
    todo = first_day(guide("en"), size=size, kind="attack")

    assert [one.due_within for one in todo] == sorted(one.due_within for one in todo)
    assert len(todo) >= {"village": 12, "town": 25, "city": 40}[size]
    assert {one.phase for one in todo} == {"first-hour", "first-day"}


def test_a_list_holds_what_fits_all_that_was_chosen():
    found = guide("en").actions
    chosen = narrowed(found, phase="first-hour", role="mayor", size="town", kind="threat")

    assert chosen
    assert {(one.phase, one.role) for one in chosen} == {("first-hour", "mayor")}
    assert "city" not in {one.size for one in chosen}
    assert len(narrowed(found)) == len(framework().actions)


def test_an_action_that_was_read_becomes_a_step_with_its_agency(plan, code, amina, act, now):
    step = services.add_action(act(amina), plan, code, now=now)

    action = framework().by_code[code]
    assert (step.phase, step.role, step.title_id) == (
        action.phase,
        action.role,
        action.text_ids["title"],
    )
    assert set(step.after) <= set(plan.steps.values_list("code", flat=True))
    assert code not in {one.code for one in improvements_of(plan)}
    assert Revision.objects.filter(step=step, verb="plan.step_added").exists()
    assert Entry.objects.filter(verb="plan.step_added").count() == 1


def test_an_action_is_not_added_twice_and_one_left_out_comes_back(plan, code, amina, act, now):
    step = services.add_action(act(amina), plan, code, now=now)
    with pytest.raises(Refused) as refusal:
        services.add_action(act(amina), plan, code, now=now)
    assert refusal.value.code == "already-there"

    services.retire_step(act(amina), step, now=now)
    assert services.add_action(act(amina), plan, code, now=now).pk == step.pk
    assert plan.steps.get(pk=step.pk).retired_at is None


def test_only_who_plans_adds_and_only_what_the_framework_has(
    plan, code, farid, stranger, amina, act, now
):
    with pytest.raises(NotAllowed):
        services.add_action(act(farid), plan, code, now=now)
    with pytest.raises(NotFound):
        services.add_action(act(stranger), plan, code, now=now)
    with pytest.raises(NotFound):
        services.add_action(act(amina), plan, "leadership.first-hour.no-such-act", now=now)
    assert not plan.steps.filter(code=code).exists()
