"""What answers where no view does: a page for people, a problem document below `/api/`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from takatuf.api import problems
from takatuf.public import views as pages

API = "/api/"


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(API)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400"""
    if _is_for_programs(request):
        return problems.not_understood(request)
    return pages.not_understood(request, exception)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    if _is_for_programs(request):
        return problems.not_allowed(request)
    return pages.not_allowed(request, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    if _is_for_programs(request):
        return problems.not_found(request)
    return pages.not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """500"""
    return problems.broken(request) if _is_for_programs(request) else pages.broken(request)
