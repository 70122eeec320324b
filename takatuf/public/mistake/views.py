"""“Report a mistake”: at every public text, without an account."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from takatuf.coordination.services import report_mistake
from takatuf.foundation.errors import Refused
from takatuf.public.context import KEYED
from takatuf.public.forms import sender_of
from takatuf.public.mistake.forms import MistakeForm
from takatuf.translation.queries import shown
from takatuf.translation.rules import is_text_key
from takatuf.translation.services import NewMistake

TOO_MANY = {"too-many-from-here", "too-many-today"}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mistake(request: HttpRequest) -> HttpResponse:
    """Say what is wrong with the text that `about` and `text` name, or with any other."""
    about, language = _page(request.GET.get("about", ""))
    key = request.GET.get("text", "")
    key = key if is_text_key(key) else ""
    form = MistakeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        told = form.cleaned_data
        try:
            report_mistake(
                NewMistake(
                    wrong=told["wrong"],
                    should_read=told["should_read"],
                    page=about,
                    text_key=key,
                    language=language,
                    email=told["email"],
                    answer_language=get_language() or "en",
                    once=form.once,
                    hasty=form.hasty,
                    sender=sender_of(request, f"{now:%Y-%m-%d}"),
                ),
                now=now,
            )
        except Refused as refusal:
            status = 429 if refusal.code in TOO_MANY else 200
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, ValidationError(str(refusal), code=refusal.code))
        else:
            back = f"?{urlencode({'about': about})}" if about else ""
            return redirect(reverse("public:mistake-thanks") + back)
    context = {
        "page_title": _("Report a mistake"),
        "form": form,
        "about": about,
        "text": shown(key, language) if key else None,
    }
    return _answer(request, "public/mistake/mistake.html", context, status)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    about, _language = _page(request.GET.get("about", ""))
    context = {"page_title": _("Thank you for your report"), "about": about}
    return _answer(request, "public/mistake/thanks.html", context, 200)


def _answer(
    request: HttpRequest, template: str, context: Mapping[str, object], status: int
) -> HttpResponse:
    response = render(request, template, dict(context), status=status)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def _page(about: str) -> tuple[str, str]:
    """The path of one of our own public pages, and the language that it is in.

    Anything else in the address is somebody's own words, and stands on no page of ours. Nor is
    a page kept whose address is somebody's key: who reads reports would hold it too.
    """
    here = get_language() or "en"
    path = urlsplit(about).path if about.startswith("/") and not about.startswith("//") else ""
    language = path[1:].partition("/")[0]
    if len(path) > 300 or language not in dict(settings.LANGUAGES):
        return "", here
    try:
        with translation.override(language):  # addresses begin with their language
            found = resolve(path)
    except (Resolver404, ValueError):
        return "", here
    if found.app_names != ["public"] or found.url_name in KEYED:
        return "", language
    return path, language
