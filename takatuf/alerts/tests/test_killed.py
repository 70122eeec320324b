"""Whatever happens to a worker or to the mail server, everyone gets their message."""

import signal
import time
from collections import Counter

import pytest

from takatuf.testing.installation import CALL_MANY, installation
from takatuf.testing.mail_sink import mail_sink

# A worker as in service, only more hurried, so that the test need not wait for a minute.
WORKER = """
import signal, threading
from datetime import timedelta
from takatuf.alerts import rules
from takatuf.config import worker
rules.CLAIM_LASTS = timedelta(seconds=3)
rules.RENEW_AFTER = timedelta(seconds=1)
rules.RETRY_CONNECTION = timedelta(seconds=1)
worker.HEARTBEAT = 0.5
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
worker.run_worker(stop, tick_seconds=0.2)
"""
COUNT = """
from takatuf.alerts.models import Delivery
from takatuf.journal.models import Entry
mail = Delivery.objects.filter(channel="email")
print(mail.count(), mail.exclude(sent_at=None).count(), mail.exclude(claimed_by="").open().count(),
      Entry.objects.filter(verb="email.sent").count())
"""
MESSAGES = 1000


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


@pytest.mark.django_db
def test_nothing_is_lost_when_a_worker_is_killed_and_the_mail_server_is_away():
    """Two workers race through 1,000 messages; the server is away at first; one is killed -9."""
    with (
        mail_sink() as sink,
        installation(
            TAKATUF_MAIL_HOST="127.0.0.1",
            TAKATUF_MAIL_PORT=str(sink.port),
            TAKATUF_MAIL_TLS="none",
            TAKATUF_LOG_LEVEL="ERROR",
        ) as city,
    ):
        city.run(CALL_MANY, str(MESSAGES), "20")
        sink.closed = True
        workers = [city.start(WORKER), city.start(WORKER)]
        try:
            wait_for(lambda: sink.connections >= 3)
            assert not sink.accepted
            sink.closed = False
            wait_for(lambda: len(sink.accepted) > MESSAGES // 3)
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()
            wait_for(lambda: len({got.recipient for got in sink.accepted}) == MESSAGES)
            wait_for(lambda: city.run(COUNT).split()[1] == str(MESSAGES))
            workers[1].send_signal(signal.SIGTERM)
            assert workers[1].wait(15) == 0
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        times = Counter(got.recipient for got in sink.accepted)
        doubled = [recipient for recipient, count in times.items() if count > 1]

        assert len(doubled) <= 1
        for recipient in doubled:
            ids = {got.message_id for got in sink.accepted if got.recipient == recipient}
            assert times[recipient] == 2
            assert len(ids) == 1
        assert city.run(COUNT).split() == [str(MESSAGES), str(MESSAGES), "0", str(MESSAGES)]
