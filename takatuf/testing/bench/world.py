"""What is measured on: a city, 10,000 incidents, an incident with 10,000 tasks and as many log
entries, and a second city with a plan of 500 steps for 60 agencies and 1,000 people.

Run by `__main__` in a process of its own, with the environment of the installation.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings

KINDS = ["attack", "hate-incident", "threat", "disorder"]
TITLES = ["Shots at the market", "إطلاق نار في السوق", "Coups de feu au marché"]
BATCH = 1_000


def seed(many: int) -> dict[str, Any]:
    """Fill the database; the answer says what to ask for, and with which token."""
    from django.utils import timezone

    from takatuf.accounts.services import create_token
    from takatuf.activities.models import Task
    from takatuf.config import world
    from takatuf.coordination.services import declare_incident
    from takatuf.decisions.models import LogEntry
    from takatuf.foundation.actors import COMMAND
    from takatuf.incidents.models import Incident, Involvement
    from takatuf.plans.models import Plan
    from takatuf.translation.services import write_text

    now = timezone.now()
    city = world.make_city()
    agencies = [world.make_agency(city, f"Agency {number}") for number in range(24)]
    areas = [world.make_area(city, f"District {n}", 35 + n / 50, 31) for n in range(8)]
    coordinator = world.make_person("Amina", (agencies[0], "coordinator"))
    people = [world.make_person(f"Person {n}", (agencies[n % 24], "liaison")) for n in range(100)]
    plan = Plan.objects.create(city=city, slug="plan", title="Plan")
    plan.agencies.set(agencies)
    first = declare_incident(
        world.acting(coordinator), city=city, title=TITLES[0], kind="attack", severity=2,
        plan=plan, now=now,
    )  # fmt: skip
    incidents = [
        Incident(
            city=city, number=n, title=f"{TITLES[n % 3]} {n}", kind=KINDS[n % 4],
            severity=n % 4 + 1, happened_at=now - timedelta(hours=n),
            declared_at=now - timedelta(hours=n), area=areas[n % 8], place="The old market",
            lead_agency=agencies[n % 24], declared_by=coordinator, plan=plan, updated_at=now,
        )
        for n in range(2, many + 1)
    ]  # fmt: skip
    Incident.objects.bulk_create(incidents, batch_size=BATCH)
    Involvement.objects.bulk_create(
        [
            Involvement(incident=one, agency=agencies[n % 24], since=now)
            for n, one in enumerate(incidents)
        ],
        batch_size=BATCH,
    )
    texts = [
        write_text(
            {"en": f"Open hall {n}", "ar": f"افتح القاعة {n}"},
            source_language="en",
            owner=city.log,
        )
        for n in range(200)
    ]
    Task.objects.bulk_create(
        [
            Task(
                incident=first, title=texts[n % 200], phase="first-hour",
                workstream="leadership", agency=agencies[n % 24],
                state=["open", "taken", "blocked", "done"][n % 4],
                taken_by=people[n % 100] if n % 4 else None,
                due_at=now + timedelta(minutes=n % 600 - 300), created_at=now,
            )
            for n in range(many)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                incident=first, number=n + 1, kind=["information", "question"][n % 2],
                text=f"{TITLES[n % 3]}: line {n} of what was said and seen.", language="en",
                happened_at=now, recorded_at=now, author=people[n % 100],
                agency=agencies[n % 24], source="Police", confidence="confirmed",
            )
            for n in range(many)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    settle()
    _token, secret = create_token(COMMAND, coordinator, now)
    session = sign_in(coordinator)
    seed_big_plan(write_text)
    return {
        "token": secret,
        "session": session,
        "number": first.number,
        "city": city.slug,
        "incident": str(first.pk),
        "task": str(Task.objects.filter(incident=first).first().pk),  # type: ignore[union-attr]
        "entry": str(LogEntry.objects.filter(incident=first).first().pk),  # type: ignore[union-attr]
    }


def settle() -> None:
    """What PostgreSQL does by itself within a minute: look at how much there is, so that it
    does not plan for empty tables. A city's tables are not filled in one second."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def fill_log(asked: dict[str, Any]) -> int:
    """Nine times as many entries again in the log of the great incident, of every kind, some
    settled; the answer says how many there are."""
    from django.db.models import Max
    from django.utils import timezone

    from takatuf.decisions.models import LogEntry

    now = timezone.now()
    entries = LogEntry.objects.filter(incident=asked["incident"])
    first = entries.select_related("incident").get(number=1)
    last = entries.aggregate(last=Max("number"))["last"]
    kinds = ["information"] * 6 + ["decision", "question", "promise", "decision"]
    done = {"decision": "upheld", "question": "answered", "promise": "kept"}
    for begin in range(last, last * 10, BATCH):
        LogEntry.objects.bulk_create(
            LogEntry(
                incident=first.incident, number=n + 1, kind=kind, language="en",
                text=f"{TITLES[n % 3]}: line {n} of what was said and seen.",
                happened_at=now, recorded_at=now, author_id=first.author_id,
                agency_id=first.agency_id, confidence="confirmed",
                unknowns="How many there are." if n % 70 == 0 and kind == "decision" else "",
                review_at=now if kind == "decision" else None,
                promised_to="The families" if kind == "promise" else "",
                due_at=now if kind == "promise" else None,
                settled_at=now if kind in done and n % 49 else None,
                outcome=done[kind] if kind in done and n % 49 else "",
            )
            for n in range(begin, min(begin + BATCH, last * 10))
            for kind in [kinds[n % 10]]
        )  # fmt: skip
    settle()
    return int(entries.count())


def sign_in(person: Any) -> str:
    """The key of a session in which this person signed in, with a second factor."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from takatuf.accounts.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session.create()
    return str(session.session_key)


def listeners(asked: dict[str, Any]) -> list[str]:
    """Sessions of twenty-five people who serve the city of the great incident."""
    from takatuf.config import world
    from takatuf.network.models import City

    agency = world.make_agency(City.objects.get(slug=asked["city"]), "Control room")
    return [
        sign_in(world.make_person(f"Listener {n}", (agency, "coordinator", n + 1)))
        for n in range(25)
    ]


def seed_big_plan(write_text: Any) -> None:
    """A city whose plan has 500 steps, 60 agencies and 1,000 people to call."""
    from takatuf.config import world
    from takatuf.plans.models import Plan, Step

    city = world.make_city("big-city", name="Big City")
    agencies = [world.make_agency(city, f"Big agency {n}") for n in range(60)]
    world.make_person("Big coordinator", (agencies[0], "coordinator", 99))
    for n in range(1_000):
        # A city asks a few at once: the rest of an agency is climbed through.
        world.make_person(f"Big person {n}", (agencies[n % 60], "liaison", n // 60 + 1))
    plan = Plan.objects.create(city=city, slug="plan", title="Plan")
    plan.agencies.set(agencies)
    title = write_text({"en": "Open the hall"}, source_language="en", owner=city.log)
    Step.objects.bulk_create(
        Step(
            plan=plan, code=f"own.{n}", phase="first-hour", workstream="leadership",
            role="liaison", agency=agencies[n % 60], title=title, why=title, pitfall=title,
            due_within=timedelta(minutes=n % 60), position=n,
            after=[f"own.{n - 1}"] if n % 5 else [],
        )
        for n in range(500)
    )  # fmt: skip


def versions(nothing: None) -> dict[str, str]:
    """The database that this installation stands on."""
    from django.db import connection

    with connection.cursor() as cursor:
        sqlite = connection.vendor == "sqlite"
        cursor.execute("SELECT sqlite_version()" if sqlite else "SHOW server_version")
        return {connection.vendor: cursor.fetchone()[0]}


def statements(asked: dict[str, Any]) -> dict[str, int]:
    """SQL statements of each list, counted in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    program = Client(headers={"authorization": f"Bearer {asked['token']}"})
    reader = Client()
    reader.cookies[settings.SESSION_COOKIE_NAME] = asked["session"]
    found = {}
    for name, address in asked["addresses"].items():
        client = program if address.startswith("/api/") else reader
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = client.get(address)
            b"".join(response)
        assert response.status_code == 200, (address, response.status_code, response.content)
        found[name] = len(captured)
    return found


def declare(number: int) -> dict[str, Any]:
    """One declaration with the big plan: seconds, statements, calls, messages, actions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from takatuf.activities.models import Task
    from takatuf.alerts.models import Call, Delivery
    from takatuf.config import world
    from takatuf.coordination.services import declare_incident
    from takatuf.network.models import City, Membership
    from takatuf.plans.models import Plan

    city = City.objects.get(slug="big-city")
    plan = Plan.objects.get(city=city)
    post = Membership.objects.select_related("person").get(agency__city=city, role="coordinator")
    actor = world.acting(post.person)
    with CaptureQueriesContext(connection) as captured:
        begun = time.perf_counter()
        incident = declare_incident(
            actor, city=city, title=f"Shots {number}", kind="attack", severity=3, plan=plan,
            now=timezone.now(),
        )  # fmt: skip
        seconds = time.perf_counter() - begun
    opened = [q["sql"] for q in captured if q["sql"].startswith(("BEGIN", "COMMIT"))]
    return {
        "seconds": round(seconds, 3),
        "statements": len(captured),
        "transactions": sum(sql.startswith("BEGIN") for sql in opened),
        "calls": Call.objects.filter(alert__about=incident.about).count(),
        "messages": Delivery.objects.filter(call__alert__about=incident.about).count(),
        "actions": Task.objects.filter(incident=incident).count(),
        "done_at": time.time(),
    }


def report(_nothing: None) -> dict[str, float]:
    """A report of the great incident: drafted, approved, set as PDF in each language."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from takatuf.communications.queries import sheet_of
    from takatuf.communications.services import (
        approve_report,
        pdf_of_report,
        send_for_approval,
    )
    from takatuf.config import world
    from takatuf.coordination.services import draft_report
    from takatuf.incidents.models import Incident
    from takatuf.network.models import Membership

    incident = Incident.objects.select_related("city").get(city__slug="marsa-noor", number=1)
    post = Membership.objects.select_related("person", "agency").get(
        agency__city=incident.city, role="coordinator"
    )
    writer = world.acting(post.person)
    second = world.acting(world.make_person("Celine", (post.agency, "communications")))

    def seconds(act: Callable[[], Any]) -> tuple[float, Any]:
        begun = time.perf_counter()
        made = act()
        return time.perf_counter() - begun, made

    with CaptureQueriesContext(connection) as captured:
        drafted, made = seconds(
            lambda: draft_report(writer, incident, language="en", now=timezone.now())
        )
    made = send_for_approval(writer, made, version=made.version, now=timezone.now())
    made = approve_report(second, made, version=made.version, now=timezone.now())
    page, _sheet = seconds(lambda: sheet_of(made, "ar"))
    # The first one also fetches the typesetter and its fonts.
    pdfs = [seconds(partial(pdf_of_report, made, code))[0] for code in made.languages]
    kept, _pdf = seconds(lambda: pdf_of_report(made, "ar"))
    return {
        "draft_seconds": round(drafted, 3),
        "draft_statements": len(captured),
        "page_ms": round(page * 1000, 1),
        "pdf_seconds": round(max(pdfs), 3),
        "pdf_kept_ms": round(kept * 1000, 1),
    }


ACTS: dict[str, Callable[[Any], Any]] = {
    "seed": seed,
    "statements": statements,
    "fill_log": fill_log,
    "listeners": listeners,
    "declare": declare,
    "report": report,
    "versions": versions,
}


def main() -> None:
    import django

    django.setup()
    act, *rest = sys.argv[1:]
    value = json.loads(rest[0]) if rest else None
    answer = ACTS[act](value)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
