"""The stream by which an incident's open pages learn that something has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from takatuf.desk.live import Stream, room_for, sections_of, told
from takatuf.desk.shortcuts import Request, at_incident
from takatuf.journal.queries import MOST_ACTS, acts_since, sizes_of

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

# An act is timed before it can be read: what ends meanwhile would else be missed.
OVERLAP = timedelta(seconds=1)


@require_safe
@at_incident
def events(request: Request, incident: Incident) -> HttpResponseBase:
    """Tell which sections changed since the page was drawn, then whenever one changes.

    `since` is when the page was drawn, in seconds since 1970; a browser that opens the stream
    again brings the last event's number instead. 429 where too many are open, and 204, upon
    which a browser tries no more, under a server that cannot keep a line open.
    """
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    if request.method == "HEAD":
        return HttpResponse(content_type="text/event-stream")
    if not room_for(request.actor.person_id):
        return HttpResponse(status=429)
    log = incident.city.log
    version = sizes_of([log]).get(log, 0)
    missed = acts_since(log, *_since(request, version)).get(incident.about, set())
    stream = Stream(
        log=log,
        about=incident.about,
        incident=incident.pk,
        person=request.actor.person_id,
        session=request.session.session_key or "",
        version=version,
        sections=sections_of(missed),
    )
    answer = StreamingHttpResponse(told(stream), content_type="text/event-stream")
    answer["X-Accel-Buffering"] = "no"  # a proxy that gathers would hold every word back
    return answer


def _since(request: Request, version: int) -> tuple[int, datetime | None]:
    last = request.headers.get("Last-Event-ID", "")
    if last.isascii() and last.isdecimal() and len(last) < 16:
        return min(int(last), version), None
    drawn = request.GET.get("since", "")
    if drawn.isascii() and drawn.isdecimal() and len(drawn) < 12:
        return max(0, version - MOST_ACTS), datetime.fromtimestamp(int(drawn), UTC) - OVERLAP
    return version, None
