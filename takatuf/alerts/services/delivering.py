"""Messages on their way: claimed by a worker, sent, put off, given up, tried again by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from takatuf.alerts import rules
from takatuf.alerts.access import check_may_call
from takatuf.alerts.exchange import NO_MAIL_SERVER, mail_is_set
from takatuf.alerts.models import Delivery, Worker
from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.errors import Refused
from takatuf.journal.services import PersonRef, record


def claim(worker: str, channel: str, now: datetime, most: int) -> list[Delivery]:
    """Take up to `most` due messages into this worker's hands, the longest waiting first.

    Two workers never hold the same: SQLite's transactions take the write lock at once, and
    PostgreSQL passes over the rows that another holds.
    """
    with transaction.atomic():
        due = Delivery.objects.due(now, channel, worker).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        taken = list(due.values_list("pk", flat=True)[:most])
        if taken:
            Delivery.objects.filter(pk__in=taken).update(claimed_at=now, claimed_by=worker)
    if not taken:
        return []
    return list(
        Delivery.objects.filter(pk__in=taken, claimed_by=worker)
        .select_related("person")
        # One alert and few agencies stand behind many messages: each is read once.
        .prefetch_related("call__agency", "call__alert__city")
        .order_by("due_at", "id")
    )


def still_held(worker: str, deliveries: Iterable[UUID], now: datetime) -> set[UUID]:
    """Renew the claim on those of these messages that this worker still holds; returns them."""
    held = Delivery.objects.held_by(worker).filter(pk__in=list(deliveries))
    with transaction.atomic():
        if connection.features.has_select_for_update:
            held = held.select_for_update()
        mine = set(held.values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=mine).update(claimed_at=now)
    return mine


def keep_claims(worker: str, now: datetime) -> int:
    """Renew all that this worker holds, while a slow server keeps it waiting."""
    return Delivery.objects.held_by(worker).update(claimed_at=now)


@transaction.atomic
def mark_sent(delivery: Delivery, now: datetime) -> bool:
    """Record that the server accepted the message. False: it was recorded already."""
    changed = Delivery.objects.filter(pk=delivery.pk, sent_at=None).update(
        sent_at=now, given_up_at=None, attempts=delivery.attempts + 1, error=""
    )
    if changed:
        _record(WORKER, delivery, "sent", now, attempts=delivery.attempts + 1)
    return bool(changed)


@transaction.atomic
def mark_failed(
    delivery: Delivery, worker: str, reason: str, now: datetime, *, for_good: bool = False
) -> None:
    """Record a refusal and put the message off, or give it up at its last attempt."""
    attempts = delivery.attempts + 1
    due_at = None if for_good else rules.next_attempt(attempts, now)
    _put_off(delivery, worker, reason, now, due_at, attempts)


@transaction.atomic
def wait_for_server(
    deliveries: Sequence[Delivery], worker: str, reason: str, now: datetime
) -> None:
    """Put messages back because no server answers; that costs them no attempt."""
    by_end: dict[bool, list[Delivery]] = {False: [], True: []}
    for delivery in deliveries:
        by_end[rules.next_connection(delivery.asked_at, now) is None].append(delivery)
    Delivery.objects.held_by(worker).filter(pk__in=[d.pk for d in by_end[False]]).update(
        due_at=now + rules.RETRY_CONNECTION, claimed_at=None, claimed_by="", error=reason[:300]
    )
    for delivery in by_end[True]:
        _put_off(delivery, worker, reason, now, None, delivery.attempts)


@transaction.atomic
def give_up(actor: Actor, delivery: Delivery, *, now: datetime) -> None:
    """A person decides that this message is tried no more, because they reached them otherwise."""
    check_may_call(actor, delivery.call)
    changed = Delivery.objects.open().filter(pk=delivery.pk).update(given_up_at=now)
    if not changed:
        raise Refused(_("This message is not on its way any more."), code="not-open")
    _record(actor, delivery, "dropped", now)


@transaction.atomic
def retry_delivery(actor: Actor, delivery: Delivery, *, now: datetime) -> None:
    """Try a message again that was given up, with all its attempts and the same Message-ID."""
    check_may_call(actor, delivery.call)
    if delivery.channel == Delivery.Channel.EMAIL and not mail_is_set():
        raise Refused(
            _("No mail server is set up. Ask the operator, and call by voice meanwhile."),
            code=NO_MAIL_SERVER,
        )
    changed = (
        Delivery.objects.given_up()
        .filter(pk=delivery.pk)
        .update(
            given_up_at=None, due_at=now, asked_at=now, attempts=0, claimed_at=None, claimed_by=""
        )
    )
    if not changed:
        raise Refused(_("This message was not given up."), code="not-given-up")
    _record(actor, delivery, "retried", now)


def see_worker(name: str, now: datetime) -> None:
    """Note that this worker is alive."""
    Worker.objects.update_or_create(
        name=name, defaults={"seen_at": now}, create_defaults={"seen_at": now, "started_at": now}
    )


def forget_worker(name: str, now: datetime) -> None:
    """A worker that ends in order gives back what it holds; the long unseen are forgotten."""
    Delivery.objects.held_by(name).update(claimed_at=None, claimed_by="")
    Worker.objects.filter(seen_at__lt=now - rules.FORGET_WORKER).delete()


def _put_off(
    delivery: Delivery,
    worker: str,
    reason: str,
    now: datetime,
    due_at: datetime | None,
    attempts: int,
) -> None:
    mine = Delivery.objects.held_by(worker).filter(pk=delivery.pk)
    free = {"claimed_at": None, "claimed_by": "", "attempts": attempts, "error": reason[:300]}
    if due_at is not None:
        mine.update(due_at=due_at, **free)
    elif mine.update(given_up_at=now, **free):
        _record(WORKER, delivery, "given_up", now, attempts=attempts)


def _record(
    actor: Actor, delivery: Delivery, done: str, now: datetime, attempts: int | None = None
) -> None:
    alert = delivery.call.alert
    facts: dict[str, object] = {"agency": delivery.call.agency.name, "step": delivery.step}
    if attempts is not None:
        facts["attempts"] = attempts
    record(
        actor,
        f"{delivery.channel}.{done}",
        log=alert.city.log,
        thing=f"delivery:{delivery.pk}",
        about=alert.about,
        facts=facts,
        people={"person": PersonRef(delivery.person.pk, delivery.person.name)},
        at=now,
    )
