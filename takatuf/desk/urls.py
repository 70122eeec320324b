from django.urls import URLPattern, URLResolver, include, path

from takatuf.desk import views
from takatuf.desk.details import details

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("details/", details, name="details"),
    path("learn/", include("takatuf.desk.learn.urls")),
    path("", include("takatuf.desk.search.urls")),
    path("", include("takatuf.desk.account.urls")),
    path("", include("takatuf.desk.tasks.urls")),
    path("", include("takatuf.desk.log.urls")),
    path("", include("takatuf.desk.promises.urls")),
    path("", include("takatuf.desk.plans.urls")),
    path("", include("takatuf.desk.journal.urls")),
    path("", include("takatuf.desk.contacts.urls")),
    path("", include("takatuf.desk.listing.urls")),
    path("", include("takatuf.desk.leading.urls")),
    path("<slug:city>/", include("takatuf.desk.incidents.urls")),
    path("<slug:city>/", include("takatuf.desk.activities.urls")),
    path("<slug:city>/", include("takatuf.desk.community.urls")),
    path("<slug:city>/", include("takatuf.desk.reports.urls")),
    path("<slug:city>/", include("takatuf.desk.meetings.urls")),
]
