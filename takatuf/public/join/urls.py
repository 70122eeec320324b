from django.urls import path

from takatuf.public.join import views

urlpatterns = [
    path("", views.join, name="join"),
    path("sent/", views.sent, name="join-sent"),
    path("application/<str:token>/", views.application, name="application"),
    path("application/<str:token>/confirm/", views.confirm, name="confirm-application"),
    path("application/<str:token>/withdraw/", views.withdraw, name="withdraw-application"),
]
