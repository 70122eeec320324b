"""What anyone may open: the front page, and the pages that say that something went wrong."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.accounts.kept import held_back
from takatuf.foundation.errors import Declined, NotFound
from takatuf.plans.vocabulary import Phase
from takatuf.public.cities.views import city
from takatuf.public.guide.choosing import url_of
from takatuf.public.prose import prose
from takatuf.ui.context import THEMES, tongues

MARKS = {".svg": "image/svg+xml", ".png": "image/png"}


@require_safe
@login_not_required
def front(request: HttpRequest) -> HttpResponse:
    """What this installation is for; where it is one city's own, that city's page."""
    if settings.ROOT_CITY:
        try:
            return city(request, settings.ROOT_CITY)
        except NotFound:
            pass  # not taken in yet: `takatuf doctor` says so
    return _front(request)


@require_safe
@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    """The front page where a city's own page stands in its place."""
    return _front(request) if settings.ROOT_CITY else redirect("public:front")


def _front(request: HttpRequest) -> HttpResponse:
    words = prose("front")
    return render(
        request,
        "public/front.html",
        {
            "page_title": _("When it happens, no city stands alone"),
            "page_description": words["lead"].words,
            "page": words,
            "phases": [(phase.label, url_of({"phase": phase.value})) for phase in Phase],
        },
    )


@require_safe
@login_not_required
def mark(request: HttpRequest) -> HttpResponse:
    """The network's mark, as the installation sets it; no script in it can run, by our policy."""
    path = settings.NETWORK_MARK
    if path is None or not path.is_file():
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type=MARKS[path.suffix.lower()])
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _plain(request: HttpRequest, name: str, status: int, **context: object) -> HttpResponse:
    """A page that tells neither who reads it nor what was asked for.

    So the page for a thing that one may not know of is, byte for byte, the page for a thing
    that never was; and it needs no database, which may be what is broken.
    """
    theme = request.COOKIES.get("takatuf_theme", "")
    context |= {
        "language": get_language(),
        "tongues": tongues("/"),
        "theme": theme if theme in THEMES else "",
    }
    return HttpResponse(render_to_string(name, context), status=status)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain(request, "400.html", 400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    cause = exception.__cause__ if exception else None
    return _plain(
        request, "403.html", 403, reason=str(cause) if isinstance(cause, Declined) else ""
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain(request, "404.html", 404, of_a_call="/answer/" in request.path)


def too_often(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    answer = _plain(request, "429.html", 429)
    answer["Retry-After"] = "300"
    return answer


def broken(request: HttpRequest) -> HttpResponse:
    return _plain(request, "500.html", 500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page was open for too long, or that came from another site.

    Whoever signed in anew in another window may send it after all, from the page that shows it.
    """
    if reason == REASON_BAD_ORIGIN:
        return _plain(request, "403_csrf.html", 403)
    match = request.resolver_match
    if match and match.url_name == "account_login":
        return redirect(request.get_full_path())  # the sign-in page anew; nothing was written there
    return held_back(request) or _plain(request, "403_csrf.html", 403)
