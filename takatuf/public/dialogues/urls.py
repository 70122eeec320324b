from django.urls import path

from takatuf.public.dialogues import registering, views
from takatuf.public.feeds import dialogue_feed

urlpatterns = [
    path("", views.dialogues, name="dialogues"),
    path("feed.atom", dialogue_feed, name="dialogue-feed"),
    path("answer/<str:token>/", registering.answer, name="dialogue-answer"),
    path("<slug:slug>/", views.dialogue, name="dialogue"),
    path("<slug:slug>/calendar.ics", views.calendar, name="dialogue-calendar"),
    path("<slug:slug>/register/", registering.register, name="dialogue-register"),
    path("<slug:slug>/registered/", registering.registered, name="dialogue-registered"),
]
