"""Answers: by the link, on the desk, or ticked by hand after a call by voice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person
from takatuf.alerts.access import check_may_answer, check_may_call, invitation_for
from takatuf.alerts.models import Answer, Call
from takatuf.alerts.queries import answers_of, serves
from takatuf.alerts.rules import climbs_at
from takatuf.alerts.services.calling import locked_call
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotFound, Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.access import check_not_held
from takatuf.journal.services import PersonRef, record


@transaction.atomic
def acknowledge(
    actor: Actor, call: Call, *, person: Person, way: str = Answer.Way.DESK, now: datetime
) -> Answer:
    """Record that this person knows. A second time changes nothing and gives the first answer.

    An answer after the agency fell silent counts as well. Raises `Refused` for somebody who
    does not serve the agency.
    """
    check_may_answer(actor, call, person.pk)
    call = _asking(call)
    _check_belongs(call, person, now)
    earlier = call.answers.filter(person=person).first()
    if earlier is not None:
        return earlier
    answer = Answer.objects.create(call=call, person=person, way=way, at=now)
    _count(call, now)
    _record(actor, call, "call.acknowledged", answer, now)
    return answer


def answer_by_link(token: str, *, now: datetime) -> Answer:
    """Acknowledge as the person to whom the link was sent. Raises `NotFound`."""
    delivery = invitation_for(token, now)
    person = delivery.person
    actor = Actor(f"link:{delivery.call_id}", person.name, person.pk)
    return acknowledge(actor, delivery.call, person=person, way=Answer.Way.LINK, now=now)


@transaction.atomic
def tick_by_voice(
    actor: Actor, call: Call, *, now: datetime, person: Person | None = None, note: str = ""
) -> Answer:
    """Record by hand that somebody at the agency was told by voice and knows.

    `person` names who answered, as each counts once; without it somebody unnamed did, of
    whom there is one at most, since two might be the same. The same tick again changes
    nothing. Raises `Refused` for a second unnamed one, and for who does not serve the agency.
    """
    check_may_call(actor, call)
    note = clean_text(note)
    call = _asking(call)
    if person is not None:
        _check_belongs(call, person, now)
        earlier = call.answers.filter(person=person).first()
    else:
        earlier = call.answers.unnamed().first()
        if earlier and (earlier.ticked_by_id, earlier.note) != (actor.person_id, note[:200]):
            raise Refused(
                _("Somebody unnamed was ticked here already, and counts once. Say who answered."),
                code="unnamed-already",
                field="person",
            )
    if earlier is not None:
        return earlier
    answer = Answer.objects.create(
        call=call,
        person=person,
        way=Answer.Way.VOICE,
        ticked_by_id=actor.person_id,
        note=note[:200],
        at=now,
    )
    _count(call, now)
    _record(actor, call, "call.ticked", answer, now)
    return answer


@transaction.atomic
def take_back_tick(actor: Actor, answer: Answer, *, now: datetime) -> None:
    """Undo a tick that was a slip: without the answers needed the call climbs again.

    Raises `Refused` for what somebody answered themselves, and for what is held.
    """
    check_may_call(actor, answer.call)
    check_not_held(answer.call.alert.about)
    if answer.way != Answer.Way.VOICE:
        raise Refused(_("Only a tick made by hand can be taken back."), code="not-a-tick")
    call = _asking(answer.call)
    _record(actor, call, "call.unticked", answer, now)
    answer.delete()
    if call.answered_at is not None and answers_of(call) < call.answers_needed:
        call.answered_at = None
        if call.asked_at is not None:
            call.climbs_at = climbs_at(now, call.answer_within)
        call.save(update_fields=["answered_at", "climbs_at"])


def _asking(call: Call) -> Call:
    """The call, held by this transaction. Raises `NotFound` where it only tells."""
    call = locked_call(call)
    if not call.alert.asks:
        raise NotFound
    return call


def _check_belongs(call: Call, person: Person, now: datetime) -> None:
    if not serves(call, person, now):
        raise Refused(
            _("%(name)s does not serve this agency.") % {"name": person.name},
            code="other-agency",
            field="person",
        )


def _count(call: Call, now: datetime) -> None:
    """With the answers needed the call is answered and climbs no further."""
    if call.answered_at is None and answers_of(call) >= call.answers_needed:
        call.answered_at, call.climbs_at = now, None
        call.save(update_fields=["answered_at", "climbs_at"])


def _record(actor: Actor, call: Call, verb: str, answer: Answer, now: datetime) -> None:
    people = {}
    if answer.person is not None:
        people["person"] = PersonRef(answer.person.pk, answer.person.name)
    record(
        actor,
        verb,
        log=call.alert.city.log,
        thing=f"call:{call.pk}",
        about=call.alert.about,
        facts={
            "agency": call.agency.name,
            "way": answer.way,
            "answers": answers_of(call),
            "needed": call.answers_needed,
        },
        people=people,
        private={"note": answer.note} if answer.note else {},
        at=now,
    )
