"""No request is longer than anyone may send."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Forms, JSON and files are each smaller; the room is for what multipart puts around them.
MOST_BYTES = 16 * 1024 * 1024
TOO_BIG = b"Too large: 16 MB at most.\n"
PROBLEM = (
    b'{"type": "about:blank", "title": "Request Entity Too Large", "status": 413, '
    b'"detail": "Too large: 16 MB at most.", "code": "too-big"}'
)


class _TooBig(Exception):
    """The body grew beyond what anyone may send."""


class Bounded:
    """The application, which never reads more of a body than anyone may send.

    Django writes a whole body to the disk before it asks who sends it, so that a stranger
    could fill the disk with one request.
    """

    def __init__(self, inner: Callable[..., Awaitable[None]]) -> None:
        self.inner = inner

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"content-length", b"")
        if said.isdigit() and (len(said) > 12 or int(said) > MOST_BYTES):
            await _refuse(scope, send)
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BYTES:
                raise _TooBig
            return message

        try:
            await self.inner(scope, bounded, send)
        except _TooBig:
            await _refuse(scope, send)


async def _refuse(scope: Message, send: Send) -> None:
    body, kind = TOO_BIG, b"text/plain; charset=utf-8"
    if scope["path"].startswith("/api/"):
        body, kind = PROBLEM, b"application/problem+json"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"content-security-policy", b"default-src 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
