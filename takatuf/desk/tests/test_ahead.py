"""What lies ahead, on the desk: days entered, moved, removed; what sleeps until then."""

from datetime import date

import pytest
from django.utils import timezone

from takatuf.coordination.services import change_phase, declare_incident
from takatuf.incidents.models import KeyDate
from takatuf.plans.services import start_plan

AHEAD = "/en/desk/marsa-noor/incidents/1/ahead/"


@pytest.fixture
def long_one(db, city, amina, municipality, act):
    """An incident in its months, with what waits for a trial."""
    now = timezone.now()
    start_plan(act(amina), city, title="The city’s plan", size="city", now=now)
    incident = declare_incident(
        act(amina), city=city, title="Fire at the hall", kind="attack", severity=3, now=now,
        casualties="yes",
    )  # fmt: skip
    return change_phase(
        act(amina), incident, "months", reason="It is time.", language="en", now=now
    )


def test_a_trial_is_entered_moved_and_removed_and_what_waits_for_it_follows(
    desk_of, amina, long_one
):
    browser = desk_of(amina)
    html = browser.get(AHEAD).content.decode()
    assert "1 year after" in html
    assert "40 days after" in html
    assert "when its day is known" in html

    answer = browser.post(
        AHEAD,
        {"kind": "trial", "on": "2031-09-06", "label": "First hearing", "source": "Court"},
        follow=True,
    )
    html = answer.content.decode()
    assert "First hearing" in html
    assert "when its day is known" not in html
    day = KeyDate.objects.get()
    trial = long_one.tasks.filter(anchor="trial").earliest("due_at")
    before = trial.due_at

    browser.post(f"{AHEAD}{day.pk}/", {"kind": "trial", "on": "2031-09-07", "label": "Hearing"})
    trial.refresh_from_db()
    assert (trial.due_at - before).days == 1
    day.refresh_from_db()
    assert (day.label, day.source, day.version) == ("Hearing", "", 2)

    html = browser.post(f"{AHEAD}{day.pk}/remove/", follow=True).content.decode()
    assert "Hearing" not in html
    assert "when its day is known" in html
    assert browser.get(f"{AHEAD}{day.pk}/").status_code == 404


def test_what_is_wrong_with_a_date_is_said_and_what_was_typed_is_kept(desk_of, amina, long_one):
    answer = desk_of(amina).post(AHEAD, {"kind": "trial", "on": "", "label": "First hearing"})
    assert answer.status_code == 400
    assert "First hearing" in answer.content.decode()
    answer = desk_of(amina).post(AHEAD, {"kind": "trial", "on": "3031-01-01"})
    assert "Check the year of this date." in answer.content.decode()
    assert not KeyDate.objects.exists()


def test_others_read_the_days_and_may_not_enter_any_and_strangers_find_nothing(
    desk_of, farid, stranger, long_one
):
    assert "Enter a date" not in desk_of(farid).get(AHEAD).content.decode()
    assert desk_of(farid).post(AHEAD, {"kind": "trial", "on": "2031-01-01"}).status_code == 403
    assert desk_of(stranger).get(AHEAD).status_code == 404
    assert desk_of(stranger).get("/en/desk/marsa-noor/ahead/").status_code == 404


def test_the_years_ahead_of_a_city_are_one_list(desk_of, amina, long_one, statements_of):
    cost, html = statements_of(desk_of(amina), "/en/desk/marsa-noor/ahead/")
    assert cost <= 8
    assert "Fire at the hall" in html
    assert "Wakes on" in html


def test_a_city_with_nothing_ahead_is_told_what_will_stand_there(desk_of, amina, incident):
    assert "No action waits for its day yet" in desk_of(amina).get(AHEAD).content.decode()
    assert (
        "No action waits for its day yet"
        in desk_of(amina).get("/en/desk/marsa-noor/ahead/").content.decode()
    )


def test_an_incident_is_stood_down_with_what_stays_and_opened_again(desk_of, amina, long_one):
    browser = desk_of(amina)
    at = "/en/desk/marsa-noor/incidents/1/"
    assert "When the partners meet next" in browser.get(at).content.decode()
    html = browser.get(f"{at}stand-down/").content.decode()
    kept = long_one.tasks.filter(state="open").earliest("due_at")
    assert str(kept.pk) in html
    answer = browser.post(f"{at}stand-down/", {"reason": "", "keep": [str(kept.pk)]})
    assert (answer.status_code, "checked" in answer.content.decode()) == (422, True)

    browser.post(f"{at}stand-down/", {"reason": "The acute time is over.", "keep": [str(kept.pk)]})
    assert list(long_one.tasks.filter(state="open")) == [kept]
    html = browser.get(at).content.decode()
    assert "The open response ended on" in html
    assert "Stand down" not in html.split("Lead</h2>")[1]
    assert "When the partners meet next" not in html  # nobody misses it any more

    browser.post(f"{at}reopen/", {"reason": "The case is tried again."})
    html = browser.get(at).content.decode()
    assert "The open response ended on" not in html
    assert browser.post(f"{at}reopen/", {"reason": "Twice"}).status_code == 422


@pytest.mark.once
def test_mourning_and_anniversaries_are_counted_from_the_day():
    from takatuf.incidents.rules import remembered_days

    days = remembered_days(date(2024, 2, 29), date(2024, 6, 1))
    assert days == [
        (date(2024, 6, 8), "days", 100),
        (date(2024, 8, 29), "months", 6),
        (date(2025, 2, 28), "years", 1),
        (date(2026, 2, 28), "years", 2),
    ]
    days = remembered_days(date(2014, 5, 1), date(2026, 5, 1))
    assert days == [(date(2026, 5, 1), "years", 12), (date(2027, 5, 1), "years", 13)]
