"""The door of the desk."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from takatuf.desk.shortcuts import Request, address, desk_page
from takatuf.network.queries import cities_of


def home(request: Request) -> HttpResponse:
    """Where one arrives after signing in: today's work; else the incidents of one's city."""
    if today := address("today"):
        return redirect(today)
    city = cities_of(request.actor).first()
    if city is not None:
        return redirect("desk:incidents", city.slug)
    return desk_page(request, "desk/no_post.html", here="today", page_title=_("No post yet"))
