"""The pages of an incident: declare it, find it, see the picture, see who answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from takatuf.accounts.receipts import once
from takatuf.activities.access import may_report
from takatuf.activities.queries import activities_of, count_of_overlaps
from takatuf.alerts.access import answer_for, call_for, delivery_for
from takatuf.alerts.queries import State, callable_now, phone_tree, roll_call
from takatuf.alerts.services import (
    acknowledge,
    call_again,
    retry_delivery,
    take_back_tick,
    tick_by_voice,
)
from takatuf.coordination import services as coordination
from takatuf.coordination.agenda import came_of
from takatuf.coordination.queries import picture_of
from takatuf.decisions.queries import last_meeting, proposed_time
from takatuf.desk.incidents.forms import (
    CallForm,
    DeclareForm,
    FactsForm,
    JoinForm,
    PhaseForm,
    TickForm,
    pick,
)
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.incidents.lines import BESIDE, LineWriter
from takatuf.desk.meetings.lines import outcome_lines
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    attempt,
    carried_out,
    desk_page,
    in_city,
    page_of,
    pressed,
)
from takatuf.foundation.errors import NotFound
from takatuf.foundation.text import isolated
from takatuf.incidents.access import (
    check_may_call,
    check_may_declare,
    check_may_lead,
    incident_by_id,
    may_call,
    may_declare,
    may_lead,
    methane_for,
)
from takatuf.incidents.queries import (
    incidents_of,
    likely_duplicates,
    open_incidents,
    open_offer,
    waiting_methanes,
)
from takatuf.incidents.rules import next_phase
from takatuf.incidents.services import correct_incident, part_again
from takatuf.incidents.vocabulary import Kind, Severity
from takatuf.network.access import may_plan
from takatuf.network.queries import agencies_of, areas_of, posts_in
from takatuf.ui.forms import by_name

if TYPE_CHECKING:
    from takatuf.alerts.models import Call
    from takatuf.incidents.models import Incident, Methane
    from takatuf.network.models import City

MOST_OUTCOMES = 10  # of the last meeting, on the picture
MISSING = {
    "place": gettext_lazy("Where it happened"),
    "area": gettext_lazy("The district"),
    "targeted": gettext_lazy("Who may be targeted"),
    "lead_agency": gettext_lazy("Who leads now"),
    "casualties": gettext_lazy("Whether anyone is hurt or dead"),
    "next_meeting_at": gettext_lazy("When the partners meet next"),
}


def _language() -> str:
    return get_language() or "en"


def _named(things: Iterable[Any]) -> list[tuple[str, str]]:
    """Things as the choices of a field, under their names in the reader's language."""
    return by_name((str(thing.pk), thing) for thing in things)


def _local(naive_or_aware: datetime, zone: str) -> datetime:
    return timezone.localtime(naive_or_aware, ZoneInfo(zone))


@in_city
def incidents(request: Request, city: City) -> HttpResponse:
    """Every incident of the city that the reader may know, the open ones first asked for."""
    show = "all" if request.GET.get("show") == "all" else "open"
    found = (incidents_of if show == "all" else open_incidents)(request.actor, city)
    page = page_of(request, found.select_related(None).select_related("area"), beside=BESIDE)
    now = timezone.now()
    return desk_page(
        request,
        "desk/incidents/list.html",
        city=city,
        here="incidents",
        page_title=_("Incidents"),
        page=page,
        now=now,
        lines=LineWriter(city, now).lines(page),
        labels={
            "number": _("Number"),
            "what": _("What"),
            "severity": _("Severity"),
            "where": _("Where"),
            "phase": _("Phase"),
            "declared": _("Declared"),
        },
        show=show,
        may_declare=may_declare(request.actor, city.pk),
        waiting=waiting_methanes(request.actor, city).count(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def declare(request: Request, city: City) -> HttpResponse:
    """Six fields, and everyone is called. A likely duplicate is offered for joining.

    `?from=` is the number of a message from the scene, with which the form is filled in.
    """
    check_may_declare(request.actor, city)
    now = timezone.now()
    areas, agencies = areas_of(city), agencies_of(city)
    message = _message(request, city)
    form = DeclareForm(
        request.POST or None,
        initial=DeclareForm.blank(_local(now, city.timezone)) | _told(message),
        city=city,
        areas=_named(areas),
        agencies=_named(agencies),
    )
    form.fields["is_exercise"].disabled = message is not None  # as the message is
    duplicates: list[Any] = []
    if request.method == "POST" and form.is_valid():
        values = _declared(form.cleaned_data, areas, agencies)
        if already := incidents_of(request.actor, city).filter(pk=values["pk"]).first():
            return _to(already)
        duplicates = likely_duplicates(
            request.actor,
            city=city,
            now=now,
            **{
                name: values[name]
                for name in ("kind", "happened_at", "area", "lon", "lat", "is_exercise")
            },
        )
        if number := request.POST.get("join"):
            into = next((other for other in duplicates if str(other.number) == number), None)
            if into and attempt(form, lambda: _report_to(request, into, message, values, now)):
                messages.success(request, _("Your report is in the log of this incident."))
                return _to(into)
        elif (not duplicates or request.POST.get("anyway")) and (
            pk := attempt(form, lambda: _declare_once(request, city, now, values, message))
        ):
            messages.success(request, _("The incident is declared. Everyone is being called."))
            return _to(incident_by_id(request.actor, pk), "roll-call")
    return desk_page(
        request,
        "desk/incidents/declare.html",
        city=city,
        here="incidents",
        status=422 if form.errors else 200,
        page_title=_("Declare an incident"),
        form=form,
        duplicates=duplicates,
        message=message,
    )


def _message(request: Request, city: City) -> Methane | None:
    """The waiting message from the scene that becomes this declaration, where one does."""
    number = request.GET.get("from", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return methane_for(request.actor, city, int(number))


def _told(message: Methane | None) -> dict[str, Any]:
    """What a message from the scene says of the six fields; nothing is asked again."""
    if message is None:
        return {}
    return {
        "is_exercise": "1" if message.is_exercise else "0",
        "kind": message.kind,
        "area": message.area_id,
        "place": message.location[:200],
        "happened_at": _local(message.observed_at, message.city.timezone),
        "severity": Severity.MAJOR if message.is_major else None,
        "casualties": message.casualties,
    }


def _report_to(
    request: Request,
    into: Incident,
    message: Methane | None,
    values: dict[str, Any],
    now: datetime,
) -> object:
    """What was about to be declared is the same event: it goes into that incident's log."""
    if message is not None:
        return coordination.add_methane_to_incident(request.actor, message, into, now=now)
    return coordination.report_to_existing(
        request.actor,
        into,
        title=values["title"],
        place=values["place"],
        language=_language(),
        now=now,
    )


def _declare_once(
    request: Request, city: City, now: datetime, values: dict[str, Any], message: Methane | None
) -> UUID:
    """Declare; the same form sent again at the same moment waits and declares nothing."""

    def act() -> UUID:
        if message is None:
            incident = coordination.declare_incident(request.actor, city=city, now=now, **values)
        else:
            incident = coordination.declare_from_methane(request.actor, message, now=now, **values)
        return incident.pk

    key = f"declare:{city.pk}:{values['pk']}"
    return once(request.actor.person_id, key, request=b"", act=act, now=now)[0]


def _declared(
    data: dict[str, Any], areas: Iterable[Any], agencies: Iterable[Any]
) -> dict[str, Any]:
    """The form's values as the use case takes them; without words, kind and place stand in."""
    area = pick(areas, data["area"])
    where = (area.names.get(_language()) or area.name) if area else data["place"]
    kind = str(Kind(data["kind"]).label)
    return {
        "pk": data["once"],
        "kind": data["kind"],
        "title": data["title"] or (f"{kind} · {where}" if where else kind),
        "severity": data["severity"],
        "happened_at": data["happened_at"],
        "place": data["place"],
        "area": area,
        "lon": data["lon"],
        "lat": data["lat"],
        "targeted": data["targeted"],
        "lead_agency": pick(agencies, data["lead_agency"]),
        "casualties": data["casualties"] if data["kind"] == Kind.ATTACK else "",
        "is_exercise": data["is_exercise"] == "1",
    }


def _of(incident: Incident, call: Call) -> Call:
    """The call, where it belongs to this incident; an address may not mix two."""
    if call.alert.about != incident.about:
        raise NotFound
    return call


def _at(incident: Incident, page: str = "picture") -> str:
    return address(page, incident.city.slug, incident.number)


def _to(incident: Incident, page: str = "picture") -> HttpResponse:
    return redirect(_at(incident, page))


@at_incident
def the_picture(request: Request, incident: Incident) -> HttpResponse:
    """One page: state, roll-call, actions, decisions, promises, what is unknown."""
    picture = picture_of(incident, timezone.now())
    held = last_meeting(incident)
    came = came_of(held) if held else []
    return incident_page(
        request,
        incident,
        "picture",
        "desk/incidents/picture.html",
        picture=picture,
        urgent=[(task, task.title.in_language(_language())) for task in picture.urgent],
        attention=[row for row in picture.roll_call.rows if row.state != State.ANSWERED],
        may_plan=may_plan(request.actor, incident.city_id),
        last_meeting=held,
        proposed=None if incident.next_meeting_at else proposed_time(incident, picture.at),
        came_of_it=len(came),
        last_outcomes=outcome_lines(came[:MOST_OUTCOMES], _language()),
        missing_words=[MISSING[name] for name in picture.missing],
        actions_url=address("actions", incident.city.slug, incident.number),
        log_url=address("log", incident.city.slug, incident.number),
        entries=activities_of(incident, now=picture.at).count(),
        overlaps=count_of_overlaps(incident),
        may_report=may_report(request.actor, incident),
        may_lead=may_lead(request.actor, incident),
        may_call=may_call(request.actor, incident),
        next_phase=next_phase(incident.phase),
        offer=open_offer(incident),
    )


@at_incident
def who_answered(request: Request, incident: Incident) -> HttpResponse:
    """The live roll-call; htmx asks for the list alone every few seconds."""
    context = _roll_call_context(request, incident)
    if request.htmx and not request.htmx.boosted:
        return render(request, "desk/incidents/_roll_call.html", context | {"incident": incident})
    return incident_page(request, incident, "roll-call", "desk/incidents/roll_call.html", **context)


def _roll_call_context(request: Request, incident: Incident) -> dict[str, Any]:
    now = timezone.now()
    roll = roll_call(incident.about)
    context = {
        "roll": roll,
        "may_call": may_call(request.actor, incident),
        "may_plan": may_plan(request.actor, incident.city_id),
        "at": now,
        "agencies_left": [],
    }
    if context["may_call"]:
        called = set(incident.involvements.values_list("agency_id", flat=True))
        left = [agency for agency in agencies_of(incident.city) if agency.pk not in called]
        context |= {
            "agencies_left": left,
            "call_form": CallForm(agencies=_named(left)),
            "callable": callable_now(roll, now),
        }
    return context


@require_POST
@at_incident
def know(request: Request, incident: Incident, call: UUID) -> HttpResponse:
    """Whoever is signed in answers for themselves, as the link in a message would."""
    asked = _of(incident, call_for(request.actor, call))
    return pressed(
        request,
        lambda: acknowledge(request.actor, asked, person=request.user, now=timezone.now()),  # type: ignore[arg-type]
        _("Thank you. The coordinator sees that you know."),
        _at(incident, "roll-call"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def tick(request: Request, incident: Incident, call: UUID) -> HttpResponse:
    """An agency was reached by voice: who answered, with a note."""
    check_may_call(request.actor, incident)
    asked = _of(incident, call_for(request.actor, call))
    people = list(
        {post.person_id: post.person for post in posts_in(asked.agency, timezone.now())}.values()
    )
    heard = set(asked.answers.values_list("person_id", flat=True))
    form = TickForm(
        request.POST or None,
        people=[(str(person.pk), person.name) for person in people if person.pk not in heard],
    )
    ticked = carried_out(
        request,
        form,
        lambda: tick_by_voice(
            request.actor,
            asked,
            now=timezone.now(),
            person=pick(people, form.cleaned_data["person"]),
            note=form.cleaned_data["note"],
        ),
        _("%(agency)s is ticked. If that was a slip, take it back in its line.")
        % {"agency": isolated(asked.agency)},
    )
    if ticked is not None:
        return _to(incident, "roll-call")
    return incident_page(
        request,
        incident,
        "roll-call",
        "desk/incidents/tick.html",
        status=422 if form.errors else 200,
        form=form,
        call=asked,
        people=people,
        may_plan=may_plan(request.actor, incident.city_id),
        page_title=_("Reached by voice"),
    )


@require_POST
@at_incident
def take_back(request: Request, incident: Incident, answer: UUID) -> HttpResponse:
    """Undo a tick made by hand."""
    check_may_call(request.actor, incident)
    ticked = answer_for(request.actor, answer)
    asked = _of(incident, ticked.call)
    return pressed(
        request,
        lambda: take_back_tick(request.actor, ticked, now=timezone.now()),
        _("The tick is taken back. %(agency)s counts as not reached.")
        % {"agency": isolated(asked.agency)},
        address("roll-call", incident.city.slug, incident.number),
    )


@require_POST
@at_incident
def again(request: Request, incident: Incident, call: UUID) -> HttpResponse:
    """Call a silent agency once more, or one to whose list somebody was added since."""
    check_may_call(request.actor, incident)
    asked = _of(incident, call_for(request.actor, call))
    return pressed(
        request,
        lambda: call_again(request.actor, asked, now=timezone.now()),
        _("The agency is being called."),
        _at(incident, "roll-call"),
    )


@require_POST
@at_incident
def call_another(request: Request, incident: Incident) -> HttpResponse:
    check_may_call(request.actor, incident)
    agencies = agencies_of(incident.city)
    form = CallForm(request.POST, agencies=_named(agencies))
    if form.is_valid() and attempt(
        form,
        lambda: (
            coordination.call_another_agency(
                request.actor,
                incident,
                pick(agencies, form.cleaned_data["agency"]),
                now=timezone.now(),
            )
            or True
        ),
    ):
        messages.success(request, _("The agency is being called."))
    else:
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    return _to(incident, "roll-call")


@require_POST
@at_incident
def retry(request: Request, incident: Incident, delivery: UUID) -> HttpResponse:
    """Try once more to send a message that was given up."""
    check_may_call(request.actor, incident)
    message = delivery_for(request.actor, delivery)
    _of(incident, message.call)
    return pressed(
        request,
        lambda: retry_delivery(request.actor, message, now=timezone.now()),
        _("The message is being sent again."),
        _at(incident, "roll-call"),
    )


@at_incident
def printed_phone_tree(request: Request, incident: Incident) -> HttpResponse:
    """Whom to ring, in which order, on paper; only for those who may call."""
    check_may_call(request.actor, incident)
    agencies, now = agencies_of(incident.city), timezone.now()
    lines = phone_tree([agency.pk for agency in agencies], now)
    return incident_page(
        request,
        incident,
        "roll-call",
        "desk/incidents/phone_tree.html",
        tree=[(agency, lines[agency.pk]) for agency in agencies if lines[agency.pk]],
        nobody=[agency for agency in agencies if not lines[agency.pk]],
        may_plan=may_plan(request.actor, incident.city_id),
        at=now,
        page_title=_("Phone tree"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def phase(request: Request, incident: Incident) -> HttpResponse:
    """Lead the incident into another phase, with the reason."""
    check_may_lead(request.actor, incident)
    form = PhaseForm(request.POST or None, initial={"phase": next_phase(incident.phase)})
    changed = carried_out(
        request,
        form,
        lambda: coordination.change_phase(
            request.actor,
            incident,
            form.cleaned_data["phase"],
            reason=form.cleaned_data["reason"],
            language=_language(),
            now=timezone.now(),
        ),
        _("The phase is changed; the decision is in the log."),
    )
    if changed is not None:
        return _to(incident)
    return _form_page(request, incident, form, _("Change the phase"), _("Change the phase"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def facts(request: Request, incident: Incident) -> HttpResponse:
    """Fill in or correct what is known."""
    check_may_lead(request.actor, incident)
    areas, agencies = areas_of(incident.city), agencies_of(incident.city)
    form = FactsForm(
        request.POST or None,
        city=incident.city,
        areas=_named(areas),
        agencies=_named(agencies),
        initial={
            "kind": incident.kind,
            "title": incident.title,
            "area": incident.area_id,
            "place": incident.place,
            "severity": incident.severity,
            "happened_at": _local(incident.happened_at, incident.city.timezone),
            "casualties": incident.casualties,
            "targeted": incident.targeted,
            "lead_agency": incident.lead_agency_id,
        },
    )
    form.fields["title"].required = True
    form.fields["title"].help_text = _("Facts only, no names of people.")

    def act() -> Incident:
        data = form.cleaned_data
        data["area"] = pick(areas, data["area"])
        data["lead_agency"] = pick(agencies, data["lead_agency"])
        if "happened_at" not in form.changed_data:
            del data["happened_at"]  # the form shows minutes, the record keeps seconds
        return correct_incident(request.actor, incident, now=timezone.now(), **data)

    if carried_out(request, form, act, _("Saved. What stood here before stays in the journal.")):
        return _to(incident)
    return _form_page(request, incident, form, _("What is known"), _("Save what is known"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def join(request: Request, incident: Incident) -> HttpResponse:
    """Join this declaration into another one of the same event; it can be undone."""
    check_may_lead(request.actor, incident)
    others = [
        other
        for other in open_incidents(request.actor, incident.city).filter(
            is_exercise=incident.is_exercise
        )[:50]
        if other.pk != incident.pk
    ]
    form = JoinForm(
        request.POST or None, others=[(o.number, f"{o.number} · {o.title}") for o in others]
    )

    def act() -> Incident:
        into = next(other for other in others if other.number == form.cleaned_data["into"])
        coordination.join_incidents(
            request.actor, incident, into, language=_language(), now=timezone.now()
        )
        return into

    if into := carried_out(request, form, act, _("The two are one incident now.")):
        return _to(into)
    return _form_page(
        request,
        incident,
        form,
        _("Join with another incident"),
        _("Join them"),
        nothing="" if others else _("No other incident is open."),
    )


@require_POST
@at_incident
def part(request: Request, incident: Incident) -> HttpResponse:
    return pressed(
        request,
        lambda: part_again(request.actor, incident, now=timezone.now()),
        _("The incident stands by itself again."),
        _at(incident),
    )


def _form_page(
    request: Request, incident: Incident, form: Any, title: str, button: str, nothing: str = ""
) -> HttpResponse:
    return incident_page(
        request,
        incident,
        "picture",
        "desk/incidents/form.html",
        status=422 if form.errors else 200,
        form=form,
        page_title=title,
        heading=title,
        button=button,
        nothing=nothing,
        back=address("picture", incident.city.slug, incident.number),
    )
