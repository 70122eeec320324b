"""The lead passes from the police to the city in writing, with all that is open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.alerts.models import Delivery
from takatuf.config import world
from takatuf.coordination.handing import handed_over
from takatuf.coordination.services import answer_hand_over, offer_hand_over, stand_down
from takatuf.decisions.models import LogEntry
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.access import hand_over_for
from takatuf.incidents.queries import leads_of, offers_of_lead_to
from takatuf.incidents.services import correct_incident, withdraw_offer
from takatuf.journal.models import Entry


@pytest.fixture
def police(city):
    return world.make_agency(city, "Police", "police", level="national")


@pytest.fixture
def inspector(police):
    return world.make_person("Inspector", (police, "liaison", 1), password="six-quiet-boats")


@pytest.fixture
def led(incident, police, inspector, amina, act):
    """The incident, led by the police."""
    return correct_incident(act(amina), incident, lead_agency=police, now=timezone.now())


@pytest.fixture
def offer(led, inspector, municipality, act):
    task = led.tasks.filter(state="blocked").get()
    return offer_hand_over(
        act(inspector), led, to_agency=municipality, text="The scene is released.",
        language="en", notes={f"task:{task.pk}": "The key is with the guard", "task:gone": "Look"},
        now=timezone.now(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def involved(incident, police, amina, act):
    from takatuf.incidents.services import involve

    involve(act(amina), incident, [police], now=timezone.now())


def answer(who, offer, **more):
    values = {"accepts": True, "note": "", "language": "en", "now": timezone.now()}
    return answer_hand_over(who, offer, **values | more)


def test_the_offer_lists_what_is_open_and_keeps_it_as_it_stood(offer, led, amina, act):
    groups = {group.kind: group for group in handed_over(offer, "en")}

    lines = {line.words: line for line in groups["action"].lines}
    assert lines["Open the assembly point"].state == "Late"
    assert lines["Open the hall"].note == "The key is with the guard"
    assert [line.words for line in groups["question"].lines] == ["Is the school open?"]
    assert [line.note for line in groups["settled"].lines] == ["Look"]  # no note is lost
    led.tasks.update(state="done")
    offer.refresh_from_db()
    assert {group.kind: group.count for group in handed_over(offer, "ar")}["action"] >= 2
    assert not offer.open_things.startswith("t1.")


def test_an_accepted_lead_stands_in_the_history_the_log_and_everybodys_messages(
    offer, led, amina, mayor, farid, municipality, police, act
):
    assert offers_of_lead_to(act(amina)) == offers_of_lead_to(act(mayor)) == [offer]
    assert offers_of_lead_to(act(farid)) == []

    answer(act(mayor), offer, note="Thank you")

    led.refresh_from_db()
    assert led.lead_agency == municipality
    assert [(one.agency, one.until is None) for one in leads_of(led)] == [
        (municipality, True),
        (police, False),
    ]
    assert leads_of(led)[0].hand_over == offer
    decision = led.log_entries.filter(kind="decision").latest("number")
    assert decision.reasons == "The scene is released."
    assert "Municipality of Marsa Noor leads from now on" in decision.text
    told = Delivery.objects.filter(call__alert__notice="incidents/notices/lead")
    assert set(told.values_list("person__name", flat=True)) >= {"Farid", "Inspector"}
    verbs = Entry.objects.filter(verb__startswith="lead.").order_by("index")
    assert [entry.verb for entry in verbs] == ["lead.offered", "lead.accepted"]
    assert "scene" not in str(verbs[0].facts)


def test_the_giving_side_cannot_accept_for_the_other(offer, inspector, farid, stranger, act):
    for who in (inspector, farid):
        with pytest.raises(NotAllowed):
            answer(act(who), offer)
    with pytest.raises(NotFound):
        answer(act(stranger), offer)
    with pytest.raises(NotFound):
        hand_over_for(act(stranger), offer.pk)


def test_declining_needs_a_reason_and_changes_nothing(offer, led, amina, police, act):
    with pytest.raises(Refused) as refusal:
        answer(act(amina), offer, accepts=False)
    assert refusal.value.field == "note"

    answer(act(amina), offer, accepts=False, note="We have nobody tonight")

    led.refresh_from_db()
    assert led.lead_agency == police
    assert "declined the lead" in LogEntry.objects.latest("number").text
    with pytest.raises(Refused) as refusal:
        answer(act(amina), offer)
    assert refusal.value.code == "answered-already"


def test_one_offer_waits_at_a_time_and_can_be_taken_back(
    offer, led, inspector, fire, amina, farid, act
):
    def another():
        return offer_hand_over(
            act(amina), led, to_agency=fire, text="All", language="en", now=timezone.now(),
            said_by="The inspector, by telephone",
        )  # fmt: skip

    with pytest.raises(Refused) as refusal:
        another()
    assert refusal.value.code == "offered-already"
    with pytest.raises(NotAllowed):
        withdraw_offer(act(farid), offer, note="", now=timezone.now())
    withdraw_offer(act(inspector), offer, note="Too early", now=timezone.now())
    assert another().offer_said_by == "The inspector, by telephone"


def test_for_an_agency_without_an_account_the_coordinator_writes_its_word(
    led, amina, farid, fire, act
):
    """Nobody at Fire chose a password; nor does the coordinator speak for the police."""
    now = timezone.now()
    with pytest.raises(Refused) as refusal:
        offer_hand_over(act(amina), led, to_agency=fire, text="All", language="en", now=now)
    assert refusal.value.field == "said_by"
    made = offer_hand_over(
        act(amina), led, to_agency=fire, text="All", language="en", now=now, said_by="The police"
    )
    with pytest.raises(Refused) as refusal:
        answer(act(amina), made)
    assert refusal.value.field == "said_by"

    answer(act(amina), made, said_by="Captain Khoury, by radio")

    led.refresh_from_db()
    assert led.lead_agency == fire
    assert LogEntry.objects.latest("number").decider == "Captain Khoury, by radio"


def test_an_offer_that_was_overtaken_is_refused(offer, led, amina, fire, act):
    correct_incident(act(amina), led, lead_agency=fire, now=timezone.now() + timedelta(minutes=1))
    with pytest.raises(Refused) as refusal:
        answer(act(amina), offer)
    assert refusal.value.code == "lead-changed"


def test_an_incident_is_not_stood_down_under_an_open_offer(offer, led, amina, act):
    with pytest.raises(Refused) as refusal:
        stand_down(act(amina), led, reason="Over", language="en", now=timezone.now())
    assert refusal.value.code == "lead-offered"
