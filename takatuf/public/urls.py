from django.urls import URLPattern, URLResolver, include, path

from takatuf.public import views
from takatuf.public.device.views import waiting

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
    path("network/mark/", views.mark, name="mark"),
    path("waiting/", waiting, name="waiting"),
    path("guide/", include("takatuf.public.guide.urls")),
    path("answer/", include("takatuf.public.answer.urls")),
    path("begin/", include("takatuf.public.begin.urls")),
    path("join/", include("takatuf.public.join.urls")),
    path("members/", include("takatuf.public.members.urls")),
    path("mistake/", include("takatuf.public.mistake.urls")),
    path("dialogues/", include("takatuf.public.dialogues.urls")),
    path("utoya/", include("takatuf.public.utoya.urls")),
    path("partner/", include("takatuf.public.partner.urls")),
    path("languages/", include("takatuf.public.languages.urls")),
    path("library/", include("takatuf.public.library.urls")),
    path("search/", include("takatuf.public.search.urls")),
    path("about/", views.about, name="about"),
    path("cities/<slug:city>/", include("takatuf.public.cities.urls")),
    path("cities/<slug:city>/reports/", include("takatuf.public.reports.urls")),
]
