"""A mail server that keeps what it is given: for tests and measurements, quick and obedient.

    python -m takatuf.testing.mail_sink 2525 accepted.txt

writes one line for each message it accepts: Message-ID, a tab, the recipient.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Accepted(NamedTuple):
    message_id: str
    recipient: str
    content: bytes


class MailSink:
    """Accepts all, unless told: `closed` turns connections away, `answers` holds the reply
    to a recipient whose address begins so, as in {"gone": "550 no such mailbox"}."""

    def __init__(self, keep: Callable[[Accepted], None] | None = None) -> None:
        self.accepted: list[Accepted] = []
        self.keep = keep or self.accepted.append
        self.closed = False
        self.answers: dict[str, str] = {}
        self.hang_up_after: int | None = None  # messages a connection
        self.delay = 0.0  # seconds from acceptance to the answer
        self.port = 0
        self.connections = 0

    async def serve(self, port: int = 0) -> asyncio.Server:
        server = await asyncio.start_server(self._talk, "127.0.0.1", port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._session(reader, writer)
        writer.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        if self.closed:
            say("421 closed")
            await writer.drain()
            return
        say("220 sink")
        recipient, carried = "", 0
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                say("354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                found = MESSAGE_ID.search(content)
                self.keep(Accepted(found[1].decode() if found else "", recipient, content))
                carried += 1
                if self.delay:
                    await asyncio.sleep(self.delay)
                say("250 accepted")
            elif verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                refusals = (v for k, v in self.answers.items() if recipient.startswith(k))
                say(next(refusals, "250 yes"))
            elif verb == b"QUIT":
                say("221 bye")
                await writer.drain()
                return
            elif verb == b"MAIL" and self.hang_up_after is not None:
                if carried >= self.hang_up_after:
                    return
                say("250 yes")
            elif verb == b"EHLO":
                say("250-sink")
                say("250 8BITMIME")
            else:
                say("250 yes")


@contextlib.contextmanager
def mail_sink() -> Iterator[MailSink]:
    """A sink in a thread of this process, at its `port` until the block ends."""
    sink = MailSink()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(sink.serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        # Only now: a connection that ends in the loop's thread would close the server too.
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def _forever(port: int, path: str) -> None:
    with open(path, "a", buffering=1) as out:
        sink = MailSink(lambda got: print(got.message_id, got.recipient, sep="\t", file=out))
        server = await sink.serve(port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_forever(int(sys.argv[1]), sys.argv[2]))
