"""An incident with a picture worth a report, and the people who write and approve."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.services import add_task, block_task
from takatuf.config import world
from takatuf.coordination.services import declare_incident, draft_report
from takatuf.decisions.services import write_entry


@pytest.fixture
def celine(municipality):
    """Communications lead."""
    return world.make_person("Celine", (municipality, "communications"))


@pytest.fixture
def incident(amina, city, municipality, fire, farid, act):
    """Declared an hour ago; one action late, one blocked, one question open."""
    before, now = timezone.now() - timedelta(hours=1), timezone.now()
    actor = act(amina)
    incident = declare_incident(
        actor, city=city, title="Shots at the market", kind="attack", severity=2,
        place="Old market", now=before,
    )  # fmt: skip
    add_task(
        actor, incident, title="Open the assembly point", language="en", agency=fire,
        due=now - timedelta(minutes=10), now=before,
    )  # fmt: skip
    task = add_task(actor, incident, title="Open the hall", language="en", agency=fire, now=before)
    block_task(actor, task, reason="No key", now=now)
    write_entry(
        actor, incident, kind="question", text="Is the school open?", language="en", now=now
    )
    write_entry(
        actor, incident, kind="decision", text="Close the square.", language="en",
        reasons="A second device cannot be ruled out.", now=now,
    )  # fmt: skip
    incident.refresh_from_db()
    return incident


@pytest.fixture
def draft(act, amina, incident):
    return draft_report(act(amina), incident, language="en", now=timezone.now())
