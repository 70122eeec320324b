"""The life of an incident: opened, made known better, led from phase to phase, joined."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import check_may_declare, check_may_lead, check_not_held
from takatuf.incidents.models import HandOver, Incident, Involvement, Lead
from takatuf.incidents.rules import PHASES
from takatuf.incidents.vocabulary import Casualties, Kind, Severity
from takatuf.journal.services import record
from takatuf.network.models import Agency, Area, City
from takatuf.plans.models import Plan

MOST_AHEAD = timedelta(minutes=5)  # clocks differ; a tension date may lie ahead


def note(actor: Actor, verb: str, incident: Incident, now: datetime, **rest: Any) -> None:
    """One line in the journal about this incident."""
    record(
        actor,
        verb,
        log=incident.city.log,
        thing=incident.about,
        about=incident.about,
        at=now,
        **rest,
    )


def _checked(incident: Incident, now: datetime) -> Incident:
    """The incident with its words cleaned; `Refused` names the field that is wrong."""
    incident.title = clean_text(incident.title)
    incident.place = clean_text(incident.place)
    incident.targeted = clean_text(incident.targeted)
    if not incident.title:
        raise Refused(_("Say in a few words what happened."), code="title-missing", field="title")
    if len(incident.title) > 160:
        raise Refused(
            _("Keep what happened under 160 characters; the rest goes into the log."),
            code="title-long",
            field="title",
        )
    if len(incident.place) > 200:
        raise Refused(_("Keep the place under 200 characters."), code="place-long", field="place")
    if incident.kind not in Kind.values:
        raise Refused(
            _("Choose what kind of incident it is from the list."), code="kind", field="kind"
        )
    if incident.severity not in Severity.values:
        raise Refused(_("Choose a severity from 1 to 4."), code="severity", field="severity")
    if incident.casualties not in ("", *Casualties.values):
        raise Refused(_("Answer yes, no or not known."), code="casualties", field="casualties")
    if incident.kind != Kind.TENSION_DATE and incident.happened_at > now + MOST_AHEAD:
        raise Refused(
            _("The time lies ahead of the present. Correct it."),
            code="time-ahead",
            field="happened_at",
        )
    if (incident.lon is None) != (incident.lat is None):
        raise Refused(
            _("Give longitude and latitude together, or neither."),
            code="half-a-point",
            field="lat",
        )
    if (
        incident.lon is not None
        and incident.lat is not None
        and not (-180 <= incident.lon <= 180 and -90 <= incident.lat <= 90)
    ):
        raise Refused(
            _("Longitude lies between -180 and 180, latitude between -90 and 90."),
            code="point",
            field="lat",
        )
    return incident


@transaction.atomic
def open_incident(
    actor: Actor,
    *,
    city: City,
    title: str,
    kind: str,
    severity: int,
    now: datetime,
    happened_at: datetime | None = None,
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    area: Area | None = None,
    targeted: str = "",
    lead_agency: Agency | None = None,
    casualties: str = "",
    plan: Plan | None = None,
    is_exercise: bool = False,
    pk: UUID | None = None,
) -> Incident:
    """Open an incident and record it. Whether it is an exercise is chosen here, once.

    `pk` is the identifier that a form was given before it was sent, so that pressing the
    button twice declares once.

    Raises `NotAllowed`, `NotFound`, or `Refused` with the field that is wrong.
    """
    check_may_declare(actor, city)
    City.objects.select_for_update().get(pk=city.pk)  # numbers are given one at a time
    last = Incident.objects.filter(city=city).aggregate(last=Max("number"))["last"] or 0
    if pk is None or Incident.objects.filter(pk=pk).exists():
        pk = uuid7()
    incident = _checked(
        Incident(
            pk=pk,
            city=city,
            number=last + 1,
            title=title,
            kind=kind,
            severity=severity,
            casualties=casualties,
            happened_at=happened_at or now,
            declared_at=now,
            declared_by_id=actor.person_id,
            place=place,
            area=area,
            lon=lon,
            lat=lat,
            targeted=targeted,
            lead_agency=lead_agency,
            plan=plan,
            is_exercise=is_exercise,
            updated_at=now,
        ),
        now,
    )
    incident.save(force_insert=True)
    if lead_agency is not None:
        Lead.objects.create(incident=incident, agency=lead_agency, since=now)
    note(
        actor,
        "incident.declared",
        incident,
        now,
        facts={
            "title": incident.title,
            "kind": kind,
            "severity": severity,
            "number": last + 1,
            "area": area.name if area else "",
            "place": incident.place,
            "exercise": is_exercise,
            "lead": lead_agency.name if lead_agency else "",
            "happened_at": incident.happened_at.isoformat(),
            "casualties": casualties,
        },
        private={"targeted": incident.targeted} if incident.targeted else None,
    )
    return incident


@transaction.atomic
def involve(actor: Actor, incident: Incident, agencies: Iterable[Agency], *, now: datetime) -> None:
    """Give agencies a part in the incident, so that their people see it. Twice is once."""
    known = set(incident.involvements.values_list("agency_id", flat=True))
    new = [agency for agency in agencies if agency.pk not in known]
    if not new:
        return
    Involvement.objects.bulk_create(
        Involvement(incident=incident, agency=agency, since=now) for agency in new
    )
    note(
        actor,
        "agencies.involved",
        incident,
        now,
        facts={"agencies": [agency.name for agency in new], "count": len(new)},
    )


CORRECTABLE = (
    "title",
    "kind",
    "severity",
    "casualties",
    "happened_at",
    "place",
    "area",
    "lon",
    "lat",
    "targeted",
    "lead_agency",
)


@transaction.atomic
def correct_incident(actor: Actor, incident: Incident, *, now: datetime, **values: Any) -> Incident:
    """Fill in or correct what is known; what it was stays in the journal.

    `values` are among `CORRECTABLE`. Whether it is an exercise cannot be changed. Of a held
    incident what nobody knew yet is filled in, and nothing else changes.
    """
    check_may_lead(actor, incident)
    fresh = (
        Incident.objects.select_for_update(of=("self",))
        .select_related("city", "area", "lead_agency")
        .get(pk=incident.pk)
    )
    changed = {
        name: value
        for name, value in values.items()
        if name in CORRECTABLE and getattr(fresh, name) != value
    }
    if not changed:
        return fresh
    if any(getattr(fresh, name) not in ("", None) for name in changed):
        check_not_held(fresh)  # what nobody had filled in yet is added
    before = {name: _plain(getattr(fresh, name)) for name in changed if name != "targeted"}
    for name, value in changed.items():
        setattr(fresh, name, value)
    _checked(fresh, now)
    fresh.updated_at = now
    fresh.save(update_fields=[*changed, "updated_at"])
    if "lead_agency" in changed:
        Lead.objects.create(incident=fresh, agency=fresh.lead_agency, since=now)
    note(
        actor,
        "incident.corrected",
        fresh,
        now,
        facts={
            "fields": sorted(changed),
            "before": before,
            "title": fresh.title,
            "after": {name: _plain(getattr(fresh, name)) for name in before},
        },
        private={"targeted": fresh.targeted} if "targeted" in changed else None,
    )
    return fresh


def _plain(value: object) -> object:
    """A value as the journal keeps it: names for things, ISO 8601 for times."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Area | Agency):
        return value.name  # the record's own name, not the reader's
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def set_lead(
    incident: Incident, agency: Agency, *, now: datetime, hand_over: HandOver | None = None
) -> None:
    """The agency leads from now on; who led before stays in the history."""
    incident.lead_agency, incident.updated_at = agency, now
    incident.save(update_fields=["lead_agency", "updated_at"])
    Lead.objects.create(incident=incident, agency=agency, since=now, hand_over=hand_over)


@transaction.atomic
def set_phase(
    actor: Actor, incident: Incident, phase: str, *, reason: str, now: datetime
) -> Incident:
    """Lead the incident into a phase, by decision and with its reason."""
    check_may_lead(actor, incident)
    reason = clean_text(reason)
    if phase not in PHASES:
        raise Refused(_("Choose a phase from the list."), code="phase", field="phase")
    if not reason:
        raise Refused(
            _("Say why the phase changes; it becomes part of the record."),
            code="reason-missing",
            field="reason",
        )
    fresh = (
        Incident.objects.select_for_update(of=("self",)).select_related("city").get(pk=incident.pk)
    )
    if fresh.phase == phase:
        raise Refused(_("The incident is in this phase already."), code="same-phase", field="phase")
    before, fresh.phase, fresh.updated_at = fresh.phase, phase, now
    fresh.save(update_fields=["phase", "updated_at"])
    note(
        actor,
        "phase.changed",
        fresh,
        now,
        facts={"from": before, "to": phase},
        private={"reason": reason},
    )
    return fresh


@transaction.atomic
def plan_meeting(
    actor: Actor, incident: Incident, *, at: datetime | None, place: str, now: datetime
) -> Incident:
    """Set when and where the partners meet next; without a time, no meeting is planned."""
    check_may_lead(actor, incident)
    if at and at < now:
        raise Refused(
            _("The meeting lies in the past. Correct the time."), code="meeting-past", field="at"
        )
    incident.next_meeting_at, incident.next_meeting_place = at, clean_text(place)
    incident.updated_at = now
    incident.save(update_fields=["next_meeting_at", "next_meeting_place", "updated_at"])
    note(
        actor,
        "meeting.planned" if at else "meeting.called_off",
        incident,
        now,
        facts={"at": at.isoformat() if at else "", "place": incident.next_meeting_place},
    )
    return incident


@transaction.atomic
def join_into(actor: Actor, incident: Incident, into: Incident, *, now: datetime) -> Incident:
    """Close a second declaration of one event and point it to the first. Its log stays."""
    check_may_lead(actor, incident)
    check_may_lead(actor, into)
    if incident.pk == into.pk or incident.city_id != into.city_id or into.joined_into_id:
        raise Refused(_("These two incidents cannot be joined."), code="join")
    if incident.is_exercise != into.is_exercise:
        raise Refused(_("An exercise is never joined with a real incident."), code="join-exercise")
    incident.joined_into, incident.updated_at = into, now
    incident.save(update_fields=["joined_into", "updated_at"])
    note(
        actor,
        "incident.joined",
        incident,
        now,
        facts={"title": incident.title, "into": into.title, "number": into.number},
    )
    return incident


@transaction.atomic
def part_again(actor: Actor, incident: Incident, *, now: datetime) -> Incident:
    """Undo `join_into`: the two were different events after all."""
    check_may_lead(actor, incident)
    if not incident.joined_into_id:
        raise Refused(_("This incident is not joined to another."), code="not-joined")
    incident.joined_into, incident.updated_at = None, now
    incident.save(update_fields=["joined_into", "updated_at"])
    note(actor, "incident.parted", incident, now, facts={"title": incident.title})
    return incident
