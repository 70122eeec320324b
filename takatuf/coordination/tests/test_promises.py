"""Promises: a register of their own, fed by the log, that outlives the incident and its people."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from takatuf.alerts.models import Delivery
from takatuf.config import world
from takatuf.coordination.services import declare_incident, stand_down
from takatuf.decisions.access import check_may_read_quarters, promise_for
from takatuf.decisions.jobs import remind_next
from takatuf.decisions.models import LogEntry, Promise
from takatuf.decisions.queries import promises_due, promises_of, quarters, shown_in_quarter
from takatuf.decisions.services import (
    give_promise,
    make_promise,
    move_promise,
    settle_entry,
    settle_promise,
    strike_entry,
    word_promise,
    write_entry,
)
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.models import Entry

NOW = datetime(2026, 5, 22, 20, 30, tzinfo=UTC)
DUE = datetime(2026, 8, 1, 12, tzinfo=UTC)


@pytest.fixture
def incident(amina, city, municipality, fire, farid, act):
    return declare_incident(
        act(amina), city=city, title="Fire at the hall", kind="attack", severity=2, now=NOW
    )


@pytest.fixture
def celine(municipality):
    return world.make_person("Celine", (municipality, "communications"))


def promised(who, city, **more):
    values = {
        "text": "The hall will be rebuilt", "promised_to": "The association", "due_at": DUE,
        "language": "en", "now": NOW,
    }  # fmt: skip
    return make_promise(who, city, **values | more)


def logged(who, incident, **more):
    values = {
        "kind": "promise", "text": "A person for each family", "promised_to": "The families",
        "due_at": DUE, "language": "en", "now": NOW,
    }  # fmt: skip
    return write_entry(who, incident, **values | more)


def test_what_is_promised_in_the_log_stands_in_the_register_and_ends_in_both(
    incident, amina, farid, fire, act
):
    entry = logged(act(farid), incident, decider="The chief")
    promise = Promise.objects.get()
    assert (promise.number, promise.agency, promise.promised_by) == (1, fire, "The chief")
    assert (promise.text, promise.due_at) == ("A person for each family", DUE)

    settle_entry(act(farid), entry, outcome="kept", note="Each has one", now=DUE)

    promise.refresh_from_db()
    assert (promise.state, promise.note, promise.settled_by) == ("kept", "Each has one", farid)
    second = logged(act(amina), incident)
    settle_promise(act(amina), second.promise, outcome="released", note="They moved away", now=DUE)
    second.refresh_from_db()
    assert (second.outcome, second.settled_note) == ("released", "They moved away")
    with pytest.raises(Refused):
        settle_entry(act(amina), second, outcome="kept", note="No", now=DUE)


def test_a_corrected_entry_takes_its_promise_along(incident, amina, act):
    entry = logged(act(amina), incident)
    later = DUE + timedelta(days=2)
    strike_entry(
        act(amina), entry, text="Two persons for each family", language="en", due_at=later, now=NOW
    )
    promise = Promise.objects.get()
    assert (promise.text, promise.due_at) == ("Two persons for each family", later)
    settle_promise(act(amina), promise, outcome="kept", note="Done", now=DUE)
    third = strike_entry(
        act(amina), LogEntry.objects.latest("number"), text="Two for each", language="en", now=DUE
    )
    assert (third.outcome, Promise.objects.get().state) == ("kept", "kept")


def test_a_promise_is_made_without_an_incident_and_outlives_one(
    incident, amina, farid, municipality, city, act
):
    alone = promised(act(amina), city, role="mayor")
    about = promised(act(amina), city, incident=incident)
    assert (alone.number, about.number, alone.agency) == (1, 2, municipality)
    assert about.entry.promised_to == "The association"

    stand_down(act(amina), incident, reason="Over", language="en", now=NOW)

    year = NOW + timedelta(days=365)
    assert [one.number for one in promises_of(act(amina), city, year, which="late")] == [1, 2]
    with pytest.raises(NotAllowed):
        promised(act(farid), city)
    with pytest.raises(Refused) as refusal:
        promised(act(amina), city, promised_to=" ")
    assert refusal.value.field == "promised_to"


def test_only_its_keeper_and_those_who_lead_say_how_it_ended(
    incident, amina, mayor, farid, bilal, fire, stranger, elsewhere, city, act
):
    entry = logged(act(amina), incident)
    promise = give_promise(act(mayor), entry.promise, agency=fire, role="liaison", now=NOW)
    with pytest.raises(NotAllowed):
        give_promise(act(farid), promise, agency=None, role="mayor", now=NOW)
    colleague = world.make_person("Hala", (promise.city.agencies.first(), "cohesion"))
    for act_on in (
        lambda who: settle_promise(who, promise, outcome="kept", note="x", now=NOW),
        lambda who: settle_entry(who, entry, outcome="kept", note="x", now=NOW),
        lambda who: move_promise(who, promise, due_at=NOW, reason="x", now=NOW),
    ):
        if promise.city.agencies.first() != fire:
            with pytest.raises(NotAllowed):
                act_on(act(colleague))
        with pytest.raises(NotFound):
            act_on(act(stranger))
    with pytest.raises(NotFound):
        promise_for(act(stranger), pk=promise.pk)
    with pytest.raises(NotFound):  # health was not called
        promise_for(act(world.make_person("Dan", (world.make_agency(city, "School"), "liaison"))),
                    pk=promise.pk)  # fmt: skip
    settle_promise(act(farid), promise, outcome="broken", note="No money came", now=DUE)
    with pytest.raises(NotFound):
        check_may_read_quarters(act(stranger), city)
    with pytest.raises(NotAllowed):
        check_may_read_quarters(act(farid), city)


def test_a_day_moves_with_its_reason_and_the_first_day_stays(amina, city, act):
    promise = promised(act(amina), city)
    later = DUE + timedelta(days=60)
    with pytest.raises(Refused) as refusal:
        move_promise(act(amina), promise, due_at=later, reason=" ", now=NOW)
    assert refusal.value.field == "reason"

    moved = move_promise(act(amina), promise, due_at=later, reason="The frost", now=NOW, version=1)

    move = moved.moves.get()
    assert (move.was_due_at, move.due_at, move.reason) == (DUE, later, "The frost")
    with pytest.raises(Refused) as refusal:
        settle_promise(act(amina), promise, outcome="kept", note="x", now=NOW, version=1)
    assert refusal.value.code == "changed-meanwhile"
    assert Entry.objects.get(verb="promise.moved").private == {"reason": "The frost"}


def test_its_keeper_is_reminded_once_before_the_day_and_again_where_it_moved(
    amina, mayor, city, act
):
    promise = promised(act(amina), city, role="mayor")
    assert not remind_next(DUE - timedelta(days=22))
    assert promises_due(act(mayor), DUE - timedelta(days=22)) == []
    near = DUE - timedelta(days=20)
    assert promises_due(act(mayor), near) == [promise]
    assert promises_due(act(amina), near) == []  # it is the mayor's role

    assert remind_next(near)
    assert not remind_next(near)

    told = Delivery.objects.filter(call__alert__notice="decisions/notices/promise_due")
    assert set(told.values_list("person__name", flat=True)) == {"Rana"}
    move_promise(act(amina), promise, due_at=DUE + timedelta(days=90), reason="The frost", now=near)
    assert not remind_next(near)
    assert remind_next(DUE + timedelta(days=80))
    settle_promise(act(amina), promise, outcome="kept", note="It stands", now=near)
    assert not remind_next(DUE + timedelta(days=900))


def test_a_quarter_tells_how_the_city_kept_its_word_and_shows_only_marked_words(
    amina, celine, farid, incident, city, act
):
    kept, late, broken, still = (promised(act(amina), city) for _each in range(4))
    promised(act(amina), city, due_at=DUE + timedelta(days=92))
    who = act(amina)
    settle_promise(who, kept, outcome="kept", note="x", now=DUE - timedelta(days=1))
    settle_promise(who, late, outcome="kept", note="x", now=DUE + timedelta(days=1))
    settle_promise(who, broken, outcome="broken", note="x", now=DUE)
    word_promise(act(celine), kept, words="The hall is rebuilt", now=NOW)
    with pytest.raises(NotAllowed):
        word_promise(act(farid), give_promise(
            who, still, agency=farid.memberships.get().agency, role="", now=NOW
        ), words="No", now=NOW)  # fmt: skip

    third = quarters(city, DUE)[0]

    assert (third.year, third.quarter) == (2026, 3)
    assert (third.due, third.kept, third.late, third.broken, third.open) == (4, 2, 1, 1, 1)
    shown, others = shown_in_quarter(city, 2026, 3)
    assert ([one.shown_words for one in shown], others) == (["The hall is rebuilt"], 3)
    assert promises_of(who, city, DUE, which="quarter").count() == 1


def test_promises_that_stood_in_logs_come_into_the_register(incident, amina, act):
    first = logged(act(amina), incident)
    struck = logged(act(amina), incident)
    strike_entry(act(amina), struck, text="Another", language="en", now=NOW)
    settle_entry(act(amina), first, outcome="broken", note="No money came", now=DUE)
    Promise.objects.all().delete()

    import_module("takatuf.decisions.migrations.0006_promises_of_logs").register_promises(
        apps, None
    )

    found = list(Promise.objects.order_by("number"))
    assert [(one.number, one.text, one.state) for one in found] == [
        (1, "A person for each family", "broken"),
        (2, "Another", "open"),
    ]
    assert found[0].note == "No money came"
