from django.urls import path

from takatuf.public.answer import views

urlpatterns = [
    path("<str:token>/", views.answer, name="answer"),
]
