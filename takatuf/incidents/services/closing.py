"""The end of the open response, and its return: stood down, opened again ten years on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import check_may_lead
from takatuf.incidents.models import Closing, Incident
from takatuf.incidents.services.life import note


@transaction.atomic
def close_incident(
    actor: Actor, incident: Incident, *, reason: str, language: str, kept: int, now: datetime
) -> Incident:
    """Stand an incident down: it leaves the lists of open ones. `kept` is how many actions
    stay; what is kept, promised or asleep goes on."""
    check_may_lead(actor, incident)
    reason = _checked(reason)
    fresh = _locked(incident)
    check_not_stood_down(fresh)
    fresh.stood_down_at = fresh.updated_at = now
    fresh.next_meeting_at, fresh.next_meeting_place = None, ""
    fresh.save(
        update_fields=["stood_down_at", "updated_at", "next_meeting_at", "next_meeting_place"]
    )
    Closing.objects.create(
        incident=fresh,
        reason=reason,
        language=language,
        stood_down_by_id=actor.person_id,
        stood_down_at=now,
    )
    note(
        actor, "incident.stood_down", fresh, now,
        facts={"title": fresh.title, "kept": kept}, private={"reason": reason},
    )  # fmt: skip
    return fresh


@transaction.atomic
def open_again(actor: Actor, incident: Incident, *, reason: str, now: datetime) -> Incident:
    """Open a stood-down incident again, however long ago it was; its log goes on."""
    check_may_lead(actor, incident)
    reason = _checked(reason)
    fresh = _locked(incident)
    if fresh.stood_down_at is None:
        raise Refused(_("This incident is open already."), code="open-already")
    fresh.stood_down_at, fresh.updated_at = None, now
    fresh.save(update_fields=["stood_down_at", "updated_at"])
    closing = fresh.closings.filter(reopened_at=None).order_by("-stood_down_at", "-id").first()
    if closing is not None:
        closing.reopened_at, closing.reopen_reason = now, reason
        closing.reopened_by_id = actor.person_id
        closing.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    note(
        actor, "incident.reopened", fresh, now,
        facts={"title": fresh.title}, private={"reason": reason},
    )  # fmt: skip
    return fresh


def check_not_stood_down(incident: Incident) -> None:
    """Refuse what belongs to an open response alone."""
    if incident.stood_down_at is not None:
        raise Refused(
            _("This incident was stood down. Open it again first; its log goes on all the while."),
            code="stood-down",
        )


def _locked(incident: Incident) -> Incident:
    return (
        Incident.objects.select_for_update(of=("self",)).select_related("city").get(pk=incident.pk)
    )


def _checked(reason: str) -> str:
    reason = clean_text(reason)
    if not reason:
        raise Refused(
            _("Say why; it becomes part of the record."), code="reason-missing", field="reason"
        )
    return reason
