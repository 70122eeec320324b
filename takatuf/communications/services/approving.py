"""From a draft to the one report that counts: always before the eyes of a second person."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from takatuf.communications.access import check_may_approve, check_may_draft
from takatuf.communications.models import APPROVERS, Report
from takatuf.communications.queries import (
    content_of,
    gaps_of,
    head_of,
    label_of_gap,
    others_to_approve,
)
from takatuf.communications.rules import fingerprint
from takatuf.communications.services.drafting import locked, note
from takatuf.communications.vocabulary import SecondLook, State
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import clean_text

MOST_REASON = 2_000


def _reason(text: str, said: object, field: str) -> str:
    text = clean_text(text)
    if not text:
        raise Refused(str(said), code=f"{field}-missing", field=field)
    if len(text) > MOST_REASON:
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": MOST_REASON},
            code="text-long",
            field=field,
        )
    return text


def _check_complete(report: Report) -> None:
    """Nothing goes out in a language in which words are missing."""
    missing = gaps_of(report)
    if missing:
        code = missing[0][1]
        language = get_language_info(missing[0][0])["name_translated"]
        raise Refused(
            gettext(
                "Words are missing (%(language)s): %(section)s, and %(count)s more. Write them, "
                "or say that the report does not exist in that language."
            )
            % {"language": language, "section": label_of_gap(code), "count": len(missing) - 1}
            if len(missing) > 1
            else gettext(
                "Words are missing (%(language)s): %(section)s. Write them, or say that the "
                "report does not exist in that language."
            )
            % {"language": language, "section": label_of_gap(code)},
            code="words-missing",
        )


def _check_state(report: Report, *states: str) -> None:
    if report.state not in states:
        raise Refused(
            _("The report is not in this state any more. Look at it as it is now."),
            code="state",
        )


def _role(actor: Actor, report: Report) -> str:
    held = actor.roles_in(report.city_id) & APPROVERS
    order = (Role.MAYOR, Role.COORDINATOR, Role.COMMUNICATIONS)
    return str(next(role.value for role in order if role in held))


@transaction.atomic
def send_for_approval(actor: Actor, report: Report, *, version: int, now: datetime) -> Report:
    """Put a draft before whoever approves; from here on its words rest."""
    check_may_draft(actor, report.incident)
    fresh = locked(report)
    _check_state(fresh, State.DRAFT, State.SENT_BACK)
    _check_version(fresh, version)
    _check_complete(fresh)
    # The head says how the incident stands when the report is put forward.
    fresh.head_text = json.dumps(head_of(fresh.incident))
    fresh.state, fresh.sent_by_id, fresh.sent_at = State.WAITING, actor.person_id, now
    fresh.save(update_fields=["head_text", "state", "sent_by", "sent_at"])
    note(actor, "report.sent_for_approval", fresh, now, facts={"version": fresh.version})
    return fresh


def _check_version(report: Report, version: int) -> None:
    if report.version != version:
        raise Refused(
            _("Somebody changed the report since you opened this page. Look at it as it is now."),
            code="changed-since",
        )


@transaction.atomic
def send_back(actor: Actor, report: Report, *, reason: str, now: datetime) -> Report:
    """Give a waiting report back to its writers, with what is to be mended; its writers may
    take it back themselves."""
    check_may_approve(actor, report.incident)
    fresh = locked(report)
    _check_state(fresh, State.WAITING)
    fresh.note = _reason(reason, _("Say what is to be mended."), "reason")
    fresh.state = State.SENT_BACK
    fresh.save(update_fields=["note", "state"])
    note(actor, "report.sent_back", fresh, now, private={"note": fresh.note})
    return fresh


@transaction.atomic
def approve_report(
    actor: Actor, report: Report, *, version: int, now: datetime, alone_reason: str = ""
) -> Report:
    """Approve a report that another person edited last: it is frozen and counts, and the one
    before it no longer does.

    Where nobody else in the city may approve, the last editor does so alone and gives
    `alone_reason`; it then waits for a second look. `version` is the one that was read.
    """
    check_may_approve(actor, report.incident)
    fresh = locked(report)
    _check_state(fresh, State.WAITING)
    _check_version(fresh, version)
    alone = fresh.edited_by_id == actor.person_id
    if alone:
        if others_to_approve(fresh.city, actor.person_id, now).exists():
            raise Refused(
                _(
                    "You edited this report last, so another person approves it: the response "
                    "coordinator, the mayor or the communications lead."
                ),
                code="second-person",
            )
        fresh.alone_reason = _reason(
            alone_reason,
            _("Nobody else in the city may approve. Say why it cannot wait for a second person."),
            "alone_reason",
        )
        fresh.second_look = SecondLook.OPEN
    _check_complete(fresh)
    former = Report.objects.authoritative().filter(incident=fresh.incident_id).first()
    if former is not None:
        former.state, former.ended_at = State.SUPERSEDED, now
        former.save(update_fields=["state", "ended_at"])
    fresh.state, fresh.follows = State.APPROVED, former
    fresh.approved_by_id, fresh.approved_at = actor.person_id, now
    fresh.approved_as = _role(actor, fresh)
    fresh.content_hash = fingerprint(content_of(fresh))
    fresh.save()
    facts = {
        "content": fresh.content_hash,
        "version": fresh.version,
        "role": fresh.approved_as,
        "languages": fresh.languages,
        "audience": fresh.audience,
        "supersedes": former.number if former else None,
    }
    if alone:
        private = {"reason": fresh.alone_reason}
        note(actor, "report.approved_alone", fresh, now, facts=facts, private=private)
    else:
        note(actor, "report.approved", fresh, now, facts=facts)
    return fresh


@transaction.atomic
def look_at_report(
    actor: Actor, report: Report, *, agrees: bool, now: datetime, reason: str = ""
) -> Report:
    """As second person, confirm a report that was approved alone, or object with a reason."""
    check_may_approve(actor, report.incident)
    fresh = locked(report)
    if fresh.second_look != SecondLook.OPEN:
        raise Refused(_("No second look is needed here any more."), code="looked-already")
    if fresh.approved_by_id == actor.person_id:
        raise Refused(
            _("You approved it yourself. A second person looks at it."), code="second-person"
        )
    fresh.look_note = (
        clean_text(reason)[:MOST_REASON]
        if agrees
        else _reason(reason, _("Say what you object to."), "reason")
    )
    fresh.second_look = SecondLook.CONFIRMED if agrees else SecondLook.OBJECTED
    fresh.looked_by_id, fresh.looked_at = actor.person_id, now
    fresh.looked_as = _role(actor, fresh)
    fresh.save(update_fields=["look_note", "second_look", "looked_by", "looked_at", "looked_as"])
    private = {"note": fresh.look_note} if fresh.look_note else None
    note(
        actor,
        "report.confirmed" if agrees else "report.objected",
        fresh,
        now,
        facts={"role": fresh.looked_as},
        private=private,
    )
    return fresh


@transaction.atomic
def withdraw_report(actor: Actor, report: Report, *, reason: str, now: datetime) -> Report:
    """End a draft, or take back the report that counts: it then says that it was withdrawn,
    and none counts until the next is approved."""
    check_may_approve(actor, report.incident)
    fresh = locked(report)
    _check_state(fresh, State.DRAFT, State.SENT_BACK, State.WAITING, State.APPROVED)
    fresh.note = _reason(reason, _("Say why it is withdrawn."), "reason")
    fresh.state, fresh.ended_at = State.WITHDRAWN, now
    fresh.save(update_fields=["note", "state", "ended_at"])
    note(actor, "report.withdrawn", fresh, now, private={"note": fresh.note})
    return fresh
