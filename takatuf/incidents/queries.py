"""What pages, the command and the API read of incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotFound
from takatuf.incidents.access import CALLERS, LEADERS, at_an_incident_of
from takatuf.incidents.models import (
    HandOver,
    Incident,
    InquiryFile,
    KeyDate,
    Lead,
    LegalHold,
    Methane,
)
from takatuf.incidents.rules import (
    DUPLICATE_WITHIN,
    may_be_the_same,
    missing,
    remembered_days,
)
from takatuf.incidents.vocabulary import DateKind
from takatuf.network.models import Agency, Area, City
from takatuf.network.vocabulary import AgencyKind


def incidents_of(actor: Actor, city: City | None = None) -> QuerySet[Incident]:
    """The incidents that the actor may know, the newest first; of one city where given."""
    found = Incident.objects.visible_to(actor).for_list()
    if city is not None:
        found = found.filter(city=city)
    return found.order_by("-declared_at", "-id")


def open_incidents(actor: Actor, city: City | None = None) -> QuerySet[Incident]:
    """Those of `incidents_of` that are neither stood down nor joined into another."""
    return incidents_of(actor, city).filter(stood_down_at=None, joined_into=None)


def likely_duplicates(
    actor: Actor,
    *,
    city: City,
    kind: str,
    happened_at: datetime,
    now: datetime,
    area: Area | None = None,
    lon: float | None = None,
    lat: float | None = None,
    is_exercise: bool = False,
    other_than: UUID | None = None,
) -> list[Incident]:
    """Open incidents declared within the hour that may be the same event."""
    recent = open_incidents(actor, city).filter(
        declared_at__gte=now - DUPLICATE_WITHIN, is_exercise=is_exercise
    )
    if other_than is not None:
        recent = recent.exclude(pk=other_than)
    point = None if lon is None or lat is None else (lon, lat)
    return [
        other
        for other in recent
        if may_be_the_same(
            kinds=(kind, other.kind),
            happened=(happened_at, other.happened_at),
            areas=(area and area.pk, other.area_id),
            points=(
                point,
                None if other.lon is None or other.lat is None else (other.lon, other.lat),
            ),
        )
    ]


def missing_facts(incident: Incident) -> list[str]:
    """Names of the fields that nobody has filled in yet and that are worth knowing."""
    return missing(
        {
            "place": incident.place or incident.area_id,
            "area": incident.area_id,
            "targeted": incident.targeted,
            "lead_agency": incident.lead_agency_id,
            "casualties": incident.casualties,
            # Whoever has ended the response holds no daily meeting.
            "next_meeting_at": incident.next_meeting_at or incident.stood_down_at,
        },
        kind=incident.kind,
    )


TRIALS = (DateKind.TRIAL, DateKind.VERDICT, DateKind.APPEAL, DateKind.INQUIRY)


def key_dates_of(incident: Incident) -> QuerySet[KeyDate]:
    """The days that are known, the earliest first, those past too."""
    return KeyDate.objects.filter(incident=incident, removed_at=None).order_by("on", "id")


def next_trial(incident: Incident, now: datetime) -> date | None:
    """The next day of a trial, verdict, appeal or inquiry, today included, in the city's time;
    where none lies ahead the last that was, since something may be due after it."""
    today = now.astimezone(ZoneInfo(incident.city.timezone)).date()
    days = [one.on for one in key_dates_of(incident) if one.kind in TRIALS]
    return next((day for day in days if day >= today), days[-1] if days else None)


@dataclass(frozen=True)
class Day:
    """One day of an incident's long life: computed from the event, or entered by the city."""

    on: date
    label: str
    key_date: KeyDate | None = None  # None: it follows from the day of the event
    note: str = ""
    source: str = ""


def days_of(incident: Incident, now: datetime) -> list[Day]:
    """The days ahead: those that mourning keeps (7, 30, 40 and 100 days, six months), the next
    two anniversaries, and the key dates, those past too; the earliest first."""
    zone = ZoneInfo(incident.city.timezone)
    happened, today = incident.happened_at.astimezone(zone).date(), now.astimezone(zone).date()
    computed = [
        Day(on, _label(unit, count)) for on, unit, count in remembered_days(happened, today)
    ]
    entered = [
        Day(one.on, str(one.get_kind_display()), one, one.label, one.source)
        for one in key_dates_of(incident)
    ]
    return sorted([*computed, *entered], key=lambda day: day.on)


def _label(unit: str, count: int) -> str:
    words = {
        "days": ngettext("%(count)s day after", "%(count)s days after", count),
        "months": ngettext("%(count)s month after", "%(count)s months after", count),
        "years": ngettext("%(count)s year after", "%(count)s years after", count),
    }
    return words[unit] % {"count": count}


def key_date_in(incident: Incident, pk: UUID) -> KeyDate:
    """One key date of an incident whose door was passed. `NotFound` where there is none."""
    found = key_dates_of(incident).filter(pk=pk).select_related("incident__city").first()
    if found is None:
        raise NotFound
    return found


def holds_of(incident: Incident) -> QuerySet[LegalHold]:
    """Every legal hold of an incident, the one in force first, then the latest."""
    holds = LegalHold.objects.filter(incident=incident).select_related("set_by", "lifted_by")
    return holds.order_by(F("lifted_at").desc(nulls_first=True), "-id")


def methanes_of(actor: Actor, city: City | None = None) -> QuerySet[Methane]:
    """The messages from the scene that the actor may know, the newest first; of one city where
    given."""
    found = Methane.objects.visible_to(actor)
    if city is not None:
        found = found.filter(city=city)
    found = found.select_related("city", "incident__city", "agency", "area", "author")
    return found.defer("area__geometry", "area__bounds").order_by("-received_at", "-id")


def waiting_methanes(actor: Actor, city: City | None = None) -> QuerySet[Methane]:
    """Those of `methanes_of` that nobody has dealt with yet, the longest waiting first."""
    waiting = methanes_of(actor, city).filter(outcome=Methane.Outcome.WAITING)
    return waiting.order_by("received_at", "id")


def methanes_about(incident: Incident) -> QuerySet[Methane]:
    """What came from the scene about an incident whose door was passed, the newest first."""
    found = Methane.objects.filter(incident=incident)
    found = found.select_related("city", "incident__city", "agency", "area", "author")
    return found.defer("area__geometry", "area__bounds").order_by("-number")


@dataclass(frozen=True)
class Letter:
    """One letter of a message from the scene: what was chosen, and what was written to it.
    Where both are empty, nobody knew it."""

    letter: str
    label: str
    chosen: str = ""
    words: str = ""


def letters_of(message: Methane) -> list[Letter]:
    """A message by its letters in their order, in the reader's language; below a major
    incident the M is dropped."""
    major = [Letter("M", _("Major incident declared"), _("Yes") if message.is_major else "")]
    area = message.area
    return [
        *([] if message.is_major is False else major),
        Letter("E", _("Exact location"), "", message.location),
        *([Letter("E", _("District"), "", str(area))] if area else []),
        Letter(
            "T",
            _("Type of incident"),
            str(message.get_kind_display()) if message.kind else "",
            message.details,
        ),
        Letter("H", _("Hazards, present or suspected"), "", message.hazards),
        Letter("A", _("Access: routes that are safe to use"), "", message.access),
        Letter(
            "N",
            _("Number, type and severity of casualties"),
            CASUALTIES[message.casualties]() if message.casualties else "",
            message.casualty_details,
        ),
        Letter("E", _("Emergency services on the scene"), "", message.services_present),
        Letter("E", _("Emergency services still needed"), "", message.services_needed),
    ]


CASUALTIES = {
    "yes": lambda: _("People are hurt or dead."),
    "no": lambda: _("Nobody is hurt."),
    "unknown": lambda: _("Not known yet whether anyone is hurt."),
}


@dataclass(frozen=True)
class Led:
    """Who led from when to when; `agency` is none where nobody did, `until` where it goes on."""

    agency: Agency | None
    since: datetime
    until: datetime | None
    hand_over: HandOver | None


def leads_of(incident: Incident) -> list[Led]:
    """Who led the incident, the present lead first."""
    rows = list(
        Lead.objects.filter(incident=incident)
        .select_related("agency", "hand_over")
        .order_by("-since", "-id")
    )
    ends = [None, *(row.since for row in rows)]
    return [
        Led(row.agency, row.since, until, row.hand_over)
        for row, until in zip(rows, ends, strict=False)
    ]


def hand_overs_of(incident: Incident) -> QuerySet[HandOver]:
    """Every offer of the lead, the newest first."""
    return (
        HandOver.objects.filter(incident=incident)
        .select_related("from_agency", "to_agency", "offered_by", "answered_by")
        .order_by("-offered_at", "-id")
    )


def open_offer(incident: Incident) -> HandOver | None:
    """The offer of the lead that waits for its answer."""
    return hand_overs_of(incident).filter(state=HandOver.State.OFFERED).first()


def offers_of_lead_to(actor: Actor) -> list[HandOver]:
    """The offers of the lead that the actor may answer for their agency. No statement for
    whoever speaks for none."""
    speaking = [post for post in actor.posts if post.agency_id and post.role in CALLERS]
    if not speaking:
        return []
    cities = {post.city_id for post in speaking if post.role in LEADERS}
    ours = Q(to_agency__in={post.agency_id for post in speaking}) | Q(
        to_agency__city__in=cities, to_agency__kind=AgencyKind.MUNICIPALITY
    )
    return list(
        HandOver.objects.filter(ours, state=HandOver.State.OFFERED)
        .filter(at_an_incident_of(actor))
        .select_related("incident__city", "from_agency", "to_agency")
        .order_by("offered_at", "id")[:20]
    )


def inquiry_files_of(incident: Incident) -> QuerySet[InquiryFile]:
    """The files ordered for an inquiry, the newest first."""
    found = InquiryFile.objects.filter(incident=incident).select_related("ordered_by")
    return found.order_by("-ordered_at", "-id")


def inquiry_file_in(incident: Incident, pk: UUID) -> InquiryFile:
    """One file of this incident. Raises `NotFound`."""
    found = inquiry_files_of(incident).filter(pk=pk).first()
    if found is None:
        raise NotFound
    found.incident = incident
    return found
