"""Messages from the scene: sent by anyone with a post, before anything is declared."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.alerts.models import Delivery
from takatuf.alerts.notices import email_for, sms_for
from takatuf.config import world
from takatuf.coordination.services import (
    add_methane_to_incident,
    declare_from_methane,
    declare_incident,
    report_from_scene,
)
from takatuf.decisions.models import LogEntry
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.models import Incident
from takatuf.incidents.queries import letters_of, waiting_methanes
from takatuf.incidents.services import close_methane, set_legal_hold
from takatuf.journal.models import Entry, Hold


@pytest.fixture
def send(farid, act, city, amina):
    """Farid of the fire service tells what he sees."""

    def one(**more):
        values = {
            "location": "Market Street 4, back door", "kind": "attack", "is_major": True,
            "hazards": "Smoke in the stairs", "casualties": "yes", "casualty_details": "Three hurt",
            "language": "en", "now": timezone.now(),
        }  # fmt: skip
        return report_from_scene(act(farid), city, **values | more)

    return one


def declare(who, message, **more):
    values = {"title": "Shots at the market", "kind": "attack", "severity": 3}
    return declare_from_methane(who, message, now=timezone.now(), **values | more)


def test_it_becomes_the_declaration_and_the_first_entry_of_the_log(send, amina, act):
    message = send(lon=35.9, lat=31.9, observed_at=timezone.now() - timedelta(minutes=30))

    incident = declare(act(amina), message)

    message.refresh_from_db()
    assert (message.outcome, message.incident) == ("declared", incident)
    assert (incident.lon, incident.lat) == (35.9, 31.9)
    first = LogEntry.objects.get(incident=incident, number=1)
    assert first.source == "METHANE 1 · Fire and Rescue"
    assert "Three hurt" in first.text
    assert "Smoke in the stairs" in first.text
    assert first.happened_at == message.observed_at
    assert not waiting_methanes(act(amina)).exists()


def test_what_nobody_may_declare_twice_stays_one(send, amina, mayor, act):
    message = send()
    declare(act(amina), message)
    with pytest.raises(Refused, match="dealt with"):
        declare(act(mayor), message)
    assert Incident.objects.count() == 1


def test_those_who_lead_are_told_the_kind_and_the_place_and_nothing_of_the_wounded(
    send, amina, mayor, settings
):
    settings.SMS_URL = "http://127.0.0.1:1/?to={to}&text={text}"
    send()
    told = list(
        Delivery.objects.select_related("person", "call__agency", "call__alert__city").order_by(
            "id"
        )
    )
    assert {one.person for one in told} == {amina, mayor}
    sms = sms_for(next(one for one in told if one.channel == "sms")).text
    letter = email_for(next(one for one in told if one.channel == "email")).text
    assert "Attack, Market Street 4, back door." in sms
    assert "/en/desk/marsa-noor/methane/1/" in sms
    for said in (sms, letter):
        assert "Smoke" not in said
        assert "hurt" not in said
    assert "Market" not in str(told[0].call.alert.context), "it lies sealed, as in the message"


def test_an_update_stands_in_the_log_of_its_incident_at_once(send, amina, act, fire, city):
    incident = declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=3, now=timezone.now(),
        is_exercise=True,
    )  # fmt: skip
    first, second = send(incident=incident), send(incident=incident, is_major=False)
    assert [first.number, second.number, second.outcome] == [1, 2, "joined"]
    assert second.is_exercise, "as the incident is"
    assert [one.letter for one in letters_of(second)][:2] == ["E", "T"], "below major, no M"
    sources = LogEntry.objects.filter(incident=incident).order_by("number").values_list("source")
    assert [source for (source,) in sources] == [
        "METHANE 1 · Fire and Rescue",
        "ETHANE 2 · Fire and Rescue",
    ]


def test_an_exercise_never_joins_what_is_real(send, amina, act, city):
    incident = declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=3, now=timezone.now()
    )
    with pytest.raises(Refused) as refusal:
        add_methane_to_incident(act(amina), send(is_exercise=True), incident, now=timezone.now())
    assert refusal.value.code == "join-exercise"
    assert declare(act(amina), send(is_exercise=True)).is_exercise


def test_it_is_closed_with_a_reason(send, amina, act):
    message = send()
    with pytest.raises(Refused) as refusal:
        close_methane(act(amina), message, reason=" ", now=timezone.now())
    assert refusal.value.field == "reason"
    close_methane(act(amina), message, reason="Fireworks", now=timezone.now())
    assert Entry.objects.get(verb="methane.closed").private == {"reason": "Fireworks"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"location": " "}, "location"),
        ({"hazards": "x" * 1001}, "hazards"),
        ({"kind": "party"}, "kind"),
        ({"casualties": "many"}, "casualties"),
        ({"lon": 35.9}, "lat"),
        ({"observed_at": timezone.now() + timedelta(days=1)}, "observed_at"),
    ],
    ids=["no-place", "long", "kind", "casualties", "half-a-point", "ahead"],
)
def test_what_is_wrong_is_named(send, wrong, field):
    with pytest.raises(Refused) as refusal:
        send(**wrong)
    assert refusal.value.field == field


def test_another_agency_and_another_city_cannot_tell_that_it_was_sent(
    send, act, bilal, farid, stranger, city
):
    message = send()
    assert not waiting_methanes(act(bilal)).exists()
    assert waiting_methanes(act(farid)).exists()
    for who, refusal in ((farid, NotAllowed), (bilal, NotFound), (stranger, NotFound)):
        with pytest.raises(refusal):
            close_methane(act(who), message, reason="No", now=timezone.now())
    with pytest.raises(NotFound):
        report_from_scene(act(stranger), city, location="X", language="en", now=timezone.now())


def test_a_hold_of_the_incident_keeps_what_came_before_it(send, amina, act, municipality):
    message = send()
    about = message.about
    incident = declare(act(amina), message)
    officer = world.make_person("Odile", (municipality, "data-protection"))
    set_legal_hold(act(officer), incident, reason="An inquiry", now=timezone.now())
    assert {hold.about for hold in Hold.objects.all()} == {incident.about, about}
