"""Overlaps at the desk: read with their reasons, answered, taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Activity, Agreement, Overlap
from takatuf.activities.queries import Wanted, activities_of
from takatuf.activities.services import compare_activities
from takatuf.config import world
from takatuf.foundation import meaning

HERE = "/en/desk/marsa-noor/incidents/1/who-does-what/overlaps/"


@pytest.fixture(autouse=True)
def without_meaning(monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)


@pytest.fixture
def two(incident):
    """Counselling for the same families, by the city and by a charity that says until when."""
    now = timezone.now()
    alike = {"populations": ["bereaved"], "channel": "in-person", "level": "municipality",
             "title": "Counselling for families", "language": "en", "now": now}  # fmt: skip
    ends = now.date() + timedelta(days=20)
    return [
        world.make_activity(incident, "counselling", "city", who="City of Marsa Noor", **alike),
        world.make_activity(
            incident, "counselling", "city", who="Shoulder Trust", ends_on=ends, **alike
        ),
    ]


@pytest.fixture
def overlap(incident, two):
    compare_activities(incident, now=timezone.now())
    return Overlap.objects.get()


def answered(browser, overlap, **values):
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    told = {"role": overlap.role, "review_on": day, **values}
    return browser.post(f"{HERE}{overlap.pk}/", told, follow=True)


def test_nothing_to_settle_is_said(desk_of, amina, incident):
    page = desk_of(amina).get(HERE).content.decode()

    assert "No overlap waits for an answer." in page
    assert "The activities have not been compared yet." in page


def test_one_press_compares_and_says_what_came_of_it(desk_of, amina, incident, two):
    page = desk_of(amina).post(f"{HERE}compare/", follow=True).content.decode()

    assert "1 overlap waits for an answer." in page
    assert "Shoulder Trust" in page


def test_what_waits_stands_on_the_day_of_whoever_answers_and_then_in_the_list(
    desk_of, amina, farid, overlap
):
    browser = desk_of(amina)
    today = browser.get("/en/desk/today/").content.decode()
    assert "Overlaps that wait for your answer" in today
    assert f"{HERE}?which=mine" in today
    assert str(overlap.pk) in browser.get(f"{HERE}?which=mine").content.decode()
    others = desk_of(farid).get("/en/desk/today/").content.decode()
    assert "Overlaps that wait" not in others
    answered(browser, overlap, answer="lead", organisation=str(overlap.a.organisation_id))
    assert "Overlaps that wait" not in browser.get("/en/desk/today/").content.decode()
    listed = browser.get(f"{HERE}?which=settled").content.decode()
    assert "Both go on, and one leads" in listed
    assert "looks again on" in listed


def test_a_list_of_ones_own_holds_what_comes_to_the_reader_and_nobody_else_has_one(
    desk_of, amina, farid, overlap
):
    Overlap.objects.update(role="mayor")
    browser = desk_of(amina)
    assert "No overlap waits for your answer." in browser.get(f"{HERE}?which=mine").content.decode()
    assert str(overlap.pk) in browser.get(HERE).content.decode()
    everybodys = desk_of(farid).get(f"{HERE}?which=mine").content.decode()
    assert str(overlap.pk) in everybodys
    assert "Waiting for your answer" not in everybodys


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "For the same people: Bereaved families."),
        ("ar", "للأشخاص أنفسهم"),
        ("fr", "Pour les mêmes personnes"),
    ],
)
def test_an_overlap_says_why_and_what_differs(desk_of, amina, overlap, language, said):
    page = desk_of(amina).get(f"{HERE}{overlap.pk}/".replace("/en/", f"/{language}/", 1))

    html = page.content.decode()
    assert said in html
    assert "City of Marsa Noor" in html
    if language == "en":
        different = html.partition('id="s-other"')[2].partition("</table>")[0]
        assert "Until when" in different
        assert "For whom" not in different


def test_an_answer_without_its_reason_is_asked_for_it_and_then_stands(desk_of, amina, overlap):
    browser = desk_of(amina)
    asked = answered(browser, overlap, answer="complementary")
    assert asked.status_code == 422
    assert "Say why, so that others can see" in asked.content.decode()
    assert not Agreement.objects.exists()

    page = answered(browser, overlap, answer="complementary", reason="One by day, one by night")
    html = page.content.decode()
    assert "One by day, one by night" in html
    assert "Take back what was agreed" in html
    again = browser.post(f"{HERE}{overlap.pk}/take-back/", follow=True).content.decode()
    assert "What was agreed before" in again
    assert "Write down the answer" in again


def test_one_activity_entered_twice_becomes_one(desk_of, amina, overlap, two):
    answered(desk_of(amina), overlap, answer="same", kept=str(two[0].pk))

    assert Activity.objects.get(pk=two[1].pk).merged_into_id == two[0].pk


def test_who_has_no_say_reads_and_is_told_whom_it_waits_for(desk_of, municipality, overlap, chen):
    browser = desk_of(world.make_person("Sami", (municipality, "communications")))
    html = browser.get(f"{HERE}{overlap.pk}/").content.decode()
    assert "Tell them what you know." in html
    assert "Write down the answer" not in html
    assert answered(browser, overlap, answer="none").status_code == 403
    assert browser.post(f"{HERE}compare/").status_code == 403
    assert desk_of(chen).get(f"{HERE}{overlap.pk}/").status_code == 404


def test_somebody_was_quicker(desk_of, amina, overlap):
    browser = desk_of(amina)
    answered(browser, overlap, answer="none")
    late = answered(browser, overlap, answer="none")

    assert "This overlap was settled or is gone by now." in late.content.decode()
    assert Agreement.objects.count() == 1


def test_on_its_day_the_page_asks_whether_an_agreement_still_holds(desk_of, amina, overlap):
    browser = desk_of(amina)
    here = f"{HERE}{overlap.pk}/"
    page = answered(browser, overlap, answer="none").content.decode()
    assert "Keep what was agreed" not in page
    Agreement.objects.update(review_on=timezone.localdate())
    assert str(overlap.pk) in browser.get(f"{HERE}?which=review").content.decode()
    assert "Does it still hold?" in browser.get(here).content.decode()

    today = timezone.localdate()
    asked = browser.post(f"{here}keep/", {"review_on": today.isoformat()})
    assert asked.status_code == 422
    assert "still to come" in asked.content.decode()
    day = (today + timedelta(days=9)).isoformat()
    page = browser.post(f"{here}keep/", {"review_on": day}, follow=True).content.decode()
    assert "What was agreed stays." in page
    assert "Does it still hold?" not in page
    assert Agreement.objects.get().review_on.isoformat() == day


def test_a_settled_overlap_offers_to_write_a_lesson(desk_of, amina, overlap):
    browser = desk_of(amina)
    here = f"{HERE}{overlap.pk}/"
    assert browser.get(f"{here}lesson/").status_code == 302  # nothing is settled yet
    page = answered(browser, overlap, answer="complementary", reason="One by day, one by night")
    assert "Write a lesson" in page.content.decode()
    form = browser.get(f"{here}lesson/").content.decode()
    assert "One by day, one by night" in form
    assert "Shoulder Trust" in form
    told = {
        "title": "Share the day and the night", "done": "x", "outcome": "y", "known_how": "z",
        "levels": ["municipality"], "workstream": "psychosocial",
    }  # fmt: skip
    page = browser.post(f"{here}lesson/", told, follow=True).content.decode()
    assert "It waits for the secretariat" in page


def test_who_says_too_little_to_be_compared_is_listed_behind_the_notice(desk_of, amina, incident):
    now, more = timezone.now(), {"populations": ["bereaved"]}
    for who in ("Red Crescent", "Scouts"):
        world.make_activity(incident, "food", "city", who=who, title=f"Meals, {who}", now=now)
        world.make_activity(incident, "transport", who=who, title=f"Rides, {who}", now=now)
    world.make_activity(incident, "food", "outside", who="Scouts", title="Elsewhere", now=now)
    world.make_activity(
        incident, "food", "city", who="Kitchen", title="Whom we feed", now=now, **more
    )
    world.make_activity(incident, "legal-aid", "city", who="Bar", title="Alone", now=now)
    world.make_activity(incident, "housing", who="Bar", title="Placeless", now=now)
    browser, where = desk_of(amina), HERE.removesuffix("overlaps/") + "?sparse=on"

    page = browser.get(HERE).content.decode()
    assert "Places: 2; organisations: 2." in page
    assert where in page

    found = activities_of(incident, Wanted(sparse=True), now=now)
    titles = sorted(one.title for one in found)
    assert titles == [
        "Meals, Red Crescent",
        "Meals, Scouts",
        "Rides, Red Crescent",
        "Rides, Scouts",
    ]
    page = browser.get(where).content.decode()
    assert all(title in page for title in titles)
    assert not any(title in page for title in ("Elsewhere", "Whom we feed", "Alone", "Placeless"))
    Activity.objects.update(populations=["bereaved"])
    assert "No entry fits this choice." in browser.get(where).content.decode()
