"""What was sent when the session had ended: it goes through the sign-in with its writer.

Nothing of it lies on the server while nobody is signed in, or a stranger could fill its disk:
it travels sealed in the sign-in form, and only the right password lays it into the session.
Nothing of it is done before the person has read it again and pressed the button, because the
one who signs in may be another than the one who wrote.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from takatuf.foundation.crypto import CannotRead, seal, unseal

SESSION_KEY = "kept"
FIELD = "kept"
MOST_SEALED = 512 * 1024  # characters; the longest form of the desk, full of Arabic, is shorter
# What a form carries besides what was typed: codes, keys, versions.
CODE = re.compile(r"[a-z0-9_:-]*|[0-9a-f]{8}-[0-9a-f-]{27}", re.IGNORECASE)


class Kept(NamedTuple):
    """A form on its way: where it was to go, the page on which it stood, what was in it."""

    path: str
    back: str
    fields: list[tuple[str, str]]

    def typed(self) -> list[str]:
        """What the writer will know again: words, not the codes of choices."""
        return [value for _name, value in self.fields if not CODE.fullmatch(value)]


def _form_of(request: HttpRequest) -> str:
    """The form that was sent, sealed; empty where it cannot be kept.

    A page of the sign-in is never kept: a password would be in it. Nor is a file.
    """
    match = request.resolver_match
    if request.method != "POST" or request.FILES or not match or not match.namespaces:
        return ""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    sealed = seal(json.dumps([request.get_full_path(), page_of(request), fields]))
    return sealed if len(sealed) <= MOST_SEALED else ""


def read(sealed: str) -> Kept | None:
    """The form again; None for what nobody kept here."""
    try:
        path, back, fields = json.loads(unseal(sealed[:MOST_SEALED]) or "null")
    except (CannotRead, TypeError, ValueError):
        return None
    return Kept(path, back, [(name, value) for name, value in fields])


def page_of(request: HttpRequest) -> str:
    """The page on which the sender was, as a path of our own; else the address itself.

    Many addresses of forms show nothing, so that nobody should be led there.
    """
    for header in ("HX-Current-URL", "Referer"):
        there = request.headers.get(header, "")
        if there and url_has_allowed_host_and_scheme(there, {request.get_host()}):
            parts = urlsplit(there)
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def came_from_us(request: HttpRequest) -> bool:
    """Whether a page of our own sent this: a browser says so, and no other site can."""
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    own = {f"{request.scheme}://{request.get_host()}", settings.BASE_URL}
    return request.headers.get("Origin", "") in own


def carried_through_sign_in(request: HttpRequest) -> HttpResponse | None:
    """The sign-in page that carries the form along; None where there is nothing to keep."""
    sealed = _form_of(request)
    if not sealed:
        return None
    from takatuf.accounts.forms import SignInForm

    answer = render(
        request,
        "account/login.html",
        {"form": SignInForm(request=request, initial={FIELD: sealed})},
        status=403,
    )
    add_never_cache_headers(answer)
    return answer


def laid_aside(request: HttpRequest, sealed: str) -> str:
    """Keep the form in the session of whoever gave the right password; the page to show next."""
    if read(sealed) is None:
        return ""
    request.session[SESSION_KEY] = sealed
    return reverse("account_kept")


def held_back(request: HttpRequest) -> HttpResponse | None:
    """A form whose page is older than the sign-in: shown once more instead of refused.

    None where another site may have sent it, or where there is nothing to keep.
    """
    if not came_from_us(request):
        return None
    if not request.user.is_authenticated:
        return carried_through_sign_in(request)
    return redirect(there) if (there := laid_aside(request, _form_of(request))) else None


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """What was not taken, to be sent now or dropped."""
    form = read(request.session.get(SESSION_KEY, ""))
    if form is None:
        return redirect(f"/{get_language()}/desk/")
    if request.method == "POST":
        del request.session[SESSION_KEY]
        if "drop" in request.GET:
            return redirect(form.back)
        onward = HttpResponseRedirect(form.path)
        onward.status_code = 307  # the browser sends the same form there
        return onward
    answer = render(request, "account/kept.html", {"form": form})
    add_never_cache_headers(answer)
    return answer
