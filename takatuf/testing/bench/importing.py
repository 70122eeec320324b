"""How fast and how small is an import? Run by `__main__` in a process of its own.

    python -m takatuf.testing.bench.importing 50000

takes in a table of so many rows, like those of the samples (a third without identifiers, ten
columns with hashtags and two without), by the worker's own way; then the same table again, one
in which every tenth row has changed, and the undoing of that. Prints one line of JSON.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import threading
import time

from takatuf.testing.bench.activities import entries

HEADINGS = ["Agency", "Level", "Sector", "Service", "Activity", "Code", "District", "From", "Until"]
HEADINGS += ["State", "For whom", "Reached", "Project", "Remarks"]
HASHTAGS = ["#org+name+prog", "#meta+level", "#sector+name", "#service+code", "#activity+name"]
HASHTAGS += ["#activity+id", "#adm2+name", "#date+start", "#date+end", "#status"]
HASHTAGS += ["#beneficiary+type", "#reached", "", ""]


def table(many: int, changed: int = 0) -> bytes:
    """So many rows as CSV; of every `changed` rows one has other figures (0: none)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerow(HASHTAGS)
    for number, one in enumerate(entries(many)):
        reached = 10 + number % 900 + (1_000 if changed and number % changed == 0 else 0)
        writer.writerow(
            [
                f"Organisation {one.owner}",
                one.level,
                one.service.split(".")[0],
                one.service,
                one.title,
                f"A-{number}" if number % 3 else "",
                "whole city" if "city" in one.places else f"District {min(one.places)[5:]}",
                one.starts_on,
                one.ends_on,
                "active",
                ";".join(sorted(one.populations)),
                reached,
                f"P-{number % 400}",
                f"row {number}",
            ]
        )
    return out.getvalue().encode()


def peak_mb() -> float:
    """The most that this process has held in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(many: int) -> dict[str, float]:
    """The figures of one import, of the same again, of changes, of undoing and of stopping."""
    from django.utils import timezone

    from takatuf.activities.jobs import import_next
    from takatuf.activities.models import Activity, Import
    from takatuf.activities.services import begin_import, run_import, stop_import, undo_import
    from takatuf.config import world
    from takatuf.foundation.actors import COMMAND
    from takatuf.incidents.models import Incident

    now = timezone.now()
    city = world.make_city("bench-importing")
    for number in range(40):
        world.make_area(city, f"District {number}", 35 + number % 8 / 40, 31 + number // 8 / 40)
    incident = Incident.objects.create(
        city=city, number=1, title="Shots", kind="attack", severity=2, happened_at=now,
        declared_at=now, updated_at=now,
    )  # fmt: skip

    def brought(data: bytes, *, stopped: bool = False) -> tuple[float, Import]:
        begun = time.perf_counter()
        made = begin_import(COMMAND, incident, data, filename="3w.csv", now=timezone.now())
        made = run_import(COMMAND, made, now=timezone.now())
        if stopped:
            stopping = threading.Timer(spent / 2, stop, [made])
            stopping.start()
        if not import_next(timezone.now()):
            raise SystemExit("the worker found nothing to do")
        made.refresh_from_db()
        return time.perf_counter() - begun, made

    asked_at = [0.0]

    def stop(made: Import) -> None:
        from django.db import connections

        asked_at[0] = time.perf_counter()
        stop_import(COMMAND, made, now=timezone.now())
        connections.close_all()

    data = table(many)
    before, used = peak_mb(), time.process_time()
    spent, first = brought(data)
    figures = {
        "seconds": round(spent, 1),
        "cpu_seconds": round(time.process_time() - used, 1),
        "peak_mb": round(peak_mb()),
        "alone_mb": round(before),
    }
    check(first.counts["new"], many)
    check(Activity.objects.filter(incident=incident).current().count(), many)
    again, second = brought(data)
    check(second.counts["same"], many)
    change, third = brought(table(many, changed=10))
    check(third.counts["changed"] + third.counts["proposed"] + third.counts["new"], many // 10)
    begun = time.perf_counter()
    undo_import(COMMAND, third, now=timezone.now(), here=True)
    undone = time.perf_counter() - begun
    begun = time.perf_counter()
    undo_import(COMMAND, first, now=timezone.now(), here=True)
    whole = time.perf_counter() - begun
    _spent, fourth = brought(data, stopped=True)
    stopped = time.perf_counter() - asked_at[0]
    if fourth.state != "stopped" or Activity.objects.filter(incident=incident).current().exists():
        raise SystemExit(f"it was stopped and is {fourth.state}")
    return figures | {
        "again_seconds": round(again, 1),
        "changed_seconds": round(change, 1),
        "undo_changes_seconds": round(undone, 1),
        "undo_seconds": round(whole, 1),
        "stop_seconds": round(stopped, 1),
        "all_mb": round(peak_mb()),
    }


def check(found: int, expected: int) -> None:
    if found != expected:
        raise SystemExit(f"{found} rows, not {expected}")


def main() -> None:
    import django

    django.setup()
    sys.stdout.write(json.dumps(told(int(sys.argv[1]))) + "\n")


if __name__ == "__main__":
    main()
