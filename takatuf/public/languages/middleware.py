"""A language of the public pages is never one that the rest of the system pretends to speak."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from takatuf.ui.context import is_for_everyone

# Addresses without a language: their answers are in one that the system speaks.
FOR_PROGRAMS = ("/api/", "/oidc/", "/health/", "/sw.js")


class SpokenLanguageMiddleware:
    """Comes after Django's, which has read the language from the address or the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        here = translation.get_language() or settings.LANGUAGE_CODE
        if here in dict(settings.SPOKEN_LANGUAGES):
            return self.get_response(request)
        first, _slash, rest = request.get_full_path().removeprefix("/").partition("/")
        if first == here and not is_for_everyone(rest):
            return redirect(f"/{spoken_for(request)}/{rest}")
        if request.path.startswith(FOR_PROGRAMS):
            translation.activate(spoken_for(request))
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def spoken_for(request: HttpRequest) -> str:
    """The spoken language that the reader likes best, by choice or by browser, else English."""
    spoken = dict(settings.SPOKEN_LANGUAGES)
    wished = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wished += [code.split("-")[0] for code, _weight in accepted]
    return next((code for code in wished if code in spoken), settings.LANGUAGE_CODE)
