"""Partners who tell what they do by a link: invited, listed, their links withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from takatuf.accounts.rules import sends_letters
from takatuf.activities import services
from takatuf.activities.access import invitation_for, invitation_link, may_report_for_any
from takatuf.activities.queries import invitations_of, names_to_offer
from takatuf.desk.activities.forms import InviteForm
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    carried_out,
    once_only,
    page_of,
    pressed,
)
from takatuf.foundation.ids import uuid7

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def partners(request: Request, incident: Incident) -> HttpResponse:
    """Who was given a link; and the form that makes one."""
    now = timezone.now()
    may_invite = may_report_for_any(request.actor, incident)
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        initial={"language": get_language(), "days": 30},
    )

    def act() -> UUID:
        return services.invite_partner(
            request.actor, incident, **form.cleaned_data, now=timezone.now()
        ).pk

    sent = request.method == "POST" and bool(request.POST.get("email")) and sends_letters()
    said = _("The letter is on its way.") if sent else ""
    made = carried_out(request, form, lambda: once_only(request, act), said)
    if made is not None and sent:
        return redirect(address("activity-partners", incident.city.slug, incident.number))
    if made is not None:
        return part_page(
            request,
            incident,
            "activity-partners",
            "desk/activities/invited.html",
            page_title=_("Hand the link over"),
            invitation=(invitation := invitation_for(request.actor, made, incident=incident)),
            link=invitation_link(invitation),
            back_url=address("activity-partners", incident.city.slug, incident.number),
        )
    page = page_of(request, invitations_of(incident))
    return part_page(
        request,
        incident,
        "activity-partners",
        "desk/activities/partners.html",
        now=now,
        page=page,
        form=form if may_invite else None,
        letters=sends_letters(),
        key=request.POST.get("key") or uuid7(),
        known=names_to_offer(incident.city) if may_invite else [],
        may_report=may_invite,
        status=422 if form.errors else 200,
    )


@require_POST
@at_incident
def withdraw(request: Request, incident: Incident, invitation: UUID) -> HttpResponse:
    """Let a partner's link lead nowhere from now on."""
    found = invitation_for(request.actor, invitation, incident=incident)
    return pressed(
        request,
        lambda: services.withdraw_invitation(request.actor, found, now=timezone.now()),
        _("The link leads nowhere any more. What was told by it stays."),
        address("activity-partners", incident.city.slug, incident.number),
    )
