"""Nothing stays in the name of somebody who has left, whichever way they left."""

from datetime import UTC, datetime, timedelta

import pytest

from takatuf.accounts.services import close_account
from takatuf.activities.models import Task
from takatuf.activities.queries import my_tasks
from takatuf.activities.services import add_task, block_task, finish_task, take_task
from takatuf.alerts.models import Delivery
from takatuf.config import world
from takatuf.coordination.queries import holdings_of
from takatuf.coordination.services import declare_incident, let_go, stand_down
from takatuf.decisions.services import make_promise
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.network.services import decline_offer, end_post, give_post, retire_agency

NOW = datetime(2026, 5, 22, 20, 30, tzinfo=UTC)


@pytest.fixture
def incident(amina, city, municipality, fire, health, farid, act):
    return declare_incident(
        act(amina), city=city, title="Fire at the hall", kind="attack", severity=2, now=NOW
    )


@pytest.fixture
def held(incident, amina, farid, fire, act):
    """Farid holds one action, another that is blocked, and finished a third."""

    def one(title):
        task = add_task(act(amina), incident, title=title, language="en", agency=fire, now=NOW)
        return take_task(act(farid), task, now=NOW)

    taken, blocked, done = one("Open the hall"), one("Fetch the key"), one("Ring the bell")
    block_task(act(farid), blocked, reason="Lost", now=NOW)
    finish_task(act(farid), done, note="Rung", now=NOW)
    return taken, blocked, done


def states(tasks):
    found = {task.pk: task for task in Task.objects.filter(pk__in=[task.pk for task in tasks])}
    return [(found[task.pk].state, found[task.pk].taken_by) for task in tasks]


def test_what_somebody_held_goes_to_the_person_chosen(held, amina, farid, bilal, incident, act):
    post = farid.memberships.get()
    seen = holdings_of(post, NOW)
    assert (seen.is_last, seen.count, seen.alone) == (True, 2, True)

    assert let_go(act(amina), post, to=bilal, now=NOW) == 2

    assert states(held) == [("taken", bilal), ("blocked", bilal), ("done", farid)]
    assert held[0].pk in my_tasks(act(bilal), NOW).values_list("pk", flat=True)
    assert incident.involvements.filter(agency=bilal.memberships.get().agency).exists()
    told = Entry.objects.filter(verb="task.passed_on")
    assert [set(entry.people) >= {"from", "to"} for entry in told] == [True, True]


def test_without_a_name_it_goes_back_to_the_role_and_coordinators_are_told(
    held, amina, farid, municipality, incident, act
):
    second = world.make_person("Second", (municipality, "coordinator"))
    stand_down(act(amina), incident, reason="Over", language="en", now=NOW,
               keep=[task.pk for task in held])  # fmt: skip

    let_go(act(amina), farid.memberships.get(), now=NOW)

    assert states(held) == [("open", None), ("blocked", None), ("done", farid)]
    assert Entry.objects.filter(verb="task.came_back").count() == 2
    told = Delivery.objects.filter(call__alert__notice="activities/notices/came_back")
    assert set(told.values_list("person", flat=True)) == {second.pk}


def test_whoever_keeps_another_post_keeps_what_they_hold(held, amina, farid, health, act):
    post = farid.memberships.get()
    give_post(act(amina), health, email=farid.email, name="Farid", role="liaison", call_order=3,
              now=NOW)  # fmt: skip
    assert not holdings_of(post, NOW).is_last
    assert let_go(act(amina), post, now=NOW) == 0
    assert states(held)[0] == ("taken", farid)


@pytest.mark.parametrize("way", ["post", "agency", "account", "offer"])
def test_every_way_out_takes_back_what_was_held(way, held, amina, farid, fire, act, stranger):
    if way == "post":
        end_post(COMMAND, farid.memberships.get(), now=NOW)
    elif way == "agency":
        retire_agency(act(amina), fire, now=NOW)
    elif way == "account":
        close_account(COMMAND, farid, NOW)
    else:
        card = give_post(
            act(amina), fire, email=stranger.email, name="S", role="liaison", call_order=2, now=NOW
        ).person
        Task.objects.filter(taken_by=farid).update(taken_by=card)
        decline_offer(act(stranger), card, now=NOW)
    assert states(held)[:2] == [("open", None), ("blocked", None)]


def test_another_citys_actions_stay_with_whoever_leaves_one(held, farid, elsewhere, stranger, act):
    agency = world.make_agency(elsewhere, "Fire of Elsewhere")
    world.Membership.objects.create(person=farid, agency=agency, role="liaison")
    there = declare_incident(
        act(stranger), city=elsewhere, title="Shots", kind="attack", severity=2, now=NOW
    )
    task = add_task(act(stranger), there, title="Look", language="en", agency=agency, now=NOW)
    take_task(act(farid), task, now=NOW)

    end_post(COMMAND, farid.memberships.get(agency__city=held[0].incident.city), now=NOW)

    assert states([*held, task]) == [
        ("open", None), ("blocked", None), ("done", farid), ("taken", farid),
    ]  # fmt: skip


def test_only_the_coordinator_lets_go_and_the_heir_serves_the_city(
    held, amina, mayor, farid, stranger, city, fire, act
):
    post = farid.memberships.get()
    make_promise(
        act(amina), city, text="A hall", promised_to="All", due_at=NOW + timedelta(days=9),
        language="en", now=NOW, agency=fire, role="liaison",
    )  # fmt: skip
    assert [one.text for one in holdings_of(post, NOW).promises] == ["A hall"]
    with pytest.raises(NotAllowed):
        let_go(act(mayor), post, now=NOW)
    with pytest.raises(NotFound):
        let_go(act(stranger), post, now=NOW)
    for wrong in (stranger, farid):
        with pytest.raises(Refused) as refusal:
            let_go(act(amina), post, to=wrong, now=NOW)
        assert refusal.value.field == "to"
    assert states(held)[0] == ("taken", farid)
