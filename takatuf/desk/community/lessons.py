"""Writing a lesson for the library from what ended: a need that was closed, an overlap that was
settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from takatuf.activities.access import overlap_for
from takatuf.activities.queries import agreements_of
from takatuf.activities.vocabulary import OverlapState
from takatuf.community.access import check_may_keep_issues, issue_by_number
from takatuf.coordination.gaps import whose_work
from takatuf.coordination.services import Lesson, write_lesson
from takatuf.desk.activities.overlaps import about_overlap
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out
from takatuf.foundation.text import labelled
from takatuf.learning.queries import LANGUAGES, lesson_about
from takatuf.learning.rules import LONGEST
from takatuf.network.vocabulary import Level
from takatuf.plans.vocabulary import Workstream
from takatuf.ui.forms import WordsArea, WordsInput

if TYPE_CHECKING:
    from uuid import UUID

    from takatuf.incidents.models import Incident


def _words(label: Any, name: str, rows: int = 3, *, hint: Any = "", required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST[name],
        required=required,
        widget=WordsArea({"rows": rows}),
    )


class LessonForm(forms.Form):
    """What was learned: the intervention, at which level, what changed, the evidence."""

    title = forms.CharField(
        label=_("What others can do, in one line"),
        max_length=LONGEST["title"],
        widget=WordsInput,
    )
    context = _words(_("The problem"), "context", 2, required=False)
    done = _words(_("What was done"), "done")
    levels = forms.MultipleChoiceField(
        label=_("Who did it"),
        choices=Level.choices,
        widget=forms.CheckboxSelectMultiple({"class": "even"}),
    )
    outcome = _words(_("What changed"), "outcome")
    known_how = _words(
        _("How is that known?"),
        "known_how",
        2,
        hint=_("Who saw, counted or measured it, and when."),
    )
    lesson = _words(_("What others can take from it"), "lesson", 2, required=False)
    caution = _words(_("What to be careful about"), "caution", 2, required=False)
    workstream = forms.ChoiceField(label=_("Workstream"), choices=Workstream.choices)

    def told(self) -> Lesson:
        """As the use case takes it."""
        told = dict(self.cleaned_data)
        return Lesson(levels=tuple(told.pop("levels")), **told)


def lesson_page(
    request: Request,
    incident: Incident,
    *,
    part: str,
    about: str,
    initial: dict[str, Any],
    back: str,
) -> HttpResponse:
    """The form of a lesson about something that ended, under the tab `part`; sent, it becomes
    a draft of the library, and its writer returns to `back`."""
    check_may_keep_issues(request.actor, incident)
    written = lesson_about(about)
    if written is not None and request.method != "POST":
        return redirect(back)
    language = get_language() or "en"
    form = LessonForm(request.POST or None, initial=initial)
    done = carried_out(
        request,
        form,
        lambda: write_lesson(
            request.actor,
            incident,
            about=about,
            lesson=form.told(),
            language=language if language in LANGUAGES else LANGUAGES[0],
            now=timezone.now(),
        ),
        gettext("The lesson is with the secretariat of the network, as a draft of the library."),
    )
    if done is not None:
        return redirect(back)
    return part_page(
        request,
        incident,
        part,
        "desk/community/lesson.html",
        page_title=gettext("Write a lesson"),
        status=422 if form.errors else 200,
        form=form,
        back=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def of_need(request: Request, incident: Incident, need: int) -> HttpResponse:
    """What was learned from a need that was closed."""
    issue = issue_by_number(request.actor, incident, need)
    back = address("need", incident.city.slug, incident.number, need)
    if issue.state == "open":
        return redirect(back)
    return lesson_page(
        request,
        incident,
        part="needs",
        about=issue.about,
        initial={
            "context": issue.text,
            "done": issue.note,
            "workstream": whose_work(issue.service)[1],
            "levels": [Level.MUNICIPALITY],
        },
        back=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def of_overlap(request: Request, incident: Incident, overlap: UUID) -> HttpResponse:
    """What was learned from an overlap that was settled."""
    one = overlap_for(request.actor, overlap, incident=incident)
    back = address("overlap", incident.city.slug, incident.number, one.pk)
    if one.state != OverlapState.SETTLED:
        return redirect(back)
    agreement = next((each for each in agreements_of(one) if each.ended_at is None), None)
    both = [labelled(side.organisation, side) for side in (one.a, one.b)]
    return lesson_page(
        request,
        incident,
        part="overlaps",
        about=about_overlap(one),
        initial={
            "context": "\n".join(both),
            "done": agreement.reason if agreement else "",
            "workstream": whose_work(one.a.service)[1],
            "levels": sorted({side.level for side in (one.a, one.b) if side.level}),
        },
        back=back,
    )
