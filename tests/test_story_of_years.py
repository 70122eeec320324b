"""What comes after the first hour, through pages alone: from a message from the scene to an
incident that is opened again. The test moves the clock and the worker, nothing else."""

import io
import re
from datetime import UTC, datetime, timedelta

import pypdf
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core.cache import cache

from takatuf.activities import jobs as waking
from takatuf.config import world
from takatuf.incidents.models import Incident
from takatuf.plans.services import load_framework, start_plan
from tests.pages import Reader
from tests.test_story import clock, sign_in  # noqa: F401  the clock is a fixture

START = datetime(2026, 3, 14, 20, 50, tzinfo=UTC)
ROOM = "/en/desk/marsa-noor/incidents/1/"
MARKET = "The covered market, north door"


@pytest.fixture
def people(amina, farid, mayor, municipality):
    celine = world.make_person("Celine", (municipality, "communications"))
    found = {"amina": amina, "farid": farid, "mayor": mayor, "celine": celine}
    for person in found.values():
        person.set_password(world.PASSWORD)
        person.save()
    return found


def come_back(person):
    """Sign in again after months: the session has ended, the second factor is known."""
    cache.clear()  # months go by, and with them the half minute in which a code serves once
    reader = Reader().open("/en/account/login/")
    reader.press("Sign in", login=person.email, password=world.PASSWORD)
    secret = TOTP(Authenticator.objects.get(user=person, type="totp")).instance.data["secret"]
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(decrypt(secret), counter))
    return reader.press("Sign in", code=code)


def wake_what_sleeps(now):
    while waking.wake_next(now):
        pass


def test_from_the_scene_to_an_incident_that_is_opened_again(
    clock,  # noqa: F811
    city, people, act, municipality, fire, health,
):  # fmt: skip
    load_framework(now=START)
    plan = start_plan(
        act(people["amina"]), city, title="Main plan", slug="main", size="village", now=START
    )
    plan.agencies.set([municipality, fire, health])

    # Farid stands at the scene; nothing is declared yet. One minute on a phone.
    farid = sign_in(Reader(), people["farid"])
    farid.open("/en/desk/today/").follow("Report from the scene")
    farid.press(
        "Send the message", is_major="yes", location=MARKET, kind="attack",
        hazards="Broken glass", casualties="yes", casualty_details="About ten",
    )  # fmt: skip

    # Amina sees it waiting and makes it the declaration; what it said is filled in.
    clock.to(2)
    amina = sign_in(Reader(), people["amina"])
    amina.open("/en/desk/today/").sees(MARKET).follow("METHANE 1")
    message = amina.address
    amina.follow("Declare")
    amina.press("Declare an incident", title="Attack at the market", severity="3",
                lead_agency=str(fire.pk))  # fmt: skip
    amina.open(ROOM).sees("Attack at the market", MARKET)
    amina.open(f"{ROOM}log/").sees("Broken glass")
    farid.open(message).sees("Attack at the market")

    # The report: drafted from the picture, words for each language, sent.
    clock.to(60)
    amina.open(f"{ROOM}reports/").press("Draft")
    report = amina.address
    amina.open(report).press("Send for approval")
    assert "Approve the report" not in amina.words  # nobody approves their own

    # A second person approves it, and the Arabic PDF is the one that counts.
    clock.to(65)
    celine = sign_in(Reader(), people["celine"])
    celine.open(report).follow("Approve the report")
    celine.press("Approve the report")
    celine.open(report).sees("Approved")
    pdf = next(url for url, _words in celine.page.links if url.endswith("/pdf/ar/"))
    sheet = pypdf.PdfReader(io.BytesIO(celine.client.get(pdf).content))
    assert sheet.trailer["/Root"]["/Lang"].startswith("ar")
    assert "/StructTreeRoot" in sheet.trailer["/Root"]
    words = "".join(page.extract_text() for page in sheet.pages)
    assert re.search("[\u0600-\u06ff\ufb50-\ufeff]{3}", words)

    # The lead passes in writing, and is accepted.
    clock.to(20 * 60)
    farid = sign_in(Reader(), people["farid"])
    farid.open(f"{ROOM}hand-over/").follow("Hand over the lead")
    farid.press(
        "Offer the lead", to_agency=str(municipality.pk), text="The scene is safe and released"
    )
    clock.to(20 * 60 + 30)
    amina = come_back(people["amina"])
    amina.open("/en/desk/today/").open(f"{ROOM}hand-over/").sees("The lead is offered")
    amina.follow(f"From {fire} to {municipality}")
    amina.sees("The scene is safe and released").press("Accept the lead", note="We meet at nine")
    amina.open(ROOM).sees(f"{municipality} leads")
    amina.open(f"{ROOM}log/").sees(f"{municipality} leads from now on")

    # Five months later the response ends; two things stay open.
    clock.to(150 * 24 * 60)
    amina = come_back(people["amina"])
    amina.open(ROOM).follow("Stand down")
    kept = re.findall(r'name="keep" value="([0-9a-f-]{36})"', amina.html)[:2]
    assert len(kept) == 2
    amina.press("Stand the incident down", reason="What is left needs months", keep=kept)
    incident = Incident.objects.get()
    assert incident.stood_down_at is not None
    assert set(kept) <= {str(task.pk) for task in incident.tasks.filter(state="open")}
    amina.open("/en/desk/marsa-noor/ahead/").sees("Attack at the market")

    # Before the anniversary what sleeps wakes, and stands on Today.
    before = incident.tasks.filter(state="open").count()
    later = clock.now = START + timedelta(days=361)
    wake_what_sleeps(later)
    woken = incident.tasks.filter(state="open", phase="years").exclude(pk__in=kept)
    assert woken.exists()
    assert incident.tasks.filter(state="open").count() > before

    # Ten years on the case is tried again.
    clock.now = START + timedelta(days=3660)
    amina = come_back(people["amina"])
    amina.open(ROOM).follow("Open the incident again")
    amina.press("Open the incident again", reason="The case is tried again")
    amina.open("/en/desk/marsa-noor/incidents/").sees("Attack at the market")
    amina.open(f"{ROOM}log/").sees("The case is tried again")
