"""`make shots`: every page at two widths, in both directions, light and dark, with an index.

It builds the demo city in a folder of its own, starts the server on a free port, signs in
each kind of reader by a session of their own and photographs what they see.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time as time_of
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from takatuf.testing.installation import free_port, wait_for
from takatuf.testing.prepared import prepared

WIDTHS = (390, 1280)
LANGUAGES = ("ar", "en")
SCHEMES = ("light", "dark")
OPERATOR = "operator@marsa-noor.example.org"
SECRETARIAT = "secretariat@network.example.org"
CARD = "christchurch-2019-navigators"
# What a page answers that is not simply there.
STATUS = {"not-found": 404, "answer-old": 404, "forbidden": 403}


# A city on its first day: every list of it is empty.
NEW_CITY = [
    "city", "add", "--slug", "new-city", "--name", "Rasm al-Bahr", "--name-in", "ar=رسم البحر",
    "--country", "JO", "--timezone", "Asia/Amman", "--languages", "ar,en,fr",
    "--coordinator", "first@new-city.example.org",
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="make shots")
    parser.add_argument("--out", type=Path, default=Path("shots"))
    parser.add_argument("--only", default="", help="part of the names of the pages to take")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--schemes", default=",".join(SCHEMES))
    parser.add_argument("--home", type=Path, help="a data folder to use as it is")
    parser.add_argument("--list", action="store_true", help="print pages and sessions as JSON")
    args = parser.parse_args()
    if args.list:
        _list()
        return
    with running_demo(args.home) as demo:
        _photograph(args, demo)


@dataclass(frozen=True)
class Demo:
    """A running server with the demo city: its address, its pages, a session for each reader.

    A page is its name, the e-mail of its reader ("" for a stranger) and its address without
    language. `further` are forms and lists in other states, much like those of `pages`.
    """

    base: str
    pages: list[tuple[str, str, str]]
    further: list[tuple[str, str, str]]
    sessions: dict[str, str]


@contextmanager
def running_demo(home: Path | None = None) -> Iterator[Demo]:
    """The demo city in a data folder of its own, served on a free port until the block ends."""
    folder = home or Path(tempfile.mkdtemp(prefix="takatuf-shots-"))
    port = free_port()
    base = f"http://localhost:{port}"  # by its name: a number has no passkeys
    around = os.environ | {
        "TAKATUF_HOME": str(folder), "DATABASE_URL": "", "TAKATUF_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "takatuf.config.settings", "TAKATUF_BASE_URL": base,
    }  # fmt: skip
    command = [sys.executable, "-c", "from takatuf.config.command import main; main()"]
    if home is None:
        prepared("demo", partial(_make_demo, command, around), folder)
    listed = subprocess.run(
        [sys.executable, "-m", "takatuf.testing.shots", "--list"],
        check=True, stdout=subprocess.PIPE, env=around, text=True,
    )  # fmt: skip
    known = json.loads(listed.stdout)
    server = subprocess.Popen([*command, "serve", "--port", str(port)], env=around)
    try:
        wait_for(f"{base}/en/")
        yield Demo(base, known["pages"], known["further"], known["sessions"])
    finally:
        server.terminate()
        server.wait(timeout=10)
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)


def _make_demo(command: list[str], around: dict[str, str], folder: Path) -> None:
    # Not in the demo city itself: nobody with a known password stands above real cities.
    appoint = ["person", "appoint", OPERATOR, "--role", "operator"]
    above = ["person", "appoint", SECRETARIAT, "--role", "secretariat"]
    prepared("set-up", partial(_set_up, command, around), folder)
    there = around | {"TAKATUF_HOME": str(folder)}
    for words in (["demo"], appoint, above, NEW_CITY):
        subprocess.run([*command, *words], check=True, stdout=subprocess.DEVNULL, env=there)


def _set_up(command: list[str], around: dict[str, str], folder: Path) -> None:
    there = around | {"TAKATUF_HOME": str(folder)}
    subprocess.run([*command, "setup"], check=True, stdout=subprocess.DEVNULL, env=there)


def _list() -> None:
    import django

    django.setup()
    _offer_posts()
    _offer_lead()
    _ask_to_join()
    _begin_correction()
    _let_partner_be_silent()
    _take_in_needs()
    found, further = pages(), further_pages()
    readers = {email for _name, email, _path in found + further if email}
    sessions = {email: session_of(email) for email in readers}
    sys.stdout.write(json.dumps({"pages": found, "further": further, "sessions": sessions}))


def _offer_posts() -> None:
    """A neighbouring city offers Farid two posts; one of its own people declined one here."""
    from django.utils import timezone

    from takatuf.accounts.models import Person
    from takatuf.config import world
    from takatuf.foundation.actors import COMMAND
    from takatuf.network.models import Agency, City
    from takatuf.network.services import decline_offer, give_post

    if City.objects.filter(slug="cape-lumen").exists():
        return
    now = timezone.now()
    there = world.make_city("cape-lumen", name="Cape Lumen", names={"ar": "رأس لومن"})
    rescue = world.make_agency(there, "Sea Rescue", "fire", names={"ar": "الإنقاذ البحري"})
    council = world.make_agency(there, "City of Cape Lumen", names={"ar": "بلدية رأس لومن"})
    neighbour = world.make_person("Ivo Santar", (rescue, "liaison"), email="ivo@lumen.example.org")
    farid = Person.objects.get(email="farid@marsa-noor.example.org")
    for agency, role in ((rescue, "liaison"), (council, "psychosocial")):
        give_post(COMMAND, agency, email=farid.reached_at, name="Captain Khoury", role=role,
                  call_order=2, phone="+999215509901", now=now)  # fmt: skip
    police = Agency.objects.get(name="City Police")
    offered = give_post(COMMAND, police, email="ivo@lumen.example.org", name="Ivo S.",
                        role="liaison", call_order=3, now=now)  # fmt: skip
    decline_offer(world.acting(neighbour), offered.person, now=now)


def _offer_lead() -> None:
    """The police offer the lead of the incident to the city."""
    from django.utils import timezone

    from takatuf.accounts.models import Person
    from takatuf.config import world
    from takatuf.coordination.services import offer_hand_over
    from takatuf.incidents.models import HandOver, Incident
    from takatuf.network.models import Agency

    incident = Incident.objects.get(city__slug="marsa-noor", number=_rooms()[0])
    if HandOver.objects.filter(incident=incident).exists():
        return
    police = Person.objects.get(email="victor@marsa-noor.example.org")
    late = incident.tasks.filter(state="blocked").order_by("id").first()
    offer_hand_over(
        world.acting(police), incident, now=timezone.now(), language="en",
        to_agency=Agency.objects.get(name="City of Marsa Noor"),
        text="The scene is released at noon. The police keep the investigation and the "
        "cordon; the city leads everything for the people from then on.",
        notes={f"task:{late.pk}": "The caretaker has the key from two o’clock."} if late else {},
    )  # fmt: skip


def _ask_to_join() -> None:
    """Two authorities ask to join: one as it should be, one with an address made to deceive."""
    from django.utils import timezone

    from takatuf.accounts.models import Person
    from takatuf.config import world
    from takatuf.coordination.services import approve_application, ask_for_more
    from takatuf.foundation.ids import uuid7
    from takatuf.network.models import Application
    from takatuf.network.services import NewApplication, keep_application

    if Application.objects.exists():
        return
    now = timezone.now()
    told: dict[str, Any] = {
        "level": "municipality", "country": "JO", "contact_name": "ريم الخطيب",
        "office": "أمينة سر البلدية", "language": "ar", "proof": "letter",
        "letter_reference": "رقم 118 بتاريخ 3 تشرين الثاني 2026",
    }  # fmt: skip
    asked = []
    for authority, website, email in (
        ("بلدية وادي الزيتون", "https://zaytoun.example.org", "reem@zaytoun.example.org"),
        ("Municipality of Zaytoun Valley", "https://www.zaytoun.example.org",
         "mayor@zаytoun-example.org"),
    ):  # fmt: skip
        new = NewApplication(
            **told, authority=authority, website=website, email=email, once=uuid7()
        )
        application = keep_application(new, now=now)[0]
        # In the place of the press in the letter: this system sends none.
        application.state, application.confirmed_at = "waiting", now
        application.save()
        asked.append(application)
    judge = Person.objects.filter(email=SECRETARIAT).first()
    if judge:
        reason = (
            "I rang the town hall over the number on its website; the letter is in its register."
        )
        approve_application(world.acting(judge), asked[0], reason=reason, now=now)
        ask_for_more(
            world.acting(judge), asked[1], now=now,
            question="Your address is not at the domain of your website. Which is right?",
        )  # fmt: skip


def _begin_correction() -> None:
    """The secretariat has begun to correct a card of the library."""
    from django.utils import timezone

    from takatuf.accounts.models import Person
    from takatuf.config import world
    from takatuf.learning.models import Card
    from takatuf.learning.services import begin_correction

    keeper = Person.objects.filter(email=SECRETARIAT).first()
    if keeper is not None:
        card = Card.objects.get(slug=CARD)
        begin_correction(world.acting(keeper), card, now=timezone.now())


def _take_in_needs() -> None:
    """A table of needs was taken in, but for one row."""
    from django.utils import timezone

    from takatuf.accounts.models import Person
    from takatuf.community.models import Survey
    from takatuf.config import world
    from takatuf.coordination.services import import_issues
    from takatuf.incidents.models import Incident

    if Survey.objects.exists():
        return
    amina = world.acting(Person.objects.get(email="amina@marsa-noor.example.org"))
    incident = Incident.objects.get(number=_rooms()[0], city__slug="marsa-noor")
    table = (
        "الرقم,الاحتياج,درجة الخطورة,عدد المتضررين,الحي,اللون\n"
        "1,لا يعرف الجيران أين تُعقد جلسات المواساة,منخفضة,80,Old Harbour,أزرق\n"
        "2,لا مكان هادئ للأطفال في قاعة الانتظار,هائلة,15,Old Harbour,أزرق\n"
    )
    import_issues(
        amina, incident, table.encode(), filename="احتياجات-الحي.csv", language="ar",
        now=timezone.now(),
    )  # fmt: skip


def _let_partner_be_silent() -> None:
    """The partner who told what it does has confirmed nothing for a while."""
    from django.utils import timezone

    from takatuf.activities.models import Activity, Invitation

    told = Activity.objects.filter(organisation__in=Invitation.objects.values("organisation"))
    told.update(confirmed_at=timezone.now() - timedelta(days=9))


def session_of(email: str) -> str:
    """The key of a fresh session in which this person is signed in, second factor passed.

    Who needs none has none, and sees the page on which it is set up.
    """
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from takatuf.accounts.access import needs_second_factor
    from takatuf.accounts.models import Person
    from takatuf.accounts.sessions import SessionStore
    from takatuf.network.queries import actor_for

    person = Person.objects.get(email=email)
    if needs_second_factor(person, actor_for(person)):
        TOTP.activate(person, generate_totp_secret())
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "email": email},
        {"method": "mfa", "at": time.time(), "type": "totp"},
    ]
    session.create()
    return str(session.session_key)


def _rooms() -> tuple[int, int]:
    """The numbers of the demo city's two incidents: the one under way, the one long past."""
    from takatuf.incidents.models import Incident

    there = Incident.objects.filter(city__slug="marsa-noor")
    present = there.filter(stood_down_at=None).order_by("number").first()
    past = there.exclude(stood_down_at=None).order_by("number").first()
    if not (present and past):
        raise RuntimeError("The demo city is not whole: run `takatuf demo --reset`.")
    return present.number, past.number


def _older_plan(lead: str) -> str:
    """A plan as it stands that began with the first framework; its address."""
    from django.utils import timezone

    from takatuf.accounts.models import Person
    from takatuf.network.models import City
    from takatuf.network.queries import actor_for
    from takatuf.plans.framework import framework
    from takatuf.plans.models import Plan
    from takatuf.plans.services import edit_step, start_plan

    city, now = City.objects.get(slug="marsa-noor"), timezone.now()
    if plan := Plan.objects.filter(city=city, framework_version="2026.1").first():
        return plan.slug
    actor = actor_for(Person.objects.get(email=lead))
    plan = start_plan(actor, city, title="Plan of the old town", size="city", now=now)
    plan.steps.exclude(code__in=framework().at("2026.1").by_code).delete()
    step = plan.steps.order_by("id")[0]
    edit_step(actor, step, title={"en": "Ring every number of our list"}, now=now)
    step.refresh_from_db()
    # As though the framework had worded it anew since, and the city had too.
    plan.steps.filter(pk=step.pk).update(framework_version="2025.1")
    before = city.plans.exclude(pk=plan.pk).order_by("created_at")[0].created_at
    Plan.objects.filter(pk=plan.pk).update(
        framework_version="2026.1", created_at=before - timedelta(days=1)
    )
    return plan.slug


def _coming_dialogue() -> tuple[str, str]:
    """A public dialogue of next month and the token of somebody invited; its short name first."""
    from django.utils import timezone

    from takatuf.foundation.actors import COMMAND
    from takatuf.learning.access import token_of
    from takatuf.learning.models import Dialogue, Registration
    from takatuf.learning.services import (
        Frame,
        add_programme_item,
        add_theme,
        prepare_dialogue,
        publish_dialogue,
    )

    now, slug = timezone.now(), "marsa-noor-next"
    found = Dialogue.objects.filter(slug=slug).first()
    if found is None:
        first = now.date() + timedelta(days=30)
        frame = Frame(first, first + timedelta(days=1), "day", "JO", "Asia/Amman", 40, first)
        words = {
            "title": "The first weeks: asking people before deciding for them",
            "place": "Marsa Noor",
            "summary": "Two days for mayors and those who coordinate a response.",
        }
        found = prepare_dialogue(
            COMMAND, slug=slug, language="en", frame=frame, words=words, now=now
        )
        cells = [("first-weeks", "community"), ("first-weeks", "support")]
        add_theme(COMMAND, found, words="Whom to ask, and how", cells=cells, now=now)
        add_programme_item(
            COMMAND, found, words="Opening", on=first, starts=time_of(9), ends=time_of(10), now=now
        )
        publish_dialogue(COMMAND, found, now=now)
        told = {"name": "Nadia", "city": "Old Town", "office": "Mayor’s office"}
        Registration.objects.create(
            dialogue=found,
            told=json.dumps(told | {"email": "nadia@example.org", "needs": "A ramp"}),
            address_digest="of-nobody",
            language="en",
            seat="invited",
            invited=True,
            made_at=now,
        )
    return slug, token_of(Registration.objects.filter(dialogue=found).latest("id").pk)


def pages() -> list[tuple[str, str, str]]:
    """Every page worth a look: its name, who reads it ("" a stranger), its address."""
    from takatuf.accounts.access import handed_token
    from takatuf.accounts.models import Person
    from takatuf.activities.access import invitation_token
    from takatuf.activities.models import Activity, Import, Invitation, Overlap, Task
    from takatuf.alerts.access import token_for
    from takatuf.alerts.models import Delivery
    from takatuf.communications.models import Report
    from takatuf.decisions.models import LogEntry
    from takatuf.incidents.models import HandOver
    from takatuf.learning.models import CardDraft
    from takatuf.network.access import application_token
    from takatuf.network.models import Agency, Application, Membership, Organisation
    from takatuf.plans.models import Step
    from takatuf.translation.models import Mistake

    domain = "@marsa-noor.example.org"
    lead, other, privacy = f"amina{domain}", f"farid{domain}", f"odile{domain}"
    number, before = _rooms()
    room, past = (f"desk/marsa-noor/incidents/{which}/" for which in (number, before))
    first, second = Report.objects.filter(incident__number=number).order_by("number")[:2]
    task = Task.objects.filter(incident__number=number, state="taken").order_by("id").first()
    blocked = Task.objects.filter(incident__number=number, state="blocked").first()
    entry = LogEntry.objects.filter(incident__number=number, kind="decision").first()
    # No link was sent to an agency with nobody in its list.
    unread = (
        Delivery.objects.filter(call__answered_at=None, call__alert__asks=True)
        .exclude(channel="desk").select_related("call").order_by("id").first()
    )  # fmt: skip
    agency = Agency.objects.get(name="City Police")
    ministry = Organisation.objects.get(name="Ministry of the Interior")
    new = Person.objects.get(email=f"jonas{domain}")  # has chosen no password yet
    post = agency.memberships.order_by("call_order", "id").first()
    holders = Task.objects.filter(state="taken", incident__number=number).values("taken_by")
    held_post = Membership.objects.filter(person__in=holders).order_by("id").first()
    step = Step.objects.order_by("id").first()
    if not (held_post and task and entry and unread and post and step):
        raise RuntimeError("The demo city is not whole: run `takatuf demo --reset`.")
    links = Invitation.objects.order_by("id")[:2]
    told = Activity.objects.filter(organisation=links[0].organisation_id).latest("id")
    waiting = Overlap.objects.open().order_by("-is_red", "-score", "id")[0]
    agreed = Overlap.objects.filter(state="settled").order_by("id")[0]
    coming, invited = _coming_dialogue()
    tried, asking = Import.objects.filter(state__in=("tried", "asking")).order_by("id")
    found = [
        ("front", "", ""),
        ("dialogues", "", "dialogues/"),
        ("languages", "", "languages/"),
        ("glossary", "", "languages/glossary/"),
        ("dialogue", "", "dialogues/oslo-2023/"),
        ("dialogue-coming", "", f"dialogues/{coming}/"),
        ("dialogue-register", "", f"dialogues/{coming}/register/"),
        ("dialogue-answer", "", f"dialogues/answer/{invited}/"),
        ("utoya", "", "utoya/"),
        ("library", "", "library/"),
        ("library-card", "", f"library/{CARD}/"),
        ("city", "", "cities/marsa-noor/"),
        ("guide", "", "guide/"),
        ("guide-list", "", "guide/phase/first-hour/?size=town"),
        ("guide-action", "", "guide/support.first-day.one-number/"),
        ("guide-now", "", "guide/now/"),
        ("sign-in", "", "account/login/"),
        ("forgotten", "", "account/password/reset/"),
        ("search", "", "search/?q=%D8%A7%D9%84%D9%86%D8%A7%D8%AC%D9%88%D9%86+families"),
        ("not-found", "", "nowhere/"),
        ("members", "", "members/"),
        ("apply", "", "join/"),
        ("apply-sent", "", "join/sent/"),
        ("mistake", "", "mistake/?about=/ar/&text=page/front/lead"),
        ("mistake-thanks", "", "mistake/thanks/?about=/ar/"),
        ("report-public", "", f"cities/marsa-noor/reports/{first.number}/"),
        ("answer", "", f"answer/{token_for(unread.pk)}/"),
        ("waiting", lead, "waiting/"),
        ("today", lead, "desk/today/"),
        ("desk-search", lead, "desk/search/?q=families"),
        ("today-liaison", other, "desk/today/"),
        ("incidents", lead, "desk/marsa-noor/incidents/"),
        ("declare", lead, "desk/marsa-noor/incidents/declare/"),
        ("methanes", lead, "desk/marsa-noor/methane/"),
        ("methane-new", other, "desk/marsa-noor/methane/new/"),
        ("methane", lead, "desk/marsa-noor/methane/2/"),
        ("declare-from", lead, "desk/marsa-noor/incidents/declare/?from=2"),
        ("picture", lead, room),
        ("who-does-what", lead, f"{room}who-does-what/"),
        ("who-does-what-partners", lead, f"{room}who-does-what/partners/"),
        ("activity", lead, f"{room}who-does-what/{told.pk}/"),
        ("activity-change", lead, f"{room}who-does-what/{told.pk}/change/"),
        ("partner", "", f"partner/{invitation_token(links[0].pk)}/"),
        ("partner-first", "", f"partner/{invitation_token(links[1].pk)}/"),
        ("partner-change", "", f"partner/{invitation_token(links[0].pk)}/report/?entry={told.pk}"),
        ("who-does-what-report", lead, f"{room}who-does-what/report/"),
        ("overlaps", lead, f"{room}who-does-what/overlaps/"),
        ("overlap-open", lead, f"{room}who-does-what/overlaps/{waiting.pk}/"),
        ("overlap-settled", lead, f"{room}who-does-what/overlaps/{agreed.pk}/"),
        ("organisations", lead, f"{room}who-does-what/organisations/"),
        ("organisation", lead, f"{room}who-does-what/organisations/{ministry.pk}/"),
        ("coverage", lead, f"{room}who-does-what/matrix/"),
        ("coverage-map", lead, f"{room}who-does-what/map/"),
        ("imports", lead, f"{room}who-does-what/imports/"),
        ("import-tried", lead, f"{room}who-does-what/imports/{tried.pk}/"),
        ("import-asking", lead, f"{room}who-does-what/imports/{asking.pk}/"),
        ("who-leads-here", lead, f"{room}who-does-what/who-leads/"),
        ("who-leads", lead, "desk/marsa-noor/who-leads/"),
        ("who-leads-draft", lead, "desk/marsa-noor/who-leads/2/"),
        ("picture-liaison", other, room),
        ("roll-call", lead, room + "roll-call/"),
        ("tick", lead, f"{room}roll-call/{unread.call_id}/"),
        ("phone-tree", lead, room + "phone-tree/"),
        ("phase", lead, room + "phase/"),
        ("facts", lead, room + "facts/"),
        ("meeting", lead, room + "meeting/"),
        ("meetings", lead, room + "meetings/"),
        ("meeting-minutes", lead, room + "meetings/1/"),
        ("meeting-planned", other, room + "meetings/2/"),
        ("ahead", lead, room + "ahead/"),
        ("past-picture", lead, past),
        ("past-ahead", lead, f"{past}ahead/"),
        ("past-log", lead, f"{past}log/"),
        ("past-lead", lead, f"{past}hand-over/"),
        ("past-reports", lead, f"{past}reports/"),
        ("years-ahead", lead, "desk/marsa-noor/ahead/"),
        ("join", lead, room + "join/"),
        ("actions", lead, room + "actions/"),
        ("action", lead, f"{room}actions/{task.pk}/"),
        ("log", lead, room + "log/"),
        ("entry", lead, f"{room}log/{entry.number}/"),
        ("reports", lead, room + "reports/"),
        ("report", lead, f"{room}reports/{first.number}/"),
        ("report-draft", lead, f"{room}reports/{second.number}/"),
        ("report-changes", lead, f"{room}reports/{second.number}/changes/"),
        ("report-edit", lead, f"{room}reports/{second.number}/edit/support/fr/"),
        ("report-scope", lead, f"{room}reports/{second.number}/scope/"),
        ("report-figure", lead, f"{room}reports/{second.number}/figures/"),
        ("report-withdraw", lead, f"{room}reports/{second.number}/withdraw/"),
        ("journal", privacy, "desk/marsa-noor/journal/"),
        ("contacts", lead, "desk/marsa-noor/contacts/"),
        ("members-choice", lead, "desk/marsa-noor/listing/"),
        ("agency", lead, f"desk/marsa-noor/contacts/{agency.pk}/"),
        ("post", lead, f"desk/marsa-noor/contacts/posts/{post.pk}/"),
        ("post-end", lead, f"desk/marsa-noor/contacts/posts/{held_post.pk}/end/"),
        ("plans", lead, "desk/marsa-noor/plans/"),
        ("plan", lead, "desk/marsa-noor/plans/main/"),
        ("step", lead, f"desk/marsa-noor/plans/main/steps/{step.pk}/"),
        ("history", lead, "desk/marsa-noor/plans/main/history/"),
        ("improvements", lead, f"desk/marsa-noor/plans/{_older_plan(lead)}/improvements/"),
        ("posts", other, "desk/account/"),
        ("begin", "", f"begin/{handed_token(new, None)}/"),
        ("more", lead, room + "more/"),
        ("workstream", lead, room + "workstreams/community/"),
        ("workstream-none", lead, room + "workstreams/learning/"),
        ("log-workstream", lead, room + "log/?workstream=support"),
        ("community", lead, "desk/marsa-noor/community/"),
        ("gaps", lead, room + "who-does-what/gaps/"),
        ("needs", lead, room + "who-does-what/needs/"),
        ("need", lead, room + "who-does-what/needs/1/"),
        ("promises", lead, "desk/marsa-noor/promises/"),
        ("promise", lead, "desk/marsa-noor/promises/1/"),
        ("promise-quarters", lead, "desk/marsa-noor/promises/quarters/"),
        ("lead", lead, room + "hand-over/"),
        (
            "hand-over",
            lead,
            f"{room}hand-over/{HandOver.objects.filter(incident__number=number).latest('id').pk}/",
        ),
        ("hold", privacy, room + "hold/"),
        ("inquiry", privacy, room + "inquiry/"),
        ("account", lead, "account/2fa/"),
        ("second-step", other, "account/2fa/totp/activate/"),
        ("passkey-add", other, "account/2fa/passkeys/add/"),
        ("sessions", lead, "account/sessions/"),
        ("password", lead, "account/password/change/"),
        ("details", lead, "desk/details/"),
        ("erase", privacy, "desk/marsa-noor/journal/erase/"),
        ("person", lead, f"desk/marsa-noor/contacts/posts/{post.pk}/person/"),
        ("keys", lead, "account/keys/"),
    ]
    if Person.objects.filter(email=OPERATOR).exists():
        found += [
            ("today-operator", OPERATOR, "desk/today/"),
            ("journals", OPERATOR, "desk/journal/"),
            ("journal-installation", OPERATOR, "desk/journal/installation/"),
        ]
    if Person.objects.filter(email=SECRETARIAT).exists():
        first_report = Mistake.objects.filter(first="governing-mayor").get()
        draft = CardDraft.objects.get(slug=CARD)
        found += [
            ("learn", SECRETARIAT, "desk/learn/"),
            ("desk-dialogues", SECRETARIAT, "desk/learn/dialogues/"),
            ("desk-dialogue", SECRETARIAT, f"desk/learn/dialogues/{coming}/"),
            ("desk-dialogue-prepare", SECRETARIAT, "desk/learn/dialogues/prepare/"),
            ("desk-registrations", SECRETARIAT, f"desk/learn/dialogues/{coming}/registrations/"),
            ("learn-library", SECRETARIAT, "desk/learn/library/"),
            ("card-draft", SECRETARIAT, f"desk/learn/library/drafts/{draft.pk}/"),
            ("translations", SECRETARIAT, "desk/learn/translations/"),
            (
                "translation",
                SECRETARIAT,
                "desk/learn/translations/fr/card/christchurch-2019-navigators/",
            ),
            ("applications", SECRETARIAT, "desk/learn/applications/"),
            *(
                (f"application-{one.state}", SECRETARIAT, f"desk/learn/applications/{one.pk}/")
                for one in Application.objects.order_by("sent_at")[:2]
            ),
            *(
                (f"apply-{one.state}", "", f"join/application/{application_token(one.pk)}/")
                for one in Application.objects.order_by("sent_at")[:2]
            ),
            ("mistakes", SECRETARIAT, "desk/learn/mistakes/"),
            ("mistake-reported", SECRETARIAT, f"desk/learn/mistakes/{first_report.pk}/"),
        ]
    if blocked:
        found.append(("action-blocked", lead, f"{room}actions/{blocked.pk}/"))
    return found


def further_pages() -> list[tuple[str, str, str]]:
    """Forms, empty lists, pages for paper, refusals: what is seen less often, and as tired."""
    from takatuf.activities.models import Task
    from takatuf.community.models import Survey
    from takatuf.decisions.models import LogEntry
    from takatuf.learning.models import CardDraft
    from takatuf.network.models import City, Membership
    from takatuf.plans.models import Step

    domain = "@marsa-noor.example.org"
    lead, other = f"amina{domain}", f"farid{domain}"
    desk = "desk/marsa-noor/"
    number, _past = _rooms()
    room = f"{desk}incidents/{number}/"
    post = Membership.objects.filter(agency__name="City Police").order_by("call_order").first()
    step = Step.objects.order_by("id").first()
    task = Task.objects.filter(incident__number=number, state="open").order_by("id").first()
    done = Task.objects.filter(incident__number=number, state="done").order_by("id").first()
    kinds = ("information", "question", "promise")
    entries = LogEntry.objects.filter(incident__number=number, kind__in=kinds).order_by("number")
    by_kind = {entry.kind: entry.number for entry in entries}
    table = Survey.objects.first()
    if not (post and step and task and done and table and len(by_kind) == len(kinds)):
        raise RuntimeError("The demo city is not whole: run `takatuf demo --reset`.")
    found = [
        ("answer-old", "", f"answer/{'A' * 32}/"),
        ("forbidden", other, f"{desk}contacts/add/"),
        ("sign-out", lead, "account/logout/"),
        ("organisation-names", lead, f"{room}who-does-what/organisations/names/"),
        ("who-leads-change", lead, f"{desk}who-leads/2/change/"),
        ("need-new", lead, f"{room}who-does-what/needs/new/"),
        ("need-change", lead, f"{room}who-does-what/needs/3/change/"),
        ("needs-import", lead, f"{room}who-does-what/needs/import/"),
        ("need-table", lead, f"{room}who-does-what/needs/import/{table.pk}/"),
        ("need-lesson", lead, f"{room}who-does-what/needs/9/lesson/"),
        ("need-closed", lead, f"{room}who-does-what/needs/9/"),
        ("needs-none", lead, f"{room}who-does-what/needs/?seriousness=4"),
        ("promise-make", lead, f"{desk}promises/make/"),
        ("promises-none", lead, f"{desk}promises/?which=released"),
        ("offer-lead", f"victor{domain}", f"{room}hand-over/offer/"),
        ("incidents-all", lead, f"{desk}incidents/?show=all"),
        ("actions-none", lead, f"{room}actions/?phase=years"),
        ("actions-done", lead, f"{room}actions/?state=done"),
        ("action-add", lead, f"{room}actions/add/"),
        ("action-open", lead, f"{room}actions/{task.pk}/"),
        ("action-done", lead, f"{room}actions/{done.pk}/"),
        ("log-decision", lead, f"{room}log/decision/"),
        ("log-print", lead, f"{room}log/print/"),
        ("log-correct", lead, f"{room}log/{by_kind['information']}/correct/"),
        ("entry-question", lead, f"{room}log/{by_kind['question']}/"),
        ("entry-promise", lead, f"{room}log/{by_kind['promise']}/"),
        ("contacts-none", lead, f"{desk}contacts/?q=nobody-at-all"),
        ("contacts-print", lead, f"{desk}contacts/print/"),
        ("agency-add", lead, f"{desk}contacts/add/"),
        ("agency-edit", lead, f"{desk}contacts/{post.agency_id}/edit/"),
        ("person-add", lead, f"{desk}contacts/{post.agency_id}/add-person/"),
        ("post", lead, f"{desk}contacts/posts/{post.pk}/"),
        ("duty", lead, f"{desk}contacts/posts/{post.pk}/duty/"),
        ("import-partners", lead, f"{desk}contacts/import-partners/"),
        ("import-areas", lead, f"{desk}contacts/import-areas/"),
        ("plan-start", lead, f"{desk}plans/start/"),
        ("plan-calls", lead, f"{desk}plans/main/calls/"),
        ("plan-tree", lead, f"{desk}plans/main/phone-tree/"),
        ("step-add", lead, f"{desk}plans/main/steps/add/"),
        ("step-history", lead, f"{desk}plans/main/steps/{step.pk}/history/"),
    ]
    if draft := CardDraft.objects.filter(slug=CARD).first():
        drafts = f"desk/learn/library/drafts/{draft.pk}/"
        found += [
            ("card-edit", SECRETARIAT, f"{drafts}edit/"),
            ("card-source", SECRETARIAT, f"{drafts}sources/s1/"),
            ("card-kept", SECRETARIAT, f"desk/learn/library/{CARD}/"),
            ("library-narrowed", "", "library/?workstream=psychosocial&region=europe"),
        ]
    if City.objects.filter(slug="new-city").exists():
        first = "first@new-city.example.org"
        found += [
            ("new-today", first, "desk/today/"),
            ("new-incidents", first, "desk/new-city/incidents/"),
            ("new-contacts", first, "desk/new-city/contacts/"),
            ("new-plans", first, "desk/new-city/plans/"),
        ]
    return found


def _photograph(args: argparse.Namespace, demo: Demo) -> None:
    from takatuf.testing.browser import open_browser

    base, sessions = demo.base, demo.sessions
    wanted = [page for page in demo.pages + demo.further if args.only in page[0]]
    args.out.mkdir(exist_ok=True)
    taken: list[dict[str, Any]] = []
    with open_browser() as browser:
        for scheme in args.schemes.split(","):
            for width in WIDTHS:
                for email in {email for _name, email, _path in wanted}:
                    context = browser.new_context(
                        viewport={"width": width, "height": 844 if width < 800 else 900},
                        color_scheme=scheme,
                    )
                    if email:
                        context.add_cookies(
                            [{"name": "takatuf_session", "value": sessions[email], "url": base}]
                        )
                    tab = context.new_page()
                    for name, reader, path in wanted:
                        if reader != email:
                            continue
                        for language in args.languages.split(","):
                            answer = tab.goto(f"{base}/{language}/{path}")
                            file = f"{name}-{language}-{width}-{scheme}.png"
                            tab.screenshot(path=args.out / file, full_page=True)
                            status = answer.status if answer else 0
                            wide = tab.evaluate(
                                "document.documentElement.scrollWidth > window.innerWidth"
                            )
                            taken.append(
                                {"file": file, "status": status, "address": tab.url, "wide": wide}
                            )
                            sys.stderr.write(
                                f"{status} {file}{'  WIDER THAN THE SCREEN' if wide else ''}\n"
                            )
                    context.close()
    _index(args.out, taken)


def _index(out: Path, taken: list[dict[str, Any]]) -> None:
    figures = "\n".join(
        f'<figure><a href="{html.escape(shot["file"])}"><img loading="lazy" width="300" '
        f'src="{html.escape(shot["file"])}" alt=""></a><figcaption>{html.escape(shot["file"])} '
        f"({shot['status']})</figcaption></figure>"
        for shot in sorted(taken, key=lambda shot: shot["file"])
    )
    (out / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Shots</title>'
        f"<h1>Shots</h1>\n{figures}\n</html>\n"
    )


if __name__ == "__main__":
    main()
