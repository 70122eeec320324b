"""How fast is who does what laid out? Run by `__main__` in a process of its own.

    python -m takatuf.testing.bench.coverage 50000

fills an incident with so many activities (`bench.activities`), asks for the table of service by
district and for each page as the desk sends it, and takes them all out in each form. Prints one
line of JSON. A page that is counted is asked for as the first after an act.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from takatuf.testing.bench.activities import AREAS, entries
from takatuf.testing.bench.importing import peak_mb
from takatuf.testing.bench.pages import browser_of, forget_what_is_kept, pages_told, spent_ms

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.incidents.models import Incident

TIMES = 7
AT_ONCE = 1_000
NEEDS = 200


def fill(many: int, slug: str = "bench-coverage") -> tuple[Incident, Person]:
    """A city of forty districts, its incident with so many activities, and who leads it."""
    from django.utils import timezone

    from takatuf.activities.models import Activity, ActivityPlace
    from takatuf.config import world
    from takatuf.foundation.rows import learn_sizes
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
    learn_sizes(Activity, ActivityPlace)  # as after an import
    return incident, lead


def date_them(incident: Incident, lead: Person) -> None:
    """Let the entries end on many days of the next months, a tenth stand unconfirmed, and two
    hundred needs be told of: what gaps are found among."""
    from django.utils import timezone

    from takatuf.activities.models import Activity
    from takatuf.community.services import IssueFacts, report_issue
    from takatuf.config import world
    from takatuf.plans.catalogue import services

    now = timezone.now()
    keys = list(Activity.objects.filter(incident=incident).values_list("pk", flat=True))
    for at, start in enumerate(range(0, len(keys), AT_ONCE)):
        some = Activity.objects.filter(pk__in=keys[start : start + AT_ONCE])
        some.update(
            starts_on=(now - timedelta(days=at % 60)).date(),
            ends_on=(now + timedelta(days=5 * (at % 40))).date(),
            confirmed_at=now - timedelta(days=8 if at % 10 == 0 else 0),
        )
    areas, codes = tuple(incident.city.areas.values_list("pk", flat=True)), list(services())
    for number in range(NEEDS):
        told = IssueFacts(
            text=f"Need {number}", seriousness=1 + number % 4, service=codes[number % len(codes)],
            people=number * 10 or None, people_source="Survey", scope="areas",
            areas=areas[number % AREAS :][:2],
        )  # fmt: skip
        report_issue(world.acting(lead), incident, told, language="en", now=now)


def told(many: int) -> dict[str, float]:
    """The figures: the table, each page, and all entries in each form."""
    from django.utils import timezone

    from takatuf.activities.exchange.writing import FORMS, sheet_of
    from takatuf.activities.models import Activity
    from takatuf.activities.queries import Wanted, activities_of
    from takatuf.coordination.coverage import table_of

    incident, lead = fill(many)
    table = table_of(incident, now=timezone.now())
    if table.coverage.whole.cover != many:
        raise SystemExit(f"{table.coverage.whole.cover} of {many} activities in the table")
    spent = spent_ms(lambda: table_of(incident, now=timezone.now()), TIMES, forget_what_is_kept)
    found = {"table_ms": round(statistics.median(spent), 1)}
    browser = browser_of(lead)
    one = Activity.objects.filter(incident=incident).values_list("pk", flat=True)[many // 2]
    counted = {"page": "matrix/", "narrowed": "matrix/?level=national", "map": "map/"}
    found |= pages_told(browser, incident, counted, kept=False)
    found |= {
        f"kept_{name}": value
        for name, value in pages_told(browser, incident, {"page": "matrix/"}, kept=True).items()
    }
    others = {
        "list": "",
        "list_last": f"?page={many // 25}",
        "one": f"{one}/",
        "partners": "partners/",
        "organisations": "organisations/",
        "imports": "imports/",
    }
    found |= pages_told(browser, incident, others, kept=False)
    for name, form in FORMS.items():
        begun, size, first = time.perf_counter(), 0, 0.0
        entries_in_force = activities_of(incident, Wanted(status="all"), now=timezone.now())
        for piece in form.written(sheet_of(incident, entries_in_force)):
            first = first or time.perf_counter() - begun
            size += len(piece)
        found[f"{name}_seconds"] = round(time.perf_counter() - begun, 1)
        found[f"{name}_first_ms"] = round(first * 1_000, 1)
        found[f"{name}_mb"] = round(size / 2**20, 1)
        found[f"{name}_peak_mb"] = round(peak_mb())
    date_them(incident, lead)
    found |= pages_told(browser, incident, {"gaps": "gaps/", "needs": "needs/"}, kept=False)
    return found


def main() -> None:
    import django

    django.setup()
    sys.stdout.write(json.dumps(told(int(sys.argv[1]))) + "\n")


if __name__ == "__main__":
    main()
