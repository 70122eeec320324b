from django.urls import path

from takatuf.desk.journal import erasing, views

# The installation's own journal, and each city's: the same pages, with and without a city.
PLACES = ("journal/installation/", "<slug:city>/journal/")

urlpatterns = [
    path("journal/", views.journals, name="journals"),
    path("<slug:city>/journal/erase/", erasing.erase, name="journal-erase"),
]
for place in PLACES:
    urlpatterns += [
        path(place, views.journal, name="journal"),
        path(f"{place}verify/", views.verify, name="journal-verify"),
        path(f"{place}sign/", views.sign, name="journal-sign"),
        path(f"{place}export/", views.export, name="journal-export"),
        path(f"{place}checkpoints/<int:size>/", views.checkpoint, name="checkpoint"),
    ]
