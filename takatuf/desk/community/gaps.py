"""What is missing, and what will be: each gap with the action that one press makes of it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from takatuf.activities.gaps import Kind
from takatuf.coordination.gaps import Told, gaps_of
from takatuf.coordination.services import take_up_gap
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import Request, address, addresses, at_incident
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

FIRST_OF_A_KIND = 8  # the others are folded away
MOST_OF_A_KIND = 50  # the rest shows when these are seen to
HEADINGS: dict[Kind, str | Promise] = {
    Kind.NEED: gettext_lazy("Needs that nobody answers"),
    Kind.PART: gettext_lazy("Needs that are answered in part"),
    Kind.LAYER: gettext_lazy("Layers of support without anybody"),
    Kind.ENDS: gettext_lazy("Ends soon, and nothing follows"),
    Kind.DAY: gettext_lazy("Ends before a day that is known"),
    Kind.THIN: gettext_lazy("Too few for too many"),
    Kind.LANGUAGE: gettext_lazy("Languages without support"),
    Kind.OFFER: gettext_lazy("Support that nobody says they offer"),
    Kind.STALE: gettext_lazy("Entries that nobody confirmed"),
}


@require_safe
@at_incident
def gaps(request: Request, incident: Incident) -> HttpResponse:
    """Everything that is missing, the gravest first."""
    now = timezone.now()
    where = (incident.city.slug, incident.number)
    found = gaps_of(incident, now)
    need = addresses("need", *where, last=0)
    action = addresses("action", *where, last=incident.pk)
    activity = addresses("activity", *where, last=incident.pk)
    listed = address("who-does-what", *where)

    def page_of_gap(one: Told) -> str:
        """Where the reader sees what is missing, or what will end."""
        if one.issue:
            return need(one.issue.number)
        if one.activity:
            return activity(one.activity.pk)
        if one.gap.kind == Kind.STALE:
            return f"{listed}?{urlencode({'organisation': one.gap.organisation, 'stale': 'on'})}"
        return f"{listed}?{urlencode({'service': one.gap.service})}" if one.gap.service else ""

    def line(one: Told) -> dict[str, object]:
        return {
            "one": one,
            "whose": one.agency_name or str(Role(one.role).label),
            "url": page_of_gap(one),
            "task_url": action(one.task.pk) if one.task else "",
            "task": one.task.title.in_language(get_language() or "en") if one.task else None,
        }

    groups = []
    for kind, told in groupby(found.open, key=lambda one: one.gap.kind):
        lines = list(told)
        groups.append(
            {
                "kind": kind.value,
                "heading": HEADINGS[kind],
                "count": len(lines),
                "lines": [line(one) for one in lines[:FIRST_OF_A_KIND]],
                "folded": [line(one) for one in lines[FIRST_OF_A_KIND:MOST_OF_A_KIND]],
                "more": max(len(lines) - MOST_OF_A_KIND, 0),
            }
        )
    return part_page(
        request,
        incident,
        "gaps",
        "desk/community/gaps.html",
        now=now,
        groups=groups,
        taken=[line(one) for one in found.taken],
        found=found,
        take_up_url=address("take-up-gap", *where),
        report_url=address("who-does-what", *where),
        new_url=address("new-need", *where),
    )


@require_POST
@at_incident
def take_up(request: Request, incident: Incident) -> HttpResponse:
    """One press: the gap is somebody's action."""
    try:
        task = take_up_gap(
            request.actor,
            incident,
            key=request.POST.get("gap", ""),
            language=get_language() or "en",
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        whose = str(task.agency) if task.agency else str(task.get_role_display())
        messages.success(request, _("It is an action now, for: %(whose)s") % {"whose": whose})
    return redirect(address("gaps", incident.city.slug, incident.number))
