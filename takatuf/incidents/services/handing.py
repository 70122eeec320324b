"""The lead passes from one agency to another: offered in writing, accepted or declined."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.alerts.services import tell
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents import notices
from takatuf.incidents.access import (
    check_may_answer_offer,
    check_may_offer_lead,
    speaks_for,
)
from takatuf.incidents.models import HandOver, Incident
from takatuf.incidents.services.closing import check_not_stood_down
from takatuf.incidents.services.life import note, set_lead
from takatuf.network.models import Agency
from takatuf.network.queries import first_to_tell

MOST_TEXT = 10_000
MOST_NOTE = 2_000
MOST_SAID_BY = 200


@transaction.atomic
def write_offer(
    actor: Actor,
    incident: Incident,
    *,
    to_agency: Agency,
    text: str,
    language: str,
    open_things: Mapping[str, Any],
    now: datetime,
    said_by: str = "",
) -> HandOver:
    """Offer the lead of the incident to another agency, with what is open.

    `text` says what passes, what stays and what to know. `said_by` tells whose word it is and
    how it was given, where the actor does not serve the agency that leads. One offer waits at
    a time. Raises `Refused` with the field that is wrong.
    """
    check_may_offer_lead(actor, incident)
    fresh = _locked(incident)
    check_not_stood_down(fresh)
    giving = fresh.lead_agency
    if giving is None:
        raise Refused(
            _("Nobody leads yet, so there is nothing to hand over. Say under the facts who leads."),
            code="nobody-leads",
        )
    if to_agency.city_id != fresh.city_id or not to_agency.is_active:
        raise Refused(_("Choose an agency of this city."), code="agency", field="to_agency")
    if to_agency.pk == giving.pk:
        raise Refused(
            _("This agency leads already. Choose another."), code="leads-already", field="to_agency"
        )
    words = _words("text", text, MOST_TEXT)
    if not words:
        raise Refused(
            _("Write what passes, what stays, and what to know."), code="text-missing", field="text"
        )
    said_by = _said_by(
        said_by,
        needed=not speaks_for(actor, giving),
        words=_("Write who at the agency that leads gives the lead, and how they said so."),
    )
    if HandOver.objects.filter(incident=fresh, state=HandOver.State.OFFERED).exists():
        raise Refused(
            _("An offer waits for its answer already. Withdraw it first."), code="offered-already"
        )
    made = HandOver.objects.create(
        incident=fresh,
        from_agency=giving,
        to_agency=to_agency,
        text=words,
        language=language,
        open_things=json.dumps(open_things, ensure_ascii=False),
        offered_by_id=actor.person_id,
        offered_at=now,
        offer_said_by=said_by,
    )
    _note(actor, "lead.offered", made, now, text=words, said_by=said_by)
    _tell(actor, "offered", made, [to_agency], now)
    return made


@transaction.atomic
def answer_offer(
    actor: Actor,
    hand_over: HandOver,
    *,
    accepts: bool,
    note: str,
    now: datetime,
    said_by: str = "",
) -> HandOver:
    """Accept the lead or decline it, with a note; whoever accepts leads from now on.

    The receiving agency's own people answer. Where it has nobody with an account, whoever
    leads the response writes its answer down with `said_by`: who said it, and how.
    """
    fresh = _offer(hand_over)
    check_may_answer_offer(actor, fresh, now)
    incident, to = _locked(fresh.incident), fresh.to_agency
    if to is None:
        raise Refused(_("This agency is gone. Withdraw the offer."), code="agency")
    words = _words("note", note, MOST_NOTE)
    if not accepts and not words:
        raise Refused(
            _("Say why it is declined, so that the other side can act."),
            code="note-missing",
            field="note",
        )
    said_by = _said_by(
        said_by,
        needed=not speaks_for(actor, to),
        words=_("Write who at the receiving agency gave this answer, and how."),
    )
    fresh.state = HandOver.State.ACCEPTED if accepts else HandOver.State.DECLINED
    fresh.answered_by_id, fresh.answered_at = actor.person_id, now
    fresh.answer_note, fresh.answer_said_by = words, said_by
    if accepts:
        check_not_stood_down(incident)
        if incident.lead_agency_id != fresh.from_agency_id:
            raise Refused(
                _("Another agency leads by now. The offer has to be withdrawn and made anew."),
                code="lead-changed",
            )
        set_lead(incident, to, now=now, hand_over=fresh)
    fresh.save(
        update_fields=["state", "answered_by", "answered_at", "answer_note", "answer_said_by"]
    )
    if accepts:
        _note(actor, "lead.accepted", fresh, now, note=words, said_by=said_by)
        involved = Agency.objects.filter(involvements__incident=incident, is_active=True)
        _tell(actor, "accepted", fresh, involved, now)
    else:
        _note(actor, "lead.declined", fresh, now, note=words, said_by=said_by)
        _tell(actor, "declined", fresh, [fresh.from_agency], now)
    return fresh


@transaction.atomic
def withdraw_offer(actor: Actor, hand_over: HandOver, *, note: str, now: datetime) -> HandOver:
    """Take an offer back that nobody has answered yet."""
    check_may_offer_lead(actor, hand_over.incident)
    fresh = _offer(hand_over)
    words = _words("note", note, MOST_NOTE)
    fresh.state = HandOver.State.WITHDRAWN
    fresh.answered_by_id, fresh.answered_at, fresh.answer_note = actor.person_id, now, words
    fresh.save(update_fields=["state", "answered_by", "answered_at", "answer_note"])
    _note(actor, "lead.withdrawn", fresh, now, note=words)
    _tell(actor, "withdrawn", fresh, [fresh.to_agency], now)
    return fresh


def _locked(incident: Incident) -> Incident:
    return (
        Incident.objects.select_for_update(of=("self",))
        .select_related("city", "lead_agency")
        .get(pk=incident.pk)
    )


def _offer(hand_over: HandOver) -> HandOver:
    """The offer as it is now, held for change; `Refused` where it was answered meanwhile."""
    fresh = (
        HandOver.objects.select_for_update(of=("self",))
        .select_related("incident__city", "from_agency", "to_agency")
        .get(pk=hand_over.pk)
    )
    if fresh.state != HandOver.State.OFFERED:
        raise Refused(
            _("This offer was answered or withdrawn already. Look at it as it is now."),
            code="answered-already",
        )
    return fresh


def _words(field: str, text: str, most: int) -> str:
    text = clean_text(text)
    if len(text) > most:
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": most},
            code="text-long",
            field=field,
        )
    return text


def _said_by(said_by: str, *, needed: bool, words: Any) -> str:
    said_by = " ".join(_words("said_by", said_by, MOST_SAID_BY).split())
    if needed and not said_by:
        raise Refused(words, code="said-by-missing", field="said_by")
    return said_by


def _note(actor: Actor, verb: str, hand_over: HandOver, now: datetime, **private: str) -> None:
    giving, to = hand_over.from_agency, hand_over.to_agency
    note(
        actor,
        verb,
        hand_over.incident,
        now,
        facts={"from": giving.name if giving else "", "to": to.name if to else ""},
        private={name: words for name, words in private.items() if words} or None,
    )


def _tell(
    actor: Actor, what: str, hand_over: HandOver, agencies: Iterable[Agency | None], now: datetime
) -> None:
    incident = hand_over.incident
    tell(
        actor,
        notices.lead(hand_over, what),
        city=incident.city,
        posts=first_to_tell([agency for agency in agencies if agency], now),
        now=now,
        is_exercise=incident.is_exercise,
    )
