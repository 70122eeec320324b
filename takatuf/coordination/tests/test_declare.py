"""Declaring: all of it or none of it, nobody called twice, nothing told to strangers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Task
from takatuf.alerts.models import Alert, Call, Delivery
from takatuf.config import world
from takatuf.coordination.services import (
    call_another_agency,
    change_phase,
    declare_incident,
    join_incidents,
    report_to_existing,
)
from takatuf.decisions.models import LogEntry
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.models import Incident
from takatuf.incidents.queries import likely_duplicates
from takatuf.journal.models import Entry
from takatuf.plans.services import load_framework, start_plan


@pytest.fixture
def framework(db):
    load_framework(now=timezone.now())


@pytest.fixture
def declared(framework, act, amina, city):
    def declare(**values):
        values = {
            "title": "Shots at the market", "kind": "attack", "severity": 2,
            "now": timezone.now(),
        } | values  # fmt: skip
        return declare_incident(act(amina), city=city, **values)

    return declare


def test_a_village_of_three_officials_gets_twelve_actions(declared, mayor):
    assert Task.objects.filter(incident=declared()).count() == 12


def test_a_city_with_a_plan_hands_out_its_steps_and_calls_its_agencies(
    declared, act, amina, city, fire, health, farid, bilal, chen
):
    plan = start_plan(act(amina), city, title="Main", slug="main", size="city", now=timezone.now())
    plan.agencies.set([fire, health])
    incident = declared()
    assert Task.objects.filter(incident=incident).count() > 30
    assert set(Call.objects.about(incident.about).values_list("agency__name", flat=True)) == {
        "Fire and Rescue",
        "Health Directorate",
    }
    assert incident.plan == plan


def test_the_point_decides_the_district(declared, city):
    world.make_area(city, "Old Harbour", 33.00, 33.50)
    world.make_area(city, "Orchards", 33.02, 33.50)
    assert declared(lon=33.03, lat=33.51).area.name == "Orchards"
    assert declared(lon=10.0, lat=50.0, title="Elsewhere").area is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"kind": "flood"}, "kind"),
        ({"severity": 9}, "severity"),
        ({"severity": 0}, "severity"),
        ({"casualties": "many"}, "casualties"),
        ({"lon": 10.0}, "lat"),
        ({"lon": 200.0, "lat": 10.0}, "lat"),
        ({"lon": float("nan"), "lat": 10.0}, "lat"),
        ({"happened_at": timezone.now() + timedelta(hours=3)}, "happened_at"),
        ({"title": "turned \u202e round"}, None),
    ],
)
def test_a_refused_declaration_says_where_and_leaves_nothing_behind(declared, wrong, field):
    with pytest.raises(Refused) as refusal:
        declared(**wrong)
    assert refusal.value.field == field
    assert str(refusal.value)
    assert not Incident.objects.exists()
    assert not Alert.objects.exists()
    assert not Entry.objects.filter(verb="incident.declared").exists()


def test_only_coordinator_and_mayor_declare(framework, act, city, farid, mayor, stranger):
    values = {"title": "Fire", "kind": "attack", "severity": 1, "now": timezone.now()}
    with pytest.raises(NotAllowed):
        declare_incident(act(farid), city=city, **values)
    with pytest.raises(NotFound):
        declare_incident(act(stranger), city=city, **values)
    assert declare_incident(act(mayor), city=city, **values).number == 1


def test_a_failure_on_the_way_takes_everything_back(declared, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr("takatuf.coordination.services.life.raise_alert", broken)
    with pytest.raises(RuntimeError):
        declared()
    assert not Incident.objects.exists()
    assert not Task.objects.exists()


def test_an_exercise_says_so_in_every_message(declared, farid):
    incident = declared(is_exercise=True)
    assert Alert.objects.get(about=incident.about).is_exercise


def test_numbers_run_within_a_city(declared, act, stranger, elsewhere):
    assert [declared().number, declared(title="Again").number] == [1, 2]
    other = declare_incident(
        act(stranger), city=elsewhere, title="There", kind="threat", severity=1,
        now=timezone.now(),
    )  # fmt: skip
    assert other.number == 1


def test_a_second_report_within_the_hour_is_offered_for_joining(declared, act, amina, city):
    now = timezone.now()
    first = declared(lon=33.01, lat=33.51, now=now)
    search = {"city": city, "kind": "attack", "happened_at": now, "now": now}
    near = likely_duplicates(act(amina), lon=33.012, lat=33.511, **search)
    far = likely_duplicates(act(amina), lon=33.3, lat=33.9, **search)
    later = likely_duplicates(
        act(amina), **search | {"now": now + timedelta(hours=2), "happened_at": now}
    )
    exercise = likely_duplicates(act(amina), lon=33.01, lat=33.51, is_exercise=True, **search)
    assert (near, far, later, exercise) == ([first], [], [], [])


def test_a_report_added_to_the_first_calls_nobody_again(declared, act, amina):
    incident = declared()
    calls = Delivery.objects.count()
    report_to_existing(
        act(amina), incident, title="Shooting", place="Market", language="en", now=timezone.now()
    )
    assert Delivery.objects.count() == calls
    assert LogEntry.objects.get(incident=incident).text == "Shooting · Market"


def test_two_declarations_of_one_event_become_one(declared, act, amina):
    first, second = declared(), declared(title="Shooting")
    join_incidents(act(amina), second, first, language="en", now=timezone.now())
    assert list(Incident.objects.open()) == [first]
    assert "Shooting" in LogEntry.objects.get(incident=first).text
    climbing = Call.objects.filter(climbs_at__isnull=False).values_list("alert__about", flat=True)
    assert set(climbing) == {first.about}


def test_an_exercise_is_never_joined_with_the_real(declared, act, amina):
    real, practice = declared(), declared(title="Practice", is_exercise=True)
    with pytest.raises(Refused):
        join_incidents(act(amina), practice, real, language="en", now=timezone.now())


def test_an_agency_brought_in_later_is_called_and_may_see_it(
    declared, act, amina, city, framework, fire, farid
):
    incident = declared()
    police = world.make_agency(city, "Police", "police")
    officer = world.make_person("Paul", (police, "liaison"))
    assert not Incident.objects.visible_to(act(officer)).exists()
    call_another_agency(act(amina), incident, police, now=timezone.now())
    assert Incident.objects.visible_to(act(officer)).get() == incident
    assert Call.objects.filter(agency=police).exists()
    with pytest.raises(Refused):
        call_another_agency(act(amina), incident, police, now=timezone.now())


def test_a_phase_changes_by_a_decision_that_stands_in_the_log(declared, act, amina, farid):
    incident = declared()
    with pytest.raises(Refused):
        change_phase(
            act(amina), incident, "first-day", reason=" ", language="en", now=timezone.now()
        )
    change_phase(
        act(amina), incident, "first-day", reason="Safe", language="en", now=timezone.now()
    )
    entry = LogEntry.objects.get(incident=incident, kind="decision")
    assert entry.reasons == "Safe"
    with pytest.raises(NotAllowed):
        change_phase(
            act(farid), incident, "three-days", reason="x", language="en", now=timezone.now()
        )


def test_who_may_be_targeted_is_encrypted_in_the_table(declared, django_db_blocker):
    from django.db import connection

    incident = declared(targeted="Families of the hall")
    with connection.cursor() as cursor:
        cursor.execute("select targeted from incidents_incident")
        [stored] = cursor.fetchone()
    assert "Families" not in stored
    assert Incident.objects.get(pk=incident.pk).targeted == "Families of the hall"
