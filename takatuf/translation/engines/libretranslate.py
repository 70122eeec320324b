"""LibreTranslate over HTTP: `/languages` and `/translate`, as its own API has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from takatuf.translation.engines import CannotTranslate, Unavailable

if TYPE_CHECKING:
    import httpx

TIMEOUT = 60  # seconds: a small machine takes long over a page
MOST_CHARACTERS = 4000  # in one request; servers are set to refuse more than 5,000
MOST_BYTES = 1_000_000  # of an answer


class LibreTranslate:
    """One server, at `address`, with a `key` where it asks for one."""

    def __init__(self, address: str, key: str = "", *, timeout: float = TIMEOUT) -> None:
        self.address, self._key, self._timeout = address.rstrip("/"), key, timeout

    @property
    def place(self) -> str:
        return urlsplit(self.address).hostname or ""

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx  # 7 MB that only those need who use such a server

        # No redirect is followed: the key and the words go where the operator said.
        return httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False)

    def pairs(self) -> frozenset[tuple[str, str]]:
        found = self._ask("GET", "/languages", None)
        if not isinstance(found, list):
            raise CannotTranslate("no list of languages")
        codes = [one["code"] for one in found if _named(one)]
        return frozenset(
            (one["code"], target)
            for one in found
            if _named(one)
            # Servers before 1.3.7 name no targets, and translate between all they have.
            for target in one.get("targets", codes)
            if isinstance(target, str) and target != one["code"]
        )

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        answers: list[str] = []
        for batch in _batches(texts):
            body = {"q": batch, "source": source, "target": target, "format": "text"}
            if self._key:
                body["api_key"] = self._key
            found = self._ask("POST", "/translate", body)
            words = found.get("translatedText") if isinstance(found, dict) else None
            if not isinstance(words, list) or len(words) != len(batch):
                raise CannotTranslate("an answer of another shape")
            if not all(isinstance(one, str) and one.strip() for one in words):
                raise CannotTranslate("an answer without words")
            answers += words
        return answers

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        import httpx

        try:
            with self._client.stream(method, self.address + path, json=body) as answer:
                content = b""
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > MOST_BYTES:
                        raise CannotTranslate("an answer without end")
        except httpx.HTTPError as error:  # its words may hold the address
            raise Unavailable(type(error).__name__) from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unavailable(f"HTTP {answer.status_code}", _seconds(answer))
        if answer.status_code != 200:
            # 403 is a wrong key: until somebody mends the setting no text will do.
            kind = Unavailable if answer.status_code in {401, 403} else CannotTranslate
            raise kind(f"HTTP {answer.status_code}")
        try:
            return httpx.Response(200, content=content).json()
        except (ValueError, RecursionError) as error:  # brackets without end
            raise CannotTranslate("an answer that is no JSON") from error


def _named(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("code"), str)


def _seconds(answer: httpx.Response) -> int | None:
    told = answer.headers.get("Retry-After", "")
    return min(int(told), 3600) if told.isdecimal() else None


def _batches(texts: Iterable[str]) -> Iterable[list[str]]:
    """The texts in their order, together as long as a server takes at once."""
    batch: list[str] = []
    for text in texts:
        if batch and sum(map(len, batch)) + len(text) > MOST_CHARACTERS:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch
