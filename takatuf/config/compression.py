"""Which answers are compressed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from gzip import GzipFile
from io import BytesIO
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers


class CompressPages(GZipMiddleware):
    """Pages and documents are; of what is sent piece by piece only pages, piece by piece.

    Django compresses each piece of an `async` answer as a file of its own, one after another,
    and many programs read the first and believe that to be all; pieces of a plain one it holds
    back until many are together.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not isinstance(response, StreamingHttpResponse):
            return super().process_response(request, response)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if response.is_async or not is_page or "Content-Encoding" in response:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            pieces = cast(Iterable[bytes], response.streaming_content)
            response.streaming_content = compressed(pieces)
            response["Content-Encoding"] = "gzip"
        return response


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """One file of gzip, each piece of which leaves at once and can be read when it arrives."""
    kept = BytesIO()

    def taken() -> bytes:
        made = kept.getvalue()
        kept.seek(0)
        kept.truncate()
        return made

    with GzipFile(mode="wb", compresslevel=6, fileobj=kept, mtime=0) as file:
        for piece in pieces:
            file.write(piece)
            file.flush()
            yield taken()
    yield taken()
