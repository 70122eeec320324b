"""The public page of a report, while it counts; later its address says that it no longer does.

Nobody signs in here, and nobody is named: those who approved stand as their posts.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.communications.access import public_report
from takatuf.communications.queries import sheet_of
from takatuf.communications.services import pdf_of_report
from takatuf.foundation.errors import NotFound

COUNTS = "approved"


@login_not_required
@require_safe
def report(request: HttpRequest, city: str, number: int) -> HttpResponse:
    found = public_report(city, number)
    here = get_language() or "en"
    language = here if here in found.languages else found.source_language
    # What no longer counts keeps its head and what became of it, in the reader's language.
    counts = found.state == COUNTS
    sheet = sheet_of(found, language if counts else here, public=True, base=settings.BASE_URL)
    names = [str(get_language_info(code)["name_translated"]) for code in found.languages]
    with timezone.override(ZoneInfo(found.city.timezone)):
        answer = render(
            request,
            "public/reports/report.html",
            {
                # Also where the page is handed on: nobody shall take practice for an attack.
                "page_title": " · ".join(
                    filter(None, (sheet["exercise"], sheet["title"], sheet["incident"]))
                ),
                "page_description": _(
                    "What the city says about the incident, approved and up to date."
                ),
                "city": found.city,
                "exercise": sheet["is_exercise"],
                "report": found,
                "sheet": sheet,
                "counts": counts,
                "elsewhere": "" if language == here else " · ".join(names),
                "pdfs": [
                    (
                        str(get_language_info(code)["name_translated"]),
                        reverse("public:report-pdf", args=[city, number, code]),
                    )
                    for code in found.languages
                ],
            },
        )
    # A page that was superseded a minute ago must not come out of some cache.
    add_never_cache_headers(answer)
    if not counts:
        answer["X-Robots-Tag"] = "noindex"
    return answer


@login_not_required
@require_safe
def pdf(request: HttpRequest, city: str, number: int, language: str) -> HttpResponse:
    """The report on paper; the address of one that no longer counts leads to its page."""
    found = public_report(city, number)
    if language not in found.languages:
        raise NotFound
    if found.state != COUNTS:
        return redirect("public:report", city=city, number=number)
    answer = HttpResponse(
        pdf_of_report(found, language, public=True), content_type="application/pdf"
    )
    mark = "exercise-" if found.head.get("is_exercise") else ""
    answer["Content-Disposition"] = (
        f'inline; filename="{mark}{city}-report-{number}-{language}.pdf"'
    )
    add_never_cache_headers(answer)
    return answer
