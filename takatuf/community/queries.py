"""What pages, the command and the API read of the survey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from takatuf.community.models import Issue, IssueLink, IssuePlace, Survey
from takatuf.community.vocabulary import State
from takatuf.foundation.codes import having
from takatuf.incidents.models import Incident

# Why a need stays as it is when the table that brought it is undone.
WHY_IT_STAYS = {
    "changed-since": _("Somebody changed it since. What they wrote is kept."),
    "answered-since": _("Somebody wrote down since what answers it."),
    "action-since": _("An action was made of it since."),
}


def issues_of(
    incident: Incident,
    *,
    state: str = "open",
    service: str = "",
    topic: str = "",
    place: str = "",
    seriousness: int = 0,
) -> QuerySet[Issue]:
    """The incident's issues, the most serious first, closed ones by when they were closed.

    `state` is a state or "all"; `service` finds those that would be helped by it in any way;
    `place` is the key of a place; `seriousness` leaves those as serious or more.
    """
    found = Issue.objects.filter(incident=incident).select_related("agency", "reported_by")
    if state in State.values:
        found = found.filter(state=state)
    if service:
        found = found.filter(Q(service=service) | having("services", [service]))
    if topic:
        found = found.filter(topic=topic)
    if place:
        found = found.filter(places__key=place)
    if seriousness:
        found = found.filter(seriousness__gte=seriousness)
    found = found.prefetch_related("places__area")
    if state == State.CLOSED:
        return found.order_by("-closed_at", "-number")
    return found.order_by("-seriousness", "-number")


@dataclass(frozen=True, slots=True)
class Need:
    """An open issue in plain values, against which cover is read.

    `keys` are the keys of its places as activities have them (`area:<id>`, `city`, `outside`,
    `text:…`); none where it was not said. `people` is how many are affected in all of them
    together, `people_source` who counted or estimated. `things` are what was linked to it.
    """

    id: UUID
    number: int
    service: str
    services: tuple[str, ...]
    keys: tuple[str, ...]
    populations: tuple[str, ...]
    languages: tuple[str, ...]
    offers: tuple[str, ...]
    people: int | None
    people_source: str
    seriousness: int
    sureness: str
    since: date | None
    until: date | None
    things: frozenset[str]


# What a need copies from its row: all but the identifier and what stands in rows of its own.
PLAIN = [field.name for field in fields(Need) if field.name not in ("id", "keys", "things")]


def needs_of(incident: Incident, now: datetime) -> list[Need]:
    """What is needed at the incident on the day of `now`, the most serious first, in three
    statements and without opening what people wrote."""
    today = now.astimezone(ZoneInfo(incident.city.timezone)).date()
    rows = Issue.objects.filter(incident=incident).in_force(today)
    keys, things = _keys_of(rows), _things_of(rows)
    return [
        Need(
            id=row.pk,
            keys=tuple(keys[row.pk]),
            things=frozenset(things[row.pk]),
            **{name: getattr(row, name) for name in PLAIN},
        )
        for row in rows.only("pk", *PLAIN).order_by("-seriousness", "-number")
    ]


def needed_services(incident: Incident, now: datetime) -> set[str]:
    """The services that would meet what is needed on the day of `now`, each need by its first."""
    today = now.astimezone(ZoneInfo(incident.city.timezone)).date()
    rows = Issue.objects.filter(incident=incident).in_force(today).exclude(service="")
    return set(rows.values_list("service", flat=True))


def _keys_of(rows: QuerySet[Issue]) -> defaultdict[UUID, list[str]]:
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    places = IssuePlace.objects.filter(issue__in=rows).order_by("id")
    for issue, key in places.values_list("issue", "key"):
        found[issue].append(key)
    return found


def _things_of(rows: QuerySet[Issue]) -> defaultdict[UUID, list[str]]:
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for issue, thing in IssueLink.objects.filter(issue__in=rows).values_list("issue", "thing"):
        found[issue].append(thing)
    return found


def links_of(issue: Issue) -> list[IssueLink]:
    """What was written down as an answer to an issue, the first first."""
    return list(issue.links.select_related("linked_by").order_by("linked_at", "id")[:100])


def issues_by_id(incident: Incident, wanted: Iterable[UUID]) -> dict[UUID, Issue]:
    """Issues of an incident whose door was passed, by their identifiers."""
    found = Issue.objects.filter(incident=incident, pk__in=list(wanted))
    return {issue.pk: issue for issue in found.prefetch_related("places__area")}


def issue_counts(incident: Incident) -> dict[str, int]:
    """How many are open and closed."""
    rows = Issue.objects.filter(incident=incident).values("state").annotate(count=Count("pk"))
    return dict.fromkeys(State.values, 0) | {row["state"]: row["count"] for row in rows}


def surveys_of(incident: Incident) -> QuerySet[Survey]:
    """The tables of needs that were taken in at an incident, the latest first."""
    found = Survey.objects.filter(incident=incident).select_related("taken_in_by")
    return found.defer("report").order_by("-id")


def stays_of(survey: Survey) -> list[dict[str, Any]]:
    """Needs that stayed when their table was undone, with the reason in the reader's language."""
    return [{**row, "message": str(WHY_IT_STAYS[row["code"]])} for row in survey.stays]
