"""How fast messages leave: `python -m takatuf.testing.bench.deliveries [messages] [workers]`.

Prints JSON. Calls that many people of 60 agencies at once, then lets workers, each a process
of its own, hand the e-mails to a mail server on the loopback (a process too). Uses a new SQLite
in a folder that goes afterwards, or a new database on the server that DATABASE_URL names.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from takatuf.testing.installation import CALL_MANY, ROOT, installation

WORKER = """
import signal, threading
from takatuf.config.worker import run_worker
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
run_worker(stop)
"""
DONE = """
from takatuf.alerts.models import Delivery
from takatuf.journal.models import Entry
mail = Delivery.objects.filter(channel="email")
print(mail.exclude(sent_at=None).count(), mail.filter(attempts__gt=1).count(),
      Entry.objects.filter(verb="email.sent").count())
"""
LONGEST = 600  # seconds


def measure(messages: int = 10_000, workers: int = 2) -> dict[str, Any]:
    """Messages a second from the first acceptance to the last, and what was lost or doubled.

    `raise_seconds` is the one transaction that calls everybody, `first_seconds` the time
    from the workers' start (their imports included) to the first acceptance.
    """
    with tempfile.TemporaryDirectory() as folder:
        accepted, port = Path(folder) / "accepted", _free_port()
        accepted.touch()
        sink = subprocess.Popen(
            [sys.executable, "-m", "takatuf.testing.mail_sink", str(port), str(accepted)], cwd=ROOT
        )
        try:
            with installation(
                TAKATUF_MAIL_HOST="127.0.0.1",
                TAKATUF_MAIL_PORT=str(port),
                TAKATUF_MAIL_TLS="none",
                TAKATUF_LOG_LEVEL="ERROR",
            ) as city:
                raised = float(city.run(CALL_MANY, str(messages), "60"))
                began = time.perf_counter()
                running = [city.start(WORKER) for _ in range(workers)]
                try:
                    first, last = _watch(accepted, messages)
                finally:
                    for worker in running:
                        worker.terminate()
                    for worker in running:
                        worker.wait()
                sent, repeated, recorded = map(int, city.run(DONE).split())
                times = Counter(accepted.read_text().splitlines())
                return {
                    "database": "postgresql" if city.environment["DATABASE_URL"] else "sqlite",
                    "messages": messages,
                    "workers": workers,
                    "raise_seconds": round(raised, 3),
                    "first_seconds": round(first - began, 2),
                    "per_second": round(messages / (last - first)),
                    "lost": messages - len(times),
                    "doubled": sum(count > 1 for count in times.values()),
                    "sent": sent,
                    "repeated": repeated,
                    "recorded": recorded,
                }
        finally:
            sink.terminate()
            sink.wait()


def _watch(accepted: Path, messages: int) -> tuple[float, float]:
    """When the first and the last message were accepted."""
    first = 0.0
    deadline = time.perf_counter() + LONGEST
    while time.perf_counter() < deadline:
        size = accepted.stat().st_size
        if size and not first:
            first = time.perf_counter()
        if first and accepted.read_bytes().count(b"\n") >= messages:
            return first, time.perf_counter()
        time.sleep(0.1)
    return first, time.perf_counter()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:]]
    print(json.dumps(measure(*sizes), indent=2))
