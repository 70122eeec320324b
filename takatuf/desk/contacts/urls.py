from django.urls import path

from takatuf.desk.contacts import views

CONTACTS = "<slug:city>/contacts/"

urlpatterns = [
    path(CONTACTS, views.contacts, name="contacts"),
    path(f"{CONTACTS}print/", views.printed, name="contacts-print"),
    path(f"{CONTACTS}add/", views.add_agency, name="add-agency"),
    path(f"{CONTACTS}import-partners/", views.import_partners, name="import-partners"),
    path(f"{CONTACTS}import-areas/", views.import_areas, name="import-areas"),
    path(f"{CONTACTS}<uuid:pk>/", views.agency, name="agency"),
    path(f"{CONTACTS}<uuid:pk>/edit/", views.edit_agency, name="edit-agency"),
    path(f"{CONTACTS}<uuid:pk>/retire/", views.retire, name="retire-agency"),
    path(f"{CONTACTS}<uuid:pk>/restore/", views.restore, name="restore-agency"),
    path(f"{CONTACTS}<uuid:pk>/add-person/", views.add_person, name="add-person"),
    path(f"{CONTACTS}posts/<uuid:pk>/", views.edit_post, name="edit-post"),
    path(f"{CONTACTS}posts/<uuid:pk>/person/", views.edit_person, name="edit-person"),
    path(f"{CONTACTS}posts/<uuid:pk>/end/", views.end_post, name="end-post"),
    path(
        f"{CONTACTS}posts/<uuid:pk>/password-link/",
        views.make_password_link,
        name="make-password-link",
    ),
    path(f"{CONTACTS}posts/<uuid:pk>/duty/", views.duty, name="duty"),
]
