"""The web server's threads stay while requests come and go."""

import asyncio
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils import timezone

from takatuf.config.asgi import BLOCK
from takatuf.config.compression import CompressPages
from takatuf.coordination.services import declare_incident


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
    said = await _said(handler, "/")
    return b"".join(message.get("body", b"") for message in said).decode()


async def _said(
    handler: Any, path: str, headers: list[tuple[bytes, bytes]] | None = None
) -> list[dict[str, Any]]:
    """What a web server is given to send, message by message."""
    said: list[dict[str, Any]] = []
    asked = iter([{"type": "http.request", "body": b""}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "client": ("::1", 9),
    }
    await handler(scope | {"headers": headers or []}, receive, send)
    return said


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


@pytest.mark.filterwarnings("error")
def test_each_piece_leaves_before_the_next_is_made(handler: Any, monkeypatch: Any) -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield str(number).encode()

    monkeypatch.setattr(
        handler, "_middleware_chain", lambda request: StreamingHttpResponse(pieces())
    )
    left: list[tuple[bytes, int]] = []

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            left.append((message["body"], len(made)))

    async def receive() -> dict[str, Any]:
        if not asked:
            await asyncio.Event().wait()
        return asked.pop()

    asked = [{"type": "http.request", "body": b""}]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(handler(scope, receive, send))

    assert left == [(b"0", 1), (b"1", 2), (b"2", 3)]


def test_a_page_sent_piece_by_piece_is_one_compressed_file_read_as_it_comes() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    compress = CompressPages(lambda request: HttpResponse())
    plain = [b"<p>one</p>" * 50, b"<p>two</p>"]

    page = compress.process_response(request, StreamingHttpResponse(iter(plain)))
    table = compress.process_response(
        request, StreamingHttpResponse(iter(plain), content_type="text/csv")
    )

    assert isinstance(page, StreamingHttpResponse)
    assert (page["Content-Encoding"], page["Vary"]) == ("gzip", "Accept-Encoding")
    reader = zlib.decompressobj(wbits=31)
    assert [reader.decompress(piece) for piece in page] == [*plain, b""]
    assert reader.eof
    assert "Content-Encoding" not in table


@pytest.mark.filterwarnings("error")
def test_a_large_file_is_never_held_whole(handler: Any, monkeypatch: Any, tmp_path: Path) -> None:
    file = tmp_path / "journal.zip"
    file.write_bytes(b"x" * (2 * BLOCK + 1))
    monkeypatch.setattr(handler, "_middleware_chain", lambda request: FileResponse(file.open("rb")))

    said = asyncio.run(_said(handler, "/"))

    assert [len(m["body"]) for m in said if m.get("body")] == [BLOCK, BLOCK, 1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("error:StreamingHttpResponse must consume")
def test_the_printed_log_and_the_tables_leave_piece_by_piece(
    act: Any, amina: Any, farid: Any, fire: Any, city: Any, signed_in: Any
) -> None:
    from takatuf.config.asgi import Handler

    declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=timezone.now()
    )
    cookies = "; ".join(f"{c.key}={c.value}" for c in signed_in(farid).cookies.values())
    headers = [(b"cookie", cookies.encode()), (b"host", b"127.0.0.1")]
    for path, kind, pieces in [
        ("/en/desk/marsa-noor/incidents/1/log/print/", b"text/html; charset=utf-8", 2),
        ("/api/v1/incidents.csv", b"text/csv; charset=utf-8", 2),
    ]:
        handler = Handler()
        said = asyncio.run(_said(handler, path, headers))
        for thread in handler.idle:  # their connections would keep the test's database open
            thread.submit(connections.close_all).result()
            thread.shutdown()

        assert said[0]["status"] == 200, path
        assert dict(said[0]["headers"])[b"Content-Type"] == kind
        assert len([message for message in said if message.get("body")]) >= pieces
