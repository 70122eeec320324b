from django.urls import URLPattern, URLResolver, path

from takatuf.desk.learn import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.learn, name="learn"),
]
