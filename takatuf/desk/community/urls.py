from django.urls import path

from takatuf.desk.community import needs

HERE = "incidents/<int:number>/who-does-what/needs/"

urlpatterns = [
    path(HERE, needs.needs, name="needs"),
    path(f"{HERE}new/", needs.new, name="new-need"),
    path(f"{HERE}<int:need>/", needs.need, name="need"),
    path(f"{HERE}<int:need>/change/", needs.change, name="change-need"),
    path(f"{HERE}<int:need>/close/", needs.close, name="close-need"),
    path(f"{HERE}<int:need>/reopen/", needs.reopen, name="reopen-need"),
]
