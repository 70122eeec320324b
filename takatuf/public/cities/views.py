"""A city's public page: its name and the reports that it gave to everyone and that count now.

Nothing of an incident stands here that no approver published.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.communications.access import public_city
from takatuf.communications.queries import public_reports_of
from takatuf.foundation.text import listed
from takatuf.network.places import country_name
from takatuf.ui import reading
from takatuf.ui.reading import language_name

PAGE_OF = 20


@login_not_required
@require_safe
def city(request: HttpRequest, city: str) -> HttpResponse:
    """The city's page; a city that shows nothing is not found."""
    found = public_city(city)
    page = Paginator(public_reports_of(found), PAGE_OF).get_page(request.GET.get("page"))
    reports = [
        {
            "url": reverse("public:report", args=[found.slug, report.number]),
            "title": _("Situation report %(number)s")
            % {"number": reading.number(report.number, found.digits)},
            "incident": report.head["incident"],
            "is_exercise": report.head["is_exercise"],
            "approved_at": report.approved_at,
            "languages": listed(language_name(code) for code in report.languages),
        }
        for report in page.object_list
    ]
    with timezone.override(ZoneInfo(found.timezone)):
        answer = render(
            request,
            "public/cities/city.html",
            {
                "page_title": str(found),
                "page_description": _("What the city says to everyone, approved and up to date."),
                "city_shown": found,
                "digits": found.digits,
                "country": country_name(found.country, get_language() or "en"),
                "reports": reports,
                "listing": page,
            },
        )
    # A report that was withdrawn a minute ago must not come out of some cache.
    add_never_cache_headers(answer)
    return answer
