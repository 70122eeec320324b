from django.urls import path

from takatuf.public.languages import views

urlpatterns = [
    path("", views.languages, name="languages"),
    path("glossary/", views.words, name="glossary"),
]
