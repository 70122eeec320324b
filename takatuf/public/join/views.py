"""Joining: the form, and the page behind an applicant's secret link."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.accounts.rules import sends_letters
from takatuf.coordination.services import apply_to_join, confirm_application
from takatuf.coordination.services.joining import REFUSAL_AFTER
from takatuf.foundation.errors import Refused
from takatuf.network.access import application_by_token, application_token
from takatuf.network.places import country_name
from takatuf.network.queries import members
from takatuf.network.services import NewApplication, answer_question, withdraw_application
from takatuf.network.vocabulary import ApplicationState
from takatuf.public.forms import sender_of
from takatuf.public.join.forms import AnswerForm, JoinForm

FLOOD = {"too-many-from-here", "too-many-today", "too-many-to-address"}
PLAIN = ("authority", "level", "country", "website", "contact_name", "office", "email", "proof")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Ask to join. What is sent is nobody's to read before the address is confirmed."""
    posted = request.method == "POST"
    form = JoinForm(request.POST, request.FILES) if posted else JoinForm()
    status = 200
    if posted and form.is_valid():
        now = timezone.now()
        told = form.cleaned_data
        try:
            application = apply_to_join(
                NewApplication(
                    **{name: told[name] for name in PLAIN},
                    document=told["document"],
                    letter_reference=told["letter_reference"],
                    language=get_language() or "en",
                    once=form.once,
                    hasty=form.hasty,
                    sender=sender_of(request, f"{now:%Y-%m-%d}"),
                ),
                now=now,
            )
        except Refused as refusal:
            status = 429 if refusal.code in FLOOD else 200
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, ValidationError(str(refusal), code=refusal.code))
        else:
            if sends_letters():
                return redirect("public:join-sent")
            return redirect("public:application", token=application_token(application.pk))
    context = {
        "page_title": _("Ask to join"),
        "page_description": _("Membership is free, for any local authority below the national."),
        "form": form,
        "letters": sends_letters(),
        "members": members().exists(),
    }
    return render(request, "public/join/join.html", context, status=status)


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "public/join/sent.html", {"page_title": _("Now confirm your address")})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, token: str) -> HttpResponse:
    """How an application stands, for whoever holds its link; and what is asked, answered."""
    one = application_by_token(token)
    posted = request.method == "POST"
    form = AnswerForm(request.POST, request.FILES) if posted else AnswerForm()
    if posted and form.is_valid():
        try:
            answer_question(one, **form.cleaned_data, now=timezone.now())
        except Refused as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, ValidationError(str(refusal), code=refusal.code))
        else:
            messages.success(request, _("Thank you. The secretariat reads your answer."))
            return redirect("public:application", token=token)
    return _private(
        request,
        "public/join/application.html",
        {
            "page_title": _("Your application to join"),
            "one": one,
            # A refusal can be taken back until its letter leaves; the page says it no sooner.
            "state": "waiting"
            if one.settled_at
            and one.state == ApplicationState.REFUSED
            and timezone.now() < one.settled_at + REFUSAL_AFTER
            else one.state,
            "country": country_name(one.country, get_language() or "en"),
            "token": token,
            "form": form,
            "letters": sends_letters(),
        },
    )


@login_not_required
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    one = application_by_token(token)
    said = _("Thank you. Your address is confirmed, and the secretariat sees your application.")
    return _pressed(request, token, lambda: confirm_application(one, now=timezone.now()), said)


@login_not_required
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    one = application_by_token(token)
    said = _("Your application is withdrawn.")
    return _pressed(request, token, lambda: withdraw_application(one, now=timezone.now()), said)


def _pressed(
    request: HttpRequest, token: str, act: Callable[[], object], said: str
) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("public:application", token=token)


def _private(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    """A page whose address is its key: kept by nobody, told to nobody.

    The house's referrer policy (`same-origin`) stays: it tells other sites nothing, and under
    `no-referrer` browsers hide the origin from our own forms, which are then refused.
    """
    response = render(request, template, dict(context))
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response
