"""The door of the desk."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from takatuf.desk.shortcuts import Request


def home(request: Request) -> HttpResponse:
    """Where one arrives after signing in: today's work."""
    return redirect("desk:today")
