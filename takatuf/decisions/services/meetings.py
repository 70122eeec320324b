"""Meetings of the partners: planned, moved, called off, opened, attended, closed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.alerts.services import tell
from takatuf.decisions import notices
from takatuf.decisions.models import Attendance, LogEntry, Meeting, MeetingOutcome
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents import services as incidents
from takatuf.incidents.access import check_may_lead
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.models import Agency
from takatuf.network.queries import first_to_tell

MOST_HOURS = 24 * 400
MOST_PLACE = 160
MOST_WHO = 120


class Mark(NamedTuple):
    """Whether an agency came, and who, as a post or a name."""

    state: str
    who: str = ""


@transaction.atomic
def plan_meeting(
    actor: Actor, incident: Incident, *, at: datetime | None, place: str, now: datetime
) -> Meeting | None:
    """Say when and where the partners meet next, and invite the agencies at the incident.

    A meeting that is planned already is moved; without a time it is called off. Whoever was
    invited is told. Gives the meeting that is planned then, None where none is.
    """
    check_may_lead(actor, incident)
    place = clean_text(place)
    if len(place) > MOST_PLACE:
        raise Refused(
            _("Keep it under %(most)s characters.") % {"most": MOST_PLACE},
            code="place-long",
            field="place",
        )
    Incident.objects.select_for_update().get(pk=incident.pk)  # one meeting is planned at a time
    planned = Meeting.objects.filter(incident=incident).planned().first()
    if at is None and planned is None and incident.next_meeting_at is None:
        return None
    if planned is not None and (planned.at, planned.place) == (at, place):
        return planned
    incidents.plan_meeting(actor, incident, at=at, place=place, now=now)
    if at is None:
        if planned is not None:
            planned.cancelled_at = now
            planned.save(update_fields=["cancelled_at"])
            _invite(actor, planned, "called-off", now)
        return None
    if planned is None:
        planned = Meeting.objects.create(
            incident=incident, number=_last(incident) + 1, at=at, place=place, created_at=now
        )
        _invite(actor, planned, "planned", now)
    else:
        planned.at, planned.place = at, place
        planned.save(update_fields=["at", "place"])
        _invite(actor, planned, "moved", now)
    return planned


def _last(incident: Incident) -> int:
    return Meeting.objects.filter(incident=incident).aggregate(last=Max("number"))["last"] or 0


def _invite(actor: Actor, meeting: Meeting, change: str, now: datetime) -> None:
    """Tell the first on duty at each agency at the incident."""
    incident = meeting.incident
    there = Agency.objects.filter(involvements__incident=incident, is_active=True)
    posts = first_to_tell(there, now)
    tell(
        actor,
        notices.meeting(meeting, change),
        city=incident.city,
        posts=[post for post in posts if post.person_id != actor.person_id],
        now=now,
        is_exercise=incident.is_exercise,
    )


@transaction.atomic
def set_rhythm(actor: Actor, incident: Incident, *, hours: int | None, now: datetime) -> Incident:
    """Say how often the partners meet, in hours; None: they meet when it is needed. The rhythm
    proposes the next meeting, it plans none by itself."""
    check_may_lead(actor, incident)
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        raise Refused(
            _("Between two meetings lie 1 to %(most)s hours.") % {"most": MOST_HOURS},
            code="hours",
            field="hours",
        )
    every = timedelta(hours=hours) if hours else None
    fresh = (
        Incident.objects.select_for_update(of=("self",)).select_related("city").get(pk=incident.pk)
    )
    if fresh.meeting_every == every:
        return fresh
    fresh.meeting_every, fresh.updated_at = every, now
    fresh.save(update_fields=["meeting_every", "updated_at"])
    incidents.note(actor, "rhythm.set", fresh, now, facts={"hours": hours})
    return fresh


@transaction.atomic
def open_meeting(
    actor: Actor, meeting: Meeting, *, agenda: Mapping[str, Any], points: int, now: datetime
) -> Meeting:
    """Begin a planned meeting: from here on its `agenda`, of so many points, stays as it is."""
    check_may_lead(actor, meeting.incident)
    fresh = _locked(meeting)
    if fresh.state != "planned":
        raise Refused(
            _("This meeting was opened or called off already."), code="meeting-not-planned"
        )
    fresh.opened_at, fresh.chair_id = now, actor.person_id
    fresh.agenda = json.dumps(agenda, ensure_ascii=False)
    fresh.save(update_fields=["opened_at", "chair", "agenda"])
    # It lies ahead no more; the next one is planned when this one ends.
    Incident.objects.filter(pk=fresh.incident_id).update(
        next_meeting_at=None, next_meeting_place="", updated_at=now
    )
    _note(actor, "meeting.opened", fresh, now, facts={"points": points})
    return fresh


@transaction.atomic
def mark_attendance(
    actor: Actor, meeting: Meeting, *, marks: Mapping[UUID, Mark], now: datetime
) -> list[Attendance]:
    """Note which agencies came to an open meeting, which were excused, which stayed away.

    `marks` by agency; what is left out stays as it was noted before.
    """
    check_may_lead(actor, meeting.incident)
    fresh = _open(meeting)
    there = {
        agency.pk: agency
        for agency in Agency.objects.filter(involvements__incident=fresh.incident_id)
    }
    for pk, mark in marks.items():
        if pk not in there:
            raise Refused(_("Choose an agency at this incident."), code="agency", field="agency")
        if mark.state not in Attendance.State.values:
            raise Refused(_("Choose from the list."), code="attendance", field="state")
        who = clean_text(mark.who)
        if len(who) > MOST_WHO:
            raise Refused(
                _("Keep it under %(most)s characters.") % {"most": MOST_WHO},
                code="who-long",
                field="who",
            )
        Attendance.objects.update_or_create(
            meeting=fresh, agency=there[pk], defaults={"state": mark.state, "who": who}
        )
    noted = list(
        Attendance.objects.filter(meeting=fresh).select_related("agency").order_by("agency__name")
    )
    if marks:
        _note(
            actor,
            "meeting.attended",
            fresh,
            now,
            facts={
                state: [one.agency.name for one in noted if one.state == state]
                for state in Attendance.State.values
            },
            private={"who": "\n".join(f"{one.agency.name}: {one.who}" for one in noted if one.who)},
        )
    return noted


def link_outcome(
    meeting: Meeting, *, thing: str, kind: str, point: str, now: datetime
) -> MeetingOutcome:
    """Let something that was written elsewhere stand in the minutes of an open meeting, under
    a point of its agenda."""
    fresh = _open(meeting)
    return MeetingOutcome.objects.create(
        meeting=fresh, thing=thing, kind=kind, point=point[:80], at=now
    )


@transaction.atomic
def close_meeting(
    actor: Actor, meeting: Meeting, *, entry: LogEntry | None, now: datetime
) -> Meeting:
    """End an open meeting; `entry` is the one in the log that tells who came and what came of
    it. Nothing of a closed meeting changes any more."""
    check_may_lead(actor, meeting.incident)
    fresh = _open(meeting)
    fresh.closed_at, fresh.entry = now, entry
    fresh.save(update_fields=["closed_at", "entry"])
    _note(actor, "meeting.closed", fresh, now, facts={"outcomes": fresh.outcomes.count()})
    return fresh


def _locked(meeting: Meeting) -> Meeting:
    return (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("incident__city")
        .get(pk=meeting.pk)
    )


def _open(meeting: Meeting) -> Meeting:
    fresh = _locked(meeting)
    if fresh.state != "open":
        raise Refused(_("This meeting is not open. Look at it as it is now."), code="not-open")
    return fresh


def _note(actor: Actor, verb: str, meeting: Meeting, now: datetime, **rest: Any) -> None:
    """One line in the journal about this meeting, with its number."""
    record(
        actor,
        verb,
        log=meeting.incident.city.log,
        thing=f"meeting:{meeting.pk}",
        about=meeting.incident.about,
        at=now,
        facts={"number": meeting.number, **rest.pop("facts", {})},
        **rest,
    )
