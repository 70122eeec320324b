"""People at their desks: signed-in browsers, and one incident that all of them know."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from takatuf.activities.services import add_task
from takatuf.incidents.services import involve, open_incident


@pytest.fixture
def desk_of(signed_in):
    """A browser in which this person has signed in."""
    return signed_in


@pytest.fixture
def incident(amina, city, municipality, fire, health, act):
    """Two hours old; the fire service and the municipality were called, Health was not."""
    now = timezone.now()
    incident = open_incident(
        act(amina),
        city=city,
        title="Shots at the market",
        kind="attack",
        severity=2,
        happened_at=now - timedelta(hours=2),
        now=now - timedelta(hours=2),
    )
    involve(act(amina), incident, [municipality, fire], now=now)
    return incident


@pytest.fixture
def task(amina, act, incident, fire):
    """An action of the fire service, late by an hour."""
    now = timezone.now()
    return add_task(
        act(amina),
        incident,
        title="Open the assembly point",
        language="en",
        agency=fire,
        due=now - timedelta(hours=1),
        now=now,
    )


@pytest.fixture
def statements_of():
    """How many statements a page costs, apart from those that find out who asks."""

    def count(browser, path):
        browser.get(path)  # what is done once a session is done now
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page = browser.get(path).content.decode()
        whose = ("session", "SAVEPOINT", 'accounts_person"."password', "network_appointment")
        costs = [
            query["sql"] for query in caught if not any(word in query["sql"] for word in whose)
        ]
        return len(costs), page

    return count


@pytest.fixture
def templates_of():
    """Which templates a page is made of, and how often each is rendered."""

    def count(browser, path):
        seen = Counter()

        def note(template, **more):
            seen[template.name] += 1

        template_rendered.connect(note)
        try:
            browser.get(path)
        finally:
            template_rendered.disconnect(note)
        return seen

    return count
