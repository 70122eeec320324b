"""A partner's own page, behind a link and without an account: tell what your organisation does,
and confirm it in ten seconds. It shows that organisation's entries and nobody else's.

Opening it changes nothing, because mail scanners and previews open every link.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities import services
from takatuf.activities.access import acting_for, invitation_by_token
from takatuf.activities.asking import as_initial
from takatuf.activities.changing import facts_of
from takatuf.activities.queries import GOING_ON, entries_of, entry_of, today_in, where_of
from takatuf.activities.rules import is_stale, status_on
from takatuf.activities.vocabulary import Status
from takatuf.foundation.errors import Refused
from takatuf.network.queries import areas_of
from takatuf.public.partner.forms import PartnerChangeForm, PartnerReportForm

if TYPE_CHECKING:
    from takatuf.activities.models import Invitation

View = Callable[["HttpRequest", "Invitation", str], HttpResponse]


def by_link(view: View) -> Callable[..., HttpResponse]:
    """The view gets the invitation behind the token, and the city's zone is in force. The page
    is kept by nobody and told to nobody: its address is its key."""

    @wraps(view)
    def inner(request: HttpRequest, token: str) -> HttpResponse:
        invitation = invitation_by_token(token, timezone.now())
        with timezone.override(ZoneInfo(invitation.incident.city.timezone)):
            response = view(request, invitation, token)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response

    return inner


@login_not_required
@require_safe
@by_link
def partner(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """What the organisation told, to be confirmed with one press; where there is nothing yet,
    the questions."""
    return _own_page(request, invitation, token)


def _own_page(
    request: HttpRequest, invitation: Invitation, token: str, form: PartnerReportForm | None = None
) -> HttpResponse:
    now, incident = timezone.now(), invitation.incident
    entries = entries_of(invitation)
    states, today = dict(Status.choices), today_in(incident, now)
    going_on = [one for one in entries if one.status in GOING_ON]
    stale = [one for one in going_on if is_stale(one.confirmed_at, incident.phase, now)]
    if not entries and form is None:
        form = _report_form(invitation)
    return render(
        request,
        "public/partner/partner.html",
        {
            **_around(invitation, token),
            "page_title": str(invitation.organisation),
            "now": now,
            "lines": [
                (
                    one,
                    where_of(one),
                    states.get(status_on(one, today), ""),
                    one in going_on,
                    one in stale,
                )
                for one in entries
            ],
            "to_confirm": len(going_on),
            "stale": len(stale),
            "form": form,
        },
    )


# The token is the proof: no other site can know it, and a browser inside a mail program that
# keeps no cookies must be able to tell too.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def report(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The five questions: for something new, or (`?entry=`) as an entry stands."""
    asked = request.GET.get("entry", "")
    return _change(request, invitation, token, asked) if asked else _new(request, invitation, token)


def _new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = _report_form(invitation, request.POST if request.method == "POST" else None)

    def act() -> object:
        return services.report_activity(
            acting_for(invitation),
            invitation.incident,
            organisation=invitation.organisation,
            facts=form.facts(),
            language=get_language() or "en",
            now=timezone.now(),
            key=form.once,
        )

    if _done(form, act):
        messages.success(request, _("Thank you. The city and its partners see it now."))
        return redirect("public:partner", token=token)
    return _form_page(request, invitation, token, form, _("Tell what you do"), _("Send"))


def _change(request: HttpRequest, invitation: Invitation, token: str, asked: str) -> HttpResponse:
    one = entry_of(invitation, asked)
    city = invitation.incident.city
    form = PartnerChangeForm(
        request.POST if request.method == "POST" else None,
        city=city,
        areas=areas_of(city).defer("geometry", "bounds"),
        initial={**as_initial(facts_of(one)), "version": one.version},
    )

    def act() -> object:
        return services.change_activity(
            acting_for(invitation),
            one,
            facts=form.facts(),
            now=timezone.now(),
            version=form.cleaned_data["version"],
        )

    if _done(form, act):
        messages.success(request, _("Thank you. Your entry is changed."))
        return redirect("public:partner", token=token)
    errors = (error for errors in form.errors.as_data().values() for error in errors)
    if any(error.code == "changed-meanwhile" for error in errors):
        again = request.POST.copy()  # they have been told; sent again, theirs stands
        again["version"] = str(entry_of(invitation, asked).version)
        form.data = again
    return _form_page(
        request, invitation, token, form, _("Change your entry"), _("Save the entry"), one
    )


@csrf_exempt  # as above
@login_not_required
@require_POST
@by_link
def act(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """One press: everything stands, one entry stands, or one has ended."""
    actor, now = acting_for(invitation), timezone.now()
    what, entry = request.POST.get("act", ""), request.POST.get("entry", "")
    try:
        if what == "all":
            services.confirm_all_of(
                actor, invitation.incident, organisation=invitation.organisation, now=now
            )
            said = _("Thank you. Everything is confirmed.")
        elif what == "ended":
            services.change_activity(
                actor, entry_of(invitation, entry), facts={"status": "ended"}, now=now
            )
            said = _("Thank you. The entry is marked as ended.")
        else:
            services.confirm_activity(actor, entry_of(invitation, entry), now=now)
            said = _("Thank you. The entry is confirmed.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("public:partner", token=token)


def _report_form(invitation: Invitation, data: Any = None) -> PartnerReportForm:
    city = invitation.incident.city
    return PartnerReportForm(
        data,
        city=city,
        areas=areas_of(city).defer("geometry", "bounds"),
        initial={"status": "active"},
    )


def _done(form: PartnerReportForm | PartnerChangeForm, act: Callable[[], object]) -> bool:
    """Whether the form was sent and its act carried out; a refusal stands beside its field."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, ValidationError(str(refusal), code=refusal.code))
        return False
    return True


def _around(invitation: Invitation, token: str) -> dict[str, Any]:
    city = invitation.incident.city
    return {
        "token": token,
        "of_city": str(city),
        "digits": city.digits,
        "incident": invitation.incident,
        "exercise": invitation.incident.is_exercise,
        "ends_at": invitation.ends_at,
    }


def _form_page(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    form: PartnerReportForm | PartnerChangeForm,
    title: str,
    button: str,
    one: object = None,
) -> HttpResponse:
    context = {
        **_around(invitation, token),
        "page_title": title,
        "form": form,
        "button": button,
        "one": one,
        "organisation": invitation.organisation,
    }
    status = 422 if form.errors else 200
    return render(request, "public/partner/report.html", context, status=status)
