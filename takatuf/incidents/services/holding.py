"""Legal hold: nothing of an incident is deleted, erased or edited in place until it is lifted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import check_may_hold
from takatuf.incidents.models import Incident, LegalHold, Methane
from takatuf.incidents.services.life import note
from takatuf.journal.services import hold, release

MOST_REASON = 2_000  # characters


@transaction.atomic
def set_legal_hold(actor: Actor, incident: Incident, *, reason: str, now: datetime) -> LegalHold:
    """From here on nothing of the incident is changed or removed, names and texts beside its
    record included; adding goes on."""
    check_may_hold(actor, incident)
    reason = _checked(reason)
    fresh = _locked(incident)
    if fresh.held_since is not None:
        raise Refused(_("This incident is under legal hold already."), code="held-already")
    fresh.held_since = fresh.updated_at = now
    fresh.save(update_fields=["held_since", "updated_at"])
    made = LegalHold.objects.create(
        incident=fresh, reason=reason, set_by_id=actor.person_id, set_at=now
    )
    for about in _told_of(fresh):
        hold(fresh.city.log, about, now=now)
    note(
        actor, "hold.set", fresh, now,
        facts={"title": fresh.title}, private={"reason": reason},
    )  # fmt: skip
    return made


@transaction.atomic
def lift_legal_hold(actor: Actor, incident: Incident, *, reason: str, now: datetime) -> LegalHold:
    """Let the incident be changed again as before; the hold stays in the record."""
    check_may_hold(actor, incident)
    reason = _checked(reason)
    fresh = _locked(incident)
    held = LegalHold.objects.filter(incident=fresh, lifted_at=None).first()
    if held is None:
        raise Refused(_("This incident is not under legal hold."), code="not-held")
    held.lifted_by_id, held.lifted_at, held.lift_reason = actor.person_id, now, reason
    held.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    fresh.held_since, fresh.updated_at = None, now
    fresh.save(update_fields=["held_since", "updated_at"])
    for about in _told_of(fresh):
        release(fresh.city.log, about)
    note(
        actor, "hold.lifted", fresh, now,
        facts={"title": fresh.title}, private={"reason": reason},
    )  # fmt: skip
    return held


def _told_of(incident: Incident) -> list[str]:
    """What entries are about that tell of this incident: itself, and what came from the scene
    before it was declared."""
    messages = Methane.objects.filter(incident=incident).values_list("pk", flat=True)
    return [incident.about, *(f"methane:{pk}" for pk in messages)]


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
    if len(reason) > MOST_REASON:
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": MOST_REASON},
            code="text-long",
            field="reason",
        )
    return reason
