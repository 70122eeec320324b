"""The map of addresses: every page begins with its language, the API does not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    *i18n_patterns(
        path("account/", include("allauth.urls")),
        path("desk/", include("takatuf.desk.urls")),
        path("", include("takatuf.public.urls")),
    ),
]
