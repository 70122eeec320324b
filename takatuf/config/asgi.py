"""The door for web servers."""

import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, cast

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse

from takatuf.config.bounded import Bounded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
BLOCK = 64 * 1024  # bytes of a file in one piece, as Django passes them on
KEPT = 8  # threads that wait for the next request; more are made when more come at once


class Lent(Executor):
    """A thread for one request, which a stream gives back before it begins.

    Hundreds of open pages would else hold hundreds of threads, each with its connection to
    the database. What is left to do when a stream has ended, one thread does for all.
    """

    AFTERWARDS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="afterwards")

    def __init__(self, idle: list[ThreadPoolExecutor]) -> None:
        self.idle = idle
        self.thread: ThreadPoolExecutor | None = (
            idle.pop() if idle else ThreadPoolExecutor(max_workers=1)
        )

    def submit(self, *call: Any, **named: Any) -> Future[Any]:
        return (self.thread or self.AFTERWARDS).submit(*call, **named)

    def give_back(self) -> None:
        """The thread waits for the next request, or ends where enough are waiting."""
        thread, self.thread = self.thread, None
        if thread is None:
            return
        if len(self.idle) < KEPT:
            self.idle.append(thread)
        else:
            thread.shutdown(wait=False)


LENT: ContextVar[Lent] = ContextVar("LENT")


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
        response = await sync_to_async(self.get_response)(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            if isinstance(response, FileResponse):
                response.block_size = BLOCK
            pieces = cast(Iterable[bytes], response.streaming_content)
            response.streaming_content = _one_by_one(pieces)
        elif isinstance(response, StreamingHttpResponse):
            LENT.get().give_back()
        return response

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is spoken here, not {scope['type']}.")
        lent = Lent(self.idle)
        LENT.set(lent)
        try:
            async with ThreadSensitiveContext(executor=lent):
                await self.handle(scope, receive, send)
        finally:
            lent.give_back()


async def _one_by_one(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The pieces as they are made, each by the thread of the request.

    Django would gather them all before the first byte leaves, a journal of a gigabyte too.
    """
    waiting = iter(pieces)

    def next_piece() -> bytes | None:
        return next(waiting, None)

    while (piece := await sync_to_async(next_piece)()) is not None:
        yield piece


django.setup(set_prefix=False)
application = Bounded(Handler())
# What is loaded stays: the search for garbage, which a list of fifty sets off, need not walk it.
gc.collect()
gc.freeze()
