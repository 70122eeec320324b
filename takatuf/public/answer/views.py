"""The page behind the link of a call: it says what the message said, and takes the answer.

Whoever holds the link holds the message, so the page shows no more than that: never a person.
Opening it changes nothing, because mail scanners and previews open every link.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from takatuf.alerts.access import invitation_for
from takatuf.alerts.notices import short_words
from takatuf.alerts.queries import answer_of, others_called
from takatuf.alerts.services import answer_by_link


# The token is the proof: no other site can know it, and a browser inside a mail program that
# keeps no cookies must be able to answer too.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    language = get_language() or "en"
    if request.method == "POST":
        answer_by_link(token, now=now)
        return redirect("public:answer", token=token)
    delivery = invitation_for(token, now)
    call = delivery.call
    city = call.alert.city
    context = {
        "page_title": _("Have you received this call?"),
        "of_city": city.names.get(language, city.name),
        "digits": city.digits,
        "now": now,
        "exercise": call.alert.is_exercise,
        "agency": call.agency.names.get(language, call.agency.name),
        "words": short_words(call.alert, call.agency, language),
        "asked_at": delivery.asked_at,
        "off_duty": delivery.off_duty,
        "answer": answer_of(call, delivery.person_id),
        "call": call,
        "others": [other.names.get(language, other.name) for other in others_called(call)],
        "desk": f"/{language}/{call.alert.path}" if call.alert.path else f"/{language}/desk/",
    }
    if context["answer"]:
        context["page_title"] = _("You have answered this call")
    with timezone.override(ZoneInfo(city.timezone)):
        response = render(request, "public/answer/answer.html", context)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response
