"""Everything about an incident as one file: ordered, watched, fetched, by data protection."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from takatuf.coordination.inquiry.redacting import read_redactions
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out
from takatuf.incidents.access import check_may_take_out
from takatuf.incidents.queries import inquiry_file_in, inquiry_files_of
from takatuf.incidents.services import fetch_inquiry_file, order_inquiry_file
from takatuf.journal.queries import verifier_key_of

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident, InquiryFile

SHOWN = 20  # files of one incident, the latest


class InquiryForm(forms.Form):
    """What is to be kept back of the file, if anything."""

    redactions = forms.FileField(
        label=gettext_lazy("What to keep back"),
        required=False,
        help_text=gettext_lazy(
            "A list as CSV or Excel with the columns what, reason and legal basis."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def inquiry(request: Request, incident: Incident) -> HttpResponse:
    """The files that were ordered, how far they are, and the order of another."""
    check_may_take_out(request.actor, incident)
    sent = request.method == "POST"  # perhaps without a list
    form = InquiryForm(request.POST, request.FILES) if sent else InquiryForm()

    def order() -> InquiryFile:
        listed = form.cleaned_data["redactions"]
        redactions = read_redactions(listed.read()) if listed else []
        return order_inquiry_file(
            request.actor,
            incident,
            redactions=[asdict(one) for one in redactions],
            language=get_language() or "en",
            now=timezone.now(),
        )

    if carried_out(request, form, order, _("The file is being made.")) is not None:
        return redirect(address("inquiry", incident.city.slug, incident.number))
    files = list(inquiry_files_of(incident)[:SHOWN])
    waits = any(one.finished_at is None for one in files)
    page = incident_page(
        request,
        incident,
        "more",
        "desk/incidents/inquiry.html",
        page_title=_("For an inquiry"),
        form=form,
        files=files,
        waits=waits,
        key=verifier_key_of(incident.city.log),
        status=422 if form.errors else 200,
    )
    if request.htmx and not waits:
        page["HX-Refresh"] = "true"  # it is made: the whole page says what can be done now
    return page


@require_POST
@at_incident
def fetch(request: Request, incident: Incident, file: UUID) -> HttpResponseBase:
    """The file itself; taking it away is recorded, so it needs a press."""
    check_may_take_out(request.actor, incident)
    ordered = inquiry_file_in(incident, file)
    path = fetch_inquiry_file(request.actor, ordered, now=timezone.now())
    name = f"inquiry-{incident.city.slug}-{incident.number}-{ordered.ordered_at:%Y-%m-%d}.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
