"""Who does what: the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from takatuf.activities.queries import activities_of, organisations_in
from takatuf.desk.activities.forms import ListForm
from takatuf.desk.activities.lines import lines_of
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import Request, address, at_incident, page_of
from takatuf.network.queries import areas_of

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident


@require_safe
@at_incident
def who_does_what(request: Request, incident: Incident) -> HttpResponse:
    """What organisations do in this incident, the newest entry first."""
    now = timezone.now()
    form = ListForm(
        request.GET,
        areas=areas_of(incident.city).defer("geometry", "bounds"),
        organisations=organisations_in(incident),
    )
    wanted = form.wanted()
    page = page_of(request, activities_of(incident, wanted, now=now))
    return part_page(
        request,
        incident,
        "who-does-what",
        "desk/activities/list.html",
        now=now,
        form=form,
        page=page,
        lines=lines_of(page.object_list, incident.phase, now),
        filtered=any(value for name, value in request.GET.items() if name in form.fields),
        list_url=address("who-does-what", incident.city.slug, incident.number),
    )
