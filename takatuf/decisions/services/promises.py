"""Promises, a register of their own: made, moved with a reason, kept or not, by whom they are kept.

A promise outlives the incident and the people: its keeper is an agency and a role.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.alerts.services import tell
from takatuf.decisions import notices
from takatuf.decisions.access import (
    check_may_make_promise,
    check_may_settle_promise,
    check_may_steer_promise,
    check_may_word_promise,
)
from takatuf.decisions.models import LogEntry, Promise, PromiseMove
from takatuf.decisions.rules import may_settle, reminds_at
from takatuf.decisions.services.keeping import mark_settled, next_number
from takatuf.decisions.services.log import MOST_TEXT, NEEDED_WORDS, write_entry
from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import clean_text
from takatuf.incidents.models import Incident
from takatuf.incidents.services import involve
from takatuf.journal.services import record
from takatuf.network.models import Agency, City
from takatuf.network.queries import first_to_tell, posts_of_role

MOST_REASON = 2_000
MOST_BY = 120
KEEPERS = frozenset(Role.values) - {Role.SECRETARIAT, Role.OPERATOR}


@transaction.atomic
def make_promise(
    actor: Actor,
    city: City,
    *,
    text: str,
    promised_to: str,
    due_at: datetime | None,
    language: str,
    now: datetime,
    incident: Incident | None = None,
    promised_by: str = "",
    agency: Agency | None = None,
    role: str = "",
) -> Promise:
    """Write down what was promised to whom, by when, and which agency and role keeps it.

    Of an incident it stands in its log as well. Without `agency` the actor's own keeps it.
    """
    check_may_make_promise(actor, city, incident)
    words = {"text": _words("text", text), "promised_to": _words("promised_to", promised_to)}
    if not words["text"]:
        raise Refused(_("Write what was promised."), code="text-missing", field="text")
    for name, given in (("promised_to", words["promised_to"]), ("due_at", due_at)):
        if not given:
            raise Refused(NEEDED_WORDS[name], code=f"{name.replace('_', '-')}-missing", field=name)
    promised_by = " ".join(clean_text(promised_by).split())[:MOST_BY]
    _check_keeper(city, agency, role)
    if incident is not None:
        entry = write_entry(
            actor, incident, kind="promise", language=language, now=now, due_at=due_at,
            decider=promised_by, text=words["text"], promised_to=words["promised_to"],
        )  # fmt: skip
        promise = Promise.objects.select_for_update().get(entry=entry)
        promise.agency, promise.role = agency or promise.agency, role
        promise.save(update_fields=["agency", "role"])
    else:
        own = next(iter(sorted(actor.agencies_in(city.pk))), None)
        promise = Promise.objects.create(
            city=city,
            number=next_number(city),
            language=language,
            promised_by=promised_by,
            agency_id=agency.pk if agency else own,
            role=role,
            made_at=now,
            due_at=due_at,
            created_at=now,
            **words,
        )
    _note(
        actor, "promise.made", promise, now,
        facts={"due_at": due_at.isoformat() if due_at else ""}, private=words,
    )  # fmt: skip
    return promise


@transaction.atomic
def settle_promise(
    actor: Actor,
    promise: Promise,
    *,
    outcome: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> Promise:
    """Say that a promise was kept, was not, or that those it was made to release it; the entry
    of the log says the same."""
    fresh = _locked(promise, version)
    check_may_settle_promise(actor, fresh)
    _check_open(fresh)
    note = _words("note", note)
    if not may_settle("promise", outcome):
        raise Refused(_("Choose an outcome from the list."), code="outcome", field="outcome")
    if not note:
        raise Refused(
            _("Write how it was kept, or why it was not."), code="note-missing", field="note"
        )
    mark_settled(actor, fresh, outcome=outcome, note=note, now=now)
    if fresh.entry_id is not None:
        LogEntry.objects.filter(pk=fresh.entry_id, settled_at=None).update(
            settled_at=now, outcome=outcome, settled_note=note
        )
    _note(actor, "promise.settled", fresh, now, facts={"outcome": outcome}, private={"note": note})
    return fresh


@transaction.atomic
def move_promise(
    actor: Actor,
    promise: Promise,
    *,
    due_at: datetime,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Promise:
    """Promise the same by another day, with the reason; the day promised first stays readable."""
    fresh = _locked(promise, version)
    check_may_settle_promise(actor, fresh)
    _check_open(fresh)
    reason = _words("reason", reason, MOST_REASON)
    if not reason:
        raise Refused(
            _("Say why the day moves: those it was promised to will ask."),
            code="reason-missing",
            field="reason",
        )
    if due_at == fresh.due_at:
        raise Refused(_("This is the day already."), code="same-day", field="due_at")
    was, fresh.due_at = fresh.due_at, due_at
    PromiseMove.objects.create(
        promise=fresh, was_due_at=was, due_at=due_at, reason=reason, moved_by_id=actor.person_id,
        moved_at=now,
    )  # fmt: skip
    _save(fresh, "due_at")
    facts = {"from": was.isoformat() if was else "", "due_at": due_at.isoformat()}
    _note(actor, "promise.moved", fresh, now, facts=facts, private={"reason": reason})
    return fresh


@transaction.atomic
def give_promise(
    actor: Actor,
    promise: Promise,
    *,
    agency: Agency | None,
    role: str,
    now: datetime,
    version: int | None = None,
) -> Promise:
    """Let another agency or role keep the promise; no agency: the city's own, by the role."""
    fresh = _locked(promise, version)
    check_may_steer_promise(actor, fresh)
    _check_open(fresh)
    _check_keeper(fresh.city, agency, role)
    if agency is None and not role:
        raise Refused(_("Choose an agency or a role."), code="keeper-missing", field="agency")
    before = fresh.agency.name if fresh.agency else ""
    fresh.agency, fresh.role = agency, role
    fresh.reminded_of = None  # whoever keeps it now was not reminded
    _save(fresh, "agency", "role", "reminded_of")
    if agency is not None and fresh.incident is not None:
        involve(actor, fresh.incident, [agency], now=now)
    facts = {"from": before, "agency": agency.name if agency else "", "role": role}
    _note(actor, "promise.given", fresh, now, facts=facts)
    return fresh


@transaction.atomic
def word_promise(
    actor: Actor, promise: Promise, *, words: str, now: datetime, version: int | None = None
) -> Promise:
    """Write the words in which the promise may be shown to anybody; empty: it is not shown.
    What stood there before goes into the record."""
    fresh = _locked(promise, version)
    check_may_word_promise(actor, fresh)
    words = _words("words", words, MOST_REASON)
    before, fresh.shown_words = fresh.shown_words, words
    if words != before:
        _save(fresh, "shown_words")
        private = {"words": words or "–"} | ({"before": before} if before else {})
        _note(actor, "promise.worded", fresh, now, private=private)
    return fresh


@transaction.atomic
def remind_of_promise(promise: Promise, *, now: datetime) -> bool:
    """Tell whoever keeps a promise that its day is near. False: it was settled or moved
    meanwhile, or they were told."""
    fresh = _locked(promise, None)
    if fresh.state != Promise.State.OPEN or fresh.due_at is None or fresh.due_at > reminds_at(now):
        return False
    if fresh.reminded_of == fresh.due_at:
        return False
    fresh.reminded_of = fresh.due_at
    fresh.save(update_fields=["reminded_of"])
    posts = (
        (posts_of_role(fresh.city, fresh.role, now, agency=fresh.agency) if fresh.role else [])
        or (first_to_tell([fresh.agency], now) if fresh.agency else [])
        or posts_of_role(fresh.city, Role.COORDINATOR, now)
    )
    _note(WORKER, "promise.recalled", fresh, now, facts={"due_at": fresh.due_at.isoformat()})
    tell(
        WORKER,
        notices.promise_due(fresh),
        city=fresh.city,
        posts=posts,
        now=now,
        is_exercise=bool(fresh.incident and fresh.incident.is_exercise),
    )
    return True


def _locked(promise: Promise, version: int | None) -> Promise:
    fresh = (
        Promise.objects.select_for_update(of=("self",))
        .select_related("city", "agency", "incident__city")
        .get(pk=promise.pk)
    )
    if version is not None and version != fresh.version:
        raise Refused(
            _("Somebody changed this promise a moment ago. Look at it as it is now."),
            code="changed-meanwhile",
        )
    return fresh


def _save(promise: Promise, *fields: str) -> None:
    promise.version += 1
    promise.save(update_fields=[*fields, "version"])


def _check_open(promise: Promise) -> None:
    if promise.state != Promise.State.OPEN:
        raise Refused(_("This was settled already."), code="settled-already")


def _check_keeper(city: City, agency: Agency | None, role: str) -> None:
    if agency is not None and (agency.city_id != city.pk or not agency.is_active):
        raise Refused(_("Choose an agency of this city."), code="agency", field="agency")
    if role and role not in KEEPERS:
        raise Refused(_("Choose the role from the list."), code="role", field="role")


def _words(field: str, text: str, most: int = MOST_TEXT) -> str:
    text = clean_text(text)
    if len(text) > most:
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": most},
            code="text-long",
            field=field,
        )
    return text


def _note(
    actor: Actor,
    verb: str,
    promise: Promise,
    now: datetime,
    *,
    facts: dict[str, Any] | None = None,
    private: dict[str, str] | None = None,
) -> None:
    record(
        actor,
        verb,
        log=promise.city.log,
        thing=f"promise:{promise.pk}",
        about=promise.incident.about if promise.incident else "",
        at=now,
        facts={"number": promise.number, **(facts or {})},
        private=private,
    )
