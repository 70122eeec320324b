from django.urls import path

from takatuf.public.cities import views

urlpatterns = [
    path("", views.city, name="city"),
]
