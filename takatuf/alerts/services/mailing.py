"""Letters to people who have no account: written in a use case, sent by the worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction

from takatuf.alerts import rules
from takatuf.alerts.exchange import NO_MAIL_SERVER, mail_is_set
from takatuf.alerts.models import Mail
from takatuf.foundation.actors import WORKER
from takatuf.journal.services import INSTALLATION, record


def write_mail(
    notice: str,
    *,
    to: str,
    language: str,
    about: str,
    now: datetime,
    context: Mapping[str, object] | None = None,
    after: timedelta = timedelta(0),
) -> Mail:
    """Put a letter on its way, within the transaction of the act that it tells of.

    `notice` is a prefix of templates, `context` holds plain JSON values. It leaves `after` that
    long, so that an act that is undone meanwhile can take it back. Where no mail server is set
    it is given up at once, and a person reads that on the page of what it is about.
    """
    can_leave = mail_is_set()
    return Mail.objects.create(
        to=to,
        language=language,
        notice=notice,
        context=json.dumps(dict(context or {})),
        about=about,
        written_at=now,
        due_at=now + after,
        given_up_at=None if can_leave else now,
        error="" if can_leave else NO_MAIL_SERVER,
    )


def take_back_mail(about: str, notice: str = "") -> int:
    """Drop the letters about this that have not left; how many they were."""
    waiting = Mail.objects.filter(about=about, sent_at=None)
    return (waiting.filter(notice=notice) if notice else waiting).delete()[0]


def claim_mail(worker: str, now: datetime) -> Mail | None:
    """Take the letter that has waited longest into this worker's hands."""
    with transaction.atomic():
        due = Mail.objects.due(now).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        mail = due.first()
        if mail is not None:
            mail.claimed_at, mail.claimed_by = now, worker
            mail.save(update_fields=["claimed_at", "claimed_by"])
    return mail


@transaction.atomic
def mark_mail_sent(mail: Mail, now: datetime) -> None:
    """The server accepted the letter: address and values are of no more use, and go."""
    sent = Mail.objects.open().filter(pk=mail.pk)
    if sent.update(sent_at=now, to="", context="", error="", attempts=mail.attempts + 1):
        _record("mail.sent", mail, now)


@transaction.atomic
def mark_mail_failed(
    mail: Mail, reason: str, now: datetime, *, for_good: bool = False, attempt: bool = True
) -> None:
    """Put a letter off, or give it up: refused for good, at its last attempt, or when no server
    was there for two hours (`attempt` False)."""
    attempts = mail.attempts + attempt
    if for_good:
        due_at = None
    elif attempt:
        due_at = rules.next_attempt(attempts, now)
    else:
        due_at = rules.next_connection(mail.written_at, now)
    told = {"attempts": attempts, "error": reason[:300], "claimed_at": None, "claimed_by": ""}
    waiting = Mail.objects.open().filter(pk=mail.pk)
    if due_at is not None:
        waiting.update(due_at=due_at, **told)
    elif waiting.update(given_up_at=now, **told):
        _record("mail.given_up", mail, now, attempts=attempts)


def _record(verb: str, mail: Mail, now: datetime, **facts: object) -> None:
    record(
        WORKER,
        verb,
        log=INSTALLATION,
        thing=f"mail:{mail.pk}",
        about=mail.about,
        facts={"notice": mail.notice, **facts},
        at=now,
    )
