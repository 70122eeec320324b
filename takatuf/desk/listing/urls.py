from django.urls import path

from takatuf.desk.listing import views

urlpatterns = [
    path("<slug:city>/listing/", views.listing, name="listing"),
]
