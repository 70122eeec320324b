from django.urls import URLPattern, URLResolver, include, path

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("takatuf.desk.tasks.urls")),
    path("", include("takatuf.desk.log.urls")),
]
