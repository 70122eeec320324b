from django.urls import path

from takatuf.desk.log import views

LOG = "<slug:city>/incidents/<int:number>/log/"

urlpatterns = [
    path(LOG, views.log, name="log"),
    path(f"{LOG}decision/", views.decision, name="log-decision"),
    path(f"{LOG}print/", views.printed, name="log-print"),
    path(f"{LOG}<int:entry>/", views.entry, name="log-entry"),
    path(f"{LOG}<int:entry>/settle/", views.settle, name="log-settle"),
    path(f"{LOG}<int:entry>/correct/", views.correct, name="log-correct"),
]
