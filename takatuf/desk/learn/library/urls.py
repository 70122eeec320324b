from django.urls import path

from takatuf.desk.learn.library import views

urlpatterns = [
    path("", views.cards, name="learn-library"),
    path("write/", views.write, name="card-write"),
    path("drafts/<uuid:pk>/", views.draft, name="card-draft"),
    path("drafts/<uuid:pk>/edit/", views.edit, name="card-edit"),
    path("drafts/<uuid:pk>/sources/<str:code>/", views.source, name="card-source"),
    path("drafts/<uuid:pk>/<slug:act>/", views.change, name="card-change"),
    path("<slug:slug>/", views.card, name="card-kept"),
    path("<slug:slug>/correct/", views.correct, name="card-correct"),
    path("<slug:slug>/restore/", views.restore, name="card-restore"),
]
