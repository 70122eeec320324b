from django.urls import path

from takatuf.public.reports import views

urlpatterns = [
    path("<int:number>/", views.report, name="report"),
    path("<int:number>/pdf/<slug:language>/", views.pdf, name="report-pdf"),
]
