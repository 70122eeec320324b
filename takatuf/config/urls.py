"""The map of addresses: every page begins with its language, the API does not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from takatuf.accounts.sign_on import callback
from takatuf.public.device.views import service_worker
from takatuf.public.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("takatuf.api.urls")),
    path("health/", health, name="health"),
    path("sw.js", service_worker, name="service-worker"),
    path("oidc/callback/", callback, name="account_oidc_callback"),
    *i18n_patterns(
        path("account/", include("takatuf.accounts.urls")),
        path("desk/", include("takatuf.desk.urls")),
        path("", include("takatuf.public.urls")),
    ),
]
handler400 = "takatuf.config.refusals.not_understood"
handler403 = "takatuf.config.refusals.not_allowed"
handler404 = "takatuf.config.refusals.not_found"
handler429 = "takatuf.public.views.too_often"
handler500 = "takatuf.config.refusals.broken"
