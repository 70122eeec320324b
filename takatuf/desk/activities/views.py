"""Who does what: the list, one activity, and telling of one: entered, changed, confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities import services
from takatuf.activities.access import (
    activity_for,
    agencies_reported_for,
    check_may_report,
    may_report,
    may_report_for,
    may_report_for_any,
)
from takatuf.activities.asking import as_initial
from takatuf.activities.changing import facts_of
from takatuf.activities.queries import (
    activities_of,
    agencies_by_id,
    changes_of,
    count_of_activities,
    names_to_offer,
    organisation_in,
    organisations_in,
    spoken_for,
)
from takatuf.activities.vocabulary import Standing, Status
from takatuf.desk.activities.forms import ChangeForm, ListForm, ReportForm, WithdrawForm
from takatuf.desk.activities.lines import facts_lines, history_of, line_of, lines_of
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import (
    Request,
    address,
    addresses,
    at_incident,
    carried_out,
    once_only,
    page_of,
    pressed,
)
from takatuf.foundation.errors import NotFound
from takatuf.foundation.ids import uuid7
from takatuf.network.queries import areas_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from takatuf.activities.models import Activity
    from takatuf.incidents.models import Incident
    from takatuf.network.models import Area, City, Organisation


ON_A_PAGE = 25  # on a phone each entry is a card of its own
BY_PRESS = {"stale", "sparse", "status"}  # what the list is cut to by a link above it


def _areas(city: City) -> QuerySet[Area]:
    return areas_of(city).defer("geometry", "bounds")


def _here(incident: Incident) -> str:
    return address("who-does-what", incident.city.slug, incident.number)


def _page_of(incident: Incident, activity: UUID) -> str:
    return address("activity", incident.city.slug, incident.number, activity)


@require_safe
@at_incident
def who_does_what(request: Request, incident: Incident) -> HttpResponse:
    """What organisations do in this incident, the newest entry first."""
    now = timezone.now()
    form = ListForm(
        request.GET,
        areas=_areas(incident.city),
        organisations=organisations_in(incident, request.GET.get("organisation", "")),
    )
    wanted = form.wanted()
    page = page_of(request, activities_of(incident, wanted, now=now), ON_A_PAGE)
    url = addresses("activity", incident.city.slug, incident.number, last=incident.pk)
    return part_page(
        request,
        incident,
        "who-does-what",
        "desk/activities/list.html",
        now=now,
        form=form,
        page=page,
        lines=[
            (line, url(line.one.pk)) for line in lines_of(page.object_list, incident.phase, now)
        ],
        filtered=any(value for name, value in request.GET.items() if name in form.fields),
        list_url=_here(incident),
        quick=_quick(request, incident),
        narrowed=any(request.GET.get(name) for name in form.fields if name not in BY_PRESS),
        told=bool(page.object_list) or count_of_activities(incident) > 0,
        may_report=may_report(request.actor, incident),
        to_confirm=_to_confirm(request, incident, wanted.organisation),
    )


def _quick(request: Request, incident: Incident) -> list[dict[str, Any]]:
    """What people look for most in the list, as links; the full form stands below them."""
    here = _here(incident)
    present = {key: value for key, value in request.GET.items() if value and key != "page"}
    asked: list[tuple[str, dict[str, str]]] = [
        (_("What goes on or is planned"), {}),
        (_("Not confirmed"), {"stale": "on"}),
        (_("Too little is said to compare"), {"sparse": "on"}),
        (str(Status.ENDED.label), {"status": "ended"}),
        (str(Standing.WITHDRAWN.label), {"status": "withdrawn"}),
    ]
    return [
        {
            "label": label,
            "url": f"{here}?{urlencode(query)}" if query else here,
            "current": query == present,
        }
        for label, query in asked
    ]


def _to_confirm(
    request: Request, incident: Incident, chosen: UUID | None
) -> list[tuple[Organisation, int]]:
    """Whose entries the reader confirms at once: their own agency’s, and the organisation that
    the list is cut to where they speak of any."""
    own = agencies_reported_for(request.actor, incident)
    chosen = chosen if may_report_for_any(request.actor, incident) else None
    return spoken_for(incident, own, chosen) if own or chosen else []


@require_POST
@at_incident
def confirm_all(request: Request, incident: Incident) -> HttpResponse:
    """Say that everything which an organisation does stands as it is."""
    try:
        asked = UUID(request.POST.get("organisation", ""))
    except ValueError as error:
        raise NotFound from error
    return pressed(
        request,
        lambda: services.confirm_all_of(
            request.actor,
            incident,
            organisation=organisation_in(incident, asked),
            now=timezone.now(),
        ),
        _("Confirmed: all entries of this organisation stand as they are."),
        _here(incident),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def report(request: Request, incident: Incident) -> HttpResponse:
    """Tell what an organisation does, in five fields."""
    check_may_report(request.actor, incident)
    any_name = may_report_for_any(request.actor, incident)
    own = agencies_by_id(incident.city, agencies_reported_for(request.actor, incident))
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        city=incident.city,
        areas=_areas(incident.city),
        any_name=any_name,
        agencies=own,
        initial={"status": "active"},
    )

    def act() -> UUID:
        named = form.cleaned_data["name"]
        return services.report_activity(
            request.actor,
            incident,
            **({"name": named} if any_name else {"agency": form.agencies[named]}),
            facts=form.facts(),
            language=get_language() or "en",
            now=timezone.now(),
        ).pk

    made = carried_out(
        request, form, lambda: once_only(request, act), _("The entry stands in the list.")
    )
    if made is not None:
        return redirect(_page_of(incident, made))
    return part_page(
        request,
        incident,
        "who-does-what",
        "desk/activities/report.html",
        page_title=_("Tell what is done"),
        form=form,
        key=request.POST.get("key") or uuid7(),
        known=names_to_offer(incident.city) if any_name else [],
        back_url=_here(incident),
        status=422 if form.errors else 200,
    )


@require_safe
@at_incident
def activity(request: Request, incident: Incident, activity: UUID) -> HttpResponse:
    """One activity, with all that is told of it and what may be done with it."""
    return _page(request, incident, activity_for(request.actor, activity, incident=incident))


def _page(
    request: Request, incident: Incident, one: Activity, withdraw_form: WithdrawForm | None = None
) -> HttpResponse:
    now = timezone.now()
    line = line_of(one, incident.phase, now)
    return part_page(
        request,
        incident,
        "who-does-what",
        "desk/activities/activity.html",
        page_title=str(one),
        now=now,
        line=line,
        one=one,
        facts=facts_lines(one, under_its_title=True),
        history=history_of(
            changes_of(one),
            {f"area:{area.pk}": str(area) for area in _areas(incident.city)},
        ),
        may_report=may_report(request.actor, incident),
        may_tell=may_report_for(request.actor, incident, one.organisation, now),
        withdraw_form=withdraw_form or WithdrawForm(),
        back_url=_here(incident),
        status=422 if withdraw_form else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def change(request: Request, incident: Incident, activity: UUID) -> HttpResponse:
    """Tell other facts of an activity; the second of two writers sees the first one's."""
    one = activity_for(request.actor, activity, incident=incident)
    posted = request.method == "POST"
    form = ChangeForm(
        request.POST if posted else None,
        city=incident.city,
        areas=_areas(incident.city),
        any_name=may_report_for_any(request.actor, incident),
        initial={**as_initial(facts_of(one)), "version": one.version},
    )

    def act() -> Activity:
        return services.change_activity(
            request.actor,
            one,
            facts=form.facts(),
            now=timezone.now(),
            version=form.cleaned_data["version"],
        )

    if carried_out(request, form, act, _("The entry is changed.")) is not None:
        return redirect(_page_of(incident, one.pk))
    meanwhile = None
    if any(error.code == "changed-meanwhile" for errors in form.errors.as_data().values()
           for error in errors):  # fmt: skip
        # What stands there now is shown beside; sent again, the writer has seen it.
        one = activity_for(request.actor, activity, incident=incident)
        meanwhile = facts_lines(one)
        again = request.POST.copy()
        again["version"] = str(one.version)
        form.data = again
    return part_page(
        request,
        incident,
        "who-does-what",
        "desk/activities/change.html",
        page_title=_("Change the entry"),
        form=form,
        one=one,
        meanwhile=meanwhile,
        back_url=_page_of(incident, one.pk),
        status=409 if meanwhile else 422 if form.errors else 200,
    )


@require_POST
@at_incident
def confirm(request: Request, incident: Incident, activity: UUID) -> HttpResponse:
    """Say that an entry stands as it is."""
    one = activity_for(request.actor, activity, incident=incident)
    return pressed(
        request,
        lambda: services.confirm_activity(request.actor, one, now=timezone.now()),
        _("Confirmed: the entry stands as it is."),
        _page_of(incident, one.pk),
    )


@require_POST
@at_incident
def withdraw(request: Request, incident: Incident, activity: UUID) -> HttpResponse:
    """Take an entry back that should not stand."""
    one = activity_for(request.actor, activity, incident=incident)
    form = WithdrawForm(request.POST)

    def act() -> Activity:
        told: dict[str, Any] = form.cleaned_data
        return services.withdraw_activity(request.actor, one, **told, now=timezone.now())

    said = _("The entry is withdrawn. It can be restored below.")
    if carried_out(request, form, act, said) is not None:
        return redirect(_page_of(incident, one.pk))
    return _page(request, incident, activity_for(request.actor, one.pk), form)


@require_POST
@at_incident
def restore(request: Request, incident: Incident, activity: UUID) -> HttpResponse:
    """Let an entry stand again that was withdrawn."""
    one = activity_for(request.actor, activity, incident=incident)
    return pressed(
        request,
        lambda: services.restore_activity(request.actor, one, now=timezone.now()),
        _("The entry stands again."),
        _page_of(incident, one.pk),
    )
