"""One workstream of an incident, and the place Community: what is to be done in it and what
was written about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.activities.queries import actions_of
from takatuf.decisions.queries import log_of
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.log.lines import BESIDE as BESIDE_ENTRIES
from takatuf.desk.log.lines import LineWriter as EntryWriter
from takatuf.desk.shortcuts import Request, address, at_incident, desk_page, in_city, page_of
from takatuf.desk.tasks.lines import BESIDE, REASONS, LineWriter
from takatuf.foundation.lists import slim
from takatuf.incidents.queries import open_incidents
from takatuf.plans.vocabulary import Workstream

if TYPE_CHECKING:
    from datetime import datetime

    from takatuf.incidents.models import Incident
    from takatuf.network.models import City

LATEST = 10  # entries of the log; all of them are one press away
OPEN_AT_MOST = 10  # incidents on the place Community
FIRST = 10  # actions of each there


@require_safe
@at_incident
def workstream(request: Request, incident: Incident, workstream: str) -> HttpResponse:
    """Its actions that are not done, late ones first, and the latest entries about it."""
    code = workstream
    if code not in Workstream.values:
        raise Http404
    now = timezone.now()
    page = page_of(
        request,
        actions_of(request.actor, incident, now, workstream=code),
        beside=[*BESIDE, *REASONS],
        keys_first=True,
    )
    for task in page.object_list:
        task.incident = incident
    return incident_page(
        request,
        incident,
        "more",
        "desk/incidents/workstream.html",
        page_title=str(Workstream(code).label),
        now=now,
        heading=Workstream(code).label,
        page=page,
        lines=LineWriter(request, now, city=incident.city).lines(
            page.object_list, under_headings=True
        ),
        entries=_entries(incident, code, now),
        **_addresses(incident, code),
    )


def _entries(incident: Incident, code: str, now: datetime) -> list[object]:
    entries = slim(log_of(incident, workstream=code), BESIDE_ENTRIES)[:LATEST]
    return list(EntryWriter(incident, now).lines(entries))


def _addresses(incident: Incident, code: str) -> dict[str, str]:
    ask = f"?workstream={code}"
    where = (incident.city.slug, incident.number)
    return {
        "add_url": address("add-action", *where) + ask,
        "log_url": address("log", *where) + ask,
        "done_url": f"{address('actions', *where)}{ask}&state=done",
    }


@require_safe
@in_city
def community(request: Request, city: City) -> HttpResponse:
    """The work with communities in every open incident of the city that the reader sees."""
    now = timezone.now()
    code = Workstream.COMMUNITY.value
    parts = []
    for incident in open_incidents(request.actor, city)[:OPEN_AT_MOST]:
        found = actions_of(request.actor, incident, now, workstream=code)
        tasks = list(slim(found, [*BESIDE, *REASONS])[: FIRST + 1])
        for task in tasks:
            task.incident = incident
        parts.append(
            {
                "incident": incident,
                "lines": LineWriter(request, now, city=city).lines(
                    tasks[:FIRST], under_headings=True
                ),
                "more": len(tasks) > FIRST,
                "entries": _entries(incident, code, now)[:3],
                "url": address("workstream", city.slug, incident.number, code),
                "needs_url": address("needs", city.slug, incident.number),
            }
        )
    return desk_page(
        request,
        "desk/incidents/community.html",
        here="community",
        page_title=_("Community"),
        city=city,
        now=now,
        parts=parts,
        plans_url=address("plans", city.slug),
    )
