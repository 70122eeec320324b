"""How a change of an activity meets another: what was told, what is meant, what it left behind.

A writer sends all that the form shows. What they did not touch is not meant; where somebody
else changed meanwhile what they mean to change, they are asked to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from takatuf.activities.facts import FACTS, as_text
from takatuf.activities.models import Activity, ActivityChange
from takatuf.activities.rules import clash
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused


def facts_of(activity: Activity) -> dict[str, Any]:
    """What is told of an activity, by the names of `FACTS`."""
    keys = [place.key for place in activity.places.order_by("id")]
    chosen = tuple(key for key in keys if not key.startswith("text:"))
    told = {name: getattr(activity, name) for name in FACTS if name not in ("places", "place")}
    words = activity.place.get("loc") or ""
    if not words and not chosen:  # a table's own words for another place
        words = activity.place.get("adm2") or activity.place.get("adm1") or ""
    return {**told, "places": chosen, "place": str(words)}


def same(stands: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether these facts already stand so."""
    return all(as_text(stands[name]) == as_text(value) for name, value in told.items())


def meant(
    activity: Activity, now: Mapping[str, Any], told: Mapping[str, Any], version: int | None
) -> set[str]:
    """The facts that the writer really changed, against what they had seen. Raises `Refused`
    where somebody else has changed one of them to something else since."""
    texts = {name: as_text(value) for name, value in told.items()}
    stands = {name: as_text(now[name]) for name in texts}
    if version is None or version >= activity.version:
        return {name for name, text in texts.items() if text != stands[name]}
    changes = ActivityChange.objects.filter(activity=activity, version__gt=version)
    base: dict[str, str] = dict(stands)
    for change in changes.order_by("-version"):
        base[change.field] = change.before
    clashes = [name for name in texts if clash(base[name], stands[name], texts[name])]
    if clashes:
        raise Refused(
            _(
                "Somebody changed the same a moment ago. Look at the entry as it is now, beside "
                "what you wrote."
            ),
            code="changed-meanwhile",
        )
    return {name for name, text in texts.items() if text not in (base[name], stands[name])}


def keep_changes(
    actor: Actor,
    activity: Activity,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Write down what this version of the activity made of each fact in `after`."""
    ActivityChange.objects.bulk_create(
        ActivityChange(
            activity=activity,
            version=activity.version,
            field=name,
            before=as_text(before[name]),
            after=as_text(value),
            person_id=actor.person_id,
            by="" if actor.person_id else actor.name,
            at=now,
        )
        for name, value in after.items()
        if as_text(before[name]) != as_text(value)
    )
