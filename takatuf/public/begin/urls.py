from django.urls import path

from takatuf.public.begin import views

urlpatterns = [
    path("<str:token>/", views.begin, name="begin"),
]
