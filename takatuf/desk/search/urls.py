from django.urls import path

from takatuf.desk.search import views

urlpatterns = [path("search/", views.search, name="search")]
