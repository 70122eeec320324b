from django.urls import path

from takatuf.public.feeds import card_feed
from takatuf.public.library import views

urlpatterns = [
    path("", views.library, name="library"),
    path("feed.atom", card_feed, name="card-feed"),
    path("<slug:slug>/", views.card, name="card"),
]
