"""The meetings of an incident: when, about what, who came, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities.queries import agencies_in
from takatuf.coordination.agenda import agenda_of_meeting, came_of
from takatuf.coordination.services import begin_meeting, end_meeting, record_outcome
from takatuf.decisions.access import meeting_by_number
from takatuf.decisions.exchange import calendar_of
from takatuf.decisions.queries import (
    attendance_of,
    meetings_of,
    open_meeting_of,
    planned_meeting,
    proposed_time,
)
from takatuf.decisions.services import mark_attendance, plan_meeting, set_rhythm
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.meetings.forms import AttendanceForm, OutcomeForm, PlanForm, rhythm_words
from takatuf.desk.meetings.lines import outcome_lines
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    attempt,
    carried_out,
    once_only,
    page_of,
    pressed,
)
from takatuf.foundation.ids import uuid7
from takatuf.incidents.access import check_may_lead, may_lead
from takatuf.ui import reading

if TYPE_CHECKING:
    from takatuf.coordination.agenda import Agenda, CameOfIt, Item
    from takatuf.decisions.models import Meeting
    from takatuf.incidents.models import Incident

HOUR = 3600


def _language() -> str:
    return get_language() or "en"


def _at(meeting: Meeting) -> str:
    incident = meeting.incident
    return address("meeting-page", incident.city.slug, incident.number, meeting.number)


def _rhythm(incident: Incident) -> int | None:
    """How many hours lie between two meetings."""
    every = incident.meeting_every
    return int(every.total_seconds() // HOUR) if every else None


@require_safe
@at_incident
def meetings(request: Request, incident: Incident) -> HttpResponse:
    """Every meeting, the newest first, and the rhythm in which the next is proposed."""
    hours = _rhythm(incident)
    return incident_page(
        request,
        incident,
        "more",
        "desk/meetings/meetings.html",
        page_title=_("Meetings"),
        page=page_of(request, meetings_of(incident)),
        planned=planned_meeting(incident),
        held=open_meeting_of(incident),
        rhythm=rhythm_words(hours) if hours else "",
        may_lead=may_lead(request.actor, incident),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def plan(request: Request, incident: Incident) -> HttpResponse:
    """Say when and where the partners meet next, or move it; whoever is invited is told."""
    check_may_lead(request.actor, incident)
    now = timezone.now()
    planned, hours = planned_meeting(incident), _rhythm(incident)
    first = planned.at if planned else proposed_time(incident, now)
    form = PlanForm(
        request.POST or None,
        rhythm=hours,
        initial={
            "at": first and timezone.localtime(first),
            "place": planned.place if planned else "",
            "hours": hours,
        },
    )

    def act() -> object:
        data = form.cleaned_data
        at = planned.at if planned and "at" not in form.changed_data else data["at"]
        set_rhythm(request.actor, incident, hours=data["hours"], now=now)
        return plan_meeting(request.actor, incident, at=at, place=data["place"], now=now)

    done = carried_out(request, form, act, _("The meeting is set. The agencies are being told."))
    if done is not None:
        return redirect("desk:meetings", incident.city.slug, incident.number)
    return incident_page(
        request,
        incident,
        "more",
        "desk/meetings/plan.html",
        status=422 if form.errors else 200,
        page_title=_("Next meeting"),
        form=form,
        planned=planned,
        back=address("meetings", incident.city.slug, incident.number),
    )


@require_safe
@at_incident
def meeting(request: Request, incident: Incident, meeting: int) -> HttpResponse:
    """One meeting: its agenda, who came, what came of it; closed, these are its minutes."""
    return _page(request, meeting_by_number(request.actor, incident, meeting))


def _page(
    request: Request,
    found: Meeting,
    *,
    attendance: AttendanceForm | None = None,
    outcome: OutcomeForm | None = None,
) -> HttpResponse:
    now, incident, language = timezone.now(), found.incident, _language()
    agenda = agenda_of_meeting(found, now)
    leads = may_lead(request.actor, incident)
    noted = {one.agency_id: one for one in attendance_of(found)}
    writes = leads and found.state == "open"
    agencies = list(agencies_in(incident)) if writes else []
    if writes:
        attendance = attendance or AttendanceForm(agencies=agencies, noted=noted)
        point = request.GET.get("point", "")
        outcome = outcome or OutcomeForm(
            initial={"key": uuid7(), "point": point},
            agenda=agenda,
            language=language,
            agencies=agencies,
        )
    came = came_of(found)
    wrong = any(form is not None and form.errors for form in (attendance, outcome))
    return incident_page(
        request,
        incident,
        "more",
        "desk/meetings/meeting.html",
        status=422 if wrong else 200,
        page_title=_("Meeting %(number)s") % {"number": found.number},
        meeting=found,
        agenda=agenda,
        groups=_groups(agenda, came, incident, language),
        beside=outcome_lines(
            [one for one in came if one.outcome.point not in _points(agenda)], language
        ),
        noted=list(noted.values()),
        leads=leads,
        writes=writes,
        attendance=attendance,
        asked=len(agencies),
        outcome=outcome,
    )


def _points(agenda: Agenda) -> set[str]:
    return {f"{group.code}:{item.thing}" for group in agenda.groups for item in group.items}


def _way(item: Item, incident: Incident) -> tuple[str, str]:
    """Where a line of the agenda stands itself, and what that is called."""
    kind, _colon, pk = item.thing.partition(":")
    number = {"number": reading.number(item.number or 0, incident.city.digits)}
    if kind == "task":
        place = address("action", incident.city.slug, incident.number, pk)
        return place, _("To the action")
    if kind == "entry":
        place = address("log-entry", incident.city.slug, incident.number, item.number)
        return place, _("Entry %(number)s") % number
    if kind == "promise":
        return address("promise", incident.city.slug, item.number), _("Promise %(number)s") % number
    return "", ""


def _groups(
    agenda: Agenda, came: list[CameOfIt], incident: Incident, language: str
) -> list[dict[str, Any]]:
    """The agenda for the template, with what came of each point under it."""
    by_point: dict[str, list[CameOfIt]] = {}
    for one in came:
        by_point.setdefault(one.outcome.point, []).append(one)
    groups = []
    for group in agenda.groups:
        lines = []
        for item in group.items:
            point = f"{group.code}:{item.thing}"
            lines.append(
                {
                    "item": item,
                    "words": item.words(language),
                    "who": item.who(language),
                    "way": _way(item, incident),
                    "point": point,
                    "came": outcome_lines(by_point.get(point, []), language),
                }
            )
        groups.append(
            {"code": group.code, "label": group.label, "lines": lines, "more": group.more}
        )
    return groups


@require_POST
@at_incident
def begin(request: Request, incident: Incident, meeting: int) -> HttpResponse:
    """Open the meeting; from here on its agenda stays as it is."""
    found = meeting_by_number(request.actor, incident, meeting)
    return pressed(
        request,
        lambda: begin_meeting(request.actor, found, now=timezone.now()),
        _("The meeting is open. Its agenda stays as it is now."),
        _at(found),
    )


@require_POST
@at_incident
def call_off(request: Request, incident: Incident, meeting: int) -> HttpResponse:
    """Call a planned meeting off; whoever was invited is told."""
    found = meeting_by_number(request.actor, incident, meeting)
    check_may_lead(request.actor, incident)
    if found.state != "planned":
        return redirect(_at(found))
    return pressed(
        request,
        lambda: plan_meeting(request.actor, incident, at=None, place="", now=timezone.now()),
        _("The meeting is called off. Whoever was invited is being told."),
        _at(found),
    )


@require_POST
@at_incident
def attendance(request: Request, incident: Incident, meeting: int) -> HttpResponse:
    """Note who came."""
    found = meeting_by_number(request.actor, incident, meeting)
    check_may_lead(request.actor, incident)
    form = AttendanceForm(request.POST, agencies=agencies_in(incident), noted={})
    if not form.is_valid():
        return _page(request, found, attendance=form)
    return pressed(
        request,
        lambda: mark_attendance(request.actor, found, marks=form.marks(), now=timezone.now()),
        _("It is noted who came."),
        f"{_at(found)}#s-agenda",
    )


@require_POST
@at_incident
def outcome(request: Request, incident: Incident, meeting: int) -> HttpResponse:
    """Write down what came of a point: it stands in the log, or among the actions, at once."""
    found = meeting_by_number(request.actor, incident, meeting)
    check_may_lead(request.actor, incident)
    now, agencies = timezone.now(), agencies_in(incident)
    form = OutcomeForm(
        request.POST,
        agenda=agenda_of_meeting(found, now),
        language=_language(),
        agencies=agencies,
    )

    def act() -> UUID:
        data = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        data["agency"] = next(
            (agency for agency in agencies if str(agency.pk) == data["agency"]), None
        )
        return record_outcome(request.actor, found, language=_language(), now=now, **data).pk

    if form.is_valid() and attempt(form, lambda: once_only(request, act)) is not None:
        return redirect(f"{_at(found)}#write")
    return _page(request, found, outcome=form)


@require_POST
@at_incident
def close(request: Request, incident: Incident, meeting: int) -> HttpResponse:
    """Close the meeting; its minutes go into the log."""
    found = meeting_by_number(request.actor, incident, meeting)
    return pressed(
        request,
        lambda: end_meeting(request.actor, found, language=_language(), now=timezone.now()),
        _("The meeting is closed, and its minutes are in the log. Set the next one."),
        _at(found),
    )


@require_safe
@at_incident
def calendar(request: Request, incident: Incident, meeting: int) -> HttpResponse:
    """The meeting as a file for one's own calendar."""
    found = meeting_by_number(request.actor, incident, meeting)
    summary = _("Meeting of the partners, %(city)s") % {"city": incident.city}
    if incident.is_exercise:
        summary = f"{_('EXERCISE')} · {summary}"
    file = calendar_of(
        found, summary=summary, url=request.build_absolute_uri(_at(found)), now=timezone.now()
    )
    name = f"{incident.city.slug}-{incident.number}-meeting-{found.number}.ics"
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
