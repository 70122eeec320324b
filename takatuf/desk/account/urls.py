from django.urls import path

from takatuf.desk.account import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/offers/<uuid:pk>/accept/", views.accept, name="accept-offer"),
    path("account/offers/<uuid:pk>/decline/", views.decline, name="decline-offer"),
]
