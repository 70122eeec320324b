"""How fast is it here? `python bench/run.py [--quick] [--only sqlite|postgresql] [--json FILE]`

Measures a new installation on SQLite and on PostgreSQL: two workers, 10,000 incidents, tasks
and log entries; prints a table with the targets beside, and JSON with machine and versions.
Nothing is left behind. A busy machine shows in the figures: the load stands among them.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
PYTHON = sys.executable
PACKAGES = ["django", "django-ninja", "uvicorn", "psycopg", "cryptography"]

# name -> (what it is, unit, target, whether more is better)
TARGETS: dict[str, tuple[str, str, float | None, bool]] = {
    "migrate_seconds": ("empty database migrated", "s", 20, False),
    "incidents_statements": ("50 of {many} incidents", "statements", 8, False),
    "incidents_median_ms": ("50 of {many} incidents, median", "ms", 60, False),
    "incidents_per_second": ("50 of {many} incidents, 8 clients", "req/s", 40, True),
    "tasks_statements": ("50 of {many} tasks", "statements", 8, False),
    "tasks_median_ms": ("50 of {many} tasks, median", "ms", 60, False),
    "tasks_per_second": ("50 of {many} tasks, 8 clients", "req/s", 40, True),
    "log_statements": ("50 of {many} log entries", "statements", 8, False),
    "log_median_ms": ("50 of {many} log entries, median", "ms", 60, False),
    "log_per_second": ("50 of {many} log entries, 8 clients", "req/s", 40, True),
    "incident_one_ms": ("one incident, median", "ms", 15, False),
    "task_one_ms": ("one task, median", "ms", 15, False),
    "entry_one_ms": ("one log entry, median", "ms", 15, False),
    "task_create_ms": ("a task created, median", "ms", 40, False),
    "entry_create_ms": ("a log entry created, median", "ms", 40, False),
    "incidents_csv_first_ms": ("{many} incidents as CSV, first byte", "ms", 200, False),
    "incidents_csv_seconds": ("{many} incidents as CSV, all", "s", 2, False),
    "tasks_csv_first_ms": ("{many} tasks as CSV, first byte", "ms", 200, False),
    "tasks_csv_seconds": ("{many} tasks as CSV, all", "s", 2, False),
    "log_csv_first_ms": ("{many} log entries as CSV, first byte", "ms", 200, False),
    "log_csv_seconds": ("{many} log entries as CSV, all", "s", 2, False),
    "worker_mb": ("memory of a worker, the largest", "MB", 150, False),
    "declare_seconds": ("declare: 500 steps, 60 agencies, 1,000 people", "s", 1, False),
    "declare_statements": ("  its statements", "", None, False),
    "declare_transactions": ("  its transactions", "", 1, False),
    "first_message_seconds": ("  first message out", "s", 5, False),
    "deliveries_per_second": ("deliveries, two workers", "/s", 200, True),
    "deliveries_lost": ("  lost", "", 0, False),
    "deliveries_doubled": ("  doubled", "", 0, False),
    "journal_append_ms": ("journal: append beside an act, median", "ms", 1, False),
    "journal_verify_seconds": ("journal: {entries} entries verified", "s", 30, False),
}


@contextlib.contextmanager
def databases(only: str | None) -> Iterator[list[tuple[str, str]]]:
    """Name and DATABASE_URL of each database to measure; PostgreSQL runs while the block does."""
    found = [("sqlite", "")] if only != "postgresql" else []
    with contextlib.ExitStack() as stack:
        if only != "sqlite":
            from takatuf.testing.postgres import server

            found.append(("postgresql", stack.enter_context(server())))
        yield found


class Installation:
    """A new installation in a folder of its own, and the processes that serve it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "TAKATUF_HOME": str(folder / "home"),
            "DATABASE_URL": url,
            "TAKATUF_LOG_LEVEL": "ERROR",
            "TAKATUF_HOSTS": "127.0.0.1,localhost,testserver",
            "DJANGO_SETTINGS_MODULE": "takatuf.config.settings",
            "PYTHONPATH": str(ROOT),
        }

    def python(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(  # noqa: S603  our own code
            [PYTHON, *words],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)[:200]}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done

    def takatuf(self, *words: str) -> None:
        self.python("-c", "from takatuf.config.command import run; run()", *words)

    def ask(self, act: str, value: Any, **more: str) -> Any:
        told = self.python("bench/world.py", act, json.dumps(value), **more).stdout
        return json.loads(told.splitlines()[-1])

    @contextlib.contextmanager
    def running(self, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        program = "import sys; from takatuf.config.command import run; run()"
        process = subprocess.Popen(  # noqa: S603  our own code
            [PYTHON, "-c", program, *words], cwd=ROOT, env={**self.environment, **more}
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def median_ms(client: httpx.Client, address: str, times: int) -> float:
    """Milliseconds of one request at a time, the median."""
    spent = []
    for number in range(times + 5):
        begun = time.perf_counter()
        response = client.get(address)
        if number >= 5:  # the first ones warm both workers
            spent.append((time.perf_counter() - begun) * 1_000)
        response.raise_for_status()
    return round(statistics.median(spent), 1)


def per_second(base: str, headers: dict[str, str], address: str, seconds: float) -> float:
    """Requests answered a second when 8 clients ask without pause."""
    until = time.perf_counter() + seconds
    counts = [0] * 8

    def ask(place: int) -> None:
        with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
            while time.perf_counter() < until:
                client.get(address).raise_for_status()
                counts[place] += 1

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(8)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / (time.perf_counter() - begun), 1)


def csv(client: httpx.Client, address: str, rows: int) -> tuple[float, float]:
    """Milliseconds to the first byte, seconds to the last."""
    begun, first, lines = time.perf_counter(), 0.0, 0
    with client.stream("GET", address) as response:
        response.raise_for_status()
        for chunk in response.iter_bytes():
            first = first or time.perf_counter() - begun
            lines += chunk.count(b"\n")
    if lines <= rows:
        raise SystemExit(f"{address}: {lines} lines for {rows} rows")
    return round(first * 1_000, 1), round(time.perf_counter() - begun, 2)


def create_ms(client: httpx.Client, address: str, body: dict[str, Any], times: int) -> float:
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        client.post(address, json=body).raise_for_status()
        spent.append((time.perf_counter() - begun) * 1_000)
    return round(statistics.median(spent), 1)


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(one) for task in tasks for one in (task / "children").read_text().split()]
    return []


def megabytes(pid: int) -> float:
    """Resident memory of the largest process below `pid`; 0 where the system does not tell."""
    sizes = [0.0]
    for child in [*children(pid), *(two for one in children(pid) for two in children(one))]:
        with contextlib.suppress(OSError, StopIteration, ValueError):
            lines = Path(f"/proc/{child}/status").read_text().splitlines()
            size = next(line for line in lines if line.startswith("VmRSS"))
            sizes.append(int(size.split()[1]) / 1024)
    return round(max(sizes))


def measure_web(here: Installation, many: int, quick: bool) -> dict[str, float]:
    asked = here.ask("seed", many)
    api, incident = "/api/v1", f"/api/v1/incidents/{asked['incident']}"
    lists = {
        "incidents": f"{api}/incidents?size=50",
        "tasks": f"{incident}/tasks?size=50",
        "log": f"{incident}/log?size=50",
    }
    found: dict[str, float] = {
        f"{name}_statements": count
        for name, count in here.ask("statements", asked | {"addresses": lists}).items()
    }
    port, times = free_port(), 20 if quick else 100
    base = f"http://127.0.0.1:{port}"
    headers = {"Authorization": f"Bearer {asked['token']}"}
    with (
        here.running("serve", "--port", str(port), "--workers", "2") as server,
        httpx.Client(base_url=base, headers=headers, timeout=60) as client,
    ):
        await_answer(client, f"{api}/me")
        for name, address in lists.items():
            found[f"{name}_median_ms"] = median_ms(client, address, times)
            found[f"{name}_per_second"] = per_second(base, headers, address, 2 if quick else 5)
        for name, address in {
            "incident": incident,
            "task": f"{api}/tasks/{asked['task']}",
            "entry": f"{api}/log/{asked['entry']}",
        }.items():
            found[f"{name}_one_ms"] = median_ms(client, address, times)
        found["task_create_ms"] = create_ms(
            client, f"{incident}/tasks", {"title": "Open the hall"}, times
        )
        found["entry_create_ms"] = create_ms(
            client, f"{incident}/log", {"kind": "information", "text": "It is open."}, times
        )
        for name, address in {
            "incidents": f"{api}/incidents.csv",
            "tasks": f"{incident}/tasks.csv",
            "log": f"{incident}/log.csv",
        }.items():
            first, whole = csv(client, address, many)
            found |= {f"{name}_csv_first_ms": first, f"{name}_csv_seconds": whole}
        found["worker_mb"] = megabytes(server.pid)
    return found


def await_answer(client: httpx.Client, address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            client.get(address).raise_for_status()
            return
        time.sleep(0.1)
    raise SystemExit("The server did not answer within a minute.")


class FirstMail:
    """A mail server on the loopback that takes everything and remembers when the first came."""

    def __init__(self) -> None:
        self.at = 0.0
        self.came = threading.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if not self.came.is_set():
            self.at = time.time()
            self.came.set()
        return "250 taken"


def measure_declaring(here: Installation, quick: bool) -> dict[str, float]:
    """The median of three declarations, and the time until the worker's first e-mail is taken."""
    from aiosmtpd.controller import Controller

    told = [here.ask("declare", number) for number in range(1 if quick else 3)]
    here.python(
        "-c",
        "import django; django.setup()\n"
        "from takatuf.alerts.models import Delivery\n"
        "from django.utils import timezone\n"
        "Delivery.objects.filter(sent_at=None).update(given_up_at=timezone.now())",
    )
    mail = FirstMail()
    sink = Controller(mail, hostname="127.0.0.1", port=free_port())
    sink.start()
    try:
        server = {
            "TAKATUF_MAIL_HOST": "127.0.0.1",
            "TAKATUF_MAIL_PORT": str(sink.port),
            "TAKATUF_MAIL_TLS": "none",
        }
        with here.running("worker", **server):
            time.sleep(5)  # the worker is at work before anything happens
            last = here.ask("declare", 9, **server)
            mail.came.wait(60)
    finally:
        sink.stop()
    middle = sorted(told, key=lambda one: one["seconds"])[len(told) // 2]
    return {
        "declare_seconds": middle["seconds"],
        "declare_statements": middle["statements"],
        "declare_transactions": middle["transactions"],
        "declare_calls": middle["calls"],
        "declare_messages": middle["messages"],
        "declare_actions": middle["actions"],
        "first_message_seconds": round(max(0.0, mail.at - last["done_at"]) + last["seconds"], 2),
    }


def measure(url: str, many: int, entries: int, quick: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="takatuf-bench-") as folder:
        here = Installation(Path(folder), url)
        begun = time.perf_counter()
        here.takatuf("manage", "migrate", "--verbosity", "0")
        found["migrate_seconds"] = round(time.perf_counter() - begun, 1)
        here.takatuf("setup")
        found |= measure_web(here, many, quick)
        found |= measure_declaring(here, quick)
        if (ROOT / "bench" / "deliveries.py").exists():
            told = here.python(
                "bench/deliveries.py", *(["1000"] if quick else []), DATABASE_URL=url
            )
            found |= {
                f"deliveries_{name}": value for name, value in json.loads(told.stdout).items()
            }
        told = here.python("bench/journal.py", str(entries))
        journal = json.loads(told.stdout)
        found["journal_append_ms"] = journal["append_ms_median"]
        found["journal_verify_seconds"] = journal["verify_seconds"]
    return found


def machine() -> dict[str, Any]:
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(line for line in lines if line.startswith("model name")).split(":")[1].strip()
    return {
        "system": platform.platform(),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


def table(found: dict[str, dict[str, float]], many: int, entries: int) -> str:
    """A line for each figure, with what it should be; ✗ where it is not."""
    names = list(found)
    lines = [f"{'':<50}{'target':>12}" + "".join(f"{name:>16}" for name in names)]
    for key, (words, unit, target, more) in TARGETS.items():
        cells = []
        for name in names:
            value = found[name].get(key)
            if value is None:
                cells.append(f"{'–':>16}")
                continue
            good = target is None or (value >= target if more else value <= target)
            cells.append(f"{value:>12g} {unit[:1] and ''}{' ' if good else '✗'}".rjust(16))
        goal = "" if target is None else f"{'≥' if more else '≤'} {target:g} {unit}"
        label = words.format(many=f"{many:,}", entries=f"{entries:,}")
        lines.append(f"{label:<50}{goal:>18}"[:68].ljust(62) + "".join(cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", type=Path, metavar="FILE", help="else after the table")
    args = parser.parse_args()
    many = 1_000 if args.quick else 10_000
    entries = 20_000 if args.quick else 1_000_000
    about = machine()
    found = {}
    with databases(args.only) as urls:
        for name, url in urls:
            sys.stderr.write(f"measuring on {name} …\n")
            found[name] = measure(url, many, entries, args.quick)
    sys.stdout.write(table(found, many, entries) + "\n")
    document = json.dumps({"machine": about, "many": many, "results": found}, indent=2)
    if args.json:
        args.json.write_text(document + "\n")
    else:
        sys.stdout.write(document + "\n")


if __name__ == "__main__":
    main()
