"""How quick are the pages of who does what? In the process that made the world."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from takatuf.accounts.models import Person
    from takatuf.incidents.models import Incident

TIMES = 20


def browser_of(lead: Person) -> Client:
    """A browser in which this person is signed in, as a real one asks: compressed."""
    from django.test import Client

    browser = Client(headers={"accept-encoding": "gzip"})
    browser.force_login(lead)
    session = browser.session
    session["account_authentication_methods_user"] = str(lead.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session.save()
    return browser


def forget_what_is_kept() -> None:
    """As after any act in the city: everything is counted anew."""
    from takatuf.coordination import coverage, gaps

    coverage.KEPT.forget()
    gaps.KEPT.forget()


def spent_ms(
    act: Callable[[], object],
    times: int,
    before: Callable[[], object],
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Milliseconds of each time, by the clock or of the processor (`time.process_time`)."""
    act()
    spent = []
    for _time in range(times):
        before()
        begun = clock()
        act()
        spent.append((clock() - begun) * 1_000)
    return spent


def pages_told(
    browser: Client, incident: Incident, paths: Mapping[str, str], *, kept: bool
) -> dict[str, float]:
    """Median and 95 of 100 of each of these pages, from the view to the bytes, and processor
    time of this process (a database server's own stands apart). `kept`: while nothing happens
    in the city, else each time as the first after an act."""
    found = {}
    root = f"/en/desk/{incident.city.slug}/incidents/{incident.number}/who-does-what/"
    for name, path in paths.items():
        answer = browser.get(root + path)
        if answer.status_code != 200:
            raise SystemExit(f"{root}{path}: {answer.status_code}")
        ask = partial(browser.get, root + path)
        before: Callable[[], object] = (lambda: None) if kept else forget_what_is_kept
        spent = spent_ms(ask, TIMES, before)
        used = spent_ms(ask, TIMES // 4, before, time.process_time)
        found[f"{name}_cpu_ms"] = round(statistics.median(used), 1)
        found[f"{name}_median_ms"] = round(statistics.median(spent), 1)
        found[f"{name}_p95_ms"] = round(statistics.quantiles(spent, n=20)[-1], 1)
    return found
