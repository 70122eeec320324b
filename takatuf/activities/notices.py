"""What this room tells people: that an action which slept is due soon, that actions came back
because somebody left, that entries of who does what wait to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from takatuf.activities.models import Task
from takatuf.alerts.notices import Notice
from takatuf.incidents.models import Incident
from takatuf.network.models import City

WOKEN = "activities/notices/woken"
CAME_BACK = "activities/notices/came_back"
OVERLAPS_FOUND = "activities/notices/overlaps_found"
OVERLAPS_PASSED_ON = "activities/notices/overlaps_passed_on"
AGREEMENTS_DUE = "activities/notices/agreements_due"
TO_CONFIRM = "activities/notices/to_confirm"


def woken(task: Task) -> Notice:
    """That an action waits again, and where. What it is stays behind the sign-in: a message
    may be read by whoever holds the phone."""
    incident = task.incident
    return Notice(
        WOKEN,
        context={"city": incident.city.name, "cities": incident.city.names},
        path=f"desk/{incident.city.slug}/incidents/{incident.number}/actions/{task.pk}/",
        about=incident.about,
    )


def came_back(city: City, count: int) -> Notice:
    """That so many actions have no holder any more; who left stays behind the sign-in."""
    return Notice(
        CAME_BACK,
        context={"city": city.name, "cities": city.names, "count": count},
        path=f"desk/{city.slug}/incidents/",
    )


def to_confirm(incident: Incident, count: int) -> Notice:
    """That so many entries of an agency's work wait to be confirmed; which, stays behind the
    sign-in."""
    city = incident.city
    return Notice(
        TO_CONFIRM,
        context={"city": city.name, "cities": city.names, "count": count},
        path=f"desk/{city.slug}/incidents/{incident.number}/who-does-what/?stale=on",
        about=incident.about,
    )


def words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """The codes of a stored notice as words in the reader's language."""
    return context | {"city_label": context["cities"].get(language, context["city"])}


def overlaps_found(incident: Incident, count: int) -> Notice:
    """That activities look like the same work, and somebody's answer is awaited; which, stays
    behind the sign-in."""
    return _about_overlaps(OVERLAPS_FOUND, incident, count)


def overlaps_passed_on(incident: Incident, count: int) -> Notice:
    """That an overlap stayed without an answer and is now for this reader to settle."""
    return _about_overlaps(OVERLAPS_PASSED_ON, incident, count)


def agreements_due(incident: Incident, count: int) -> Notice:
    """That what was agreed about overlaps is to be looked at again, by whoever sees to it."""
    return _about_overlaps(AGREEMENTS_DUE, incident, count, "?which=review")


AboutOverlaps = Callable[[Incident, int], Notice]


def _about_overlaps(template: str, incident: Incident, count: int, which: str = "") -> Notice:
    city = incident.city
    return Notice(
        template,
        context={"city": city.name, "cities": city.names, "count": count},
        path=f"desk/{city.slug}/incidents/{incident.number}/who-does-what/overlaps/{which}",
        about=incident.about,
    )
