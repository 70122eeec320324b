"""The web server's threads stay while requests come and go."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from takatuf.config.compression import CompressPages


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler, in which every request is answered with the name of its thread."""
    from takatuf.config.asgi import Handler

    made = Handler()

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(threading.current_thread().name)

    monkeypatch.setattr(made, "_middleware_chain", view)
    return made


async def _get(handler: Any) -> str:
    said: list[bytes] = []
    asked = iter([{"type": "http.request", "body": b""}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        said.append(message.get("body", b""))

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    await handler(scope, receive, send)
    return b"".join(said).decode()


def test_one_thread_answers_one_request_after_another(handler: Any) -> None:
    async def twice() -> set[str]:
        return {await _get(handler), await _get(handler)}

    assert len(asyncio.run(twice())) == 1


def test_requests_at_the_same_time_have_a_thread_each(handler: Any) -> None:
    async def together() -> list[str]:
        return await asyncio.gather(*(_get(handler) for _ in range(3)))

    assert len(set(asyncio.run(together()))) == 3


def test_a_list_sent_piece_by_piece_is_not_cut_into_compressed_pieces() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a" * 1_000
        yield b"b" * 1_000

    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    compress = CompressPages(lambda request: HttpResponse())

    listed = compress.process_response(request, StreamingHttpResponse(pieces()))
    page = compress.process_response(request, HttpResponse("a" * 1_000))

    assert "Content-Encoding" not in listed
    assert page["Content-Encoding"] == "gzip"
