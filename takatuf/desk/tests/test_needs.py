"""The survey of the issues at the desk: told in six fields, found, changed, closed."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from takatuf.activities.services import report_activity
from takatuf.community.models import Issue
from takatuf.community.services import IssueFacts, report_issue
from takatuf.config import world
from takatuf.learning.models import CardDraft

HERE = "/en/desk/marsa-noor/incidents/1/who-does-what/needs/"
TOLD = {
    "text": "No counsellor speaks Arabic",
    "seriousness": "3",
    "service": "counselling",
    "where": "city",
    "people": "١٢٠",
    "sureness": "likely",
    "languages": ["ar"],
    "offers": ["night"],
    "also": ["peer-support"],
    "key": "1",
}


@pytest.fixture
def need(amina, incident, act):
    told = IssueFacts(text="No counsellor speaks Arabic", seriousness=3, service="counselling")
    return report_issue(act(amina), incident, told, language="en", now=timezone.now())


def test_a_need_is_told_once_and_found_in_the_list(desk_of, amina, incident):
    browser = desk_of(amina)
    assert "Nobody has told yet what is needed." in browser.get(HERE).content.decode()
    wrong = browser.post(f"{HERE}new/", TOLD | {"seriousness": ""})
    assert wrong.status_code == 422
    assert "No counsellor speaks Arabic" in wrong.content.decode()

    page = browser.post(f"{HERE}new/", TOLD, follow=True).content.decode()
    browser.post(f"{HERE}new/", TOLD)  # pressed twice
    issue = Issue.objects.get()
    assert (issue.people, issue.languages, issue.scope) == (120, ("ar",), "city")
    assert "3 Harms people" in page
    for address in (HERE, f"{HERE}?service=peer-support", f"{HERE}?seriousness=3&place=city"):
        assert "No counsellor" in browser.get(address).content.decode(), address
    for address in (f"{HERE}?state=closed", f"{HERE}?service=safety", f"{HERE}?seriousness=4"):
        assert "No need fits" in browser.get(address).content.decode(), address


def test_districts_are_chosen_from_the_citys_own(desk_of, amina, incident, city):
    one, other = (world.make_area(city, name, 35, 29 + at) for at, name in enumerate("AB"))
    places = {"where": f"area:{one.pk}", "districts": [f"area:{other.pk}"]}
    desk_of(amina).post(f"{HERE}new/", TOLD | places)
    keys = {place.key for place in Issue.objects.get().places.all()}
    assert keys == {f"area:{one.pk}", f"area:{other.pk}"}
    form = desk_of(amina).get(f"{HERE}1/change/").content.decode()
    assert f'value="area:{one.pk}" selected' in form


def test_a_need_is_changed_closed_and_opened_again(desk_of, amina, need):
    browser = desk_of(amina)
    here = f"{HERE}{need.number}/"
    changed = TOLD | {"text": "Nobody at night speaks Arabic", "version": "1"}
    assert (
        "Nobody at night" in browser.post(f"{here}change/", changed, follow=True).content.decode()
    )
    again = browser.post(f"{here}change/", changed | {"text": "Something else"})
    assert "changed this need a moment ago" in again.content.decode()

    assert browser.post(f"{here}close/", {"outcome": "met"}).status_code == 422
    ended = {"outcome": "met", "note": "Two counsellors came", "version": "2"}
    page = browser.post(f"{here}close/", ended, follow=True).content.decode()
    assert "Two counsellors came" in page
    assert (
        "closed already" in browser.post(f"{here}close/", ended | {"version": "3"}).content.decode()
    )
    browser.post(f"{here}reopen/", {"reason": "One left"})
    assert Issue.objects.get().state == "open"


def test_a_partner_reads_every_need_and_changes_their_own(desk_of, farid, need):
    browser = desk_of(farid)
    page = browser.get(f"{HERE}{need.number}/").content.decode()
    assert "No counsellor speaks Arabic" in page
    assert "Close it with" not in page
    assert browser.post(f"{HERE}{need.number}/close/", {"outcome": "met"}).status_code == 403
    assert browser.get(f"{HERE}{need.number}/change/").status_code == 403
    browser.post(f"{HERE}new/", TOLD)
    assert browser.get(f"{HERE}2/change/").status_code == 200


GAPS = "/en/desk/marsa-noor/incidents/1/who-does-what/gaps/"


def test_a_gap_becomes_an_action_with_one_press(desk_of, amina, incident):
    browser = desk_of(amina)
    assert "Nobody has told yet" in browser.get(GAPS).content.decode()
    browser.post(f"{HERE}new/", TOLD)
    need = Issue.objects.get()
    page = browser.get(GAPS).content.decode()
    assert "Needs that nobody answers" in page
    assert "No counsellor speaks Arabic" in page

    pressed = browser.post(f"{GAPS}take-up/", {"gap": f"need:{need.pk}"}, follow=True)
    page = pressed.content.decode()
    assert "It is an action now, for: Psychosocial lead" in page
    assert "Somebody is at it" in page
    assert "Make it an action" not in page
    gone = browser.post(f"{GAPS}take-up/", {"gap": "need:none"}, follow=True)
    assert "closed meanwhile" in gone.content.decode()


def test_an_activity_is_named_as_the_answer_to_a_need(desk_of, amina, act, incident, health, need):
    activity = report_activity(
        act(amina),
        incident,
        agency=health,
        facts={"service": "safe-space", "places": ["city"]},
        now=timezone.now(),
    )
    browser = desk_of(amina)
    here = f"{HERE}{need.number}/"
    assert "Name an activity that answers it" in browser.get(here).content.decode()
    page = browser.post(f"{here}answers/", {"activity": activity.pk}, follow=True).content.decode()
    assert "named by a person" in page
    assert "Needs that nobody answers" not in browser.get(GAPS).content.decode()
    page = browser.post(f"{here}answers/{activity.pk}/", follow=True).content.decode()
    assert "Nothing that was told is about it." in page
    wrong = browser.post(f"{here}answers/", {"activity": "x"}, follow=True)
    assert "Choose an activity from the list." in wrong.content.decode()


def test_a_lesson_is_offered_from_a_need_that_was_closed(desk_of, amina, need):
    browser = desk_of(amina)
    here = f"{HERE}{need.number}/"
    assert browser.get(f"{here}lesson/").status_code == 302  # nothing came of it yet
    ended = {"outcome": "met", "note": "Two counsellors came"}
    page = browser.post(f"{here}close/", ended, follow=True).content.decode()
    assert "Write a lesson" in page
    form = browser.get(f"{here}lesson/").content.decode()
    assert "Two counsellors came" in form
    told = {
        "title": "Ask who speaks which language",
        "done": "Two counsellors came",
        "levels": ["municipality"],
        "outcome": "Nobody waits longer than a day",
        "workstream": "psychosocial",
    }
    assert browser.post(f"{here}lesson/", told).status_code == 422
    told["known_how"] = "The helpline counted"
    page = browser.post(f"{here}lesson/", told, follow=True).content.decode()
    assert "It waits for the secretariat" in page
    assert CardDraft.objects.get().body["title"]["en"] == told["title"]


def test_a_survey_is_tried_and_then_taken_in(desk_of, amina, farid, incident):
    browser = desk_of(amina)
    assert "Bring a survey" in browser.get(HERE).content.decode()
    table = "Need,Severity,People\nWater,low,40\nShelter,dreadful,3\n"
    sent = {"file": SimpleUploadedFile("survey.csv", table.encode())}
    page = browser.post(f"{HERE}import/", sent).content.decode()
    assert "Until you press this, nothing counts." in page
    assert "no degree of seriousness" in page
    assert not Issue.objects.exists()

    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept
    page = browser.post(f"{HERE}import/", {"kept": kept[1]}, follow=True).content.decode()
    assert "The survey was taken in." in page
    assert Issue.objects.get().text == "Water"
    again = browser.post(f"{HERE}import/", {"kept": kept[1]}, follow=True).content.decode()
    assert "Choose the file again." in again
    assert desk_of(farid).get(f"{HERE}import/").status_code == 403
