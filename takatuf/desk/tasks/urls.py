from django.urls import path

from takatuf.desk.tasks import views

INCIDENT = "<slug:city>/incidents/<int:number>/actions/"

urlpatterns = [
    path("today/", views.today, name="today"),
    path(INCIDENT, views.actions, name="actions"),
    path(f"{INCIDENT}add/", views.add, name="add-action"),
    path(f"{INCIDENT}<uuid:pk>/", views.action, name="action"),
    path(f"{INCIDENT}<uuid:pk>/<slug:act>/", views.move, name="move-action"),
]
