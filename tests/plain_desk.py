"""The real addresses, and a desk that is one plain page: signing in is tested without it."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from takatuf.config import urls


def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/desk.html", {"page_title": "The desk"})


PAGES = {"": "today", "details/": "details", "account/": "account"}
places = [path(at, desk, name=name) for at, name in PAGES.items()]
urlpatterns = [
    *i18n_patterns(
        path("desk/", include((places, "desk"))),
    ),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler429, handler500 = urls.handler404, urls.handler429, urls.handler500
