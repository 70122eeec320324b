"""Legal hold at the desk: set, seen on every page, asked for, lifted; nobody else's business."""

import pytest

from takatuf.config import world
from takatuf.decisions.models import LogEntry
from takatuf.incidents.models import Incident, LegalHold

ROOM = "/en/desk/marsa-noor/incidents/1/"
HOLD = f"{ROOM}hold/"


@pytest.fixture
def odile(municipality):
    """Data protection officer."""
    return world.make_person("Odile", (municipality, "data-protection"))


def test_the_data_protection_officer_sets_and_lifts_a_hold(desk_of, odile, incident):
    browser = desk_of(odile)
    assert "Put under legal hold" in browser.get(HOLD).content.decode()

    page = browser.post(HOLD, {"act": "set", "reason": "An inquiry is coming"}, follow=True)

    html = page.content.decode()
    assert "This incident is under legal hold" in html
    assert "An inquiry is coming" in html
    assert "Odile" in html
    page = browser.post(HOLD, {"act": "lift", "reason": "It ended"}, follow=True)
    assert "This incident is not under legal hold" in page.content.decode()
    assert LegalHold.objects.get().lifted_by == odile


def test_every_page_of_the_incident_says_that_it_is_held(desk_of, odile, farid, incident):
    desk_of(odile).post(HOLD, {"act": "set", "reason": "A parliament asks"})
    browser = desk_of(farid)

    for page in ("", "actions/", "log/", "roll-call/", "reports/", "ahead/", "more/", "hold/"):
        html = browser.get(f"{ROOM}{page}").content.decode()
        assert "Under legal hold" in html, page
        assert "A parliament asks" not in html  # why is for those who lead, and data protection


def test_two_who_set_it_at_once_do_not_lift_it(desk_of, odile, incident):
    browser = desk_of(odile)
    browser.post(HOLD, {"act": "set", "reason": "A parliament asks"})

    page = browser.post(HOLD, {"act": "set", "reason": "The same inquiry"})

    assert page.status_code == 422
    assert "under legal hold already" in page.content.decode()
    assert Incident.objects.get().held_since


def test_the_coordinator_asks_in_the_log(desk_of, amina, incident):
    browser = desk_of(amina)
    assert "Ask in the log" in browser.get(HOLD).content.decode()

    answer = browser.post(HOLD, {"act": "ask", "reason": "There will be a trial"})

    assert answer["Location"].endswith("/incidents/1/log/")
    entry = LogEntry.objects.get()
    assert entry.kind == "question"
    assert "There will be a trial" in entry.text
    assert Incident.objects.get().held_since is None


@pytest.mark.parametrize("button", ["set", "lift"])
def test_nobody_else_sets_or_lifts_it(desk_of, amina, mayor, farid, stranger, incident, button):
    for person in (amina, mayor, farid):
        answer = desk_of(person).post(HOLD, {"act": button, "reason": "Because"})
        assert answer.status_code == 403
    assert desk_of(stranger).post(HOLD, {"act": button, "reason": "Because"}).status_code == 404
    assert desk_of(stranger).get(HOLD).status_code == 404
    assert not LegalHold.objects.exists()


def test_a_reason_is_asked_for(desk_of, odile, incident):
    page = desk_of(odile).post(HOLD, {"act": "set", "reason": " "})
    assert page.status_code == 422
    assert not LegalHold.objects.exists()


def test_a_correction_of_a_held_incident_is_refused_with_what_to_do(
    desk_of, odile, amina, incident
):
    desk_of(odile).post(HOLD, {"act": "set", "reason": "A parliament asks"})
    browser = desk_of(amina)
    form = browser.get(f"{ROOM}facts/").context["form"]
    values = {name: value for name, value in form.initial.items() if value is not None}
    values["happened_at"] = values["happened_at"].strftime("%Y-%m-%dT%H:%M")

    page = browser.post(f"{ROOM}facts/", values | {"title": "Something else"})

    assert "This is under legal hold" in page.content.decode()
    assert Incident.objects.get().title == "Shots at the market"
