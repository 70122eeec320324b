"""Structured messages from the scene (M/ETHANE): sent, taken over, closed with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.alerts.services import tell
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text
from takatuf.incidents import notices
from takatuf.incidents.access import (
    LEADERS,
    check_at_incident,
    check_may_report,
    check_may_settle_methane,
)
from takatuf.incidents.models import Incident, Methane
from takatuf.incidents.rules import is_point
from takatuf.incidents.vocabulary import Casualties, Kind
from takatuf.journal.services import hold, record
from takatuf.network.models import City, Membership
from takatuf.network.queries import area_at, posts_on_duty

MOST_AHEAD = timedelta(minutes=5)  # clocks differ
# The letters in words, each with the most characters that a message of a minute needs.
WORDS = {
    "location": 300,
    "details": 1000,
    "hazards": 1000,
    "access": 1000,
    "casualty_details": 1000,
    "services_present": 1000,
    "services_needed": 1000,
}


@transaction.atomic
def send_methane(
    actor: Actor,
    city: City,
    *,
    location: str,
    language: str,
    now: datetime,
    incident: Incident | None = None,
    is_major: bool | None = None,
    lon: float | None = None,
    lat: float | None = None,
    kind: str = "",
    casualties: str = "",
    observed_at: datetime | None = None,
    is_exercise: bool = False,
    pk: UUID | None = None,
    **words: str,
) -> Methane:
    """Send a message from the scene, and tell whoever leads the city's responses of it.

    Only where it is must be said; `words` are the other letters (`WORDS`). With `incident` it
    is an update about that one, and an exercise as that is. `pk` is the identifier that a form
    was given before it was sent, so that the same form sent twice is one message.

    Raises `NotFound` for whoever has no post in the city, or `Refused` with the field.
    """
    check_may_report(actor, city)
    if incident is not None:
        check_at_incident(actor, incident)
        if incident.city_id != city.pk:
            raise Refused(_("Choose an incident of this city."), code="incident", field="incident")
        is_exercise = incident.is_exercise
    if unknown := set(words) - set(WORDS):
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    texts = {name: _words(name, value) for name, value in {"location": location, **words}.items()}
    if not texts["location"]:
        raise Refused(
            _("Say where it is, as exactly as you can."), code="location-missing", field="location"
        )
    observed_at = observed_at or now
    _check(now, observed_at, kind=kind, casualties=casualties, lon=lon, lat=lat)
    City.objects.select_for_update().get(pk=city.pk)  # numbers are given one at a time
    if pk is None or Methane.objects.filter(pk=pk).exists():
        pk = uuid7()
    last = Methane.objects.filter(city=city).aggregate(last=Max("number"))["last"] or 0
    message = Methane.objects.create(
        pk=pk,
        city=city,
        incident=incident,
        number=last + 1,
        is_major=is_major,
        lon=lon,
        lat=lat,
        area=area_at(city, lon, lat) if lon is not None and lat is not None else None,
        kind=kind,
        casualties=casualties,
        language=language,
        observed_at=observed_at,
        received_at=now,
        author_id=actor.person_id,
        agency_id=next(iter(sorted(actor.agencies_in(city.pk))), None),
        is_exercise=is_exercise,
        outcome=Methane.Outcome.WAITING if incident is None else Methane.Outcome.JOINED,
        settled_at=None if incident is None else now,
        **texts,
    )
    _note(
        actor,
        "methane.sent",
        message,
        now,
        facts={
            "is_major": is_major,
            "kind": kind,
            "casualties": casualties,
            "observed_at": observed_at.isoformat(),
            "is_exercise": is_exercise,
        },
        private={name: text for name, text in texts.items() if text},
    )
    tell(
        actor,
        notices.from_scene(message),
        city=city,
        posts=[post for post in posts_on_duty(city, sorted(LEADERS), now) if not _own(actor, post)],
        now=now,
        is_exercise=is_exercise,
    )
    return message


def _own(actor: Actor, post: Membership) -> bool:
    return post.person_id == actor.person_id


def _check(
    now: datetime,
    observed_at: datetime,
    *,
    kind: str,
    casualties: str,
    lon: float | None,
    lat: float | None,
) -> None:
    if kind not in ("", *Kind.values):
        raise Refused(
            _("Choose what kind of incident it is from the list."), code="kind", field="kind"
        )
    if casualties not in ("", *Casualties.values):
        raise Refused(_("Answer yes, no or not known."), code="casualties", field="casualties")
    if observed_at > now + MOST_AHEAD:
        raise Refused(
            _("The time lies ahead of the present. Correct it."),
            code="time-ahead",
            field="observed_at",
        )
    if not is_point(lon, lat):
        raise Refused(
            _("Longitude lies between -180 and 180, latitude between -90 and 90."),
            code="point",
            field="lat",
        )


def _words(name: str, value: str) -> str:
    value = clean_text(value)
    if len(value) > WORDS[name]:
        raise Refused(
            _("Keep it under %(most)s characters.") % {"most": WORDS[name]},
            code="text-long",
            field=name,
        )
    return value


@transaction.atomic
def join_methane(
    actor: Actor, message: Methane, incident: Incident, *, now: datetime, declared: bool = False
) -> Methane:
    """Let a waiting message belong to an incident: one that was `declared` from it, or one that
    it tells more of. A message joins only an incident that is as real as it is."""
    check_may_settle_methane(actor, message)
    check_at_incident(actor, incident)
    fresh = _waiting(message)
    if incident.city_id != fresh.city_id or incident.joined_into_id:
        raise Refused(_("Choose an incident of this city."), code="incident", field="incident")
    if incident.is_exercise != fresh.is_exercise:
        raise Refused(
            _("An exercise is never joined with a real incident."),
            code="join-exercise",
            field="incident",
        )
    before = fresh.about
    fresh.incident = incident
    outcome = Methane.Outcome.DECLARED if declared else Methane.Outcome.JOINED
    _settle(actor, fresh, outcome, now)
    if Incident.objects.filter(pk=incident.pk).exclude(held_since=None).exists():
        hold(fresh.city.log, before, now=now)  # what was sent before belongs to it too
    _note(
        actor,
        "methane.declared" if declared else "methane.joined",
        fresh,
        now,
        facts={"incident": incident.number, "title": incident.title},
    )
    return fresh


@transaction.atomic
def close_methane(actor: Actor, message: Methane, *, reason: str, now: datetime) -> Methane:
    """Close a waiting message without declaring anything; the reason becomes part of the
    record, and the message stays readable."""
    check_may_settle_methane(actor, message)
    fresh = _waiting(message)
    reason = clean_text(reason)
    if not reason:
        raise Refused(
            _("Say why; it becomes part of the record."), code="reason-missing", field="reason"
        )
    if len(reason) > 2000:
        raise Refused(
            _("Keep it under %(most)s characters.") % {"most": 2000},
            code="text-long",
            field="reason",
        )
    fresh.outcome_reason = reason
    _settle(actor, fresh, Methane.Outcome.CLOSED, now)
    _note(actor, "methane.closed", fresh, now, private={"reason": reason})
    return fresh


def _waiting(message: Methane) -> Methane:
    """The message as it is now, held for change; `Refused` when somebody was quicker."""
    fresh = (
        Methane.objects.select_for_update(of=("self",)).select_related("city").get(pk=message.pk)
    )
    if fresh.outcome != Methane.Outcome.WAITING:
        raise Refused(
            _("Somebody has dealt with this message already. Look at it as it is now."),
            code="settled-already",
        )
    return fresh


def _settle(actor: Actor, message: Methane, outcome: str, now: datetime) -> None:
    message.outcome, message.settled_at, message.settled_by_id = outcome, now, actor.person_id
    message.save(
        update_fields=["incident", "outcome", "outcome_reason", "settled_at", "settled_by"]
    )


def _note(actor: Actor, verb: str, message: Methane, now: datetime, **rest: Any) -> None:
    """One line in the journal about this message, with its number and name."""
    facts = {"number": message.number, "acronym": message.acronym, **rest.pop("facts", {})}
    record(
        actor,
        verb,
        log=message.city.log,
        thing=f"methane:{message.pk}",
        about=message.about,
        at=now,
        facts=facts,
        **rest,
    )
