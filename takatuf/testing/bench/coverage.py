"""How fast is who does what laid out? Run by `__main__` in a process of its own.

    python -m takatuf.testing.bench.coverage 50000

fills an incident with so many activities (`bench.activities`), asks for the table of service by
district and for its page as the desk sends it, and takes them all out in each form. Prints one
line of JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from takatuf.testing.bench.activities import AREAS, entries

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.incidents.models import Incident

TIMES = 7
AT_ONCE = 1_000


def fill(many: int, slug: str = "bench-coverage") -> tuple[Incident, Person]:
    """A city of forty districts, its incident with so many activities, and who leads it."""
    from django.utils import timezone

    from takatuf.activities.models import Activity, ActivityPlace
    from takatuf.config import world
    from takatuf.incidents.services import open_incident
    from takatuf.network.models import Organisation

    now = timezone.now()
    city = world.make_city(slug)
    areas = [
        world.make_area(city, f"District {number}", 35 + number % 8 / 40, 31 + number // 8 / 40)
        for number in range(AREAS)
    ]
    lead = world.make_person(slug, (world.make_agency(city, "City"), "coordinator"))
    incident = open_incident(
        world.acting(lead), city=city, title="Shots", kind="attack", severity=2, now=now
    )
    rows = entries(many)
    owners = {
        owner: Organisation(city=city, name=f"Organisation {owner}", created_at=now)
        for owner in {row.owner for row in rows}
    }
    Organisation.objects.bulk_create(owners.values(), batch_size=AT_ONCE)
    made, places = [], []
    for row in rows:
        one = Activity(
            incident=incident, organisation=owners[row.owner], level=row.level,
            service=row.service, channel=row.channel,
            title=row.title, language=row.language, status="active", reported_at=now,
            confirmed_at=now, changed_at=now, weekly_capacity=20,
        )  # fmt: skip
        one.populations = tuple(sorted(row.populations))  # type: ignore[assignment]
        made.append(one)
        for key in row.places:
            area = areas[int(key[5:])] if key.startswith("area:") else None
            places.append(
                ActivityPlace(activity=one, area=area, key=f"area:{area.pk}" if area else key)
            )
    Activity.objects.bulk_create(made, batch_size=AT_ONCE)
    ActivityPlace.objects.bulk_create(places, batch_size=AT_ONCE)
    return incident, lead


def median_ms(act: Callable[[], object]) -> float:
    act()
    spent = []
    for _time in range(TIMES):
        begun = time.perf_counter()
        act()
        spent.append((time.perf_counter() - begun) * 1_000)
    return round(statistics.median(spent), 1)


def told(many: int) -> dict[str, float]:
    """The figures: the table, its page, and all entries in each form."""
    from django.test import Client
    from django.utils import timezone

    from takatuf.activities.exchange.writing import FORMS, sheet_of
    from takatuf.activities.queries import Wanted, activities_of
    from takatuf.coordination.coverage import table_of

    incident, lead = fill(many)
    table = table_of(incident, now=timezone.now())
    if table.coverage.whole.cover != many:
        raise SystemExit(f"{table.coverage.whole.cover} of {many} activities in the table")
    found = {
        "table_ms": median_ms(lambda: table_of(incident, now=timezone.now())),
    }
    browser = Client()
    browser.force_login(lead)
    session = browser.session
    session["account_authentication_methods_user"] = str(lead.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session.save()
    page = f"/en/desk/bench-coverage/incidents/{incident.number}/who-does-what/matrix/"
    answer = browser.get(page)
    if answer.status_code != 200:
        raise SystemExit(f"{page}: {answer.status_code}")
    found["page_ms"] = median_ms(lambda: browser.get(page))
    for name, form in FORMS.items():
        begun, size = time.perf_counter(), 0
        entries_in_force = activities_of(incident, Wanted(status="all"), now=timezone.now())
        for piece in form.written(sheet_of(incident, entries_in_force)):
            size += len(piece)
        found[f"{name}_seconds"] = round(time.perf_counter() - begun, 1)
        found[f"{name}_mb"] = round(size / 2**20, 1)
    return found


def main() -> None:
    import django

    django.setup()
    sys.stdout.write(json.dumps(told(int(sys.argv[1]))) + "\n")


if __name__ == "__main__":
    main()
