"""The lead handed over: offered with what is open, accepted or declined; who led and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.coordination.handing import MOST_NOTE, Group, groups_of, handed_over, open_things
from takatuf.coordination.services import answer_hand_over, offer_hand_over
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out, page_of, pressed
from takatuf.incidents.access import (
    check_may_answer_offer,
    check_may_offer_lead,
    hand_over_for,
    may_answer_offer,
    may_offer_lead,
    speaks_for,
)
from takatuf.incidents.queries import hand_overs_of, leads_of, open_offer
from takatuf.incidents.services import withdraw_offer
from takatuf.network.queries import agencies_of
from takatuf.ui.forms import WordsArea, by_name

if TYPE_CHECKING:
    from takatuf.incidents.models import HandOver, Incident


class OfferForm(forms.Form):
    """To whom the lead goes, in writing, and a word beside each open thing that needs one."""

    to_agency = forms.ChoiceField(label=gettext_lazy("Who is to lead from now on"))
    text = forms.CharField(
        label=gettext_lazy("What passes, what stays, and what to know"),
        max_length=10_000,
        widget=WordsArea({"rows": 6}),
        help_text=gettext_lazy("Both sides read it, and it becomes the reason in the log."),
    )
    said_by = forms.CharField(
        label=gettext_lazy("Who at the agency that leads gives the lead, and how they said so"),
        max_length=200,
        help_text=gettext_lazy("Post or name, and whether by telephone, in person or in writing."),
    )

    def __init__(
        self, *args: Any, incident: Incident, speaks: bool, groups: list[Group], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {
            str(agency.pk): agency
            for agency in agencies_of(incident.city)
            if agency.pk != incident.lead_agency_id
        }
        field = self.fields["to_agency"]
        field.choices = [("", "–"), *by_name(self.agencies.items())]  # type: ignore[attr-defined]
        if speaks:
            del self.fields["said_by"]
        self.groups = [
            (group, [(line, self._note(line.thing)) for line in group.lines]) for group in groups
        ]

    def _note(self, thing: str) -> Any:
        name = f"note-{thing}"
        self.fields[name] = forms.CharField(
            label=gettext_lazy("Note"), max_length=MOST_NOTE, required=False
        )
        return self[name]

    def values(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "to_agency": self.agencies[told["to_agency"]],
            "text": told["text"],
            "said_by": told.get("said_by", ""),
            "notes": {
                name.removeprefix("note-"): words
                for name, words in told.items()
                if name.startswith("note-")
            },
        }


class AnswerForm(forms.Form):
    """The receiving side's word."""

    note = forms.CharField(
        label=gettext_lazy("A word with your answer"),
        max_length=2000,
        required=False,
        widget=WordsArea({"rows": 3}),
        help_text=gettext_lazy("Whoever declines says why."),
    )
    said_by = forms.CharField(
        label=gettext_lazy("Who at the receiving agency gave this answer, and how"),
        max_length=200,
        help_text=gettext_lazy("Post or name, and whether by telephone, in person or in writing."),
    )

    def __init__(self, *args: Any, speaks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if speaks:
            del self.fields["said_by"]


def _address(name: str, incident: Incident, *rest: object) -> str:
    return address(name, incident.city.slug, incident.number, *rest)


@require_safe
@at_incident
def hand_overs(request: Request, incident: Incident) -> HttpResponse:
    """Who leads and led, the offer that waits, and every offer there was."""
    offer = open_offer(incident)
    page = page_of(request, hand_overs_of(incident))
    return incident_page(
        request,
        incident,
        "more",
        "desk/incidents/hand_overs.html",
        page_title=_("The lead"),
        offer=offer,
        leads=leads_of(incident),
        page=page,
        may_offer=may_offer_lead(request.actor, incident)
        and offer is None
        and incident.lead_agency_id is not None
        and incident.stood_down_at is None,
        may_answer=offer is not None and may_answer_offer(request.actor, offer, timezone.now()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def offer(request: Request, incident: Incident) -> HttpResponse:
    """Offer the lead, with the list of what is open."""
    check_may_offer_lead(request.actor, incident)
    if incident.lead_agency is None:
        return redirect(_address("facts", incident))
    now, language = timezone.now(), get_language() or "en"
    form = OfferForm(
        request.POST or None,
        incident=incident,
        speaks=speaks_for(request.actor, incident.lead_agency),
        groups=groups_of(open_things(incident, now, {}), language),
    )
    made = carried_out(
        request,
        form,
        lambda: offer_hand_over(
            request.actor, incident, language=language, now=now, **form.values()
        ),
        _("The lead is offered. The other side was told and answers."),
    )
    if made is not None:
        return redirect(_address("hand-over", incident, made.pk))
    return incident_page(
        request,
        incident,
        "more",
        "desk/incidents/offer_lead.html",
        page_title=_("Hand over the lead"),
        form=form,
        back=_address("hand-overs", incident),
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def hand_over(request: Request, incident: Incident, hand_over: UUID) -> HttpResponse:
    """One hand-over as it was written; whoever may answers it here."""
    found = hand_over_for(request.actor, hand_over, incident=incident)
    now = timezone.now()
    if request.method == "POST":
        check_may_answer_offer(request.actor, found, now)
    waits = found.state == found.State.OFFERED
    form = None
    if found.to_agency is not None and may_answer_offer(request.actor, found, now):
        form = AnswerForm(request.POST or None, speaks=speaks_for(request.actor, found.to_agency))
        accepts = request.POST.get("answer") == "accept"
        answered = carried_out(
            request,
            form,
            lambda: answer_hand_over(
                request.actor,
                found,
                accepts=accepts,
                language=get_language() or "en",
                now=now,
                **form.cleaned_data,
            ),
            _("The lead is accepted. It stands in the log as a decision.")
            if accepts
            else _("The lead is declined. The other side was told."),
        )
        if answered is not None:
            return redirect(_address("hand-over", incident, found.pk))
    return incident_page(
        request,
        incident,
        "more",
        "desk/incidents/hand_over.html",
        page_title=_("Hand-over of the lead"),
        hand_over=found,
        groups=handed_over(found, get_language() or "en"),
        form=form if waits or (form is not None and form.errors) else None,
        may_withdraw=waits and may_offer_lead(request.actor, incident),
        tone=_tone(found),
        back=_address("hand-overs", incident),
        status=422 if form is not None and form.errors else 200,
    )


def _tone(hand_over: HandOver) -> str:
    return {"offered": "warn", "accepted": "go"}.get(hand_over.state, "quiet")


@require_POST
@at_incident
def withdraw(request: Request, incident: Incident, hand_over: UUID) -> HttpResponse:
    """Take back an offer that nobody answered yet."""
    found = hand_over_for(request.actor, hand_over, incident=incident)
    return pressed(
        request,
        lambda: withdraw_offer(request.actor, found, note="", now=timezone.now()),
        _("The offer is taken back. The other side was told."),
        _address("hand-overs", incident),
    )
