from django.urls import path

from takatuf.desk.activities import views

HERE = "incidents/<int:number>/who-does-what/"

urlpatterns = [
    path(HERE, views.who_does_what, name="who-does-what"),
]
