from django.urls import path

from takatuf.desk.community import gaps, lessons, needs, surveys

PARTS = "incidents/<int:number>/who-does-what/"
HERE = f"{PARTS}needs/"

urlpatterns = [
    path(f"{PARTS}gaps/", gaps.gaps, name="gaps"),
    path(f"{PARTS}gaps/take-up/", gaps.take_up, name="take-up-gap"),
    path(f"{PARTS}overlaps/<uuid:overlap>/lesson/", lessons.of_overlap, name="overlap-lesson"),
    path(HERE, needs.needs, name="needs"),
    path(f"{HERE}import/", surveys.bring, name="import-needs"),
    path(f"{HERE}import/<uuid:survey>/", surveys.table, name="need-table"),
    path(f"{HERE}import/<uuid:survey>/undo/", surveys.undo, name="undo-need-table"),
    path(f"{HERE}new/", needs.new, name="new-need"),
    path(f"{HERE}<int:need>/", needs.need, name="need"),
    path(f"{HERE}<int:need>/change/", needs.change, name="change-need"),
    path(f"{HERE}<int:need>/close/", needs.close, name="close-need"),
    path(f"{HERE}<int:need>/answers/", needs.answer, name="answer-need"),
    path(f"{HERE}<int:need>/answers/<uuid:activity>/", needs.no_answer, name="no-answer"),
    path(f"{HERE}<int:need>/lesson/", lessons.of_need, name="need-lesson"),
    path(f"{HERE}<int:need>/reopen/", needs.reopen, name="reopen-need"),
]
