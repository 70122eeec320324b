"""The lead passes on, with all that is open, and the log says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.coordination.handing import MOST_NOTE, open_things
from takatuf.decisions.services import write_entry
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import check_may_offer_lead
from takatuf.incidents.models import HandOver, Incident
from takatuf.incidents.services import answer_offer, involve, write_offer
from takatuf.network.models import Agency


@transaction.atomic
def offer_hand_over(
    actor: Actor,
    incident: Incident,
    *,
    to_agency: Agency,
    text: str,
    language: str,
    now: datetime,
    notes: Mapping[str, str] | None = None,
    said_by: str = "",
) -> HandOver:
    """Offer the lead in writing, with the list of what is open, and tell the other side.

    `notes` are words beside a line of the list, by the name of its thing
    (`coordination.handing.open_things`). The receiving agency gets a part in the incident.
    """
    check_may_offer_lead(actor, incident)
    written = {thing: clean_text(words) for thing, words in (notes or {}).items()}
    if any(len(words) > MOST_NOTE for words in written.values()):
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": MOST_NOTE},
            code="text-long",
            field="notes",
        )
    made = write_offer(
        actor,
        incident,
        to_agency=to_agency,
        text=text,
        language=language,
        open_things=open_things(incident, now, written),
        now=now,
        said_by=said_by,
    )
    involve(actor, incident, [to_agency], now=now)
    return made


@transaction.atomic
def answer_hand_over(
    actor: Actor,
    hand_over: HandOver,
    *,
    accepts: bool,
    note: str,
    language: str,
    now: datetime,
    said_by: str = "",
) -> HandOver:
    """Accept the lead or decline it; the answer stands in the log, the acceptance as a
    decision."""
    answered = answer_offer(actor, hand_over, accepts=accepts, note=note, now=now, said_by=said_by)
    giving, to = answered.from_agency, answered.to_agency
    names = {"from": giving.name if giving else "–", "to": to.name if to else "–"}
    incident = Incident.objects.select_related("city").get(pk=answered.incident_id)
    if accepts:
        write_entry(
            actor, incident, kind="decision", language=language, now=now,
            text=str(_("%(to)s leads from now on; until now %(from)s led.") % names),
            reasons=answered.text,
            decider=answered.answer_said_by[:120],
        )  # fmt: skip
    else:
        write_entry(
            actor, incident, kind="information", language=language, now=now,
            text=str(_("%(to)s declined the lead that %(from)s offered.") % names),
            source=answered.answer_said_by,
        )  # fmt: skip
    return answered
