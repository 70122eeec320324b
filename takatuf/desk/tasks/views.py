"""Today, the actions of an incident, and one action with all that may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities import services
from takatuf.activities.access import may_move_task, task_for
from takatuf.activities.queries import (
    actions_of,
    agencies_in,
    my_tasks,
    overlaps_waiting_for,
    people_to_take_over,
)
from takatuf.activities.rules import may_move
from takatuf.alerts.queries import calls_for
from takatuf.communications.queries import reports_to_look_at
from takatuf.decisions.queries import promises_due
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.learn.parts import waiting_in_learn
from takatuf.desk.outbox import written_at
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    carried_out,
    desk_page,
    once_only,
    page_of,
)
from takatuf.desk.tasks.forms import (
    AddForm,
    BlockForm,
    FilterForm,
    FinishForm,
    HandOverForm,
    NoteForm,
    ReopenForm,
    TakeForm,
)
from takatuf.desk.tasks.lines import BESIDE, OF_INCIDENT, REASONS, Line, LineWriter
from takatuf.desk.tasks.merging import LABELS, MergeForm, picked, rows_of, settled
from takatuf.foundation.actors import Actor
from takatuf.foundation.ids import uuid7
from takatuf.incidents.access import may_declare, may_settle_methane
from takatuf.incidents.queries import offers_of_lead_to, open_incidents, waiting_methanes
from takatuf.journal.access import reads_some_log
from takatuf.network.queries import cities_of, is_offered_a_post
from takatuf.plans.vocabulary import Workstream

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.activities.models import Task
    from takatuf.incidents.models import Incident, Methane
    from takatuf.network.models import City

# What may be done to an action, and the state that it leads to.
ACTS = {
    "take": "taken",
    "finish": "done",
    "block": "blocked",
    "note": "",  # stays as it is
    "hand-over": "taken",
    "reopen": "open",
}


@require_safe
def today(request: Request) -> HttpResponse:
    """What waits for the reader across their incidents, late ones first."""
    now = timezone.now()
    incidents = list(open_incidents(request.actor)[:20])
    page = page_of(request, my_tasks(request.actor, now), beside=[*BESIDE, *OF_INCIDENT])
    # A call that waits for the reader's own answer stands beside its incident.
    person = request.actor.person_id
    calls = {call.alert.about: call for call in calls_for(person)[:20]} if person else {}
    # Whoever serves one city alone has its places at hand, even before its first incident.
    own = list(cities_of(request.actor))
    cities = [incident.city for incident in incidents] or own
    # Somebody who serves several cities reads each time with its zone beside it.
    zone = ZoneInfo(cities[0].timezone) if cities else timezone.get_default_timezone()
    city = cities[0] if len({city.pk for city in cities}) == 1 else None
    with timezone.override(zone):
        answer = desk_page(
            request,
            "desk/tasks/today.html",
            here="today",
            page_title=_("Today"),
            city=city,
            now=now,
            offers=is_offered_a_post(cast("Person", request.user), now),
            incidents=[(incident, calls.get(incident.about)) for incident in incidents],
            page=page,
            lines=LineWriter(request, now, city=city).lines(
                page.object_list, with_reasons=False, with_incident=len(incidents) > 1
            ),
            to_declare_in=[city for city in own if may_declare(request.actor, city.pk)],
            to_report_in=own,
            messages_waiting=_messages_waiting(request, own),
            overlaps=overlaps_waiting_for(request.actor, incidents),
            reports=reports_to_look_at(request.actor),
            leads=offers_of_lead_to(request.actor),
            in_learn=waiting_in_learn(request.actor),
            promises=promises_due(request.actor, now),
            has_no_post=not request.actor.posts,
            journals_url=address("journals") if reads_some_log(request.actor) else "",
        )
    answer["Takatuf-Keep"] = "yes"  # see ui/static/ui/worker.js
    return answer


def _messages_waiting(request: Request, cities: list[City]) -> list[Methane]:
    """Messages from the scene that wait for the reader's decision, the longest waiting first."""
    decides_in = [city.pk for city in cities if may_settle_methane(request.actor, city.pk)]
    if not decides_in:
        return []
    return list(waiting_methanes(request.actor).filter(city__in=decides_in)[:20])


@require_safe
@at_incident
def actions(request: Request, incident: Incident) -> HttpResponse:
    """The incident's actions: late ones first, the others by workstream."""
    now = timezone.now()
    form = FilterForm(request.GET, agencies=agencies_in(incident))
    chosen = form.chosen()
    page = page_of(
        request,
        actions_of(request.actor, incident, now, **chosen),
        beside=[*BESIDE, *REASONS],
        keys_first=True,
    )
    for task in page.object_list:
        task.incident = incident
    writer = LineWriter(request, now, city=incident.city)
    lines = writer.lines(page.object_list, under_headings=True)
    labels: dict[str, Any] = {"": _("Late"), **dict(Workstream.choices)}
    groups = [
        (code, labels.get(code, code), list(found))
        for code, found in groupby(
            lines, key=lambda line: "" if line.is_late else line.task.workstream
        )
    ]
    here = address("actions", incident.city.slug, incident.number)
    return incident_page(
        request,
        incident,
        "actions",
        "desk/tasks/actions.html",
        now=now,
        form=form,
        page=page,
        groups=groups,
        back=request.GET.urlencode(),
        quick=_quick_filters(here, request.GET),
        filtered=any(chosen.values()),
        add_url=address("add-action", incident.city.slug, incident.number),
        list_url=here,
    )


def _quick_filters(here: str, asked: QueryDict) -> list[dict[str, Any]]:
    """The filters that people press most, as links; the full form stands below them."""
    present = {key: value for key, value in asked.items() if value and key != "page"}
    quick: list[tuple[str, dict[str, str]]] = [
        (_("Not done yet"), {}),
        (_("Mine"), {"mine": "on"}),
        (_("Late"), {"late": "on"}),
        (_("Blocked"), {"state": "blocked"}),
        (_("Done"), {"state": "done"}),
    ]
    return [
        {
            "label": label,
            "url": f"{here}?{urlencode(query)}" if query else here,
            "current": query == present,
        }
        for label, query in quick
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def add(request: Request, incident: Incident) -> HttpResponseBase:
    """Add an action of one's own."""
    agencies = list(agencies_in(incident))
    own = [agency for agency in agencies if agency.pk in _own(request.actor, incident)]
    form = AddForm(
        request.POST or None,
        agencies=agencies,
        initial={
            "agency": str(own[0].pk) if own else "",
            "workstream": request.GET.get("workstream", ""),
            "key": uuid7(),
        },
    )

    def act() -> UUID:
        return services.add_task(
            request.actor,
            incident,
            language=get_language() or "en",
            now=timezone.now(),
            **form.values(),
        ).pk

    said = _("The action was added.")
    if pk := carried_out(request, form, lambda: once_only(request, act), said):
        return redirect("desk:action", incident.city.slug, incident.number, pk)
    return incident_page(
        request,
        incident,
        "actions",
        "desk/tasks/add.html",
        page_title=_("Add an action"),
        form=form,
        back_url=address("actions", incident.city.slug, incident.number),
    )


def _own(actor: Actor, incident: Incident) -> frozenset[UUID]:
    return actor.agencies_in(incident.city_id)


@require_safe
@at_incident
def action(request: Request, incident: Incident, pk: UUID) -> HttpResponse:
    """One action with all that may be done to it."""
    return _page(request, incident, task_for(request.actor, pk, incident=incident))


@require_POST
@at_incident
def move(request: Request, incident: Incident, pk: UUID, act: str) -> HttpResponseBase:
    """Take, hand over, block, finish or open again. The form brings the version that its
    reader saw, so that nobody overwrites a change that they have not seen."""
    if act not in ACTS:
        raise Http404
    task = task_for(request.actor, pk, incident=incident)
    data: QueryDict = request.POST
    choice = None
    if fields := picked(data):
        choice = MergeForm(data, fields=fields)
        if choice.is_valid():
            act, data = _as_chosen(choice, task, act, data)
            if not act:
                messages.success(request, _("Left as the other one put it."))
                return redirect("desk:action", incident.city.slug, incident.number, pk)
    form = _forms(request.actor, incident, task, data, only=act)[act]
    said = "" if request.htmx else _done_words(act)
    if carried_out(request, form, _doing(request, task, act, form, data), said) is None:
        # What is now, fresh from the table, with what the reader typed still in the form.
        task = task_for(request.actor, pk, incident=incident)
        conflict: services.Conflict | None = getattr(request, "conflict", None)
        if conflict and conflict.clashes and not request.htmx:
            return _merge_page(request, incident, task, act, conflict, choice)
        if request.htmx:
            return _row(request, incident, task, form)
        return _page(request, incident, task, **{act: form})
    if request.htmx:
        return _row(request, incident, task_for(request.actor, pk, incident=incident))
    if "back" in request.POST:
        query = QueryDict(request.POST["back"]).urlencode()
        there = address("actions", incident.city.slug, incident.number)
        return redirect(f"{there}{'?' if query else ''}{query}#action-{pk}")
    return redirect("desk:action", incident.city.slug, incident.number, pk)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _as_chosen(choice: MergeForm, task: Task, act: str, data: QueryDict) -> tuple[str, QueryDict]:
    """What is left to do after the merge screen, with the words that were chosen; "" for
    nothing. It is held against the version that the screen showed."""
    new = data.copy()
    new["version"] = data.get("now", "")
    for name, field in (("note", "note"), ("block_reason", "reason")):
        if field in new:
            new[field] = settled(choice, name, str(new[field]), getattr(task, name))
    picks = {name: choice.cleaned_data.get(f"pick-{name}") for name in LABELS}
    if "theirs" in (picks["state"], picks["taken_by_id"]):
        # It stays theirs; what was written about it still goes with it.
        return ("note" if act == "finish" and new.get("note") else ""), new
    return act, new


def _merge_page(
    request: Request,
    incident: Incident,
    task: Task,
    act: str,
    conflict: services.Conflict,
    choice: MergeForm | None,
) -> HttpResponse:
    """What two people changed, field by field, for the second of them to choose."""
    fields = [clash.field for clash in conflict.clashes]
    if choice is None or choice.is_valid() or set(choice.data["merging"].split(",")) != set(fields):
        choice = MergeForm(fields=fields)
    rows = [
        (row, choice[f"pick-{row.field}"], choice[f"both-{row.field}"] if row.words else None)
        for row in rows_of(task, conflict.clashes)
    ]
    for row, _pick, both in rows:
        if both is not None and not choice.is_bound:
            both.initial = row.words
    dropped = {"csrfmiddlewaretoken", "merging", "now", "version", "back"}
    answer = incident_page(
        request,
        incident,
        "actions",
        "desk/tasks/merge.html",
        page_title=_("Two changes of the same"),
        line=LineWriter(request, timezone.now(), city=incident.city).line(task),
        task=task,
        act=act,
        version=request.POST.get("version", ""),
        fields=",".join(fields),
        rows=rows,
        choice=choice,
        said=request.POST.get("note", "") if "note" not in fields else "",
        carried=[
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in dropped and not name.startswith(("pick-", "both-"))
        ],
    )
    answer.status_code = 409
    return answer


def _doing(
    request: Request, task: Task, act: str, form: Form, data: QueryDict
) -> Callable[[], object]:
    seen: dict[str, Any] = {"now": timezone.now(), "version": _number(data.get("version", ""))}
    then = seen | {"written_at": written_at(request)}
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: services.take_task(request.actor, task, **then),
        "note": lambda: services.note_task(request.actor, task, **form.cleaned_data, **then),
        "reopen": lambda: services.reopen_task(request.actor, task, **seen),
        "block": lambda: services.block_task(request.actor, task, **form.cleaned_data, **then),
        "finish": lambda: services.finish_task(request.actor, task, **form.cleaned_data, **then),
        "hand-over": lambda: services.hand_over_task(
            request.actor,
            task,
            **form.receiver(),  # type: ignore[attr-defined]
            **seen,
        ),
    }

    def doing() -> object:
        try:
            return acts[act]()
        except services.Conflict as conflict:
            request.conflict = conflict  # type: ignore[attr-defined]  # for the merge screen
            raise

    return doing


def _done_words(act: str) -> str:
    return {
        "take": _("You have taken this action."),
        "finish": _("Done. If that was a slip, open it again below."),
        "block": _("Reported as blocked. The coordinator sees it."),
        "note": _("Noted."),
        "hand-over": _("Handed over."),
        "reopen": _("The action is open again."),
    }[act]


def _forms(
    actor: Actor, incident: Incident, task: Task, data: QueryDict | None = None, only: str = ""
) -> dict[str, Form]:
    """The forms of what may be done to the action as it is now; `only` one when it was sent."""
    made: dict[str, Callable[[], Form]] = {
        "take": lambda: TakeForm(data),
        "finish": lambda: FinishForm(data, auto_id="finish_%s", initial={"note": task.note}),
        "note": lambda: NoteForm(data, auto_id="note_%s", initial={"note": task.note}),
        "hand-over": lambda: HandOverForm(
            data,
            auto_id="hand_over_%s",
            agencies=agencies_in(incident),
            posts=people_to_take_over(actor, incident),
        ),
        "block": lambda: BlockForm(data, auto_id="block_%s"),
        "reopen": lambda: ReopenForm(data),
    }
    return {act: make() for act, make in made.items() if only in ("", act)}


def _page(request: Request, incident: Incident, task: Task, **sent: Form) -> HttpResponse:
    """The action's page; `sent` is the form that was refused, shown with what was typed."""
    now = timezone.now()
    line = LineWriter(request, now, city=incident.city).line(task)
    allowed = may_move_task(request.actor, task)
    forms = _forms(request.actor, incident, task) | sent
    open_acts = {
        act.replace("-", "_"): forms[act]
        for act, to in ACTS.items()
        if act in sent or (allowed and _offered(task, act, to, line))
    }
    return incident_page(
        request,
        incident,
        "actions",
        "desk/tasks/action.html",
        page_title=line.title.words,
        now=now,
        line=line,
        task=task,
        acts=open_acts,
        sent=next(iter(sent), ""),
        sent_form=next(iter(sent.values()), None),
        changed=any(form.has_error("__all__", "changed-meanwhile") for form in sent.values()),
        allowed=allowed,
        back_url=address("actions", incident.city.slug, incident.number),
    )


def _offered(task: Task, act: str, to: str, line: Line) -> bool:
    if act == "take":
        return not line.is_mine and may_move(task.state, to)
    if act == "note":
        return task.state in task.OPEN
    if act == "hand-over":
        return task.state != "done"
    if act == "block":
        return task.state != "blocked" and may_move(task.state, to)
    return may_move(task.state, to)


def _row(
    request: Request, incident: Incident, task: Task, form: Form | None = None
) -> HttpResponse:
    """One line of the list, for the script that swaps it in place."""
    now = timezone.now()
    return render(
        request,
        "desk/tasks/lines.html",
        {
            "lines": [LineWriter(request, now, city=incident.city).line(task)],
            "errors": form.non_field_errors() if form else [],
            "arrived": True,
            "back": request.POST.get("back", ""),
        },
    )
