from django.urls import path

from takatuf.desk.promises import views

PROMISES = "<slug:city>/promises/"

urlpatterns = [
    path(PROMISES, views.promises, name="promises"),
    path(f"{PROMISES}make/", views.make, name="make-promise"),
    path(f"{PROMISES}quarters/", views.by_quarter, name="promise-quarters"),
    path(f"{PROMISES}<int:number>/", views.promise, name="promise"),
    path(f"{PROMISES}<int:number>/<slug:act>/", views.change, name="change-promise"),
]
