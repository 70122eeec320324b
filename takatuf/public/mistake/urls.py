from django.urls import path

from takatuf.public.mistake import views

urlpatterns = [
    path("", views.mistake, name="mistake"),
    path("thanks/", views.thanks, name="mistake-thanks"),
]
