from django.urls import path

from takatuf.public.members import views

urlpatterns = [
    path("", views.members, name="members"),
]
