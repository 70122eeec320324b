"""A server that speaks LibreTranslate's HTTP interface, for tests: quick, obedient or broken.

It "translates" by writing the target's code before each text, so that a test sees what came
and in which order. What an answer is to be instead stands in `answers`, used up in turn.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


@dataclass
class TranslateServer:
    """`key`: the one that it asks for. `delay`: seconds before it answers."""

    key: str = ""
    delay: float = 0
    port: int = 0
    languages: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"code": code, "name": code, "targets": ["en", "ar", "fr"]}
            for code in ("en", "ar", "fr")
        ]
    )
    # Status, headers and body of the next answers, whatever is asked.
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    ours: ClassVar[TranslateServer]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        found = self.path == "/languages"
        self._answer(200 if found else 404, self.ours.languages if found else {"error": "nothing"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.ours.asked.append(body)
        if self.ours.key and body.get("api_key") != self.ours.key:
            self._answer(403, {"error": "Invalid API key"})
            return
        if self.path != "/translate":
            self._answer(404, {"error": "nothing"})
            return
        words = [f"{body['target']}: {text}" for text in body["q"]]
        self._answer(200, {"translatedText": words})

    def _answer(self, status: int, document: Any) -> None:
        time.sleep(self.ours.delay)
        headers: dict[str, str] = {}
        content = json.dumps(document).encode()
        if self.ours.answers:
            status, headers, content = self.ours.answers.pop(0)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Tests print nothing."""


@contextmanager
def translate_server(**fields: Any) -> Iterator[TranslateServer]:
    """The server on a free port of this machine, gone after the block."""
    ours = TranslateServer(**fields)
    handler = type("Handler", (_Handler,), {"ours": ours})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    ours.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield ours
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
