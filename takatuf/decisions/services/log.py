"""Writing the log. Nothing in it is changed or erased; a correction is a new entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.decisions.access import check_may_settle_promise
from takatuf.decisions.models import LogEntry, Promise
from takatuf.decisions.rules import NEEDED, is_late, may_settle
from takatuf.decisions.services.keeping import promise_of_entry, settle_promise_of
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import check_at_incident
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.models import Agency
from takatuf.plans.vocabulary import Workstream

MOST_TEXT = 10_000
MOST_AHEAD = timedelta(minutes=5)  # clocks differ
NEEDED_WORDS = {
    "reasons": _("Give the reasons for the decision: an inquiry will ask for them first."),
    "promised_to": _("Say to whom it was promised."),
    "due_at": _("Say by when it was promised."),
}
DECISION_FIELDS = (
    "facts",
    "unknowns",
    "risks",
    "options",
    "reasons",
    "legal_basis",
    "dissent",
)


@transaction.atomic
def write_entry(
    actor: Actor,
    incident: Incident,
    *,
    kind: str,
    text: str,
    language: str,
    now: datetime,
    happened_at: datetime | None = None,
    delay_reason: str = "",
    source: str = "",
    confidence: str = "",
    workstream: str = "",
    decider: str = "",
    present: Iterable[Agency] = (),
    review_at: datetime | None = None,
    promised_to: str = "",
    due_at: datetime | None = None,
    strikes: LogEntry | None = None,
    **decision: str,
) -> LogEntry:
    """Write one line of the log; numbers run without a gap within an incident.

    `decision` takes the fields of a decision (`DECISION_FIELDS`). An entry about something
    that happened more than a quarter of an hour ago must give `delay_reason`; a decision its
    reasons; a promise to whom and by when; `workstream` is what it is about, empty where it is
    about all or nobody said. `strikes` is the entry that this one corrects.
    Raises `Refused` with the field that is wrong.
    """
    check_at_incident(actor, incident)
    if unknown := set(decision) - set(DECISION_FIELDS):
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    if kind not in LogEntry.Kind.values:
        raise Refused(_("Choose what kind of entry this is."), code="kind", field="kind")
    if confidence not in ("", *LogEntry.Confidence.values):
        raise Refused(
            _("Choose how sure it is from the list."), code="confidence", field="confidence"
        )
    if workstream not in ("", *Workstream.values):
        raise Refused(
            _("Choose a workstream from the list."), code="workstream", field="workstream"
        )
    happened_at = happened_at or now
    words = {
        name: _words(name, value)
        for name, value in {
            "text": text,
            "delay_reason": delay_reason,
            "promised_to": promised_to,
            **decision,
        }.items()
    }
    if not words["text"]:
        raise Refused(_("Write what is to be kept."), code="text-missing", field="text")
    for name in NEEDED.get(kind, ()):
        if not (words | {"due_at": due_at}).get(name) and not _never_had(strikes, name):
            raise Refused(NEEDED_WORDS[name], code=f"{name.replace('_', '-')}-missing", field=name)
    if happened_at > now + MOST_AHEAD:
        raise Refused(
            _("The time lies ahead of the present. Correct it."),
            code="time-ahead",
            field="happened_at",
        )
    if is_late(happened_at, now) and not words["delay_reason"]:
        raise Refused(
            _("This happened more than a quarter of an hour ago. Say why it is written only now."),
            code="delay-reason-missing",
            field="delay_reason",
        )
    Incident.objects.select_for_update().get(pk=incident.pk)  # numbers one at a time, no gap
    last = LogEntry.objects.filter(incident=incident).aggregate(last=Max("number"))["last"] or 0
    agency_id = next(iter(sorted(actor.agencies_in(incident.city_id))), None)
    entry = LogEntry.objects.create(
        incident=incident,
        number=last + 1,
        kind=kind,
        language=language,
        happened_at=happened_at,
        recorded_at=now,
        author_id=actor.person_id,
        agency_id=agency_id,
        decider=clean_text(decider)[:120],
        source=clean_text(source)[:200],
        confidence=confidence,
        workstream=workstream,
        review_at=review_at,
        due_at=due_at,
        strikes=strikes,
        **words,
    )
    there = list(present)
    if there:
        entry.present.set(there)
    if kind == LogEntry.Kind.PROMISE:
        promise_of_entry(entry, now=now)
    Incident.objects.filter(pk=incident.pk).update(updated_at=now)
    record(
        actor,
        "entry.struck" if strikes else f"{kind}.logged",
        log=incident.city.log,
        thing=f"entry:{entry.pk}",
        about=incident.about,
        at=now,
        facts=_facts(entry, there, strikes),
        private={name: value for name, value in words.items() if value}
        | ({"decider": entry.decider} if entry.decider else {})
        | ({"source": entry.source} if entry.source else {}),
    )
    return entry


def _facts(entry: LogEntry, present: list[Agency], strikes: LogEntry | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "number": entry.number,
        "kind": entry.kind,
        "happened_at": entry.happened_at.isoformat(),
        "confidence": entry.confidence,
        "present": [agency.name for agency in present],
    }
    if entry.workstream:
        facts["workstream"] = entry.workstream
    if entry.review_at:
        facts["review_at"] = entry.review_at.isoformat()
    if entry.due_at:
        facts["due_at"] = entry.due_at.isoformat()
    if strikes:
        facts["strikes"] = strikes.number
    return facts


CORRECTED = (
    *("text", "happened_at", "promised_to", "source", "confidence", "workstream", "decider"),
    *("review_at", "due_at", *DECISION_FIELDS),
)


def _says_the_same(entry: LogEntry, told: Mapping[str, Any]) -> bool:
    """Whether a correction says in every field what the entry says already."""
    for name in CORRECTED:
        new = told.get(name, getattr(entry, name))
        if (clean_text(new) if isinstance(new, str) else new) != getattr(entry, name):
            return False
    present = told.get("present")
    return present is None or set(present) == set(entry.present.all())


def _never_had(struck: LogEntry | None, name: str) -> bool:
    """Whether the entry to be corrected does without it too: nobody makes up a date for a
    promise of which none was ever written down."""
    return struck is not None and not getattr(struck, name)


def _words(name: str, value: str) -> str:
    value = clean_text(value)
    if len(value) > MOST_TEXT:
        raise Refused(
            _("This text is too long: %(length)s characters, %(most)s at most.")
            % {"length": len(value), "most": MOST_TEXT},
            code="text-long",
            field=name,
        )
    return value


@transaction.atomic
def strike_entry(
    actor: Actor, entry: LogEntry, *, text: str, language: str, now: datetime, **rest: Any
) -> LogEntry:
    """Correct an entry: a new one of its kind strikes the old one, which stays readable."""
    if LogEntry.objects.filter(strikes=entry).exists():
        raise Refused(
            _("This entry was corrected already. Correct the newer one."), code="struck-already"
        )
    rest.setdefault("happened_at", entry.happened_at)
    if _says_the_same(entry, rest | {"text": text}):
        raise Refused(
            _("Nothing differs from what stands there. Change what is wrong, or go back."),
            code="nothing-corrected",
            field="text",
        )
    if is_late(rest["happened_at"], now):
        # The delay is the correction itself; the old entry shows when it was first written.
        rest.setdefault("delay_reason", str(_("Correction of an earlier entry.")))
    for name in DECISION_FIELDS:
        rest.setdefault(name, getattr(entry, name))
    rest.setdefault("promised_to", entry.promised_to)
    for name in ("source", "confidence", "workstream", "decider", "review_at", "due_at"):
        rest.setdefault(name, getattr(entry, name))
    return write_entry(
        actor,
        entry.incident,
        kind=entry.kind,
        text=text,
        language=language,
        now=now,
        strikes=entry,
        **rest,
    )


@transaction.atomic
def settle_entry(
    actor: Actor, entry: LogEntry, *, outcome: str, note: str, now: datetime
) -> LogEntry:
    """Answer a question, say whether a promise was kept, or review a decision."""
    check_at_incident(actor, entry.incident)
    fresh = (
        LogEntry.objects.select_for_update(of=("self",))
        .select_related("incident__city")
        .get(pk=entry.pk)
    )
    note = _words("note", note)
    if promise := Promise.objects.filter(entry=fresh).select_related("city", "agency").first():
        check_may_settle_promise(actor, promise)
    if not may_settle(fresh.kind, outcome):
        raise Refused(_("Choose an outcome from the list."), code="outcome", field="outcome")
    if fresh.settled_at:
        raise Refused(_("This was settled already."), code="settled-already")
    if not note:
        raise Refused(
            _("Write the answer, or how it came about."), code="note-missing", field="note"
        )
    fresh.settled_at, fresh.outcome, fresh.settled_note = now, outcome, note
    fresh.save(update_fields=["settled_at", "outcome", "settled_note"])
    settle_promise_of(actor, fresh, outcome=outcome, note=note, now=now)
    record(
        actor,
        "entry.settled",
        log=fresh.incident.city.log,
        thing=f"entry:{fresh.pk}",
        about=fresh.incident.about,
        at=now,
        facts={"number": fresh.number, "kind": fresh.kind, "outcome": outcome},
        private={"note": note},
    )
    return fresh
