"""Overlaps are proposed with their reasons, answered by people, and do not come back unasked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.jobs import compare_next, pass_on_next, review_next
from takatuf.activities.models import Activity, Agreement, Overlap
from takatuf.activities.services import (
    compare_activities,
    find_overlaps,
    keep_agreement,
    overlapping,
    reopen_overlap,
    settle_overlap,
    withdraw_activity,
)
from takatuf.alerts.models import Alert
from takatuf.config import world
from takatuf.foundation import closely, meaning
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.services import open_incident
from takatuf.journal.models import Entry as Act

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_meaning(monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def incident(amina, act, city, now):
    return open_incident(
        act(amina), city=city, title="Shots at the market", kind="attack", severity=2, now=now
    )


@pytest.fixture
def two(incident, city, now):
    """Counselling for the same families in one district, by the city and by a charity."""
    world.make_area(city, "Old Town", 35.0, 31.0)
    alike = {"populations": ["bereaved"], "channel": "in-person", "level": "municipality",
             "title": "Counselling for families", "language": "en", "now": now}  # fmt: skip
    return [
        world.make_activity(incident, "counselling", "Old Town", who=who, **alike)
        for who in ("City of Marsa Noor", "Shoulder Trust")
    ]


@pytest.fixture
def overlap(two, incident, now):
    compare_activities(incident, now=now)
    return Overlap.objects.get()


def settled(actor, overlap, answer, now, **rest):
    return settle_overlap(
        actor, overlap, answer=answer, now=now, review_on=now.date() + timedelta(30), **rest
    )


def test_two_who_do_the_same_are_proposed_once_with_the_reasons(overlap, two, incident, now):
    assert (overlap.a_id, overlap.b_id) == (two[0].pk, two[1].pk)
    assert (overlap.rule, overlap.state, overlap.role) == ("horizontal", "open", "coordinator")
    how = {part["part"]: part["how"] for part in overlap.parts}
    assert how["service"] == how["place"] == how["people"] == how["channel"] == "same"

    assert compare_activities(incident, now=now) == (0, 1, 0)
    assert Overlap.objects.count() == 1
    assert Act.objects.filter(verb="overlaps.found").count() == 1
    assert Alert.objects.filter(notice="activities/notices/overlaps_found").count() == 1


def test_nothing_is_merged_into_an_entry_that_was_withdrawn_meanwhile(
    overlap, two, act, amina, now
):
    withdraw_activity(act(amina), two[0], reason="Entered twice", now=now)
    for kept in two:  # as their reader had them before
        with pytest.raises(Refused) as refused:
            settled(act(amina), overlap, "same", now, kept=kept)
        assert refused.value.code == "standing"


def test_between_levels_it_goes_to_the_national_liaison_first(two, incident, municipality, now):
    world.make_person("Nadia", (municipality, "national-liaison"))
    Activity.objects.filter(pk=two[1].pk).update(level="national")
    compare_activities(incident, now=now)

    overlap = Overlap.objects.get()
    assert (overlap.rule, overlap.role) == ("vertical", "national-liaison")
    assert overlap.passes_at == now + timedelta(hours=36)


def test_who_stays_silent_for_36_hours_is_passed_over(two, incident, municipality, mayor, now):
    world.make_person("Nadia", (municipality, "national-liaison"))
    Activity.objects.filter(pk=two[1].pk).update(level="national")
    compare_activities(incident, now=now)

    assert not pass_on_next(now + timedelta(hours=35))
    assert pass_on_next(now + timedelta(hours=36))
    overlap = Overlap.objects.get()
    assert overlap.role == "coordinator"
    assert pass_on_next(now + timedelta(hours=72))
    overlap.refresh_from_db()
    assert (overlap.role, overlap.passes_at) == ("mayor", None)
    assert not pass_on_next(now + timedelta(days=30))
    passed = Act.objects.filter(verb="overlap.passed_on")
    assert [act.facts["role"] for act in passed.order_by("index")] == ["coordinator", "mayor"]


def test_what_was_settled_is_not_proposed_again_until_a_fact_changes(
    overlap, two, incident, act, amina, now
):
    agreement = settled(
        act(amina), overlap, "complementary", now, reason="One by day, one by night"
    )
    assert agreement.role == "coordinator"
    later = now + timedelta(hours=1)
    assert compare_activities(incident, now=later) == (0, 0, 0)

    Activity.objects.filter(pk=two[1].pk).update(populations=["bereaved", "injured"])
    assert compare_activities(incident, now=later).new == 1
    overlap.refresh_from_db()
    agreement.refresh_from_db()
    assert (overlap.state, agreement.ended_at) == ("open", later)


def test_one_activity_entered_twice_is_merged_and_can_be_parted_again(
    overlap, two, incident, act, amina, now
):
    settled(act(amina), overlap, "same", now, kept=two[0])
    two[1].refresh_from_db()
    assert (two[1].standing, two[1].merged_into_id) == ("merged", two[0].pk)

    reopen_overlap(act(amina), overlap, now=now)
    two[1].refresh_from_db()
    assert (two[1].standing, two[1].merged_into_id) == ("current", None)
    overlap.refresh_from_db()
    assert overlap.state == "open"
    assert Agreement.objects.get().ended_at == now
    verbs = Act.objects.filter(verb__regex="^(activity|overlap)[.]").order_by("index")
    assert list(verbs.values_list("verb", flat=True)) == [
        "activity.merged", "overlap.settled", "activity.parted", "overlap.reopened",
    ]  # fmt: skip


def test_on_its_day_whoever_sees_to_an_agreement_is_told_once_and_keeps_it_or_not(
    overlap, incident, act, amina, now
):
    settled(act(amina), overlap, "none", now)
    noon = (now + timedelta(days=30)).replace(hour=9)
    assert not review_next(noon - timedelta(days=1))
    assert not review_next(noon.replace(hour=0))
    assert review_next(noon)
    assert not review_next(noon + timedelta(hours=1))
    assert Alert.objects.filter(notice="activities/notices/agreements_due").count() == 1
    assert Act.objects.get(verb="overlaps.due_again").facts["role"] == "coordinator"

    later = noon.date() + timedelta(days=20)
    with pytest.raises(Refused, match="still to come"):
        keep_agreement(act(amina), overlap, review_on=noon.date(), now=noon)
    keep_agreement(act(amina), overlap, review_on=later, now=noon)
    told = Act.objects.get(verb="overlap.kept").facts
    assert (told["before"], told["review_on"]) == (str(noon.date()), str(later))
    assert review_next(noon + timedelta(days=20))
    reopen_overlap(act(amina), overlap, now=noon)
    assert not review_next(noon + timedelta(days=90))
    with pytest.raises(Refused):
        keep_agreement(act(amina), overlap, review_on=later, now=noon)


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ("complementary", "reason"),
        ("reserve", "reason"),
        ("hand-over", "organisation"),
        ("lead", "organisation"),
        ("same", "kept"),
        ("perhaps", "answer"),
    ],
)
def test_an_answer_says_what_it_needs(overlap, act, amina, now, answer, field):
    with pytest.raises(Refused) as refusal:
        settled(act(amina), overlap, answer, now)

    assert refusal.value.field == field
    assert not Agreement.objects.exists()


def test_a_day_of_review_lies_ahead(overlap, act, amina, now):
    with pytest.raises(Refused) as refusal:
        settle_overlap(act(amina), overlap, answer="none", review_on=now.date(), now=now)

    assert refusal.value.field == "review_on"


def test_who_has_no_say_is_told_whom_to_ask_and_a_stranger_nothing(
    overlap, incident, act, farid, stranger, municipality, now
):
    speaker = world.make_person("Sami", (municipality, "communications"))
    with pytest.raises(NotAllowed):
        settled(act(speaker), overlap, "none", now)
    with pytest.raises(NotAllowed):
        find_overlaps(act(speaker), incident, now=now)
    for other in (stranger, farid):
        with pytest.raises(NotFound):
            settled(act(other), overlap, "none", now)
        with pytest.raises(NotFound):
            find_overlaps(act(other), incident, now=now)


def test_the_worker_keeps_nothing_before_all_pairs_in_doubt_are_read(
    two, incident, now, monkeypatch
):
    left = [3]

    def read_some(_entries, *, settled, most):
        assert most < 200, "other work waits a few seconds, not more"
        left[0] -= 1
        return left[0] > 0

    monkeypatch.setattr(overlapping, "read_some", read_some)
    assert compare_next(now)
    assert compare_next(now)
    assert not Overlap.objects.exists(), "it would change again with what is not read yet"
    assert compare_next(now)
    assert Overlap.objects.count() == 1
    assert not compare_next(now)


def test_what_no_longer_meets_goes_by_itself(overlap, two, incident, now):
    Activity.objects.filter(pk=two[1].pk).update(status="ended")

    assert compare_activities(incident, now=now) == (0, 0, 1)
    overlap.refresh_from_db()
    assert overlap.state == "gone"


def test_the_worker_compares_where_something_changed(two, incident, now, monkeypatch):
    let_go = []
    monkeypatch.setattr(closely, "let_go", lambda: let_go.append(True))
    assert compare_next(now)
    assert Overlap.objects.count() == 1
    assert not let_go
    assert not compare_next(now)
    assert let_go, "the second encoder’s memory is given back when all is compared"

    Activity.objects.filter(pk=two[1].pk).update(changed_at=now + timedelta(seconds=1))
    assert compare_next(now)
