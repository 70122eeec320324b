from django.urls import path

from takatuf.public.search import views

urlpatterns = [path("", views.search, name="search")]
