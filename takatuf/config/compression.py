"""Which answers are compressed."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressPages(GZipMiddleware):
    """Pages and documents are; a list sent piece by piece is not.

    Django compresses each piece of such a list as a file of its own, one after another; many
    programs read the first and believe that to be all.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if getattr(response, "is_async", False):
            return response
        return super().process_response(request, response)
