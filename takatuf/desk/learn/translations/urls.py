from django.urls import path

from takatuf.desk.learn.translations import machine, views

urlpatterns = [
    path("", views.translations, name="translations"),
    path("machine/<slug:language>/ask/", machine.ask, name="machine-ask"),
    path("machine/<slug:language>/stop/", machine.stop, name="machine-stop"),
    path("of/<path:text>/", views.translation, name="translation"),
    path("<slug:language>/<path:page>/", views.translation_page, name="translation-page"),
]
