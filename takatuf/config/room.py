"""Every page begins with room for its calls."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from takatuf.foundation.stack import with_room


class RoomMiddleware:
    """Innermost of all: what a view draws must not be slow or quick by how many stand around
    it (`foundation.stack`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return with_room(lambda: self.get_response(request))
