from django.urls import URLPattern, URLResolver, include, path

from takatuf.public import views

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
    path("answer/", include("takatuf.public.answer.urls")),
    path("begin/", include("takatuf.public.begin.urls")),
    path("cities/<slug:city>/reports/", include("takatuf.public.reports.urls")),
]
