"""How fast the journal appends and verifies, as JSON: `python -m takatuf.testing.bench.journal`.

Runs on a new SQLite in a folder that goes afterwards, or on the database that DATABASE_URL
names, which must be one that may be filled.
"""

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from typing import Any

TOWNS = ["Fire and Rescue", "الدفاع المدني", "Direction de la santé", "Municipality"]


def measure(entries: int = 1_000_000) -> dict[str, Any]:
    """Append one by one beside an act, then in bulk to `entries`, then verify them all.

    Needs Django set up and migrated. Times are milliseconds for one append (median and 95th
    centile, what it adds to an act in its own transaction) and seconds for verifying.
    """
    from django.db import connection, transaction
    from django.utils import timezone

    from takatuf.foundation.actors import Actor
    from takatuf.foundation.ids import uuid7
    from takatuf.journal.services import Act, PersonRef, record, record_many
    from takatuf.journal.verification import verify

    key = uuid7()
    actor = Actor(f"person:{key}", "Amina Haddad", key)
    log = f"city:{uuid7()}"

    def act(number: int) -> Act:
        return Act(
            "call.answered",
            f"call:{uuid7()}",
            f"incident:{key}",
            {"agency": TOWNS[number % 4], "number": number, "title": "Fire at the old market"},
            {"person": PersonRef(key, "Bilal Mansour")},
        )

    def once(number: int, recorded: bool) -> float:
        one = act(number)
        begun = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_act SET number = %s", [number])
            if recorded:
                record(
                    actor, one.verb, log=log, thing=one.thing, about=one.about,
                    at=timezone.now(), facts=one.facts, people=one.people,
                )  # fmt: skip
        return (time.perf_counter() - begun) * 1_000

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_act (number integer)")
        cursor.execute("INSERT INTO bench_act VALUES (0)")
    singles = min(1_000, entries // 2)
    for number in range(50):
        once(number, recorded=True)
    bare, beside = [], []
    for number in range(singles):  # in turns, so that a busy machine slows both alike
        bare.append(once(number, recorded=False))
        beside.append(once(number, recorded=True))

    begun = time.perf_counter()
    done = singles + 50
    while done < entries:
        count = min(2_000, entries - done)
        with transaction.atomic():
            record_many(actor, (act(done + n) for n in range(count)), log=log, at=timezone.now())
        done += count
    bulk = time.perf_counter() - begun

    begun, busy = time.perf_counter(), _processor_seconds()
    report = verify()
    verifying, busy = time.perf_counter() - begun, _processor_seconds() - busy
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_act")
    return {
        "database": connection.vendor,
        "entries": entries,
        "append_ms_median": round(statistics.median(beside) - statistics.median(bare), 3),
        "append_ms_p95": round(
            statistics.quantiles(beside, n=20)[-1] - statistics.quantiles(bare, n=20)[-1], 3
        ),
        "bulk_per_second": round((entries - singles - 50) / bulk) if bulk else None,
        "verify_seconds": round(verifying, 2),
        "verify_processor_seconds": round(busy, 2),  # of all processes; the load left out
        "verify_ok": report["ok"],
    }


def _processor_seconds() -> float:
    """What this process and those that it waited for have used."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TAKATUF_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        sys.stdout.write(json.dumps(measure(entries), indent=2) + "\n")


if __name__ == "__main__":
    main()
