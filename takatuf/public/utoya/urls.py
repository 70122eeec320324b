from django.urls import path

from takatuf.public.utoya import views

urlpatterns = [path("", views.utoya, name="utoya")]
