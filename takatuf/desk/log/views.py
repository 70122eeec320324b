"""The log of an incident: written in one breath, read newest first, printed whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities.queries import agencies_in
from takatuf.decisions import services
from takatuf.decisions.access import entry_by_number
from takatuf.decisions.queries import log_of, whole_log
from takatuf.decisions.rules import OUTCOMES
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.log.forms import (
    KINDS,
    DecisionForm,
    EntryForm,
    LineForm,
    QuickForm,
    SettleForm,
    initial_of,
)
from takatuf.desk.log.lines import BESIDE, LineWriter
from takatuf.desk.outbox import waited_words, written_at
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    carried_out,
    once_only,
    page_of,
)
from takatuf.foundation.ids import uuid7
from takatuf.plans.vocabulary import Workstream

if TYPE_CHECKING:
    from takatuf.decisions.models import LogEntry
    from takatuf.incidents.models import Incident

FILTERS = [*KINDS, ("unsettled", translation.gettext_lazy("Not settled"))]


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def log(request: Request, incident: Incident) -> HttpResponseBase:
    """The log with its quick entry on top."""
    workstream = request.GET.get("workstream", "")
    workstream = workstream if workstream in Workstream.values else ""
    initial = {"key": uuid7(), "kind": "information", "workstream": workstream}
    form = QuickForm(request.POST or None, initial=initial)
    if _written(request, incident, form, _("Written into the log.")):
        return redirect(f"{_address('log', incident)}?written=yes")
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(FILTERS) else ""
    here = _address("log", incident)
    now = timezone.now()
    page = page_of(request, log_of(incident, kind=kind, workstream=workstream), beside=BESIDE)
    lines = LineWriter(incident, now).lines(page.object_list)
    return incident_page(
        request,
        incident,
        "log",
        "desk/log/log.html",
        now=now,
        form=form,
        page=page,
        lines=lines,
        kind=kind,
        about=dict(Workstream.choices).get(workstream, ""),
        filters=[
            {"label": _("All"), "url": here, "current": not (kind or workstream)},
            *(
                {"label": label, "url": f"{here}?kind={code}", "current": kind == code}
                for code, label in FILTERS
            ),
        ],
        arrived=lines[0].entry.number
        if lines and page.number == 1 and "written" in request.GET
        else 0,
        needs=_needs(form),
        decision_url=_address("log-decision", incident),
        print_url=_address("log-print", incident),
        list_url=here,
    )


def _address(name: str, incident: Incident, *rest: object) -> str:
    return address(name, incident.city.slug, incident.number, *rest)


def _needs(form: EntryForm) -> bool:
    """Whether the fields about time and source must lie open: something in them is wrong,
    or something stands there."""
    names = ("happened_at", "delay_reason", "source", "confidence", "workstream")
    if not form.is_bound:
        return bool(form.initial.get("workstream"))
    return any(form[name].errors or form[name].data for name in names)


def _written(request: Request, incident: Incident, form: EntryForm, said: str) -> UUID | None:
    """The entry that the sent form asks for; the fuller form is always a decision's."""

    now = timezone.now()

    def act() -> UUID:
        return services.write_entry(
            request.actor,
            incident,
            kind=form.cleaned_data.get("kind", "decision"),
            language=get_language() or "en",
            now=now,
            **_as_written(request, incident, form.values(), now),
        ).pk

    return carried_out(request, form, lambda: once_only(request, act), said)


def _as_written(
    request: Request, incident: Incident, values: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """What waited on a device carries the time of writing, and says why it came only now."""
    written = written_at(request)
    if written is None:
        return values
    waited = waited_words(written, now, incident.city.digits)
    reason = "\n".join(filter(None, [values["delay_reason"], waited]))
    return values | {"happened_at": values["happened_at"] or written, "delay_reason": reason}


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def decision(request: Request, incident: Incident) -> HttpResponseBase:
    """A decision with all that an inquiry asks for."""
    form = DecisionForm(
        request.POST or None, agencies=agencies_in(incident), initial={"key": uuid7()}
    )
    if _written(request, incident, form, _("The decision stands in the log.")):
        return redirect("desk:log", incident.city.slug, incident.number)
    return incident_page(
        request,
        incident,
        "log",
        "desk/log/decision.html",
        page_title=_("Log a decision"),
        form=form,
        back_url=_address("log", incident),
    )


@require_safe
@at_incident
def entry(request: Request, incident: Incident, entry: int) -> HttpResponse:
    """One entry at its own address."""
    return _entry_page(request, incident, entry_by_number(request.actor, incident, entry))


def _entry_page(
    request: Request, incident: Incident, entry: LogEntry, settle_form: SettleForm | None = None
) -> HttpResponse:
    struck = hasattr(entry, "struck_by")
    if settle_form is None and OUTCOMES[entry.kind] and not entry.settled_at and not struck:
        settle_form = SettleForm(kind=entry.kind)
    now = timezone.now()
    return incident_page(
        request,
        incident,
        "log",
        "desk/log/entry.html",
        page_title=_("Entry %(number)s of the log") % {"number": entry.number},
        now=now,
        entry=entry,
        line=LineWriter(incident, now).line(entry, alone=True),
        settle_form=settle_form,
        settle_url=_address("log-settle", incident, entry.number),
        correct_url="" if struck else _address("log-correct", incident, entry.number),
        back_url=_address("log", incident),
    )


@require_POST
@at_incident
def settle(request: Request, incident: Incident, entry: int) -> HttpResponseBase:
    """Answer a question, end a promise, review a decision."""
    found = entry_by_number(request.actor, incident, entry)
    form = SettleForm(request.POST, kind=found.kind)
    settled = carried_out(
        request,
        form,
        lambda: services.settle_entry(
            request.actor, found, now=timezone.now(), **form.cleaned_data
        ),
        _("Settled."),
    )
    if settled is not None:
        return redirect("desk:log-entry", incident.city.slug, incident.number, entry)
    return _entry_page(request, incident, entry_by_number(request.actor, incident, entry), form)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def correct(request: Request, incident: Incident, entry: int) -> HttpResponseBase:
    """A new entry that strikes the old one; the old one stays to be read."""
    found = entry_by_number(request.actor, incident, entry)
    initial = initial_of(found) | {"key": uuid7()}
    form: EntryForm
    if found.kind == "decision":
        form = DecisionForm(request.POST or None, agencies=agencies_in(incident), initial=initial)
    else:
        form = LineForm(request.POST or None, entry=found, initial=initial)

    def act() -> UUID:
        return services.strike_entry(
            request.actor,
            found,
            language=get_language() or "en",
            now=timezone.now(),
            **form.corrections(),
        ).pk

    said = _("Corrected. The old entry stays, struck through.")
    if carried_out(request, form, lambda: once_only(request, act), said):
        return redirect("desk:log-entry", incident.city.slug, incident.number, entry)
    return incident_page(
        request,
        incident,
        "log",
        "desk/log/correct.html",
        page_title=_("Correct entry %(number)s") % {"number": found.number},
        form=form,
        entry=found,
        back_url=_address("log-entry", incident, found.number),
    )


@require_safe
@at_incident
def printed(request: Request, incident: Incident) -> StreamingHttpResponse:
    """The whole log in the order of writing, for paper; streamed, since it may be long."""
    now = timezone.now()
    context = {
        "incident": incident,
        "city": incident.city,
        "now": now,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "back_url": _address("log", incident),
        "page_title": _("Log: %(incident)s") % {"incident": incident.title},
        "reader": request.actor.name,
    }
    return StreamingHttpResponse(
        _pieces(incident, context, get_language() or "en"), content_type="text/html; charset=utf-8"
    )


def _pieces(incident: Incident, context: dict[str, Any], language: str) -> Iterator[str]:
    # The response is read after the request's own language and zone have been put away.
    zone = ZoneInfo(incident.city.timezone)
    entries = whole_log(incident)

    def rendered(name: str, chunk: Iterable[LogEntry] = ()) -> str:
        with translation.override(language), timezone.override(zone):
            lines = LineWriter(incident, context["now"]).lines(chunk)
            return render_to_string(f"desk/log/print/{name}.html", context | {"lines": lines})

    yield rendered("head")
    while chunk := list(islice(entries, 100)):
        yield rendered("entries", chunk)
    yield rendered("foot")
