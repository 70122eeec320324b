"""Coming to a dialogue: the form, and the page behind the link of a letter.

Nobody signs in. Whoever holds a link holds the letter, so its page shows no name. Opening it
changes nothing, because mail scanners and previews open every link.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from takatuf.foundation.errors import NotFound, Refused
from takatuf.learning.access import public_dialogue, registration_by
from takatuf.learning.gatherings import days_of, gathering_of, seats_of
from takatuf.learning.services import (
    Guest,
    confirm_registration,
    leave_dialogue,
    register_for_dialogue,
)
from takatuf.public.dialogues.forms import LONGEST_NEEDS, NeedsForm, RegisterForm
from takatuf.public.forms import sender_of

TOO_MANY = {"too-many-from-here", "too-many-today"}


def _page(
    request: HttpRequest, template: str, dialogue: Any, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "told": gathering_of(dialogue, get_language() or "en"),
        "days": days_of(dialogue),
        **more,
    }
    answer = render(request, f"public/dialogues/{template}.html", context, status=status)
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that one wants to come. There is no such page for what takes no registrations."""
    found, now = public_dialogue(slug), timezone.now()
    if not found.takes_registrations(now.date()):
        raise NotFound
    form = RegisterForm(
        request.POST if request.method == "POST" else None,
        initial={"language": get_language()},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told = form.cleaned_data
            guest = Guest(**{name: told[name] for name in Guest._fields})
            sender = sender_of(request, f"{now:%Y-%m-%d}")
            try:
                register_for_dialogue(found, guest, now=now, once=form.once, sender=sender)
            except Refused as refusal:
                status = 429 if refusal.code in TOO_MANY else 422
                form.add_error(None, ValidationError(str(refusal), code=refusal.code))
            else:
                return redirect("public:dialogue-registered", slug=slug)
    seats = seats_of(found)
    return _page(
        request,
        "register",
        found,
        status,
        page_title=_("Register for the dialogue"),
        form=form,
        full=found.places is not None and seats.coming >= found.places,
        days_kept=settings.REGISTRATION_DAYS,
        trail=[(_("Dialogues"), reverse("public:dialogues"))],
    )


@login_not_required
@require_safe
def registered(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens next. It says the same whoever registered, and whatever was known before."""
    return _page(request, "registered", public_dialogue(slug), page_title=_("Now open the letter"))


# The token is the proof: no other site can know it, and a browser inside a mail program that
# keeps no cookies must be able to answer too.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm, answer an invitation, or give up one's place."""
    one, now = registration_by(token), timezone.now()
    refusal, status = "", 200
    if request.method == "POST":
        said = request.POST.get("answer")
        needs = request.POST.get("needs")
        try:
            if said == "yes":
                words = None if needs is None else needs[:LONGEST_NEEDS]
                confirm_registration(token, needs=words, now=now)
            elif said == "no":
                leave_dialogue(token, now=now)
        except Refused as declined:
            refusal, status = str(declined), 422
        else:
            return redirect("public:dialogue-answer", token=token)
    return _page(
        request,
        "answer",
        one.dialogue,
        status,
        page_title=_("Your place at the dialogue"),
        seat=one.seat,
        form=NeedsForm(),
        refusal=refusal,
    )
