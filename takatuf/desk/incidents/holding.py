"""Legal hold: seen by everyone at the incident, set and lifted by data protection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from takatuf.coordination.services import ask_for_hold
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out
from takatuf.incidents.access import may_hold, may_lead
from takatuf.incidents.queries import holds_of
from takatuf.incidents.services import lift_legal_hold, set_legal_hold
from takatuf.ui.forms import WordsArea

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

SHOWN = 20  # holds of one incident, the latest


class ReasonForm(forms.Form):
    """Why an incident is held, or no longer."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=WordsArea,
        help_text=gettext_lazy("It becomes part of the record. No names of people."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def hold(request: Request, incident: Incident) -> HttpResponse:
    """Whether the incident is held, since when and why; and the form of whoever may change it.

    Which of the three is meant comes with the button, so that nobody lifts a hold that was set
    while they were about to set one.
    """
    mine, held = may_hold(request.actor, incident), incident.held_since is not None
    form = ReasonForm(request.POST or None)
    to = "hold"
    act: Any = None
    if request.POST.get("act") == "set":
        act, said = set_legal_hold, _("The incident is under legal hold.")
    elif request.POST.get("act") == "lift":
        act, said = lift_legal_hold, _("The legal hold is lifted.")
    else:
        act, said, to = _ask, _("Your question is in the log."), "log"
    done = carried_out(
        request,
        form,
        lambda: act(
            request.actor, incident, reason=form.cleaned_data["reason"], now=timezone.now()
        ),
        said,
    )
    if done is not None:
        return redirect(address(to, incident.city.slug, incident.number))
    return incident_page(
        request,
        incident,
        "more",
        "desk/incidents/hold.html",
        page_title=_("Legal hold"),
        form=form if mine or not held else None,
        mine=mine,
        holds=holds_of(incident)[:SHOWN],
        reads_reasons=mine or may_lead(request.actor, incident),
        status=422 if form.errors else 200,
    )


def _ask(*args: Any, **rest: Any) -> object:
    return ask_for_hold(*args, language=get_language() or "en", **rest)
