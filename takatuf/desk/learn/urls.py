from django.urls import URLPattern, URLResolver, include, path

from takatuf.desk.learn import applications, mistakes, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.learn, name="learn"),
    path("dialogues/", include("takatuf.desk.learn.dialogues.urls")),
    path("translations/", include("takatuf.desk.learn.translations.urls")),
    path("applications/", applications.applications, name="applications"),
    path("applications/<uuid:pk>/", applications.application, name="application"),
    path("applications/<uuid:pk>/document/", applications.document, name="application-document"),
    path("applications/<uuid:pk>/<slug:act>/", applications.change, name="change-application"),
    path("library/", include("takatuf.desk.learn.library.urls")),
    path("mistakes/", mistakes.mistakes, name="mistakes"),
    path("mistakes/<uuid:pk>/", mistakes.mistake, name="mistake"),
    path("mistakes/<uuid:pk>/open-again/", mistakes.open_again, name="take-up-mistake"),
]
