"""A plan that began with an earlier framework, laid beside the one of today."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.plans import framework as shelf
from takatuf.plans import improvements, queries, services
from takatuf.plans.framework import framework, text_id
from takatuf.plans.improvements import improvements_of
from takatuf.plans.models import FrameworkAnswer, Revision
from takatuf.plans.queries import plan_page, revision_shown, revisions_of, steps_to_start
from takatuf.plans.services import editing, improving

TODAY = framework()


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ships(monkeypatch):
    """Let the software ship another version of the framework."""

    def inner(version):
        for module in (shelf, improvements, queries, editing, improving):
            monkeypatch.setattr(module, "framework", lambda: version)
        services.load_framework(now=timezone.now())
        return version

    return inner


@pytest.fixture
def plan(db, city, municipality, fire, amina, act, now, ships):
    """Begun with 2026.1, when the framework ended with the first day."""
    ships(TODAY.at("2026.1"))
    made = services.start_plan(act(amina), city, title="Ours", size="city", now=now)
    ships(TODAY)
    return made


@pytest.fixture
def code():
    return next(one.code for one in TODAY.actions if one.phase == "first-hour")


@pytest.fixture
def third(ships, code):
    """A framework 2026.3 that words one action anew and gives it less time, and withdraws
    another."""
    old = TODAY.by_code[code]
    gone = next(
        one for one in TODAY.actions
        if one.phase == "first-hour" and one.code != code
        and not any(one.code in other.after for other in TODAY.actions)
    )  # fmt: skip
    new = replace(
        old,
        since="2026.3",
        due_within=timedelta(minutes=7),
        words=dict(old.words) | {"title": {"en": "Say it anew", "ar": "قولوه", "fr": "Dites-le"}},
        text_ids={name: text_id("2026.3", code, name) for name in old.text_ids},
    )
    actions = tuple(
        new if one.code == code else one for one in TODAY.actions if one.code != gone.code
    )
    return replace(
        TODAY, version="2026.3", actions=actions, former=(old, gone),
        withdrawn={gone.code: "2026.3"},
    )  # fmt: skip


def of(plan, code):
    return next(one for one in improvements_of(plan) if one.code == code)


def test_what_the_framework_has_added_since_is_offered(plan):
    found = improvements_of(plan)
    assert {one.code for one in found} == {
        one.code for one in TODAY.actions if one.since == "2026.2"
    }
    assert {one.kind for one in found} == {"new"}
    assert len(found) > 100
    with translation.override("ar"):
        one = of(plan, found[0].code)
    action = TODAY.by_code[one.code]
    assert one.title == action.words["title"]["ar"]
    assert one.differences[0].theirs == action.words["title"]["ar"]
    assert one.differences[0].ours == ""


def test_a_plan_of_today_is_offered_nothing(city, municipality, amina, act, now, db):
    made = services.start_plan(act(amina), city, title="New", now=now)
    assert improvements_of(made) == []


def test_a_village_is_offered_what_a_village_can_carry(city, municipality, amina, act, now, ships):
    ships(TODAY.at("2026.1"))
    made = services.start_plan(act(amina), city, title="Ours", size="village", now=now)
    ships(TODAY)
    assert {TODAY.by_code[one.code].size for one in improvements_of(made)} == {"village"}


def test_one_is_taken_and_starts_with_the_next_incident(plan, city, amina, act, now):
    offered = improvements_of(plan)[0]
    count = len(improvements_of(plan))

    step = services.take_improvement(act(amina), plan, offered.code, now=now)

    assert (step.code, step.framework_version) == (offered.code, "2026.2")
    assert len(improvements_of(plan)) == count - 1
    assert offered.code in {
        one.code for one in steps_to_start(plan, city=city, kind="attack", phases=[step.phase])
    }
    entry = Entry.objects.get(verb="plan.improvement_taken")
    assert entry.facts["version"] == "2026.2"
    assert Revision.objects.filter(step=step, verb="plan.improvement_taken").exists()
    with pytest.raises(NotFound):
        services.take_improvement(act(amina), plan, offered.code, now=now)


def test_one_is_declined_with_a_reason_and_can_still_be_taken(plan, amina, act, now):
    code = improvements_of(plan)[0].code
    with pytest.raises(Refused):
        services.decline_improvement(act(amina), plan, code, reason=" ", now=now)

    services.decline_improvement(act(amina), plan, code, reason="The county does it", now=now)

    assert code not in {one.code for one in improvements_of(plan)}
    kept = improvements_of(plan, declined=True)
    assert [(one.code, one.declined.reason) for one in kept] == [(code, "The county does it")]
    told = revision_shown(revisions_of(plan)[0], "en").sentence
    assert "The county does it" in told
    assert "Amina" in told
    assert Entry.objects.get(verb="plan.improvement_declined").private == {
        "reason": "The county does it"
    }
    services.take_improvement(act(amina), plan, code, now=now)
    assert improvements_of(plan, declined=True) == []
    assert FrameworkAnswer.objects.get().kind == "taken"


def test_all_that_is_untouched_is_taken_in_its_order(plan, amina, act, now):
    taken = services.take_all_untouched(act(amina), plan, now=now)

    assert taken > 100
    assert improvements_of(plan) == []
    there = {step.code: step for step in plan.steps.all()}
    for action in TODAY.actions:
        assert there[action.code].after == list(action.after), action.code
    assert not plan_page(plan, "en").differences.changed
    assert Entry.objects.filter(verb="plan.improvements_taken").count() == 1
    with pytest.raises(Refused):
        services.take_all_untouched(act(amina), plan, now=now)


def test_steps_taken_one_by_one_wait_for_each_other_whatever_the_order(plan, amina, act, now):
    later = next(
        one for one in TODAY.actions
        if one.since == "2026.2" and any(TODAY.by_code[c].since == "2026.2" for c in one.after)
    )  # fmt: skip
    services.take_improvement(act(amina), plan, later.code, now=now)
    for code in later.after:
        if not plan.steps.filter(code=code).exists():
            services.take_improvement(act(amina), plan, code, now=now)
    assert plan.steps.get(code=later.code).after == list(later.after)


def test_changed_words_and_time_are_shown_side_by_side_and_taken(
    plan, third, ships, code, amina, act, now
):
    services.take_all_untouched(act(amina), plan, now=now)
    ships(third)

    offered = {one.code: one for one in improvements_of(plan)}

    one = offered[code]
    shown = {each.field: (each.ours, each.theirs, each.edited) for each in one.differences}
    old = TODAY.by_code[code].words["title"]["en"]
    assert shown["title"] == (old, "Say it anew", False)
    assert shown["due"][1] == "7 minutes"
    assert set(shown) == {"title", "due"}
    assert {each.kind for each in offered.values()} == {"changed", "withdrawn"}
    assert not plan_page(plan, "en").differences.changed, "the framework changed, not the city"
    step = services.take_improvement(act(amina), plan, code, now=now)
    assert str(step.title) == "Say it anew"
    assert step.due_within == timedelta(minutes=7)
    changes = revision_shown(revisions_of(plan, step)[0], "en").changes
    assert {change.after for change in changes} >= {"Say it anew", "7"}


def test_what_the_city_edited_is_marked_and_stays_where_the_framework_left_it(
    plan, third, ships, code, amina, act, now
):
    services.take_all_untouched(act(amina), plan, now=now)
    step = plan.steps.get(code=code)
    services.edit_step(act(amina), step, title={"en": "Our words"}, role="mayor", now=now)
    ships(third)

    one = of(plan, code)
    assert not one.untouched
    assert {each.field for each in one.differences if each.edited} == {"title", "role"}
    services.take_all_untouched(act(amina), plan, now=now)
    assert str(plan.steps.get(code=code).title) == "Our words", "it was not untouched"

    taken = services.take_improvement(act(amina), plan, code, now=now)

    assert str(taken.title) == "Say it anew"
    assert taken.role == "mayor", "the framework did not change the role"


def test_what_the_framework_withdrew_is_left_out_when_taken(plan, third, ships, amina, act, now):
    services.take_all_untouched(act(amina), plan, now=now)
    ships(third)
    one = next(one for one in improvements_of(plan) if one.kind == "withdrawn")

    services.take_improvement(act(amina), plan, one.code, now=now)

    assert plan.steps.get(code=one.code).retired_at is not None
    assert one.code not in {each.code for each in improvements_of(plan)}


def test_a_version_that_came_meanwhile_is_not_taken_unseen(
    plan, third, ships, code, amina, act, now
):
    services.take_all_untouched(act(amina), plan, now=now)
    ships(third)
    with pytest.raises(Refused) as refusal:
        services.take_improvement(act(amina), plan, code, since="2026.2", now=now)
    assert refusal.value.code == "changed-meanwhile"


def test_only_the_coordinator_answers(plan, mayor, farid, stranger, act, now):
    code = improvements_of(plan)[0].code
    for person, error in ((mayor, NotAllowed), (farid, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            services.take_improvement(act(person), plan, code, now=now)
        with pytest.raises(error):
            services.decline_improvement(act(person), plan, code, reason="No", now=now)
        with pytest.raises(error):
            services.take_all_untouched(act(person), plan, now=now)


def test_reading_them_costs_three_statements(plan, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        improvements_of(plan)


@pytest.mark.once
@pytest.mark.parametrize("version", TODAY.released)
def test_what_went_out_is_known_for_ever(version):
    assert TODAY.at(version).fingerprint() == TODAY.released[version], (
        f"An action of {version}, which went out, was changed. Give the action a new `since`, "
        "write what it was into former.json, and name the new version in framework.json; or, "
        f"where {version} was not released yet, write its new fingerprint there."
    )
