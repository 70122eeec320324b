"""The demo city reads true: what it shows was done by the use cases, in the order of time."""

from datetime import UTC, datetime

import pytest

from takatuf.accounts.models import Person
from takatuf.activities.models import Activity, Invitation, Overlap, Task
from takatuf.alerts.models import Delivery
from takatuf.communications.models import Report
from takatuf.config import world
from takatuf.coordination.coverage import table_of
from takatuf.coordination.gaps import gaps_of
from takatuf.coordination.services import take_up_gap
from takatuf.coordination.whoiswho import proposals_of
from takatuf.decisions.models import LogEntry
from takatuf.incidents.models import HandOver, Incident, KeyDate
from takatuf.journal.verification import verify
from takatuf.testing.demo import build_demo

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_the_city_tells_an_hour_and_nine_months():
    now = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
    made = build_demo(now=now)
    assert made["people"][0]["role"] == "coordinator"
    assert [one["role"] for one in made["people"][-2:]] == ["secretariat", "secretariat"]
    past, present = Incident.objects.order_by("number")
    assert 8 <= (now - past.happened_at).days / 30 <= 9.5
    assert (now - present.declared_at).seconds == 3600
    assert past.stood_down_at is not None
    assert present.stood_down_at is None

    handed = HandOver.objects.filter(incident=past).order_by("offered_at")
    assert [(one.from_agency.name, one.to_agency.name, one.state) for one in handed] == [
        ("City Police", "City of Marsa Noor", "accepted"),
        ("City of Marsa Noor", "Office for Living Together", "accepted"),
    ]
    promises = LogEntry.objects.filter(incident=past, kind="promise")
    outcomes = sorted(str(one.outcome) for one in promises)
    assert outcomes == ["", "", "broken", "kept", "kept"]
    reports = Report.objects.filter(incident=past).order_by("number")
    assert [one.state for one in reports] == ["superseded", "superseded", "approved"]
    assert all(set(one.languages) == {"ar", "en", "fr"} for one in reports)

    # What waits, waits for a day that is still to come; nothing is held by somebody who left.
    assert KeyDate.objects.get(incident=past).on > now.date()
    asleep = Task.objects.filter(incident=past, state="asleep")
    assert asleep.count() > 30
    assert not asleep.filter(wakes_at__lt=now.replace(month=4)).exists()
    assert not Delivery.objects.filter(call__alert__about=past.about, sent_at=None).exists()
    assert verify(past.city.log)["ok"]

    # Who does what: overlaps, gaps, cliffs, stale entries and doubled names are there to be found.
    doing = Activity.objects.filter(incident=present)
    assert doing.count() > 40
    assert {one.language for one in doing} == {"ar", "en", "fr"}
    told, silent = Invitation.objects.filter(incident=present).order_by("id")
    assert told.used_at is not None
    assert told.ends_at > now
    assert doing.get(organisation=told.organisation_id).level == "neighbourhood"
    assert silent.used_at is None
    overlaps = Overlap.objects.filter(incident=present)
    assert {one.rule for one in overlaps} >= {"vertical", "horizontal", "number", "fund", "event"}
    assert [one.state for one in overlaps].count("settled") == 1
    assert len(overlaps) <= 15, "as many as somebody can answer, and none that is absurd"
    table = table_of(present, now=now)
    assert {service for service, _area in table.unmet} >= {"hate-reporting", "school-support"}
    assert table.coverage.whole.unconfirmed >= 3
    assert len(proposals_of(present.city)) >= 2
    years = table_of(past, now=now).coverage.whole
    assert (years.cover, years.planned, years.unconfirmed) == (6, 1, 2)

    # Every kind of gap that is looked for stands there with its reason, and one press makes it
    # somebody's work.
    keys = set()
    amina = world.acting(Person.objects.get(email="amina@marsa-noor.example.org"))
    for incident in (past, present):
        first = {}
        for told in gaps_of(incident, now).open:
            assert told.reasons, told.title
            assert told.role or told.agency, told.title
            keys.add(told.gap.key)
            first.setdefault(told.gap.kind, told.gap.key)
        for key in first.values():
            take_up_gap(amina, incident, key=key, language="ar", now=now)
        after = gaps_of(incident, now)
        assert not {told.gap.key for told in after.open} & set(first.values())
        assert {told.gap.key for told in after.taken} >= set(first.values())
    assert {key.partition(":")[0] for key in keys} >= {
        "need", "part", "layer", "language", "offer", "ends", "day", "stale",
    }  # fmt: skip
    assert keys >= {"language:en"} | {
        f"offer:{code}"
        for code in ("night", "weekend", "step-free", "women", "men", "children", "outside-city")
    }
