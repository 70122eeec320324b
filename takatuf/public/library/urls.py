from django.urls import path

from takatuf.public.library import views

urlpatterns = [
    path("", views.library, name="library"),
    path("<slug:slug>/", views.card, name="card"),
]
