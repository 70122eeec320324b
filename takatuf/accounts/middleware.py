"""Who is not signed in is led to the sign-in; what a browser brings along, and keeps."""

from collections.abc import Callable
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url

from takatuf.accounts import browsers
from takatuf.accounts.kept import carried_through_sign_in, page_of

NOTED_EVERY = 300  # seconds
REMEMBERED = 10_000  # sessions a process


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page but those named open needs a sign-in, and none of what was sent is lost by it."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """To the sign-in; from there back to the page, with what was sent from it.

        A script that fetches a part of a page gets no page put into it: the whole browser goes.
        """
        there = resolve_url(self.get_login_url(view_func))
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=401)
            answer["HX-Redirect"] = f"{there}?{urlencode({'next': page_of(request)}, safe='/')}"
            return answer
        if request.headers.get("Takatuf-Outbox"):
            # Kept on its device until its writer has signed in (`desk.outbox`).
            return JsonResponse({"state": "signed-out"}, status=401)
        if request.method == "POST":
            kept = carried_through_sign_in(request)
            return kept or redirect(f"{there}?{urlencode({'next': page_of(request)}, safe='/')}")
        return super().handle_no_permission(request, view_func)


class SessionUseMiddleware:
    """allauth's own notes every request, a transaction that writes before a page is read.

    Here a session's use is noted at once when its browser or its network changed, else every
    five minutes; what was noted is remembered by each process for itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.noted: dict[str, tuple[float, str, str]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            self._note(request, request.session.session_key)
        return self.get_response(request)

    def _note(self, request: HttpRequest, key: str) -> None:
        client = get_adapter().get_client_ip(request), request.headers.get("User-Agent", "")
        at, *known = self.noted.get(key, (0.0, "", ""))
        now = monotonic()
        if at and tuple(known) == client and now - at < NOTED_EVERY:
            return
        UserSession.objects.create_from_request(request)
        if len(self.noted) >= REMEMBERED:
            self.noted.clear()
        self.noted[key] = (now, *client)


class KnownBrowserMiddleware:
    """A browser in which somebody proved who they are is known for their address.

    They signed in with all steps, or chose a password with a link that only they got; a
    signal then puts their address on the request (`apps`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if email := getattr(request, "proved_email", ""):
            browsers.remember(request, response, email)
        return response
