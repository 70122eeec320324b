from django.urls import URLPattern, URLResolver, path

from takatuf.public import views

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
]
