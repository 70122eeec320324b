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


def seconds_of(many: int, prefix: str = "") -> dict[str, float]:
    """How long it takes to compare an incident of so many activities and to keep what was
    found, by the clock and of the processor, how many overlaps that is, and how long it takes
    again when all of them are known; then their page."""
    from django.utils import timezone

    from takatuf.activities.services import compare_activities
    from takatuf.testing.bench.coverage import fill
    from takatuf.testing.bench.pages import browser_of, pages_told

    incident, lead = fill(many, slug=f"bench-overlaps-{many}")
    begun, used = time.perf_counter(), time.process_time()
    found = compare_activities(incident, now=timezone.now())
    told = {
        f"{prefix}seconds": round(time.perf_counter() - begun, 1),
        f"{prefix}cpu_seconds": round(time.process_time() - used, 1),
        f"{prefix}found": found.open,
    }
    if prefix:
        return told
    begun = time.perf_counter()
    if compare_activities(incident, now=timezone.now()).new:
        raise SystemExit("compared again, there is something new")
    told["again_seconds"] = round(time.perf_counter() - begun, 1)
    pages = pages_told(browser_of(lead), incident, {"page": "overlaps/"}, kept=True)
    return told | pages


def main() -> None:
    import django

    django.setup()
    many = int(sys.argv[1])
    told = seconds_of(many // 10, "tenth_") | seconds_of(many)
    told["growth"] = round(told["seconds"] / max(told["tenth_seconds"], 0.1), 1)
    sys.stdout.write(json.dumps(told | figures(report="--report" in sys.argv, table=True)) + "\n")


if __name__ == "__main__":
    main()
