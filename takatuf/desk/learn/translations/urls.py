from django.urls import path

from takatuf.desk.learn.translations import views

urlpatterns = [
    path("", views.translations, name="translations"),
    path("of/<path:text>/", views.translation, name="translation"),
    path("<slug:language>/<path:page>/", views.translation_page, name="translation-page"),
]
