"""What lies ahead of an incident: its days, what sleeps until then, and a city's years ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from takatuf.activities.queries import sleeping, years_ahead
from takatuf.coordination import services as coordination
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    carried_out,
    desk_page,
    in_city,
    page_of,
    pressed,
)
from takatuf.incidents.access import check_may_date, may_date
from takatuf.incidents.queries import days_of, key_date_in
from takatuf.incidents.vocabulary import DateKind
from takatuf.translation.queries import in_language

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import City


class KeyDateForm(forms.Form):
    """A day that is known beforehand."""

    kind = forms.ChoiceField(label=gettext_lazy("What is on that day?"), choices=DateKind)
    on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    label = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("No names of people."),
    )
    source = forms.CharField(label=gettext_lazy("Who says so"), max_length=200, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def ahead(request: Request, incident: Incident) -> HttpResponse:
    """The days ahead, a form to enter one more, and the actions that sleep until theirs."""
    if request.method == "POST":
        check_may_date(request.actor, incident)
    now = timezone.now()
    form = KeyDateForm(request.POST or None)
    entered = carried_out(
        request,
        form,
        lambda: coordination.enter_key_date(request.actor, incident, now=now, **form.cleaned_data),
        _("The date is entered. What is counted from it has its day now."),
    )
    if entered is not None:
        return redirect("desk:ahead", incident.city.slug, incident.number)
    page = page_of(request, sleeping(incident))
    return incident_page(
        request,
        incident,
        "ahead",
        "desk/incidents/ahead.html",
        days=days_of(incident, now),
        today=timezone.localdate(now),
        page=page,
        tasks=[(task, in_language(task.title, get_language() or "en")) for task in page],
        form=form if may_date(request.actor, incident) else None,
        status=400 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def key_date(request: Request, incident: Incident, key_date: UUID) -> HttpResponse:
    """Move or correct one day."""
    check_may_date(request.actor, incident)
    found = key_date_in(incident, key_date)
    first = {name: getattr(found, name) for name in ("kind", "on", "label", "source")}
    form = KeyDateForm(request.POST or None, initial=first)
    moved = carried_out(
        request,
        form,
        lambda: coordination.correct_key_date(
            request.actor, found, now=timezone.now(), **form.cleaned_data
        ),
        _("The date is corrected. What is counted from it moved with it."),
    )
    back = address("ahead", incident.city.slug, incident.number)
    if moved is not None:
        return redirect(back)
    return incident_page(
        request,
        incident,
        "ahead",
        "desk/incidents/form.html",
        page_title=_("Correct a date"),
        heading=_("Correct a date"),
        form=form,
        button=_("Save the date"),
        back=back,
        status=400 if form.errors else 200,
    )


@require_POST
@at_incident
def remove(request: Request, incident: Incident, key_date: UUID) -> HttpResponse:
    """Take one day out that will not come."""
    check_may_date(request.actor, incident)
    found = key_date_in(incident, key_date)
    return pressed(
        request,
        lambda: coordination.drop_key_date(request.actor, found, now=timezone.now()),
        _("The date is removed. What was counted from it waits for another."),
        address("ahead", incident.city.slug, incident.number),
    )


@require_http_methods(["GET", "HEAD"])
@in_city
def years(request: Request, city: City) -> HttpResponse:
    """What sleeps in all incidents of the city, also in those that were stood down."""
    page = page_of(request, years_ahead(request.actor, city))
    return desk_page(
        request,
        "desk/incidents/years.html",
        here="incidents",
        page_title=_("The years ahead"),
        city=city,
        page=page,
        tasks=[(task, in_language(task.title, get_language() or "en")) for task in page],
        trail=[(_("Incidents"), address("incidents", city.slug))],
    )
