from django.urls import path

from takatuf.desk.activities import views

HERE = "incidents/<int:number>/who-does-what/"

urlpatterns = [
    path(HERE, views.who_does_what, name="who-does-what"),
    path(f"{HERE}report/", views.report, name="report-activity"),
    path(f"{HERE}<uuid:activity>/", views.activity, name="activity"),
    path(f"{HERE}<uuid:activity>/change/", views.change, name="change-activity"),
    path(f"{HERE}<uuid:activity>/confirm/", views.confirm, name="confirm-activity"),
    path(f"{HERE}<uuid:activity>/withdraw/", views.withdraw, name="withdraw-activity"),
    path(f"{HERE}<uuid:activity>/restore/", views.restore, name="restore-activity"),
]
