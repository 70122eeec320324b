"""Whom an alert asks, how silence climbs, what counts as an answer."""

from datetime import UTC, datetime, time, timedelta

import pytest

from takatuf.alerts import jobs
from takatuf.alerts.exchange import sms_request
from takatuf.alerts.models import Answer, Call, Delivery
from takatuf.alerts.notices import email_for
from takatuf.alerts.queries import callable_now, calls_for, phone_tree, roll_call
from takatuf.alerts.services import (
    acknowledge,
    ask_person,
    call_again,
    stop_climbing,
    take_back_tick,
    tick_by_voice,
)
from takatuf.config import world
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.ids import uuid7
from takatuf.journal.models import Entry
from takatuf.journal.sentences import sentence
from takatuf.network.models import Membership


def climb_all(now):
    while jobs.climb_next(now):
        pass


def minutes(number):
    return timedelta(minutes=number)


def verbs():
    return list(Entry.objects.order_by("index").values_list("verb", flat=True))


def test_the_first_in_each_call_order_are_asked_at_once(call_out, health, fire, bilal, chen, farid):
    call_out(health, fire)

    assert set(Delivery.objects.values_list("person__name", "channel")) == {
        (name, channel) for name in ("Bilal", "Farid") for channel in ("desk", "email")
    }
    rows = roll_call("incident:test")
    assert [(row.agency, row.state, row.got, row.needed) for row in rows] == [
        (fire, "asked", 0, 1),
        (health, "asked", 0, 1),
    ]
    assert verbs() == ["alert.raised", "call.asked", "call.asked"]


def test_silence_climbs_step_by_step_and_is_recorded_at_the_top(call_out, health, bilal, chen, now):
    call_out(health, within=10)

    climb_all(now + minutes(9))
    assert not chen.deliveries.exists()
    climb_all(now + minutes(10))
    assert chen.deliveries.filter(step=2).count() == 2
    climb_all(now + minutes(19))
    assert Call.objects.get().silent_at is None
    climb_all(now + minutes(20))

    call = Call.objects.get()
    assert (call.silent_at, call.climbs_at) == (now + minutes(20), None)
    assert roll_call("incident:test").silent == 1
    assert verbs() == ["alert.raised", "call.asked", "call.asked", "call.unanswered"]
    climb_all(now + minutes(60))
    assert len(verbs()) == 4


def test_one_call_that_cannot_climb_holds_up_no_other(
    call_out, health, fire, bilal, chen, farid, now, monkeypatch
):
    call_out(health, fire)
    climb = jobs.climb

    def broken(call, at):
        if Call.objects.get(pk=call).agency == fire:
            raise KeyError("fire")
        return climb(call, at)

    monkeypatch.setattr(jobs, "climb", broken)
    climb_all(now + minutes(10))

    assert chen.deliveries.exists()


def test_an_answer_stops_the_climbing_and_a_second_one_changes_nothing(
    call_out, health, bilal, chen, now, act
):
    call_out(health)
    call = Call.objects.get()

    first = acknowledge(act(bilal), call, person=bilal, now=now + minutes(3))
    again = acknowledge(act(bilal), call, person=bilal, now=now + minutes(5))
    climb_all(now + minutes(30))

    assert again == first
    assert first.at == now + minutes(3)
    call.refresh_from_db()
    assert (call.answered_at, call.climbs_at) == (now + minutes(3), None)
    assert not chen.deliveries.exists()
    assert verbs().count("call.acknowledged") == 1


def test_an_answer_after_silence_still_counts(call_out, health, bilal, chen, now, act):
    call_out(health)
    climb_all(now + minutes(10))
    climb_all(now + minutes(20))

    acknowledge(act(bilal), Call.objects.get(), person=bilal, now=now + minutes(45))

    row = next(iter(roll_call("incident:test")))
    assert (row.state, row.silent_at, row.answered_at) == (
        "answered",
        now + minutes(20),
        now + minutes(45),
    )


def test_an_agency_may_need_several_answers_else_the_next_are_called(
    call_out, health, bilal, chen, now, act
):
    health.answers_needed, health.answer_within = 2, minutes(5)
    health.save()
    call_out(health)
    call = Call.objects.get()

    acknowledge(act(bilal), call, person=bilal, now=now + minutes(1))
    row = next(iter(roll_call("incident:test")))
    assert (row.state, row.got, row.needed) == ("asked", 1, 2)
    climb_all(now + minutes(5))
    assert chen.deliveries.exists()
    acknowledge(act(chen), call, person=chen, now=now + minutes(6))

    assert roll_call("incident:test").answered == 1


def test_one_person_ticked_twice_is_not_two_answers(
    call_out, health, bilal, chen, now, act, amina, farid
):
    health.answers_needed = 2
    health.save()
    call_out(health)
    call = Call.objects.get()

    for _press in range(2):
        tick_by_voice(act(amina), call, person=bilal, now=now)
    acknowledge(act(bilal), call, person=bilal, now=now)
    assert roll_call("incident:test").answered == 0

    tick_by_voice(act(amina), call, note="The porter", now=now)
    assert roll_call("incident:test").answered == 1


def test_those_whom_nobody_named_count_as_one(call_out, health, bilal, chen, now, act, amina):
    health.answers_needed = 2
    health.save()
    call_out(health)
    call = Call.objects.get()

    tick_by_voice(act(amina), call, note="The porter", now=now)
    with pytest.raises(Refused, match="Say who answered") as refusal:
        tick_by_voice(act(bilal), call, note="Another voice", now=now)
    assert refusal.value.field == "person"
    # As it may stand in tables of before: two ticks of nobody in particular.
    Answer.objects.create(call=call, way="voice", ticked_by=bilal, note="Another", at=now)

    row = next(iter(roll_call("incident:test")))
    assert (row.state, row.got, row.needed) == ("asked", 1, 2)
    climb_all(now + minutes(10))
    climb_all(now + minutes(20))
    assert Entry.objects.get(verb="call.unanswered").facts["answers"] == 1
    tick_by_voice(act(amina), call, person=chen, now=now + minutes(30))
    assert roll_call("incident:test").answered == 1


def test_whoever_answered_for_themselves_is_not_also_somebody_unnamed(
    call_out, health, bilal, chen, now, act, amina
):
    """Bilal answers by the link and ticks “somebody” by voice: he may have rung himself."""
    health.answers_needed = 2
    health.save()
    call_out(health, about="incident:one")
    call_out(health, about="incident:two")
    one, two = Call.objects.order_by("alert__about")

    acknowledge(act(bilal), one, person=bilal, now=now)
    tick_by_voice(act(bilal), one, note="The porter", now=now)
    tick_by_voice(act(bilal), two, note="The porter", now=now)
    acknowledge(act(bilal), two, person=bilal, now=now)
    for about in ("incident:one", "incident:two"):
        assert [(row.state, row.got) for row in roll_call(about)] == [("asked", 1)]

    acknowledge(act(chen), one, person=chen, now=now)
    assert roll_call("incident:one").answered == 1


def test_only_who_serves_the_agency_now_is_ticked(call_out, health, bilal, farid, now, act, amina):
    call_out(health)
    call = Call.objects.get()
    bilal.memberships.update(ends_at=now - minutes(1))

    for person in (bilal, farid):
        with pytest.raises(Refused, match="does not serve"):
            tick_by_voice(act(amina), call, person=person, now=now)
    assert not Answer.objects.exists()


def test_an_agency_with_nobody_in_its_list_is_not_silent_but_nobody_to_call(
    call_out, fire, health, bilal, chen, now
):
    Membership.objects.create(person=chen, agency=fire, role="liaison", call_order=0)
    call_out(fire, health)
    climb_all(now + minutes(10))
    climb_all(now + minutes(20))

    roll = roll_call("incident:test")
    assert [(row.agency, row.state) for row in roll] == [
        (fire, "nobody_to_call"),
        (health, "silent"),
    ]
    assert (roll.nobody_to_call, roll.silent) == (1, 1)
    call = Call.objects.get(agency=fire)
    assert (call.silent_at, call.climbs_at, call.asked_at) == (None, None, None)
    assert not call.deliveries.exists()
    assert verbs().count("call.found_nobody") == 1
    assert Entry.objects.filter(verb="call.unanswered").count() == 1


def test_who_is_added_to_an_empty_list_can_be_called_then(call_out, fire, now, act, amina):
    call_out(fire)
    call, roll = Call.objects.get(), roll_call("incident:test")
    assert callable_now(roll, now) == set()
    with pytest.raises(Refused, match="Add somebody first"):
        call_again(act(amina), call, now=now)

    sami = world.make_person("Sami", (fire, "liaison", 1))
    assert callable_now(roll, now) == {fire.pk}
    assert not sami.deliveries.exists()
    call_again(act(amina), call, now=now + minutes(5))

    assert sami.deliveries.filter(channel="email").count() == 1
    assert roll_call("incident:test").asked == 1
    climb_all(now + minutes(15))
    assert roll_call("incident:test").silent == 1


def test_an_empty_list_is_answered_for_by_voice(call_out, fire, now, act, amina):
    call_out(fire)

    tick_by_voice(act(amina), Call.objects.get(), note="The watch room", now=now)

    assert roll_call("incident:test").counts == {
        "nobody_to_call": 0, "silent": 0, "asked": 0, "answered": 1,
    }  # fmt: skip


def test_those_off_duty_are_the_last_resort_and_are_told_why(
    call_out, health, bilal, chen, now, mailoutbox
):
    """At noon in Amman only Bilal is on duty; Chen leads the call order but sleeps."""
    Membership.objects.filter(person=chen).update(call_order=1)
    Membership.objects.filter(person=bilal).update(call_order=2)
    world.make_shifts(Membership.objects.get(person=chen), time(20), time(8))
    call_out(health)
    assert not chen.deliveries.exists()

    climb_all(now + minutes(10))

    assert set(chen.deliveries.values_list("off_duty", "step")) == {(True, 1)}
    assert not bilal.deliveries.filter(off_duty=True).exists()
    told = Entry.objects.get(verb="call.asked_off_duty")
    assert "Nobody on duty at Health Directorate could be reached" in sentence(told)
    bilals, chens = (
        email_for(person.deliveries.get(channel="email")).text for person in (bilal, chen)
    )
    assert "Vous n’êtes pas d’astreinte" in chens
    assert "المناوبة" not in bilals
    asked = next(iter(roll_call("incident:test"))).asked
    assert [(one.person, one.off_duty) for one in asked] == [(bilal, False), (chen, True)]
    climb_all(now + minutes(20))
    assert roll_call("incident:test").silent == 1


def test_who_comes_on_duty_while_the_call_climbs_is_asked_as_such(
    call_out, health, bilal, chen, now
):
    world.make_shifts(Membership.objects.get(person=chen), time(12, 5), time(20))
    call_out(health, within=10)  # noon in Amman

    climb_all(now + minutes(10))

    assert set(chen.deliveries.values_list("off_duty", flat=True)) == {False}
    assert "call.asked_off_duty" not in verbs()


def test_nobody_whose_post_has_ended_is_called_again(
    call_out, health, bilal, chen, now, act, amina
):
    call_out(health)
    bilal.memberships.update(ends_at=now)

    with pytest.raises(Refused):
        call_again(act(amina), Call.objects.get(), now=now + minutes(1))
    assert bilal.deliveries.filter(channel="email").count() == 1


def test_nobody_is_told_twice_for_two_posts_in_one_agency(call_out, health, bilal, chen, now):
    Membership.objects.create(person=bilal, agency=health, role="psychosocial", call_order=2)
    Membership.objects.filter(person=chen).update(call_order=3)
    call_out(health)

    climb_all(now + minutes(10))

    assert bilal.deliveries.filter(channel="email").count() == 1
    assert chen.deliveries.filter(channel="email").count() == 1


def test_the_duty_rota_decides_over_midnight_in_the_citys_own_time(call_out, health, bilal, chen):
    night = Membership.objects.get(person=bilal)
    world.make_shifts(night, time(20), time(8), weekdays=[0])  # Monday night
    Membership.objects.filter(person=chen).update(call_order=1)
    world.make_shifts(Membership.objects.get(person=chen), time(8), time(20))

    # Tuesday 03:30 in Amman is 00:30 in Greenwich.
    call_out(health, at=datetime(2026, 3, 10, 0, 30, tzinfo=UTC), about="incident:night")
    call_out(health, at=datetime(2026, 3, 10, 9, 0, tzinfo=UTC), about="incident:day")

    def asked(about):
        return set(
            Delivery.objects.filter(call__alert__about=about).values_list("person__name", flat=True)
        )

    assert asked("incident:night") == {"Bilal"}
    assert asked("incident:day") == {"Chen"}


def test_a_voice_tick_answers_for_the_agency_and_says_who_ticked(
    call_out, health, bilal, chen, now, act, amina
):
    call_out(health)
    call = Call.objects.get()

    tick_by_voice(act(amina), call, now=now + minutes(2), note="The night porter")
    tick_by_voice(act(amina), call, now=now + minutes(2), note="The night porter")

    answer = Answer.objects.get()
    assert (answer.way, answer.ticked_by, answer.person) == ("voice", amina, None)
    assert roll_call("incident:test").answered == 1
    assert verbs()[-1] == "call.ticked"


def test_a_tick_that_was_a_slip_is_taken_back_and_the_call_climbs_again(
    call_out, health, bilal, chen, now, act, amina, farid
):
    call_out(health)
    call = Call.objects.get()
    ticked = tick_by_voice(act(amina), call, person=bilal, now=now)
    with pytest.raises(NotFound):
        take_back_tick(act(farid), ticked, now=now)

    take_back_tick(act(amina), ticked, now=now + timedelta(minutes=3))

    call.refresh_from_db()
    assert call.answered_at is None
    assert call.climbs_at == now + timedelta(minutes=13)
    assert not Answer.objects.exists()
    assert "nobody at" in str(sentence(Entry.objects.get(verb="call.unticked")))


def test_what_somebody_answered_themselves_is_not_taken_back(
    call_out, health, bilal, now, act, amina
):
    call_out(health)
    answer = acknowledge(act(bilal), Call.objects.get(), person=bilal, now=now)
    with pytest.raises(Refused):
        take_back_tick(act(amina), answer, now=now)


def test_calls_that_were_stopped_climb_no_further_until_they_are_repeated(
    call_out, health, fire, bilal, chen, farid, now, act, amina
):
    call_out(health, fire)
    acknowledge(act(farid), Call.objects.get(agency=fire), person=farid, now=now)

    assert stop_climbing(act(amina), "incident:test", now=now) == 1
    assert not Call.objects.overdue(now + timedelta(hours=1)).exists()
    assert [row.rests for row in roll_call("incident:test").rows] == [True, False]
    assert stop_climbing(act(amina), "incident:test", now=now) == 0

    call = Call.objects.get(agency=health)
    call_again(act(amina), call, now=now + timedelta(hours=1))
    assert Call.objects.overdue(now + timedelta(hours=2)).get() == call


def test_no_sms_goes_to_a_number_that_does_not_say_its_country(call_out, health, bilal, settings):
    settings.SMS_URL = "http://127.0.0.1:1/?to={to}&text={text}"
    bilal.phone = "0790000001"
    bilal.save()
    call_out(health)
    assert "sms" not in Delivery.objects.values_list("channel", flat=True)
    assert b"%2B99921550021" in sms_request("+999 21 55 00 21", "x", uuid7()).url.encode()


def test_only_those_who_may_call_tick_and_strangers_learn_nothing(
    call_out, health, bilal, now, act, stranger, municipality
):
    call_out(health)
    call = Call.objects.get()
    lead = world.make_person("Dalal", (municipality, "communications"))

    with pytest.raises(NotAllowed):
        tick_by_voice(act(lead), call, now=now)
    with pytest.raises(NotFound):
        tick_by_voice(act(stranger), call, now=now)
    with pytest.raises(NotFound):
        call_again(act(stranger), call, now=now)


def test_someone_of_another_agency_does_not_answer_for_this_one(
    call_out, health, fire, bilal, farid, now, act
):
    call_out(health, fire)

    with pytest.raises(Refused, match="Farid"):
        acknowledge(act(farid), Call.objects.get(agency=health), person=farid, now=now)


def test_a_silent_agency_can_be_called_again_and_anyone_of_it_asked(
    call_out, health, bilal, chen, now, act, amina
):
    call_out(health)
    climb_all(now + minutes(10))
    climb_all(now + minutes(20))
    call = Call.objects.get()

    call_again(act(amina), call, now=now + minutes(25))

    assert bilal.deliveries.filter(channel="email").count() == 2
    assert roll_call("incident:test").asked == 1
    climb_all(now + minutes(35))
    assert roll_call("incident:test").silent == 1
    ask_person(act(amina), call, chen, now=now + minutes(40))
    assert chen.deliveries.filter(channel="email").count() == 3
    acknowledge(act(chen), call, person=chen, now=now + minutes(41))
    acknowledge(act(bilal), call, person=bilal, now=now + minutes(41))
    with pytest.raises(Refused):
        call_again(act(amina), call, now=now + minutes(42))


def test_the_desk_knows_at_once_what_waits_for_a_person(call_out, health, bilal, now, act):
    call_out(health)
    call = Call.objects.get()

    assert list(calls_for(bilal.pk)) == [call]
    acknowledge(act(bilal), call, person=bilal, now=now)
    assert list(calls_for(bilal.pk)) == []


def test_the_phone_tree_is_in_call_order(health, bilal, chen, now):
    chen.memberships.update(ends_at=now + minutes(5))
    tree = phone_tree([health.pk], now)[health.pk]
    assert [(step.order, step.person.name) for step in tree] == [(1, "Bilal"), (2, "Chen")]
    assert len(phone_tree([health.pk], now + minutes(5))[health.pk]) == 1


def test_sixty_agencies_and_a_thousand_people_are_called_in_few_statements(
    city, call_out, django_assert_max_num_queries, now
):
    agencies = [world.make_agency(city, f"Agency {number}") for number in range(60)]
    people = world.Person.objects.bulk_create(
        world.Person(email=f"{n}@example.org", name=f"Person {n}", phone="+96279")
        for n in range(1000)
    )
    Membership.objects.bulk_create(
        Membership(person=person, agency=agencies[n % 60]) for n, person in enumerate(people)
    )
    with django_assert_max_num_queries(50):
        call_out(*agencies)
    assert Delivery.objects.filter(channel="email").count() == 1000
    with django_assert_max_num_queries(5):
        assert len(roll_call("incident:test")) == 60
