"""Standing an incident down, with what stays open; and opening it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from takatuf.activities.queries import in_working_order, open_tasks
from takatuf.coordination import services as coordination
from takatuf.decisions.queries import open_promises, open_questions
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out
from takatuf.foundation.text import isolated
from takatuf.incidents.access import check_may_lead
from takatuf.translation.queries import in_language

if TYPE_CHECKING:
    from takatuf.activities.models import Task
    from takatuf.incidents.models import Incident

SHOWN = 500  # more open actions than one page can ask about are kept


class StandDownForm(forms.Form):
    """Why the open response ends, and what goes on."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It becomes a decision in the log."),
    )
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("Actions that stay open"),
        help_text=gettext_lazy("The others are closed undone, with your reason beside them."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    with_years = forms.BooleanField(
        label=gettext_lazy("Hand out the plan’s actions of the months and years"),
        help_text=gettext_lazy("They sleep until their day is near."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, tasks: Iterable[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (str(task.pk), isolated(in_language(task.title, language).words)) for task in tasks
        ]

    def kept(self) -> list[UUID]:
        return [UUID(key) for key in self.cleaned_data["keep"]]


class ReopenForm(forms.Form):
    """Why an incident is opened again, and whether its agencies are called."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It becomes a decision in the log."),
    )
    call_again = forms.BooleanField(label=gettext_lazy("Call its agencies now"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def stand_down(request: Request, incident: Incident) -> HttpResponse:
    """Ask what stays open for months and years, and end the open response."""
    check_may_lead(request.actor, incident)
    now = timezone.now()
    tasks = list(in_working_order(open_tasks(incident), now)[: SHOWN + 1])
    rest = [task.pk for task in in_working_order(open_tasks(incident), now)[SHOWN:]]
    form = StandDownForm(request.POST or None, tasks=tasks[:SHOWN])
    done = carried_out(
        request,
        form,
        lambda: coordination.stand_down(
            request.actor,
            incident,
            reason=form.cleaned_data["reason"],
            language=get_language() or "en",
            keep=[*form.kept(), *rest],
            with_years=form.cleaned_data["with_years"],
            now=now,
        ),
        _("The incident is stood down. What you kept goes on."),
    )
    if done is not None:
        return redirect("desk:ahead", incident.city.slug, incident.number)
    return incident_page(
        request,
        incident,
        "picture",
        "desk/incidents/stand_down.html",
        status=422 if form.errors else 200,
        form=form,
        page_title=_("Stand down"),
        promises=list(open_promises(incident)[:50]),
        questions=list(open_questions(incident)[:50]),
        back=address("picture", incident.city.slug, incident.number),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def reopen(request: Request, incident: Incident) -> HttpResponse:
    """Open a stood-down incident again."""
    check_may_lead(request.actor, incident)
    form = ReopenForm(request.POST or None)
    done = carried_out(
        request,
        form,
        lambda: coordination.reopen_incident(
            request.actor,
            incident,
            language=get_language() or "en",
            now=timezone.now(),
            **form.cleaned_data,
        ),
        _("The incident is open again."),
    )
    back = address("picture", incident.city.slug, incident.number)
    if done is not None:
        return redirect(back)
    return incident_page(
        request,
        incident,
        "picture",
        "desk/incidents/form.html",
        status=422 if form.errors else 200,
        form=form,
        page_title=_("Open again"),
        heading=_("Open again"),
        button=_("Open the incident again"),
        back=back,
    )
