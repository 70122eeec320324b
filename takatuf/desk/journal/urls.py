from django.urls import path

from takatuf.desk.journal import views

urlpatterns = [
    path("<slug:city>/journal/", views.journal, name="journal"),
    path("<slug:city>/journal/verify/", views.verify, name="journal-verify"),
    path("<slug:city>/journal/sign/", views.sign, name="journal-sign"),
    path("<slug:city>/journal/export/", views.export, name="journal-export"),
    path("<slug:city>/journal/checkpoints/<int:size>/", views.checkpoint, name="checkpoint"),
]
