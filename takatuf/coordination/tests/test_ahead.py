"""What lies years ahead: dated, asleep, woken in time, come again."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from takatuf.activities import rules
from takatuf.activities.jobs import wake_next
from takatuf.activities.models import Task
from takatuf.activities.queries import my_tasks, sleeping
from takatuf.activities.services import date_by_trials, finish_task
from takatuf.alerts.models import Delivery
from takatuf.alerts.queries import calls_for, roll_call
from takatuf.coordination.services import change_phase, declare_incident
from takatuf.incidents.services import move_key_date, remove_key_date, set_key_date
from takatuf.journal.models import Entry
from takatuf.network.models import Membership
from takatuf.plans.services import start_plan

START = datetime(2026, 5, 22, 20, 30, tzinfo=UTC)
BEIRUT = ZoneInfo("Asia/Beirut")


def a_year(count):
    return timedelta(days=365 * count)


@pytest.fixture
def incident(db, city, amina, municipality, act):
    start_plan(act(amina), city, title="The city’s plan", size="city", now=START)
    return declare_incident(
        act(amina), city=city, title="Fire at the hall", kind="attack", severity=3, now=START,
        casualties="yes",
    )  # fmt: skip


def enter(amina, act, incident, phase, now):
    return change_phase(
        act(amina), incident, phase, reason="It is time.", language="en", now=now
    )  # fmt: skip


def test_a_declaration_hands_out_no_phase_before_it_is_entered(incident):
    assert set(incident.tasks.values_list("phase", flat=True)) == {"first-hour", "first-day"}
    assert not sleeping(incident).exists()


def test_entering_a_phase_hands_out_its_actions_and_none_is_late_at_once(incident, amina, act):
    now = START + timedelta(days=60)  # nobody had led it on for two months
    enter(amina, act, incident, "first-weeks", now)
    weeks = incident.tasks.filter(phase="first-weeks")
    assert weeks.exists()
    assert all(task.due_at > now for task in weeks)
    assert not incident.tasks.filter(phase="three-days").exists(), "its time is gone"


def test_a_phase_entered_again_doubles_nothing(incident, amina, act):
    enter(amina, act, incident, "three-days", START + timedelta(days=1))
    enter(amina, act, incident, "first-weeks", START + timedelta(days=3))
    before = incident.tasks.count()
    enter(amina, act, incident, "three-days", START + timedelta(days=4))
    assert incident.tasks.count() == before


def test_what_is_far_ahead_sleeps_and_is_on_nobodys_list(incident, amina, act):
    now = START + timedelta(days=300)
    enter(amina, act, incident, "years", now)
    asleep = list(sleeping(incident))
    assert asleep
    on_lists = set(my_tasks(act(amina), now).values_list("pk", flat=True))
    assert not on_lists & {task.pk for task in asleep}
    dated = [task for task in asleep if task.wakes_at]
    assert dated == sorted(dated, key=lambda task: task.wakes_at)
    assert all(timedelta(days=14) <= task.due_at - task.wakes_at <= timedelta(days=30)
               for task in dated)  # fmt: skip


def anniversary_task(incident):
    return incident.tasks.filter(anchor="anniversary", state="asleep").earliest("due_at")


def test_it_wakes_in_time_and_tells_whoever_holds_the_role_that_day(
    incident, amina, bilal, act, municipality
):
    enter(amina, act, incident, "years", START + timedelta(days=300))
    task = anniversary_task(incident)
    assert not wake_next(task.wakes_at - timedelta(seconds=1))
    # Amina leaves before that day, and somebody else holds the post.
    Membership.objects.filter(person=amina).update(ends_at=task.wakes_at - timedelta(days=1))
    Membership.objects.create(person=bilal, agency=municipality, role="coordinator")
    incident.tasks.filter(pk=task.pk).update(role="coordinator")

    while wake_next(task.wakes_at):
        pass

    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("open", None)
    assert my_tasks(act(bilal), task.due_at - timedelta(days=1)).filter(pk=task.pk).exists()
    told = Delivery.objects.filter(call__alert__notice="activities/notices/woken")
    assert {delivery.person for delivery in told} == {bilal}
    assert Entry.objects.filter(verb="task.woken", thing=f"task:{task.pk}").count() == 1


def test_being_told_asks_for_no_answer(incident, amina, act):
    enter(amina, act, incident, "years", START + timedelta(days=300))
    before = len(roll_call(incident.about))
    wake_next(anniversary_task(incident).wakes_at + timedelta(days=1))
    assert Delivery.objects.filter(call__alert__asks=False).exists()
    assert len(roll_call(incident.about)) == before
    assert not calls_for(amina.pk).filter(alert__asks=False).exists()


def test_an_anniversary_returns_each_year_once_it_was_done(incident, amina, act):
    enter(amina, act, incident, "years", START + timedelta(days=300))
    task = anniversary_task(incident)
    task.state = "open"
    task.save()
    done = finish_task(act(amina), task, note="Kept quietly.", now=task.due_at)
    again = incident.tasks.get(code=task.code, occurrence=2)
    assert again.state == "asleep"
    assert 364 <= (again.due_at - done.due_at).days <= 366
    finish = Task.objects.get(pk=done.pk)
    finish.state = "open"
    finish.save()
    finish_task(act(amina), finish, note="Again.", now=task.due_at + timedelta(days=1))
    assert incident.tasks.filter(code=task.code).count() == 2, "undone and done returns once"


def test_an_action_of_a_trial_waits_without_a_day_until_one_is_known(incident, amina, act):
    now = START + timedelta(days=100)
    enter(amina, act, incident, "months", now)
    trial = incident.tasks.filter(anchor="trial")
    assert trial.exists()
    assert set(trial.values_list("state", "due_at", "wakes_at")) == {("asleep", None, None)}

    day = set_key_date(act(amina), incident, kind="trial", on=date(2027, 9, 6), now=now)
    assert date_by_trials(act(amina), incident, now=now) == trial.count()
    before = {task.pk: task.due_at for task in trial}
    assert all(before.values())

    day = move_key_date(act(amina), day, kind="trial", on=date(2027, 9, 13), now=now)
    date_by_trials(act(amina), incident, now=now)
    week = timedelta(days=7)
    assert {task.pk: task.due_at - week for task in trial.all()} == before

    remove_key_date(act(amina), day, now=now)
    date_by_trials(act(amina), incident, now=now)
    assert set(trial.values_list("due_at", flat=True)) == {None}


def test_a_trial_that_was_yesterday_takes_no_late_action_away(incident, amina, act):
    now = START + timedelta(days=100)
    enter(amina, act, incident, "months", now)
    set_key_date(act(amina), incident, kind="verdict", on=date(2026, 9, 10), now=now)
    date_by_trials(act(amina), incident, now=now)
    later = datetime(2026, 9, 30, tzinfo=UTC)
    late = incident.tasks.filter(anchor="trial", due_at__lt=later)
    dates = {task.pk: task.due_at for task in late}
    date_by_trials(act(amina), incident, now=later)
    assert {task.pk: task.due_at for task in late} == dates


@pytest.mark.once
@pytest.mark.parametrize(
    ("of", "within", "now", "due"),
    [
        (date(2026, 5, 22), 0, "2026-06-01", "2027-05-22T09:00"),
        (date(2026, 5, 22), -30, "2027-04-21", "2027-04-22T09:00"),
        (date(2026, 5, 22), -30, "2027-04-23", "2028-04-22T09:00"),
        (date(2024, 2, 29), 0, "2024-03-01", "2025-02-28T09:00"),
        (date(2024, 2, 29), 0, "2027-03-01", "2028-02-29T09:00"),
        (date(2026, 5, 22), 7, "2036-05-25", "2036-05-29T09:00"),
    ],
)
def test_the_next_anniversary(of, within, now, due):
    now = datetime.fromisoformat(now).replace(tzinfo=BEIRUT)
    found = rules.next_anniversary(of, timedelta(days=within), BEIRUT, now)
    assert found == datetime.fromisoformat(due).replace(tzinfo=BEIRUT)


@pytest.mark.once
def test_summer_time_does_not_shift_the_morning():
    day = rules.on_day(date(2027, 4, 10), timedelta(days=-30), BEIRUT)
    assert (day.month, day.day, day.hour) == (3, 11, 9)


@pytest.mark.once
@pytest.mark.parametrize(
    ("days", "sleeps", "before"),
    [(3, False, 0), (14, False, 0), (20, True, 14), (100, True, 25), (700, True, 30)],
)
def test_the_farther_the_day_the_earlier_it_wakes(days, sleeps, before):
    due = START + timedelta(days=days)
    wakes = rules.wakes_at(due, START)
    assert (wakes is not None) == sleeps
    if wakes:
        assert (due - wakes).days == before


@pytest.mark.once
def test_what_returns_keeps_its_rhythm_and_skips_what_was_missed():
    due = START
    assert rules.next_return(due, 91, START + timedelta(days=2)) == due + timedelta(days=91)
    assert rules.next_return(due, 91, START - timedelta(days=2)) == due + timedelta(days=91)
    assert rules.next_return(due, 10, START + timedelta(days=25)) == due + timedelta(days=30)
    assert rules.next_return(due, 10, START + timedelta(days=20)) == due + timedelta(days=30)
