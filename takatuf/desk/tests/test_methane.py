"""A message from the scene, from the phone in somebody's hand to the declaration."""

import re

from django.utils import timezone

from takatuf.coordination.services import declare_incident
from takatuf.foundation.ids import uuid7
from takatuf.incidents.models import Incident, Methane

NEW = "/en/desk/marsa-noor/methane/new/"
DECLARE = "/en/desk/marsa-noor/incidents/declare/?from=1"


def letters(**more):
    values = {
        "is_exercise": "0", "is_major": "yes", "location": "Market Street 4", "kind": "attack",
        "casualties": "unknown", "once": str(uuid7()),
    }  # fmt: skip
    return values | more


def fields_of(page):
    """What a form holds when it is shown, and would send."""
    html = page.content.decode()
    texts = re.findall(r'<input type="(?:text|hidden|datetime-local)"[^>]*>', html)
    found = {}
    for tag in texts:
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    for tag in re.findall(r'<input type="radio"[^>]*checked[^>]*>', html):
        found[re.search(r'name="(\w+)"', tag)[1]] = re.search(r'value="([^"]*)"', tag)[1]
    return found


def test_whoever_stands_at_the_scene_reaches_the_form_in_one_tap(desk_of, farid, city):
    browser = desk_of(farid)
    for path in ("/en/desk/today/", "/en/desk/marsa-noor/incidents/"):
        assert NEW in browser.get(path).content.decode(), path
    form = browser.get(NEW).content.decode()
    found = [re.search(rf">({letter}) · ", form) for letter in "METHAN"]
    assert all(found)
    assert [one.start() for one in found] == sorted(one.start() for one in found), "in order"


def test_the_same_form_sent_twice_is_one_message(desk_of, farid, city):
    browser, form = desk_of(farid), letters()
    answers = [browser.post(NEW, form) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {"/en/desk/marsa-noor/methane/1/"}
    assert Methane.objects.count() == 1
    page = browser.get("/en/desk/marsa-noor/methane/1/").content.decode()
    assert "The response coordinator or the mayor decides" in page
    assert "Declare an incident from it" not in page


def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk_of, farid, city):
    page = desk_of(farid).post(NEW, letters(location="", hazards="A smell of gas"))
    assert page.status_code == 422
    assert "A smell of gas" in page.content.decode()
    assert not Methane.objects.exists()


def test_it_waits_on_today_and_fills_the_declaration_in(desk_of, farid, amina, city):
    desk_of(farid).post(NEW, letters(is_exercise="1"))
    browser = desk_of(amina)
    assert (
        "Messages from the scene that wait for you"
        in browser.get("/en/desk/today/").content.decode()
    )
    form = fields_of(browser.get(DECLARE))
    told = {name: form[name] for name in ("kind", "place", "severity", "is_exercise")}
    assert told == {"kind": "attack", "place": "Market Street 4", "severity": "3",
                    "is_exercise": "1"}  # fmt: skip

    answers = [browser.post(DECLARE, form | {"is_exercise": "0"}) for _ in range(2)]

    assert all(
        answer["Location"].startswith("/en/desk/marsa-noor/incidents/1/") for answer in answers
    )
    incident = Incident.objects.get()
    assert incident.is_exercise, "as the message was"
    assert Methane.objects.get().incident == incident
    assert (
        "Messages from the scene that wait" not in browser.get("/en/desk/today/").content.decode()
    )


def test_the_same_event_is_not_declared_again(desk_of, farid, amina, city, act):
    now = timezone.now()
    declare_incident(act(amina), city=city, title="Shots", kind="attack", severity=3, now=now)
    desk_of(farid).post(NEW, letters())
    browser = desk_of(amina)
    form = fields_of(browser.get(DECLARE))
    assert "Is it the same event?" in browser.post(DECLARE, form).content.decode()
    browser.post(DECLARE, form | {"join": "1"})
    assert Methane.objects.get().outcome == "joined"
    assert Incident.objects.count() == 1


def test_it_is_added_to_an_incident_or_closed_with_a_reason(desk_of, farid, amina, incident):
    browser = desk_of(amina)
    for _ in range(2):
        desk_of(farid).post(NEW, letters())
    browser.post("/en/desk/marsa-noor/methane/1/add/", {"incident": "1"})
    empty = browser.post("/en/desk/marsa-noor/methane/2/close/", {"reason": ""})
    assert empty.status_code == 422
    browser.post("/en/desk/marsa-noor/methane/2/close/", {"reason": "Fireworks"})
    outcomes = Methane.objects.order_by("number").values_list("outcome", flat=True)
    assert list(outcomes) == ["joined", "closed"]
    again = browser.post("/en/desk/marsa-noor/methane/2/close/", {"reason": "x"}, follow=True)
    assert "dealt with this message already" in again.content.decode()
    page = browser.get("/ar/desk/marsa-noor/methane/?show=all").content.decode()
    assert page.count("METHANE") >= 2
    more = browser.get("/en/desk/marsa-noor/incidents/1/more/").content.decode()
    assert "methane/?incident=1" in more
    told = browser.get("/en/desk/marsa-noor/methane/?incident=1").content.decode()
    assert "methane/1/" in told
    assert "methane/2/" not in told
    assert browser.get("/en/desk/marsa-noor/methane/?incident=99").status_code == 404
