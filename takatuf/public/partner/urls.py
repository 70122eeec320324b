from django.urls import path

from takatuf.public.partner import views

urlpatterns = [
    path("<str:token>/", views.partner, name="partner"),
    path("<str:token>/report/", views.report, name="partner-report"),
    path("<str:token>/act/", views.act, name="partner-act"),
]
