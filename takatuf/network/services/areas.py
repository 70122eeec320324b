"""Taking in a city's districts."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.text import listed, search_key
from takatuf.journal.services import record
from takatuf.network.access import check_may_plan
from takatuf.network.models import Area, City

if TYPE_CHECKING:
    from takatuf.network.exchange.areas import AreaRead

# A millimetre in degrees: another version of the projection's library is not another shape.
SAME_WITHIN = 1e-8


@transaction.atomic
def import_areas(
    actor: Actor,
    city: City,
    data: bytes,
    *,
    now: datetime,
    name_property: str | None = None,
    id_property: str | None = None,
) -> dict[str, Any]:
    """Make the city's areas those of a GeoJSON file, as far as the file tells of them.

    Areas that the file does not hold are left as they are. Answers read, new, updated,
    unchanged, rejected, crs, repaired, warnings and a row for each feature.
    """
    # What maps is fetched by whoever maps: shapely and numpy take 15 MB.
    from takatuf.network.exchange.areas import read_areas

    check_may_plan(actor, city)
    read = read_areas(
        data,
        name_property=name_property,
        id_property=id_property,
        languages=city.languages,
    )
    known = list(city.areas.all())
    by_key = {area.source_key: area for area in known}
    by_name = {(area.code.upper(), search_key(area.name)): area for area in known}
    rows = [{**row, "result": "rejected"} for row in read.rejected]
    met, new, changed = set(), [], []
    for one in read.areas:
        area = by_key.get(one.key)
        if area is None or area.pk in met:
            area = by_name.get((one.code.upper(), search_key(one.name)))
        if area is None or area.pk in met:
            area, result = Area(city=city), "new"
            new.append(area)
        elif _differs(area, one):
            result = "updated"
            changed.append(area)
        else:
            result = "unchanged"
            if area.source_key != one.key:
                changed.append(area)
        met.add(area.pk)
        if result != "unchanged":
            _fill(area, one)
        area.source_key = one.key
        rows.append({"feature": one.feature, "name": one.name, "result": result, "reason": ""})
    _write(new, changed)
    untouched = [area.name for area in known if area.pk not in met]
    if untouched and read.areas:
        words = _("Not in the file, and left as they were: %(names)s.")
        read.warnings.append(words % {"names": listed(untouched[:20])})
    counts = {
        result: sum(row["result"] == result for row in rows)
        for result in ("new", "updated", "unchanged", "rejected")
    }
    record(
        actor,
        "areas.imported",
        log=city.log,
        thing=f"city:{city.pk}",
        at=now,
        facts={
            **counts,
            "crs": read.crs,
            "repaired": len(read.repaired),
            "sha256": hashlib.sha256(data).hexdigest(),
        },
    )
    return {
        "read": len(rows),
        **counts,
        "crs": read.crs,
        "repaired": read.repaired,
        "warnings": read.warnings,
        "rows": sorted(rows, key=lambda row: int(row["feature"])),
    }


def _differs(area: Area, one: AreaRead) -> bool:
    if (area.name, area.names, area.code) != (one.name, one.names, one.code):
        return True
    if area.geometry == one.geometry:
        return False
    from shapely.geometry import shape

    before, after = shape(area.geometry).normalize(), shape(one.geometry).normalize()
    return not before.equals_exact(after, SAME_WITHIN)


def _fill(area: Area, one: AreaRead) -> None:
    area.name, area.names, area.code = one.name, one.names, one.code
    area.geometry, area.bounds = one.geometry, one.bounds


def _write(new: list[Area], changed: list[Area]) -> None:
    # Keys may change hands within one file: out of the way first, then to their place.
    for area in changed:
        Area.objects.filter(pk=area.pk).update(source_key=f"moving {area.pk}")
    fields = ["name", "names", "code", "source_key", "geometry", "bounds"]
    Area.objects.bulk_update(changed, fields, batch_size=200)
    Area.objects.bulk_create(new, batch_size=200)
