from django.urls import path

from takatuf.desk.activities import coverage, importing, organisations, overlaps, partners, views

HERE = "incidents/<int:number>/who-does-what/"
ORGANISATION = f"{HERE}organisations/<uuid:organisation>/"

urlpatterns = [
    path(HERE, views.who_does_what, name="who-does-what"),
    path(f"{HERE}report/", views.report, name="report-activity"),
    path(f"{HERE}overlaps/", overlaps.overlaps, name="overlaps"),
    path(f"{HERE}overlaps/compare/", overlaps.compare, name="compare-activities"),
    path(f"{HERE}overlaps/<uuid:overlap>/", overlaps.overlap, name="overlap"),
    path(f"{HERE}overlaps/<uuid:overlap>/keep/", overlaps.keep, name="keep-agreement"),
    path(f"{HERE}overlaps/<uuid:overlap>/take-back/", overlaps.take_back, name="reopen-overlap"),
    path(f"{HERE}confirm/", views.confirm_all, name="confirm-activities"),
    path(f"{HERE}<uuid:activity>/", views.activity, name="activity"),
    path(f"{HERE}<uuid:activity>/change/", views.change, name="change-activity"),
    path(f"{HERE}<uuid:activity>/confirm/", views.confirm, name="confirm-activity"),
    path(f"{HERE}<uuid:activity>/withdraw/", views.withdraw, name="withdraw-activity"),
    path(f"{HERE}<uuid:activity>/restore/", views.restore, name="restore-activity"),
    path(f"{HERE}organisations/", organisations.organisations, name="organisations"),
    path(f"{HERE}organisations/names/", organisations.names, name="organisation-names"),
    path(ORGANISATION, organisations.organisation, name="organisation"),
    path(f"{ORGANISATION}names/", organisations.name_add, name="organisation-name-add"),
    path(
        f"{ORGANISATION}names/<uuid:name>/remove/",
        organisations.name_remove,
        name="organisation-name-remove",
    ),
    path(f"{ORGANISATION}merge/", organisations.merge, name="organisation-merge"),
    path(f"{ORGANISATION}apart/<uuid:other>/", organisations.apart, name="organisation-apart"),
    path(f"{ORGANISATION}unmerge/", organisations.unmerge, name="organisation-unmerge"),
    path(f"{HERE}matrix/", coverage.matrix, name="coverage"),
    path(f"{HERE}map/", coverage.district_map, name="coverage-map"),
    path(f"{HERE}partners/", partners.partners, name="activity-partners"),
    path(
        f"{HERE}partners/<uuid:invitation>/withdraw/",
        partners.withdraw,
        name="withdraw-invitation",
    ),
    path(f"{HERE}entries.csv", coverage.as_csv, name="activities-csv"),
    path(f"{HERE}entries.xlsx", coverage.as_workbook, name="activities-xlsx"),
    path(f"{HERE}entries.json", coverage.as_json, name="activities-json"),
    path(HERE + "imports/", importing.imports, name="activity-imports"),
    path(HERE + "imports/<uuid:made>/", importing.one_import, name="activity-import"),
    path(HERE + "imports/<uuid:made>/take-in/", importing.take_in, name="activity-import-run"),
    path(HERE + "imports/<uuid:made>/stop/", importing.stop, name="activity-import-stop"),
    path(HERE + "imports/<uuid:made>/undo/", importing.undo, name="activity-import-undo"),
    path(HERE + "imports/<uuid:made>/changes/", importing.changes, name="activity-import-changes"),
]
