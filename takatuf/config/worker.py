"""The worker: moves what is due in every room, a small step at a time, until told to stop."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable

from django.db import close_old_connections, connections
from django.utils import timezone

from takatuf.activities.jobs import (
    ask_next,
    compare_next,
    forget_addresses,
    import_next,
    pass_on_next,
    review_next,
    wake_next,
)
from takatuf.activities.services import forget_files
from takatuf.alerts import jobs
from takatuf.alerts.exchange import Unreachable
from takatuf.alerts.services import forget_worker, keep_claims, see_worker
from takatuf.coordination.jobs import take_out_next
from takatuf.decisions.jobs import remind_next
from takatuf.foundation.stack import with_room
from takatuf.journal.jobs import checkpoint_next
from takatuf.learning.jobs import forget_guests
from takatuf.network.jobs import forget_applicants
from takatuf.search.jobs import index_next
from takatuf.translation.jobs import forget_reporters, translate_next

logger = logging.getLogger(__name__)
HEARTBEAT = 10  # seconds; well under the time that a claim lasts


def run_worker(stop: threading.Event, tick_seconds: float = 1) -> None:
    """Work until `stop` is set.

    Each kind of work runs in a thread with its own database connection, so that a mail server
    that keeps us waiting holds up neither the SMS nor the climbing. Whatever fails (the
    database away, the mail server down) is logged and tried again; nothing due is lost, since
    it stands in the tables.
    """
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    logger.info("worker %s begins", name)
    lines = [_Delivering(name, channel, stop) for channel in jobs.LINES]
    works: list[tuple[str, Callable[[], bool], float]] = [
        ("heartbeat", lambda: _heartbeat(name), HEARTBEAT),
        ("climbing", lambda: jobs.climb_next(timezone.now()), tick_seconds),
        ("waking", lambda: wake_next(timezone.now()), tick_seconds * 5),
        ("comparing", lambda: compare_next(timezone.now()), tick_seconds * 15),
        ("passing on", lambda: pass_on_next(timezone.now()), tick_seconds * 30),
        ("looking again", lambda: review_next(timezone.now()), tick_seconds * 60),
        ("confirming", lambda: ask_next(timezone.now()), tick_seconds * 60),
        ("importing", lambda: import_next(timezone.now()), tick_seconds * 2),
        ("inquiries", lambda: take_out_next(timezone.now()), tick_seconds * 5),
        ("reminding", lambda: remind_next(timezone.now()), tick_seconds * 5),
        ("finding", index_next, tick_seconds * 5),
        ("checkpoints", lambda: bool(checkpoint_next(timezone.now())), tick_seconds * 5),
        ("letters", lambda: jobs.send_mail_next(timezone.now(), name), tick_seconds),
        ("forgetting", _forget, tick_seconds * 600),
        ("translating", lambda: translate_next(timezone.now()), tick_seconds * 2),
        *((f"{line.channel}", line.step, tick_seconds) for line in lines),
    ]
    threads = [
        threading.Thread(target=_keep_doing, args=(work, stop), name=work[0], daemon=True)
        for work in works
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        forget_worker(name, timezone.now())
    except Exception:
        logger.exception("worker %s could not give back what it held", name)
    finally:
        connections.close_all()
    logger.info("worker %s ended", name)


def _keep_doing(work: tuple[str, Callable[[], bool], float], stop: threading.Event) -> None:
    """One line of work: on while there is something to do, then a pause; longer after faults."""
    name, step, pause = work
    faults = 0
    try:
        while not stop.is_set():
            try:
                close_old_connections()
                more, faults = with_room(step), 0
            except Unreachable as error:
                faults += 1
                more = False
                logger.warning("%s: no server answers: %s", name, error)
            except Exception:
                faults += 1
                more = False
                logger.exception("%s: failed, to be tried again", name)
                connections.close_all()
            if not more:
                stop.wait(min(pause * 2 ** min(faults, 5), 20) if faults else pause)
    finally:
        connections.close_all()


class _Delivering:
    """The way out of one channel; its connection stays open while there is more to send."""

    def __init__(self, worker: str, channel: str, stop: threading.Event) -> None:
        self.worker, self.channel, self.stop = worker, channel, stop
        self.line = jobs.LINES[channel]()

    def step(self) -> bool:
        try:
            claimed = jobs.deliver_batch(
                timezone.now(),
                self.worker,
                channel=self.channel,
                line=self.line,
                stop=self.stop,
            )
        except BaseException:
            self.line.close()
            raise
        if claimed < jobs.BATCH:
            self.line.close()
        return claimed == jobs.BATCH


def _forget() -> bool:
    """What strangers left here goes when its time is over."""
    now = timezone.now()
    return any(
        [
            forget_reporters(now),
            forget_files(now),
            forget_addresses(now),
            forget_applicants(now),
            forget_guests(now),
            jobs.forget_letters(now),
        ]
    )


def _heartbeat(name: str) -> bool:
    now = timezone.now()
    keep_claims(name, now)
    see_worker(name, now)
    return False
