"""What the worker does here: climb over silence, deliver what is due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, close_old_connections

from takatuf.alerts import rules
from takatuf.alerts.exchange import Failed, Line, MailLine, SmsLine, Unreachable
from takatuf.alerts.models import Call, Delivery, Mail
from takatuf.alerts.notices import Letter, email_for, letter_of, sms_for
from takatuf.alerts.services import (
    claim,
    claim_mail,
    climb,
    mark_failed,
    mark_mail_failed,
    mark_mail_sent,
    mark_sent,
    still_held,
    wait_for_server,
)

logger = logging.getLogger(__name__)
BATCH = 50
HOLD_ON = 600  # seconds in which the database may come back
LINES: dict[str, Callable[[], Line]] = {"email": MailLine, "sms": SmsLine}


def climb_next(now: datetime) -> bool:
    """Climb over one silent agency. False: nobody's time is up."""
    overdue = Call.objects.overdue(now).order_by("climbs_at", "id").values_list("pk", flat=True)
    for call in overdue[:BATCH]:
        try:
            # Another worker may be quicker with this one; then the next is ours.
            if climb(call, now):
                return True
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # one call that cannot climb must not hold up the others
            logger.exception("call %s cannot climb", call)
    return False


def deliver_batch(
    now: datetime,
    worker: str,
    *,
    channel: str = "email",
    line: Line | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Send what is due on one channel, a batch at most. Returns how many were claimed.

    With `line` the connection is left open for the next batch. `stop` ends the round after
    the message under way; what was claimed and not sent is the worker's to give back.

    Each acceptance is recorded at once, in a transaction of its own: a worker that dies
    leaves at most the one message that was under way on its connection to be sent again.
    Raises `Unreachable` when no server takes the connection; what was claimed then waits.
    """
    if line is not None:
        return Round(now, worker, channel, line, stop).run()
    line = LINES[channel]()
    try:
        return Round(now, worker, channel, line, stop).run()
    finally:
        line.close()


def send_mail_next(now: datetime, worker: str) -> bool:
    """Send one letter to somebody without an account. False: none is due.

    A server that is away costs no attempt; the letter waits and the worker pauses.
    """
    mail = claim_mail(worker, now)
    if mail is None:
        return False
    line = MailLine()
    try:
        line.open()
        line.send(mail.to, letter_of(mail), mail.pk)
    except Unreachable as error:
        mark_mail_failed(mail, str(error), now, attempt=False)
        raise
    except Failed as failure:
        mark_mail_failed(mail, failure.reason, now, for_good=failure.for_good)
    except Exception as error:  # one letter that cannot be written must not hold up the others
        logger.exception("letter %s cannot be written", mail.pk)
        mark_mail_failed(mail, type(error).__name__, now)
    else:
        mark_mail_sent(mail, now)
    finally:
        line.close()
    return True


def forget_letters(now: datetime) -> bool:
    """Empty the letters that were given up long ago: nobody sends them any more."""
    given_up = Mail.objects.filter(given_up_at__lt=now - rules.LETTER_KEPT, sent_at=None)
    given_up.exclude(to="").update(to="", context="")
    return False


class Round:
    """One batch in one worker's hands."""

    def __init__(
        self,
        now: datetime,
        worker: str,
        channel: str,
        line: Line,
        stop: threading.Event | None = None,
    ) -> None:
        self.worker, self.channel, self.line = worker, channel, line
        self.stop = stop or threading.Event()
        self._now, self._began = now, time.monotonic()
        self._renewed = self._began

    @property
    def now(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def run(self) -> int:
        claimed = claim(self.worker, self.channel, self._now, BATCH)
        waiting = list(claimed)
        while waiting and not self.stop.is_set():
            waiting = self._still_ours(waiting)
            if not waiting:
                break
            try:
                self.line.open()
                self._send(waiting[0])
            except Unreachable as error:
                wait_for_server(waiting, self.worker, str(error), self.now)
                raise
            waiting.pop(0)
        return len(claimed)

    def _still_ours(self, waiting: list[Delivery]) -> list[Delivery]:
        """Those whose claim holds, renewed when it grows old: nobody sends what they lost."""
        if time.monotonic() - self._renewed < rules.RENEW_AFTER.total_seconds():
            return waiting
        mine = still_held(self.worker, [delivery.pk for delivery in waiting], self.now)
        self._renewed = time.monotonic()
        return [delivery for delivery in waiting if delivery.pk in mine]

    def _send(self, delivery: Delivery) -> None:
        try:
            to, letter = _written(delivery)
            self.line.send(to, letter, delivery.pk)
        except Unreachable:
            raise
        except Failed as failure:
            mark_failed(delivery, self.worker, failure.reason, self.now, for_good=failure.for_good)
        except Exception as error:
            # One message that cannot be written must not hold up the others.
            logger.exception("delivery %s cannot be written", delivery.pk)
            mark_failed(delivery, self.worker, type(error).__name__, self.now)
        else:
            self._record_sent(delivery)

    def _record_sent(self, delivery: Delivery) -> None:
        """The server has the message: hold on until the database does, or it is sent twice."""
        pause, deadline = 0.1, time.monotonic() + HOLD_ON
        while True:
            try:
                mark_sent(delivery, self.now)
                return
            except (DatabaseError, InterfaceError):
                if time.monotonic() > deadline:
                    raise
                logger.exception("delivery %s was sent and cannot be recorded yet", delivery.pk)
                time.sleep(pause)
                pause = min(pause * 2, 5)
                close_old_connections()


def _written(delivery: Delivery) -> tuple[str, Letter]:
    if delivery.channel == Delivery.Channel.SMS:
        return delivery.person.phone, sms_for(delivery)
    return delivery.person.reached_at, email_for(delivery)
