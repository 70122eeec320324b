"""Calling agencies: whom an alert asks first, who is asked when they are silent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person
from takatuf.alerts import rules
from takatuf.alerts.access import check_may_call
from takatuf.alerts.exchange import NO_MAIL_SERVER, mail_is_set, sms_is_set
from takatuf.alerts.models import Alert, Call, Delivery
from takatuf.alerts.notices import Notice
from takatuf.alerts.queries import answers_of, serves, serving
from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.errors import Refused
from takatuf.journal.services import Act, PersonRef, record_many
from takatuf.network.models import Agency, City
from takatuf.network.queries import CallStep, people_to_call

BATCH = 500


@transaction.atomic
def raise_alert(
    actor: Actor,
    notice: Notice,
    *,
    city: City,
    agencies: Iterable[Agency],
    answer_within: timedelta,
    now: datetime,
    is_exercise: bool = False,
) -> Alert:
    """Call these agencies of a city: the first on duty at each are asked at once.

    Everything is written in bulk, a constant number of statements however many are called;
    the worker sends the messages afterwards. An agency with a time of its own climbs after
    that, the others after `answer_within`. Where the list names nobody the call waits for a
    person: nothing is sent, and there is no silence to climb over.
    """
    alert = Alert.objects.create(
        city=city,
        notice=notice.template,
        context=notice.context,
        path=notice.path,
        about=notice.about,
        answer_within=answer_within,
        is_exercise=is_exercise,
        raised_at=now,
    )
    called = list({agency.pk: agency for agency in agencies}.values())
    steps = people_to_call({agency.pk: () for agency in called}, now)
    calls, deliveries, acts = [], [], []
    for agency in called:
        call = Call(
            alert=alert,
            agency=agency,
            answers_needed=max(agency.answers_needed, 1),
            answer_within=agency.answer_within or answer_within,
        )
        if steps[agency.pk].people:
            deliveries += _ask(call, steps[agency.pk], now)
            acts.append(_asked_step(call, steps[agency.pk]))
        else:
            acts.append(_found_nobody(call))
        calls.append(call)
    Call.objects.bulk_create(calls, batch_size=BATCH)
    Delivery.objects.bulk_create(deliveries, batch_size=BATCH)
    raised = Act(
        "alert.raised",
        thing=f"alert:{alert.pk}",
        about=alert.about,
        facts={
            "notice": alert.notice,
            "agencies": [agency.name for agency in called],
            "count": len(called),
            "is_exercise": is_exercise,
        },
    )
    record_many(actor, [raised, *acts], log=city.log, at=now)
    return alert


@transaction.atomic
def climb(call_id: UUID, now: datetime) -> bool:
    """Ask the next at an agency whose time is up. False: another worker or an answer was first."""
    call = locked(Call.objects.overdue(now).filter(pk=call_id))
    if call is None:
        return False
    ask_next_step(call, now, WORKER)
    return True


@transaction.atomic
def ask_next_step(call: Call, now: datetime, actor: Actor) -> list[Delivery]:
    """Ask the next in the agency's call order, those off duty last; at the top record its
    silence. Who was asked already, at a lower step or by hand, is passed over."""
    told = set(call.deliveries.values_list("person_id", flat=True))
    step = people_to_call({call.agency_id: told}, now)[call.agency_id]
    if not step.people:
        _fall_silent(call, now)
        call.save(update_fields=["climbs_at", "silent_at"])
        _record(actor, call, _unanswered(call, answers_of(call)), now)
        return []
    deliveries = _ask(call, step, now)
    call.save(update_fields=["step", "asked_at", "climbs_at", "silent_at"])
    Delivery.objects.bulk_create(deliveries)
    _record(actor, call, _asked_step(call, step), now)
    return deliveries


@transaction.atomic
def call_again(actor: Actor, call: Call, *, now: datetime) -> list[Delivery]:
    """Send the call once more to everyone asked at this agency who has not answered.

    Where its list named nobody, those first in it now are asked. Raises `Refused` when
    nobody is left to ask.
    """
    check_may_call(actor, call)
    call = locked_call(call)
    if call.asked_at is None:
        if not people_to_call({call.agency_id: ()}, now)[call.agency_id].people:
            raise Refused(
                _("The list of this agency names nobody to call. Add somebody first."),
                code="nobody-to-call",
            )
        return ask_next_step(call, now, actor)
    people = list(
        Person.objects.filter(serving(call, now), deliveries__call=call, is_active=True)
        .exclude(answers__call=call)
        .distinct()
    )
    if not people:
        raise Refused(_("Everyone who was asked here has answered."), code="nobody-left")
    return _ask_by_hand(actor, call, people, now, verb="call.repeated")


@transaction.atomic
def stop_climbing(actor: Actor, about: str, *, now: datetime) -> int:
    """Let the calls about this climb no further, since it was joined or stood down.

    What was sent was sent, and an answer still counts; a call can be repeated by hand, and
    climbs again then. Returns how many were climbing.
    """
    climbing = Call.objects.about(about).unanswered().filter(climbs_at__isnull=False)
    city = City.objects.filter(alerts__about=about).first()
    count = climbing.update(climbs_at=None)
    if count and city is not None:
        stopped = Act("alert.stopped", thing=about, about=about, facts={"count": count})
        record_many(actor, [stopped], log=city.log, at=now)
    return count


@transaction.atomic
def ask_person(actor: Actor, call: Call, person: Person, *, now: datetime) -> list[Delivery]:
    """Ask one more person of the agency now, whatever their place in the call order."""
    check_may_call(actor, call)
    call = locked_call(call)
    if not person.is_active or not serves(call, person, now):
        raise Refused(
            _("%(name)s does not serve this agency.") % {"name": person.name},
            code="other-agency",
            field="person",
        )
    return _ask_by_hand(actor, call, [person], now, verb="call.asked")


def locked(calls: object) -> Call | None:
    """One call out of a queryset, held by this transaction until it ends; None: not there."""
    if connection.features.has_select_for_update:
        calls = calls.select_for_update(of=("self",))  # type: ignore[attr-defined]
    found: Call | None = calls.select_related("agency", "alert__city").first()  # type: ignore[attr-defined]
    return found


def channels_of(person: Person) -> Sequence[str]:
    """How this person can be reached: by mail and desk always, by SMS with a gateway."""
    channels = [Delivery.Channel.DESK.value, Delivery.Channel.EMAIL.value]
    # Without its country's code a number would reach whoever has it where the gateway stands.
    if person.phone.startswith("+") and sms_is_set():
        channels.append(Delivery.Channel.SMS.value)
    return channels


def locked_call(call: Call) -> Call:
    """The call as it is now, held by this transaction until it ends."""
    found = locked(Call.objects.filter(pk=call.pk))
    assert found is not None
    return found


def _ask_by_hand(
    actor: Actor, call: Call, people: Sequence[Person], now: datetime, *, verb: str
) -> list[Delivery]:
    last = dict(
        call.deliveries.filter(person__in=people)
        .values_list("person_id")
        .annotate(last=Max("repeat"))
    )
    deliveries = [
        delivery
        for person in people
        for delivery in _deliveries(
            call, person, now, call.step, repeat=last[person.pk] + 1 if person.pk in last else 0
        )
    ]
    call.asked_at = now
    if call.answered_at is None:
        call.climbs_at = rules.climbs_at(now, call.answer_within)
        call.silent_at = None
    call.save(update_fields=["asked_at", "climbs_at", "silent_at"])
    Delivery.objects.bulk_create(deliveries)
    _record(actor, call, _asked(call, people, verb), now)
    return deliveries


def _ask(call: Call, step: CallStep, now: datetime) -> list[Delivery]:
    """Set the call to this step and make its messages, unsaved both."""
    call.step = step.order
    call.asked_at = now
    call.climbs_at = rules.climbs_at(now, call.answer_within)
    call.silent_at = None
    return [
        delivery
        for person in step.people
        for delivery in _deliveries(call, person, now, step.order, off_duty=step.off_duty)
    ]


def _deliveries(
    call: Call,
    person: Person,
    now: datetime,
    step: int,
    repeat: int = 0,
    off_duty: bool = False,
) -> list[Delivery]:
    deliveries = []
    for channel in channels_of(person):
        delivery = Delivery(
            call=call,
            person=person,
            step=step,
            repeat=repeat,
            off_duty=off_duty,
            channel=channel,
            asked_at=now,
            due_at=now,
        )
        if channel == Delivery.Channel.DESK:
            delivery.sent_at = now
        elif channel == Delivery.Channel.EMAIL and not mail_is_set():
            delivery.given_up_at, delivery.error = now, NO_MAIL_SERVER
        deliveries.append(delivery)
    return deliveries


def _fall_silent(call: Call, now: datetime) -> None:
    call.climbs_at, call.silent_at = None, now


def _asked_step(call: Call, step: CallStep) -> Act:
    return _asked(call, step.people, "call.asked_off_duty" if step.off_duty else "call.asked")


def _asked(call: Call, people: Sequence[Person], verb: str) -> Act:
    return Act(
        verb,
        thing=f"call:{call.pk}",
        about=call.alert.about,
        facts={"agency": call.agency.name, "step": call.step, "count": len(people)},
        people={
            f"asked_{number}": PersonRef(person.pk, person.name)
            for number, person in enumerate(people, 1)
        },
    )


def _found_nobody(call: Call) -> Act:
    return Act(
        "call.found_nobody",
        thing=f"call:{call.pk}",
        about=call.alert.about,
        facts={"agency": call.agency.name},
    )


def _unanswered(call: Call, answers: int) -> Act:
    return Act(
        "call.unanswered",
        thing=f"call:{call.pk}",
        about=call.alert.about,
        facts={
            "agency": call.agency.name,
            "answers": answers,
            "needed": call.answers_needed,
            "step": call.step,
        },
    )


def _record(actor: Actor, call: Call, act: Act, now: datetime) -> None:
    record_many(actor, [act], log=call.alert.city.log, at=now)
