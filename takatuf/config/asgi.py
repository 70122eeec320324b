"""The door for web servers."""

import gc
import os
import warnings
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from takatuf.config.bounded import Bounded

# Static files are read in small blocks from the disk; that is what the warning is about.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
KEPT = 8  # threads that wait for the next request; more are made when more come at once


class Handler(ASGIHandler):
    """Django's own, but threads outlive their request, and with them database connections.

    Django gives each request a new thread, so that CONN_MAX_AGE never finds a connection to
    use again: on PostgreSQL each request then pays for a new one. Nor does a request change
    threads at each middleware: nothing here is written with `async`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.idle: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response)(request)

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is spoken here, not {scope['type']}.")
        thread = self.idle.pop() if self.idle else ThreadPoolExecutor(max_workers=1)
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            if len(self.idle) < KEPT:
                self.idle.append(thread)
            else:
                thread.shutdown(wait=False)


django.setup(set_prefix=False)
application = Bounded(Handler())
# What is loaded stays: the search for garbage, which a list of fifty sets off, need not walk it.
gc.collect()
gc.freeze()
