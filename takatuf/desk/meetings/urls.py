from django.urls import path

from takatuf.desk.meetings import views

ALL = "incidents/<int:number>/meetings/"
ONE = f"{ALL}<int:meeting>/"

urlpatterns = [
    path("incidents/<int:number>/meeting/", views.plan, name="meeting"),
    path(ALL, views.meetings, name="meetings"),
    path(ONE, views.meeting, name="meeting-page"),
    path(f"{ONE}open/", views.begin, name="meeting-open"),
    path(f"{ONE}call-off/", views.call_off, name="meeting-call-off"),
    path(f"{ONE}attendance/", views.attendance, name="meeting-attendance"),
    path(f"{ONE}outcomes/", views.outcome, name="meeting-outcome"),
    path(f"{ONE}close/", views.close, name="meeting-close"),
    path(f"{ONE}calendar/", views.calendar, name="meeting-calendar"),
]
