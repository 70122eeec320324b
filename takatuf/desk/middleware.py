"""Each request knows who acts; each refusal becomes the right page."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone

from takatuf.accounts.access import (
    needs_second_factor,
    passkeys_offered,
    showed_second_factor,
)
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.network.queries import actor_for, cities_of

OPEN_NAMES = ("account_", "mfa_", "usersessions_")


def is_open_without_second_factor(request: HttpRequest) -> bool:
    """The pages on which one signs in, sets the second factor up or leaves; what anyone sees;
    and the API, whose keys stand for themselves."""
    match = request.resolver_match
    if match is None:
        return True
    if match.namespaces:
        return match.namespaces[0] == "public" or match.namespaces[0].startswith("api")
    return match.url_name in ("health", "service-worker") or _is_account(request)


def _is_account(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None or match.namespaces:
        return False
    return (match.url_name or "").startswith(OPEN_NAMES)


def _is_desk(request: HttpRequest) -> bool:
    return bool(request.resolver_match and "desk" in request.resolver_match.namespaces)


def _page_above(path: str) -> str:
    """The nearest address above this one that the desk knows, down to the desk itself."""
    while path.count("/") > 3:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.actor = actor_for(request.user)  # type: ignore[attr-defined]
        with timezone.override(None):  # what a page puts in force ends with the page
            response = self.get_response(request)
        if response.status_code == 405 and request.method in ("GET", "HEAD") and _is_desk(request):
            # Whoever loads again, or changes the language of, a page that a form brought.
            response = redirect(_page_above(request.path))
        # A device keeps pages for one reader, and drops them as soon as that one is gone.
        if request.user.is_authenticated:
            response["Takatuf-Reader"] = str(request.user.pk)
        else:
            response["Takatuf-Nobody"] = "yes"
        if request.user.is_authenticated:
            # After the sign-out the key Back must show nothing, on a shared machine least of all.
            response.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """Whoever sees sensitive things sets up a second factor before anything else opens."""
        if request.user.is_authenticated and _is_account(request):
            # On one's own pages, and in the letters about them, times are those of one's city.
            if city := cities_of(request.actor).first():  # type: ignore[attr-defined]
                timezone.activate(ZoneInfo(city.timezone))
            return None
        if not request.user.is_authenticated or is_open_without_second_factor(request):
            return None
        if showed_second_factor(request) or not needs_second_factor(
            request.user,
            request.actor,  # type: ignore[attr-defined]
        ):
            return None
        if _is_desk(request):
            return redirect("mfa_index" if passkeys_offered(request) else "mfa_activate_totp")
        raise PermissionDenied

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, NotFound):
            raise Http404
        if isinstance(exception, NotAllowed):
            raise PermissionDenied(str(exception)) from exception
