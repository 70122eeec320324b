"""How well overlaps are found, and how quickly. Run by `__main__` in a process of its own.

    python -m takatuf.testing.bench.overlaps 50000

fills an incident with a tenth of so many activities and another with all, compares each, and
holds the rules against the labelled pairs (`overlap_labels`), with `--report` against those
too that are opened only to report. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time

from takatuf.testing.bench.overlap_labels import figures


def seconds_of(many: int) -> tuple[float, float, int]:
    """How long it takes to compare an incident of so many activities and to keep what was
    found, by the clock and of the processor, and how many overlaps that is."""
    from django.utils import timezone

    from takatuf.activities.services import compare_activities
    from takatuf.testing.bench.coverage import fill

    incident, _lead = fill(many, slug=f"bench-overlaps-{many}")
    begun, used = time.perf_counter(), time.process_time()
    found = compare_activities(incident, now=timezone.now())
    spent = time.perf_counter() - begun, time.process_time() - used
    return round(spent[0], 1), round(spent[1], 1), found.open


def main() -> None:
    import django

    django.setup()
    many = int(sys.argv[1])
    fewer, fewer_used, _found = seconds_of(many // 10)
    spent, used, found = seconds_of(many)
    told = {
        "tenth_seconds": fewer,
        "tenth_cpu_seconds": fewer_used,
        "seconds": spent,
        "cpu_seconds": used,
        "found": found,
    }
    sys.stdout.write(json.dumps(told | figures(report="--report" in sys.argv, table=True)) + "\n")


if __name__ == "__main__":
    main()
