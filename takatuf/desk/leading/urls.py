from django.urls import path

from takatuf.desk.leading import views

HERE = "<slug:city>/who-leads/"

urlpatterns = [
    path(HERE, views.who_leads, name="who-leads"),
    path(f"{HERE}draft/", views.begin, name="who-leads-begin"),
    path(f"{HERE}<int:version>/", views.version, name="who-leads-version"),
    path(f"{HERE}<int:version>/change/", views.change, name="who-leads-change"),
    path(f"{HERE}<int:version>/agree/", views.agree, name="who-leads-agree"),
    path(f"{HERE}<int:version>/drop/", views.drop, name="who-leads-drop"),
    path(f"{HERE}<int:version>/paper/<slug:language>/", views.paper, name="who-leads-paper"),
    path(
        "<slug:city>/incidents/<int:number>/who-does-what/who-leads/",
        views.practice,
        name="who-leads-here",
    ),
]
