from django.urls import path

from takatuf.public.dialogues import views

urlpatterns = [
    path("", views.dialogues, name="dialogues"),
    path("<slug:slug>/", views.dialogue, name="dialogue"),
    path("<slug:slug>/calendar.ics", views.calendar, name="dialogue-calendar"),
]
