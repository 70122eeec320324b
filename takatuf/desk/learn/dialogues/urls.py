from django.urls import path

from takatuf.desk.learn.dialogues import views

ONE = "<slug:slug>/"

urlpatterns = [
    path("", views.dialogues, name="dialogues"),
    path("prepare/", views.prepare, name="dialogue-prepare"),
    path(ONE, views.dialogue, name="dialogue"),
    path(f"{ONE}change/<slug:act>/", views.change, name="dialogue-change"),
    path(f"{ONE}remove/<slug:part>/<slug:key>/", views.remove, name="dialogue-remove"),
    path(f"{ONE}registrations/", views.registrations, name="dialogue-registrations"),
    path(f"{ONE}registrations/take-out/", views.take_out, name="dialogue-take-out"),
]
