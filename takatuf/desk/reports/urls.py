from django.urls import path

from takatuf.desk.reports import views

ONE = "incidents/<int:number>/reports/<int:report>/"

urlpatterns = [
    path("incidents/<int:number>/reports/", views.reports, name="reports"),
    path(ONE, views.report, name="report"),
    path(f"{ONE}changes/", views.changes, name="report-changes"),
    path(f"{ONE}edit/<slug:section>/<slug:language>/", views.edit, name="report-edit"),
    path(f"{ONE}scope/", views.scope, name="report-scope"),
    path(f"{ONE}figures/", views.add_figure, name="report-figure-add"),
    path(f"{ONE}figures/<uuid:figure>/", views.figure, name="report-figure"),
    path(f"{ONE}figures/<uuid:figure>/remove/", views.remove, name="report-figure-remove"),
    path(f"{ONE}send/", views.send, name="report-send"),
    path(f"{ONE}send-back/", views.back, name="report-send-back"),
    path(f"{ONE}approve/", views.approve, name="report-approve"),
    path(f"{ONE}look/", views.look, name="report-look"),
    path(f"{ONE}withdraw/", views.withdraw, name="report-withdraw"),
    path(f"{ONE}pdf/<slug:language>/", views.pdf, name="report-pdf"),
]
