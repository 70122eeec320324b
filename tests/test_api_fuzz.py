"""What a careless or hostile program sends: drawn from the API's own description, with one
seed, so that what is found today is found tomorrow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from takatuf.accounts.models import Token
from takatuf.accounts.rules import digest_of, new_secret
from takatuf.activities.models import Overlap
from takatuf.activities.services import begin_import, report_activity
from takatuf.alerts.models import Call, Delivery
from takatuf.api.urls import api
from takatuf.community.services import IssueFacts, report_issue
from takatuf.config import world
from takatuf.coordination.services import (
    begin_meeting,
    declare_incident,
    draft_report,
    import_issues,
    offer_hand_over,
)
from takatuf.decisions.services import make_promise, plan_meeting, write_entry
from takatuf.incidents.services import send_methane
from takatuf.learning.services import load_library
from takatuf.learning.tests.test_shipped_cards import a_card
from takatuf.network.services import organisation_named

# Without the mark this file alone would be given no database of tests, but the developer's own.
pytestmark = pytest.mark.django_db
# On PostgreSQL only what the database itself does with such values can differ.
EXAMPLES = 3 if connection.vendor == "sqlite" else 1
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@cache
def described() -> Any:
    schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()))
    schema.app = get_wsgi_application()
    return schema


def operations() -> list[str]:
    return [
        f"{method.upper()} {path}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    ]


@pytest.fixture(scope="module")
def there(django_db_setup, django_db_blocker):
    """Things that are really there, by the names that addresses have for them, and a key to
    all of them. Built once: every question is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield built()
        transaction.set_rollback(True)


def built() -> tuple[str, dict[str, str]]:
    act = world.acting
    city = world.make_city()
    municipality = world.make_agency(city, "Municipality of Marsa Noor", "municipality")
    fire = world.make_agency(city, "Fire and Rescue", "fire")
    world.make_person("Farid", (fire, "liaison", 1))
    everything = world.make_person(
        "Everything", (municipality, "coordinator"), (municipality, "data-protection")
    )
    actor, now = act(everything), timezone.now()
    incident = declare_incident(
        actor, city=city, title="Shots", kind="attack", severity=2, now=now,
        lead_agency=municipality,
    )  # fmt: skip
    entry = write_entry(
        actor, incident, kind="question", text="Who is there?", language="en", now=now
    )
    planned = plan_meeting(actor, incident, at=now, place="Town hall", now=now)
    assert planned is not None
    load_library(now=now, shipped=[a_card()])
    surveyed = import_issues(
        actor, incident, b"Need,Severity\nWater,low\n",
        filename="survey.csv", language="en", now=now,
    )  # fmt: skip
    assert surveyed.survey is not None
    secret = new_secret()
    Token.objects.create(person=everything, digest=digest_of(secret), created_at=now)
    return secret, {
        "city": city.slug,
        "plan": "none",
        "code": "leadership.prepare.contact-list",
        "agency": str(fire.pk),
        "incident": str(incident.pk),
        "task": str(incident.tasks.first().pk),
        "entry": str(entry.pk),
        "need": str(
            report_issue(
                actor,
                incident,
                IssueFacts(text="No counsellor speaks Arabic", seriousness=3),
                language="en",
                now=now,
            ).pk
        ),
        "imported": str(
            begin_import(
                actor, incident, b"Who,What\nCrescent,Open hall\n", filename="3w.csv", now=now
            ).pk
        ),
        "survey": str(surveyed.survey.pk),
        "organisation": str(
            organisation_named(city, "Ministry of Health", source="4w.csv", now=now).pk
        ),
        "methane": str(
            send_methane(actor, city, location="Market Street 4", language="en", now=now).pk
        ),
        "meeting": str(begin_meeting(actor, planned, now=now).pk),
        "report": str(draft_report(actor, incident, language="en", now=now).pk),
        "promise": str(
            make_promise(
                actor,
                city,
                text="A hall",
                promised_to="All",
                language="en",
                now=now,
                due_at=now + timedelta(days=90),
            ).pk
        ),
        "hand_over": str(
            offer_hand_over(actor, incident, to_agency=fire, text="All", language="en", now=now).pk
        ),
        "overlap": str(
            Overlap.objects.create(
                incident=incident,
                a=world.make_activity(incident, "counselling", "city", now=now),
                b=world.make_activity(incident, "counselling", "city", now=now),
                rule="horizontal",
                score=90,
                mark="as found",
                role="coordinator",
                found_at=now,
                asked_at=now,
            ).pk
        ),
        "activity": str(
            report_activity(
                actor,
                incident,
                name="Red Crescent",
                facts={"service": "counselling", "places": ("city",)},
                now=now,
            ).pk
        ),
        "call": str(Call.objects.first().pk),
        "offer": str(incident.pk),  # nobody has offered anything
        "delivery": str(Delivery.objects.first().pk),
        "slug": a_card()["slug"],
    }


@pytest.fixture
def one_connection():
    """A request ends by closing a connection that is in a transaction; here the test is in
    one, as it is for Django's own test client, which does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def each_case(there, settings, one_connection) -> Callable[[str, Callable[[Any], None]], None]:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    secret, things = there
    schema = described()

    def run(label: str, mode: GenerationMode) -> None:
        method, path = label.split(" ", 1)
        operation = schema[path][method]

        @seed(20260301)
        @_bounded
        @given(case=operation.as_strategy(generation_mode=mode), real=st.integers(0, 3))
        def examples(case: Any, real: int) -> None:
            if real:
                case.path_parameters = {name: things[name] for name in (case.path_parameters or {})}
            with transaction.atomic():
                response = case.call(
                    headers={"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
                )
                case.validate_response(response, checks=CHECKS)
                transaction.set_rollback(True)

        examples()

    return run


_bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", operations())
def test_nothing_that_a_program_sends_breaks_the_api(each_case, label, mode):
    each_case(label, mode)
