"""A session tells when and from where it was last used, at little cost."""

from collections.abc import Callable
from time import monotonic

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

NOTED_EVERY = 300  # seconds
REMEMBERED = 10_000  # sessions a process


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
