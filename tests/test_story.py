"""The main job from end to end, through pages alone; the test moves the clock and the worker."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone

from takatuf.alerts import jobs
from takatuf.config import world
from takatuf.plans.services import load_framework, start_plan
from tests.pages import Reader

START = datetime(2026, 3, 14, 20, 50, tzinfo=UTC)  # 23:50 in the city: nearly midnight


@pytest.fixture
def clock(monkeypatch):
    """The clock that every page reads; `clock.to(minutes)` moves it and the worker ticks."""

    class Clock:
        now = START

        def to(self, minutes):
            self.now = START + timedelta(minutes=minutes)
            tick(self.now)

    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def tick(now):
    """What the worker does in one turn."""
    while jobs.climb_next(now):
        pass
    while jobs.deliver_batch(now, "story"):
        pass


@pytest.fixture
def sent_letters(mailoutbox):
    """Every e-mail that has left so far."""
    return lambda: mailoutbox


def sign_in(reader, person, language="en"):
    """By e-mail and password; where the role asks for it, the second factor is set up."""
    reader.open(f"/{language}/account/login/")
    button = {"en": "Sign in", "ar": "دخول", "fr": "connecter"}[language]
    reader.press(button, login=person.email, password=world.PASSWORD)
    if "totp" in reader.address or "2fa" in reader.address:
        secret = re.search(r"\b[A-Z2-7]{32}\b", reader.html).group()
        counter = next(iter(totp.yield_hotp_counters_from_time()))
        reader.press(
            "Switch on the second step",
            code=totp.format_hotp_value(totp.hotp_value(secret, counter)),
        )
    return reader


@pytest.fixture
def people(amina, bilal, chen, farid, mayor):
    for person in (amina, bilal, chen, farid, mayor):
        person.set_password(world.PASSWORD)
        person.save()
    return {"amina": amina, "bilal": bilal, "chen": chen, "farid": farid, "mayor": mayor}


def test_from_the_first_call_to_one_picture(
    clock, city, people, act, sent_letters, municipality, fire, health
):
    load_framework(now=timezone.now())
    world.make_area(city, "Old Harbour", 33.00, 33.50)
    plan = start_plan(
        act(people["amina"]), city, title="Main plan", slug="main", size="city", now=START
    )
    plan.agencies.set([municipality, fire, health])

    # Five minutes after the first shot, on a phone: six fields.
    amina = sign_in(Reader(), people["amina"])
    amina.open("/en/desk/marsa-noor/incidents/").follow("Declare an incident")
    amina.press(
        "Declare an incident", kind="attack", title="Shots at the market", severity="3",
        place="The covered market", targeted="Market traders", casualties="unknown",
    )  # fmt: skip
    amina.sees("Everyone is being called", "Fire and Rescue", "Health Directorate")

    # Everyone is called in their own language, with no more than they need.
    clock.to(1)
    letters = {letter.to[0]: letter for letter in sent_letters()}
    assert people["chen"].email not in letters  # second in the call order: not yet
    assert "Attack" in letters[people["farid"].email].body
    assert "هجوم" in letters[people["bilal"].email].body
    assert "Market traders" not in letters[people["farid"].email].body

    # Fire answers by the link, without signing in; a scanner's GET changed nothing.
    link = re.search(r"http://[^/]+(/\S+/answer/\S+)", letters[people["farid"].email].body)
    scanner = Reader().open(link[1])
    amina.open("/en/desk/marsa-noor/incidents/1/roll-call/").sees("Answered: 0")
    scanner.sees("Health Directorate")
    assert "Bilal" not in scanner.words
    scanner.press("I have received")
    amina.open("/en/desk/marsa-noor/incidents/1/roll-call/").sees("Answered: 1")

    # Health stays silent: the call climbs to Chen, in French, past midnight.
    clock.to(11)
    letters = {letter.to[0]: letter for letter in sent_letters()}
    assert "Attaque" in letters[people["chen"].email].body
    # Chen does not answer either; the silence itself is recorded, and a voice reaches her.
    clock.to(22)
    amina.open("/en/desk/marsa-noor/incidents/1/roll-call/").sees("Silent")
    tick_links = [url for url, words in amina.page.links if "Reached by voice" in words]
    amina.open(tick_links[0]).press("They know", note="Rung at home")
    amina.open("/en/desk/marsa-noor/incidents/1/roll-call/").sees("by voice", "Rung at home")

    # Farid takes his first action, blocks it, and finishes it.
    farid = sign_in(Reader(), people["farid"])
    farid.open("/en/desk/today/").sees("Shots at the market")
    address = next(
        url for url, _words in farid.page.links if re.search(r"/actions/[0-9a-f-]{36}/", url)
    )
    farid.open(address).press("Take this action")
    farid.open(address).press("Report it as blocked", reason="The street is closed")
    farid.open(address).press("It is done", note="Done on foot")
    farid.open(address).sees("Done")

    # Amina decides; the decision stands on the record with its reasons and unknowns.
    amina.open("/en/desk/marsa-noor/incidents/1/log/decision/").press(
        "Log this decision", text="Open the school as a meeting point", reasons="Near and safe",
        facts="The school is empty", unknowns="How many families will come",
    )  # fmt: skip
    amina.open("/en/desk/marsa-noor/incidents/1/log/").sees("Open the school as a meeting point")
    amina.open("/en/desk/marsa-noor/incidents/1/phase/").press(
        "Change the phase", phase="first-day", reason="The place is safe"
    )

    # One picture, the same in every language and for everyone at the incident.
    amina.open("/en/desk/marsa-noor/incidents/1/").sees(
        "Shots at the market", "Answered: 2", "How many families will come", "To 24 hours"
    )
    farid.open("/ar/desk/marsa-noor/incidents/1/").sees("Shots at the market")
    assert 'dir="rtl"' in farid.html
    assert farid.open("/en/desk/marsa-noor/incidents/2/").status == 404
