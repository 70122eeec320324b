"""How fast is it here? `python -m takatuf.testing.bench [--quick] [--only WHAT] [--json FILE]`

Measures a new installation on SQLite and on PostgreSQL, both as a city runs them: two workers,
10,000 incidents, tasks and log entries. Prints a table (what, measured, bar, met or not) and
JSON with the machine and the versions. Nothing is left behind. A busy machine shows in what the
clock tells: the load stands among the figures, and so does the processors' own time.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import importlib.metadata
import json
import os
import platform
import re
import select
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

ROOT = Path(__file__).parents[3]
PYTHON = sys.executable
WARMING = 5  # requests that warm both workers
PACKAGES = ["django", "django-ninja", "uvicorn", "psycopg", "cryptography"]

# name -> (what it is, unit, target, whether more is better)
TARGETS: dict[str, tuple[str, str, float | None, bool]] = {
    "migrate_seconds": ("empty database migrated", "s", 20, False),
    "incidents_statements": ("50 of {many} incidents", "statements", 8, False),
    "incidents_median_ms": ("50 of {many} incidents, median", "ms", 60, False),
    "incidents_per_second": ("50 of {many} incidents, 8 clients", "req/s", 40, True),
    "incidents_cpu_ms": ("  processor time of one", "ms", None, False),
    "tasks_statements": ("50 of {many} tasks", "statements", 8, False),
    "tasks_median_ms": ("50 of {many} tasks, median", "ms", 60, False),
    "tasks_per_second": ("50 of {many} tasks, 8 clients", "req/s", 40, True),
    "tasks_cpu_ms": ("  processor time of one", "ms", None, False),
    "log_statements": ("50 of {many} log entries", "statements", 8, False),
    "log_median_ms": ("50 of {many} log entries, median", "ms", 60, False),
    "log_per_second": ("50 of {many} log entries, 8 clients", "req/s", 40, True),
    "log_cpu_ms": ("  processor time of one", "ms", None, False),
    "desk_incidents_statements": ("desk: 50 of {many} incidents", "statements", 8, False),
    "desk_incidents_median_ms": ("desk: 50 of {many} incidents, median", "ms", 60, False),
    "desk_incidents_per_second": ("desk: 50 of {many} incidents, 8 clients", "req/s", 40, True),
    "desk_incidents_cpu_ms": ("  processor time of one", "ms", None, False),
    "desk_tasks_statements": ("desk: 50 of {many} tasks", "statements", 8, False),
    "desk_tasks_median_ms": ("desk: 50 of {many} tasks, median", "ms", 60, False),
    "desk_tasks_per_second": ("desk: 50 of {many} tasks, 8 clients", "req/s", 40, True),
    "desk_tasks_cpu_ms": ("  processor time of one", "ms", None, False),
    "desk_log_statements": ("desk: 50 of {many} log entries", "statements", 8, False),
    "desk_log_median_ms": ("desk: 50 of {many} log entries, median", "ms", 60, False),
    "desk_log_per_second": ("desk: 50 of {many} log entries, 8 clients", "req/s", 40, True),
    "desk_log_cpu_ms": ("  processor time of one", "ms", None, False),
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
    "room_statements": ("room: {many} actions, {log} log entries", "statements", 20, False),
    "room_p95_ms": ("room: 95 of 100 pages within", "ms", 100, False),
    "room_per_second": ("room: 8 clients", "req/s", None, True),
    "events_median_ms": ("page with 200 open streams, one worker, median", "ms", 100, False),
    "events_alone_ms": ("  the same page without any", "ms", None, False),
    "events_heard_seconds": ("  until all 200 have heard of a change", "s", None, False),
    "events_threads": ("  threads of the worker meanwhile", "threads", None, False),
    "room_cpu_ms": ("  processor time of one", "ms", None, False),
    "worker_mb": ("memory of a worker, the largest", "MB", 150, False),
    "declare_seconds": ("declare: 500 steps, 60 agencies, 1,000 people", "s", 1, False),
    "declare_statements": ("  its statements", "", None, False),
    "declare_transactions": ("  its transactions", "", 1, False),
    "first_message_seconds": ("  first message out", "s", 5, False),
    "deliveries_per_second": ("deliveries, two workers", "/s", 200, True),
    "deliveries_lost": ("  lost", "", 0, False),
    "deliveries_doubled": ("  doubled", "", 0, False),
    "report_draft_seconds": ("a report drafted from {many} tasks and log entries", "s", 2, False),
    "report_draft_statements": ("  its statements", "", None, False),
    "report_page_ms": ("its page, made ready", "ms", None, False),
    "report_pdf_seconds": ("its PDF, the slowest of three languages", "s", 2, False),
    "report_pdf_kept_ms": ("  once it is kept", "ms", None, False),
    "search_p95_ms": ("search: 95 of 100 questions over {many} cards within", "ms", 150, False),
    "search_median_ms": ("  median", "ms", None, False),
    "search_cpu_ms": ("  processor time of 95 of 100 within", "ms", None, False),
    "search_recall": ("  the right card among ten, of 60 questions", "share", 0.9, True),
    "search_recall_same": ("  asked in a language that the card is in", "share", None, True),
    "search_recall_across": ("  asked in another language", "share", None, True),
    "search_encoder_seconds": ("  the encoder loaded", "s", None, False),
    "search_encoder_mb": ("  the encoder's memory", "MB", None, False),
    "search_index_seconds": ("  {many} cards taken into the index", "s", None, False),
    "search_meaning_seconds": ("  their meanings worked out", "s", None, False),
    "coverage_table_ms": (
        "{rows} activities by service and district",
        "ms",
        300,
        False,
    ),
    "coverage_page_median_ms": ("  its page after an act, median", "ms", 300, False),
    "coverage_page_p95_ms": ("  95 of 100 within", "ms", None, False),
    "coverage_page_cpu_ms": ("  processor time of it", "ms", None, False),
    "coverage_kept_page_median_ms": ("  the page again, median", "ms", 300, False),
    "coverage_narrowed_median_ms": ("  the page narrowed, after an act, median", "ms", 300, False),
    "coverage_map_median_ms": ("  the map after an act, median", "ms", 300, False),
    "coverage_map_p95_ms": ("  95 of 100 within", "ms", None, False),
    "coverage_gaps_median_ms": ("  the gaps after an act, 200 needs, median", "ms", 1_000, False),
    "coverage_gaps_p95_ms": ("  95 of 100 within", "ms", None, False),
    "coverage_gaps_cpu_ms": ("  processor time of it", "ms", None, False),
    **{
        f"coverage_{page}_{figure}_ms": (f"  {what}, {told}", "ms", bar, False)
        for page, what in (
            ("list", "the list"),
            ("list_last", "its last page"),
            ("one", "one activity"),
            ("needs", "the needs"),
            ("partners", "the partners"),
            ("organisations", "the organisations"),
            ("imports", "the imports"),
        )
        for figure, told, bar in (("median", "median", 300), ("p95", "95 of 100 within", None))
    },
    "coverage_hxl_seconds": ("  all of them taken out as HXL (CSV)", "s", None, False),
    "coverage_hxl_first_ms": ("  its first bytes", "ms", None, False),
    "coverage_hxl_peak_mb": ("  memory, the most", "MB", None, False),
    "coverage_json_seconds": ("  as HXL (JSON)", "s", None, False),
    "coverage_json_first_ms": ("  its first bytes", "ms", None, False),
    "coverage_json_peak_mb": ("  memory, the most", "MB", None, False),
    "coverage_xlsx_seconds": ("  as a workbook", "s", None, False),
    "coverage_xlsx_first_ms": ("  its first bytes", "ms", None, False),
    "coverage_xlsx_peak_mb": ("  memory, the most", "MB", None, False),
    "organisations_seconds": ("organisations: 2,508 names compared", "s", None, False),
    "organisations_many_seconds": ("  5,000 made-up names of one city", "s", None, False),
    "organisations_held_precision": (
        "  our own towns, held half: proposals right",
        "share",
        0.95,
        True,
    ),
    "organisations_held_recall": ("    pairs of one organisation proposed", "share", 0.8, True),
    "organisations_held_recall_scripts": ("    those across two scripts", "share", None, True),
    "organisations_tuned_precision": (
        "  the half to tune on: proposals right",
        "share",
        None,
        True,
    ),
    "organisations_tuned_recall": ("    pairs of one organisation proposed", "share", None, True),
    "organisations_recall": ("  the map of aid: pairs proposed, of all", "share", None, True),
    "organisations_recall_short": ("  of a name and its letters", "share", None, True),
    "organisations_precision": ("  proposals that the file calls one", "share", None, True),
    "organisations_precision_sure": ("  those of 80 of 100 or more", "share", None, True),
    "overlaps_seconds": ("overlaps among {rows} activities", "s", 30, False),
    "overlaps_tenth_seconds": ("  among a tenth of them", "s", None, False),
    "overlaps_cpu_seconds": ("  processor time of all of them", "s", None, False),
    "overlaps_tenth_cpu_seconds": ("  processor time of a tenth", "s", None, False),
    "overlaps_growth": ("  ten times as many take", "times as long", None, False),
    "overlaps_again_seconds": ("  compared again, all known", "s", None, False),
    "overlaps_found": ("  overlaps proposed", "", None, False),
    "overlaps_page_median_ms": ("  their page, median", "ms", 300, False),
    "overlaps_page_p95_ms": ("  95 of 100 within", "ms", None, False),
    "public_median_ms": ("public pages: the slowest, median", "ms", 50, False),
    "public_p95_ms": ("  95 of 100 within", "ms", None, False),
    "public_kilobytes": ("  the heaviest with style and script, compressed", "kB", 100, False),
    "importing_seconds": ("{rows} rows of who does what taken in", "s", 60, False),
    "importing_peak_mb": ("  memory, the most", "MB", 600, False),
    "importing_alone_mb": ("  memory before", "MB", None, False),
    "importing_cpu_seconds": ("  processor time of it", "s", None, False),
    "importing_again_seconds": ("  the same again: nothing new", "s", None, False),
    "importing_changed_seconds": ("  again, one row in ten changed", "s", None, False),
    "importing_undo_changes_seconds": ("  that undone", "s", None, False),
    "importing_undo_seconds": ("  all undone", "s", None, False),
    "importing_stop_seconds": ("  until it ends when it is stopped", "s", None, False),
    "importing_all_mb": ("  memory, the most of all these", "MB", None, False),
    "journal_append_ms": ("journal: append beside an act, median", "ms", 1, False),
    "journal_verify_seconds": ("journal: {entries} entries verified", "s", 30, False),
    "journal_verify_cpu_seconds": ("  processor time of it", "s", None, False),
}
# Of each set of labelled pairs: what was found, and what of the proposals was right.
PAIRS = {
    "pairs_10": "pairs opened only to report",
    "pairs_9": "the ones before, in the same way",
    "fresh": "pairs that nothing was tuned on",
    "table": "the same, taken in as a table",
    "crossed": "tuning pairs, each by who was not taught it",
    "near_misses": "near misses, in the same way",
    "tables": "all pairs of whole tables, in the same way",
}
OPENED_TO_REPORT = ("pairs_10", "pairs_9")
SORTS = {
    "all": "all",
    "across": "written in two languages",
    "one_language": "written in one language",
    "work": "doubled work",
    "number": "doubled numbers",
    "appeal": "doubled appeals",
    "horizontal": "rule horizontal",
    "vertical": "rule vertical",
    "fund": "rule fund",
    "event": "events",
}
for _set, _name in PAIRS.items():
    TARGETS[f"overlaps_{_set}_pairs"] = (f"overlaps: {_name}, pairs", "", None, True)
    for _sort, _words in SORTS.items():
        for _what, _found in (("recall", "found"), ("precision", "right")):
            _bar = 0.95 if _set in OPENED_TO_REPORT and _sort == "all" else None
            TARGETS[f"overlaps_{_set}_{_what}_{_sort}"] = (
                f"  {_found}: {_words}", "share", _bar, True,
            )  # fmt: skip


@contextlib.contextmanager
def databases(only: str | None) -> Iterator[list[tuple[str, str]]]:
    """Name and DATABASE_URL of each database to measure; PostgreSQL runs while the block does."""
    found = [("sqlite", "")] if only != "postgresql" else []
    with contextlib.ExitStack() as stack:
        if only != "sqlite":
            from takatuf.testing.postgres import server

            found.append(("postgresql", stack.enter_context(server(durable=True))))
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
        done = subprocess.run(
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
        told = self.python(
            "-m", "takatuf.testing.bench.world", act, json.dumps(value), **more
        ).stdout
        return json.loads(told.splitlines()[-1])

    @contextlib.contextmanager
    def running(self, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        program = "import sys; from takatuf.config.command import run; run()"
        process = subprocess.Popen(
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


def spent_ms(client: httpx.Client, address: str, times: int) -> list[float]:
    """Milliseconds of one request at a time."""
    spent = []
    for number in range(times + WARMING):
        begun = time.perf_counter()
        response = client.get(address)
        if number >= WARMING:
            spent.append((time.perf_counter() - begun) * 1_000)
        response.raise_for_status()
    return spent


def median_ms(client: httpx.Client, address: str, times: int) -> float:
    return round(statistics.median(spent_ms(client, address, times)), 1)


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


def processor_ms(pid: int) -> float:
    """What the processes below `pid` have used of the processors, in milliseconds."""
    ticks = 0
    for child in [*children(pid), *(two for one in children(pid) for two in children(one))]:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks * 1_000 / os.sysconf("SC_CLK_TCK")


def measure_room(here: Installation, asked: dict[str, Any], quick: bool) -> dict[str, float]:
    """The page of an incident with ten times as many log entries as actions."""
    here.ask("fill_log", asked)
    room = f"/en/desk/{asked['city']}/incidents/{asked['number']}/"
    counted = here.ask("statements", asked | {"addresses": {"room": room}})
    port, times = free_port(), 20 if quick else 100
    base, cookie = f"http://127.0.0.1:{port}", {"Cookie": f"takatuf_session={asked['session']}"}
    with (
        here.running("serve", "--port", str(port), "--workers", "2") as server,
        httpx.Client(base_url=base, headers=cookie, timeout=60) as client,
    ):
        await_answer(client, room)
        used = processor_ms(server.pid)
        slow = spent_ms(client, room, times)
        used = (processor_ms(server.pid) - used) / (times + WARMING)
        return {
            "room_statements": counted["room"],
            "room_p95_ms": round(statistics.quantiles(slow, n=20)[-1], 1),
            "room_per_second": per_second(base, cookie, room, 2 if quick else 5),
            "room_cpu_ms": round(used, 1),
        }


STREAMS = 200


def open_stream(base: str, path: str, session: str) -> socket.socket:
    """A line on which a page listens, after the server's first word on it."""
    host, port = base.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=30)
    line.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\n"
        f"Cookie: takatuf_session={session}\r\n\r\n".encode()
    )
    heard = b""
    while b"retry:" not in heard:
        got = line.recv(4096)
        if not got:
            raise SystemExit(f"no stream: {heard[:300]!r}")
        heard += got
    return line


def seconds_until_all_hear(lines: list[socket.socket]) -> float:
    """How long until every line has told of a change."""
    begun, silent = time.perf_counter(), list(lines)
    while silent and time.perf_counter() - begun < 30:
        for line in select.select(silent, [], [], 1)[0]:
            if b"event: changed" in line.recv(4096):
                silent.remove(line)
    if silent:
        raise SystemExit(f"{len(silent)} of {len(lines)} streams heard nothing")
    return round(time.perf_counter() - begun, 2)


def measure_events(here: Installation, asked: dict[str, Any], quick: bool) -> dict[str, float]:
    """Many open streams on one worker, while pages are asked for and entries are written."""
    sessions = here.ask("listeners", asked)
    room = f"/en/desk/{asked['city']}/incidents/{asked['number']}/"
    port, times = free_port(), 20 if quick else 100
    base, cookie = f"http://127.0.0.1:{port}", {"Cookie": f"takatuf_session={asked['session']}"}
    key = {"Authorization": f"Bearer {asked['token']}"}
    entry = f"/api/v1/incidents/{asked['incident']}/log"
    said = {"kind": "information", "text": "It is open."}
    with (
        here.running("serve", "--port", str(port), "--workers", "1") as server,
        httpx.Client(base_url=base, headers=cookie, timeout=60) as client,
        httpx.Client(base_url=base, headers=key, timeout=60) as writing,
        contextlib.ExitStack() as stack,
    ):
        await_answer(client, room)
        alone = median_ms(client, f"{room}log/", times)
        opened = [
            stack.enter_context(open_stream(base, f"{room}events/", sessions[n % len(sessions)]))
            for n in range(STREAMS)
        ]
        threads = next(
            int(line.split()[1])
            for line in Path(f"/proc/{server.pid}/status").read_text().splitlines()
            if line.startswith("Threads")
        )
        writing.post(entry, json=said).raise_for_status()
        heard = seconds_until_all_hear(opened)
        pages = []
        for number in range(times):
            if number % 10 == 0:
                writing.post(entry, json=said).raise_for_status()
            pages += spent_ms(client, f"{room}log/", 1)[-1:]
    return {
        "events_alone_ms": alone,
        "events_median_ms": round(statistics.median(pages), 1),
        "events_heard_seconds": heard,
        "events_threads": threads,
    }


def measure_web(
    here: Installation, asked: dict[str, Any], many: int, quick: bool
) -> dict[str, float]:
    api, incident = "/api/v1", f"/api/v1/incidents/{asked['incident']}"
    lists = {
        "incidents": f"{api}/incidents?size=50",
        "tasks": f"{incident}/tasks?size=50",
        "log": f"{incident}/log?size=50",
        "desk_incidents": f"/en/desk/{asked['city']}/incidents/?show=all",
        "desk_tasks": f"/en/desk/{asked['city']}/incidents/{asked['number']}/actions/",
        "desk_log": f"/en/desk/{asked['city']}/incidents/{asked['number']}/log/",
    }
    found: dict[str, float] = {
        f"{name}_statements": count
        for name, count in here.ask("statements", asked | {"addresses": lists}).items()
    }
    port, times = free_port(), 20 if quick else 100
    base = f"http://127.0.0.1:{port}"
    headers = {"Authorization": f"Bearer {asked['token']}"}
    cookie = {"Cookie": f"takatuf_session={asked['session']}"}
    with (
        here.running("serve", "--port", str(port), "--workers", "2") as server,
        httpx.Client(base_url=base, headers=headers, timeout=60) as client,
    ):
        await_answer(client, f"{api}/me")
        for name, address in lists.items():
            key = headers if address.startswith(api) else cookie
            with httpx.Client(base_url=base, headers=key, timeout=60) as asking:
                found[f"{name}_median_ms"] = median_ms(asking, address, times)
                used = processor_ms(server.pid)
                for _ in range(times):
                    asking.get(address)
                used = processor_ms(server.pid) - used
                found[f"{name}_cpu_ms"] = round(used / times, 1)
            found[f"{name}_per_second"] = per_second(base, key, address, 2 if quick else 5)
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


def measure_deliveries(here: Installation, url: str, quick: bool) -> dict[str, float]:
    words = ["1000"] if quick else []
    told = here.python("-m", "takatuf.testing.bench.deliveries", *words, DATABASE_URL=url)
    return {f"deliveries_{name}": value for name, value in json.loads(told.stdout).items()}


def measure_reports(here: Installation) -> dict[str, float]:
    told: dict[str, float] = here.ask("report", None)
    return {f"report_{name}": value for name, value in told.items()}


PUBLIC = [
    "ar/", "en/", "fr/guide/", "ar/guide/now/", "en/guide/actions/", "ar/library/",
    "fr/library/ambon-2011-pictures-against-rumours/", "en/dialogues/", "ar/utoya/",
    "en/members/", "fr/join/", "en/languages/", "ar/mistake/", "en/library/feed.atom",
]  # fmt: skip


def measure_public(here: Installation, quick: bool) -> dict[str, float]:
    """The pages that anyone may open, each by itself; the slowest and the heaviest count."""
    port, times = free_port(), 20 if quick else 100
    medians, slow, weights = [0.0], [0.0], [0.0]
    with (
        here.running("serve", "--port", str(port), "--workers", "2"),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        await_answer(client, "/en/")
        for path in PUBLIC:
            spent = spent_ms(client, f"/{path}", times)
            medians.append(statistics.median(spent))
            slow.append(statistics.quantiles(spent, n=20)[-1])
            page = client.get(f"/{path}").text
            files = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"', page)
            loads = [page.encode(), *(client.get(file).content for file in sorted(set(files)))]
            weights.append(sum(len(gzip.compress(one)) for one in loads) / 1_000)
    return {
        "public_median_ms": round(max(medians), 1),
        "public_p95_ms": round(max(slow), 1),
        "public_kilobytes": round(max(weights), 1),
    }


def measure_search(here: Installation, cards: int) -> dict[str, float]:
    told = json.loads(
        here.python("-m", "takatuf.testing.bench.finding", str(cards)).stdout.splitlines()[-1]
    )
    return {f"search_{name}": value for name, value in told.items()}


def measure_importing(here: Installation, rows: int) -> dict[str, float]:
    told = json.loads(
        here.python("-m", "takatuf.testing.bench.importing", str(rows)).stdout.splitlines()[-1]
    )
    return {f"importing_{name}": value for name, value in told.items()}


def measure_coverage(here: Installation, rows: int) -> dict[str, float]:
    """Who does what, laid out and taken out."""
    told = here.python("-m", "takatuf.testing.bench.coverage", str(rows)).stdout
    return {f"coverage_{name}": value for name, value in json.loads(told).items()}


def measure_organisations(here: Installation) -> dict[str, float]:
    """Who of two thousand names is proposed as one."""
    told = here.python("-m", "takatuf.testing.bench.organisations").stdout
    return {f"organisations_{name}": value for name, value in json.loads(told).items()}


def measure_overlaps(here: Installation, rows: int) -> dict[str, float]:
    """What overlaps among so many activities, and how well labelled pairs are told apart."""
    told = here.python("-m", "takatuf.testing.bench.overlaps", str(rows), "--report").stdout
    return {f"overlaps_{name}": value for name, value in json.loads(told).items()}


def measure_journal(here: Installation, entries: int) -> dict[str, float]:
    told = json.loads(here.python("-m", "takatuf.testing.bench.journal", str(entries)).stdout)
    return {
        "journal_append_ms": told["append_ms_median"],
        "journal_verify_seconds": told["verify_seconds"],
        "journal_verify_cpu_seconds": told["verify_processor_seconds"],
    }


def measure(
    url: str, many: int, entries: int, parts: set[str], quick: bool
) -> tuple[dict[str, float], dict[str, str]]:
    """Every figure by its name, and the database's version."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="takatuf-bench-") as folder:
        here = Installation(Path(folder), url)
        begun = time.perf_counter()
        here.takatuf("manage", "migrate", "--verbosity", "0")
        found["migrate_seconds"] = round(time.perf_counter() - begun, 1)
        here.takatuf("setup")
        few = not parts & {"web", "reports", "room", "events"}
        if parts & {"web", "declaring", "reports", "room", "events"}:
            asked = here.ask("seed", 10 if few else many)
        if "web" in parts:
            found |= measure_web(here, asked, many, quick)
        if "declaring" in parts:
            found |= measure_declaring(here, quick)
        if "reports" in parts:
            found |= measure_reports(here)
        if "events" in parts:
            found |= measure_events(here, asked, quick)
        if "room" in parts:  # after the others, whose log is shorter
            found |= measure_room(here, asked, quick)
        if "public" in parts:
            found |= measure_public(here, quick)
        if "search" in parts:
            found |= measure_search(here, many)
        if "organisations" in parts:
            found |= measure_organisations(here)
        if "importing" in parts:
            found |= measure_importing(here, many * 5)
        if "coverage" in parts:
            found |= measure_coverage(here, many * 5)
        if "overlaps" in parts:
            found |= measure_overlaps(here, many * 5)
        if "deliveries" in parts:
            found |= measure_deliveries(here, url, quick)
        if "journal" in parts:
            found |= measure_journal(here, entries)
        return found, here.ask("versions", None)


def machine() -> dict[str, Any]:
    system = platform.system()
    with contextlib.suppress(OSError):
        system = platform.freedesktop_os_release().get("PRETTY_NAME", system)
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(line for line in lines if line.startswith("model name")).split(":")[1].strip()
    return {
        "system": system,
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


def lines(found: dict[str, dict[str, float]], many: int, entries: int) -> Iterator[dict[str, Any]]:
    """Each figure of each database: what, measured, unit, bar, met (None: there is no bar)."""
    for key, (words, unit, bar, more) in TARGETS.items():
        for database, figures in found.items():
            if (value := figures.get(key)) is not None:
                met = None if bar is None else value >= bar if more else value <= bar
                yield {
                    "figure": key,
                    "what": words.format(
                        many=f"{many:,}",
                        log=f"{many * 10:,}",
                        rows=f"{many * 5:,}",
                        entries=f"{entries:,}",
                    ),
                    "database": database,
                    "measured": value,
                    "unit": unit,
                    "bar": bar,
                    "at_least": more,
                    "met": met,
                }


def table(rows: list[dict[str, Any]]) -> str:
    """What, measured, bar, and whether it is met."""
    head = f"{'what':<50}{'database':<12}{'measured':>18}{'bar':>20}  met"
    told = [head, "-" * len(head)]
    for row in rows:
        bar = ""
        if row["bar"] is not None:
            bar = f"{'at least' if row['at_least'] else 'at most'} {row['bar']:g}"
        met = {None: "", True: "yes", False: "NO"}[row["met"]]
        measured = f"{row['measured']:g} {row['unit']}"
        told.append(f"{row['what']:<50}{row['database']:<12}{measured:>18}{bar:>20}  {met}")
    return "\n".join(told)


PARTS = ["web", "declaring", "reports", "room", "events", "public", "search"]
PARTS += ["organisations", "importing", "coverage", "overlaps", "deliveries", "journal"]
DATABASES = ["sqlite", "postgresql"]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m takatuf.testing.bench", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument(
        "--only", action="append", choices=DATABASES + PARTS, metavar="WHAT",
        help=f"a database or a part, may be given several times: {', '.join(DATABASES + PARTS)}",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the JSON")
    args = parser.parse_args()
    only = set(args.only or [])
    parts = only & set(PARTS) or set(PARTS)
    chosen = only & set(DATABASES)
    many = 1_000 if args.quick else 10_000
    entries = 20_000 if args.quick else 1_000_000
    about = machine()
    found = {}
    with databases(chosen.pop() if len(chosen) == 1 else None) as urls:
        for name, url in urls:
            sys.stderr.write(f"measuring on {name} …\n")
            found[name], version = measure(url, many, entries, parts, args.quick)
            about |= version
    about["load_after"] = round(os.getloadavg()[0], 2)
    rows = list(lines(found, many, entries))
    sys.stdout.write("  ".join(f"{key} {value}" for key, value in about.items()) + "\n\n")
    sys.stdout.write(table(rows) + "\n")
    document = json.dumps({"machine": about, "lines": rows, "figures": found}, indent=2)
    if args.json:
        args.json.write_text(document + "\n")
    else:
        sys.stdout.write(document + "\n")


if __name__ == "__main__":
    main()
