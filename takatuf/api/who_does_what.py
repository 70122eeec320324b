"""Who does what: listed, told, changed, confirmed, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, BeforeValidator, Field, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

from takatuf.activities.access import activity_for
from takatuf.activities.queries import (
    GOING_ON,
    Wanted,
    activities_of,
    changes_of,
    organisation_in,
    where_of,
)
from takatuf.activities.rules import is_stale
from takatuf.activities.services import (
    MOST_REASON,
    change_activity,
    confirm_activity,
    confirm_all_of,
    report_activity,
    restore_activity,
    withdraw_activity,
)
from takatuf.activities.vocabulary import Channel, Offer, Population, Standing, Status
from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import YEARS, Body, Line, Prose, Shape, Version, Word
from takatuf.api.lookups import agency_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language
from takatuf.foundation.errors import Refused
from takatuf.incidents.access import incident_by_id
from takatuf.network.vocabulary import Level

if TYPE_CHECKING:
    from takatuf.activities.models import Activity

router = Router(tags=["Who does what"])


def _written_day(value: Any) -> Any:
    """A day is written as text, 2026-03-01; a number would be guessed at."""
    if not isinstance(value, str) or len(value) != 10:
        raise PydanticCustomError("day", "not a written day")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("day", "not a day") from None
    if day.year not in YEARS:
        raise PydanticCustomError("day", "an odd year")
    return day


Day = Annotated[date, BeforeValidator(_written_day)]
People = Annotated[StrictInt, Field(ge=0, le=10**12)]
Codes = Annotated[list[Word], Field(max_length=30)]
PlaceKeys = Annotated[
    list[Annotated[Line, StringConstraints(max_length=60)]],
    Field(
        max_length=200,
        description="“city”, “outside”, or “area:” and the identifier of each district",
    ),
]
Title = Annotated[str, StringConstraints(strict=True, max_length=400)]


class ActivityPlaceShape(Shape):
    key: str = Field(description="What places are compared by")
    area: Named | None = Field(description="The district, where it is one of the city’s")


class ActivityShape(Shape):
    """What one organisation does in one incident; never about a person."""

    id: UUID
    incident: UUID
    organisation: Named
    level: str = Field(description="Of government, of who does it; empty: not said")
    service: str = Field(description="Its code in the catalogue; empty: another")
    sector: str = Field(description="As a table wrote it")
    title: str
    language: str = Field(description="Of the title and description")
    populations: list[str]
    places: list[ActivityPlaceShape]
    where: str = Field(description="The places in the reader’s words")
    status: str
    starts_on: date | None
    ends_on: date | None = Field(description="The last day")
    channel: str
    number: str
    languages: list[str]
    offers: list[str]
    weekly_capacity: int | None = Field(description="People a week")
    targeted: int | None = Field(description="People")
    reached: int | None = Field(description="People")
    standing: str = Field(description="current, merged or withdrawn")
    merged_into: UUID | None
    stale: bool = Field(description="Nobody confirmed it in time: it counts as cover no more")
    reported_at: datetime
    confirmed_at: datetime
    changed_at: datetime
    version: int = Field(description="Send it along with a change: 409 if somebody was quicker")


class FactChange(Shape):
    version: int
    fact: str
    before: str
    after: str
    at: datetime


class ActivityDetail(ActivityShape):
    description: str
    programming: str = Field(description="Who plans it and answers for it")
    funder: str
    contact_name: str
    contact_email: str
    source: str
    changes: list[FactChange] = Field(description="The latest first")


class ToldFacts(Body):
    """What is told of an activity; what is left out is not told."""

    service: Word | None = Field(None, description="Of the catalogue; empty: another, see title")
    title: Title | None = None
    description: Prose | None = None
    places: PlaceKeys | None = None
    place: Line | None = Field(None, description="Another place, in words")
    populations: Codes | None = Field(None, description=", ".join(Population.values))
    starts_on: Day | None = None
    ends_on: Day | None = None
    status: Word | None = Field(None, description=", ".join(Status.values))
    channel: Word | None = Field(None, description=", ".join(Channel.values))
    number: Line | None = Field(None, description="A telephone number that is published")
    languages: Codes | None = Field(None, description="BCP 47")
    offers: Codes | None = Field(None, description=", ".join(Offer.values))
    weekly_capacity: Annotated[StrictInt, Field(ge=0, le=2_147_483_647)] | None = None
    targeted: People | None = None
    reached: People | None = None
    level: Word | None = Field(None, description=", ".join(Level.values))
    programming: Line | None = None
    funder: Line | None = None
    contact_name: Line | None = None
    contact_email: Line | None = None

    def facts(self) -> dict[str, Any]:
        """Those that were sent, as the use cases take them."""
        return self.model_dump(include=self.model_fields_set & set(ToldFacts.model_fields))


class NewActivity(ToldFacts):
    organisation: Line | None = Field(None, description="By its name; one that is not known yet")
    agency: UUID | None = Field(None, description="Or an agency of the city")


class ChangedFacts(ToldFacts):
    version: Version | None = Field(None, description="The version that the caller has seen")


class WithdrawEntry(Body):
    reason: Annotated[Prose, StringConstraints(max_length=MOST_REASON)]


class ConfirmAll(Body):
    organisation: UUID


class Confirmed(Shape):
    count: int = Field(description="Entries that were confirmed")


class WhichActivities(BaseModel):
    service: Word = ""
    level: Word = ""
    population: Word = ""
    organisation: UUID | None = None
    place: Line = Field("", description="The key of a place")
    status: Word = Field("", description="A status, “withdrawn” or “all”; empty: what goes on")
    stale: bool = Field(False, description="Only what nobody confirmed in time")
    sparse: bool = Field(False, description="Only what says too little to be compared")
    words: Line = Field(
        "",
        description="Each in the title, the sector, the service’s or the organisation’s names, or "
        "the description of the newest 1,000; in any spelling",
    )


def _values(one: Activity, phase: str, now: datetime) -> dict[str, Any]:
    plain = (
        "level", "service", "sector", "title", "language", "status", "starts_on", "ends_on",
        "channel", "number", "weekly_capacity", "targeted", "reached", "standing", "reported_at",
        "confirmed_at", "changed_at", "version",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in plain},
        "id": one.pk,
        "incident": one.incident_id,
        "organisation": Named(id=one.organisation.pk, name=str(one.organisation)),
        "populations": list(one.populations),
        "languages": list(one.languages),
        "offers": list(one.offers),
        "places": [
            ActivityPlaceShape(
                key=place.key,
                area=Named(id=place.area.pk, name=str(place.area)) if place.area else None,
            )
            for place in one.places.all()
        ],
        "where": where_of(one),
        "merged_into": one.merged_into_id,
        "stale": one.standing == Standing.CURRENT
        and one.status in GOING_ON
        and is_stale(one.confirmed_at, phase, now),
    }


def _detail(request: Request, pk: UUID) -> ActivityDetail:
    one = activity_for(request.actor, pk)
    return ActivityDetail(
        **_values(one, one.incident.phase, timezone.now()),
        description=one.description,
        programming=one.programming,
        funder=one.funder,
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        source=one.source,
        changes=[
            FactChange(
                version=change.version,
                fact=change.field,
                before=change.before,
                after=change.after,
                at=change.at,
            )
            for change in changes_of(one)
        ],
    )


@router.get(
    "/incidents/{uuid:incident}/activities",
    response=Page[ActivityShape],
    summary="What organisations do in an incident, the newest entry first",
)
def activities(
    request: Request, incident: UUID, which: Query[WhichActivities], paging: Query[Paging]
) -> Any:
    found, now = incident_by_id(request.actor, incident), timezone.now()
    wanted = Wanted(**which.model_dump())

    def shape(one: Activity) -> ActivityShape:
        return ActivityShape(**_values(one, found.phase, now))

    return page_of(activities_of(found, wanted, now=now), paging, shape)


@router.post(
    "/incidents/{uuid:incident}/activities",
    response={201: ActivityDetail},
    summary="Tell what an organisation does",
)
def report(
    request: Request,
    response: HttpResponse,
    incident: UUID,
    activity: NewActivity,
    idempotency_key: Key,
) -> Any:
    """The words are taken to be in the language of the request (`Accept-Language`)."""
    actor, now = request.actor, timezone.now()
    found = incident_by_id(actor, incident)
    if not activity.agency and not activity.organisation:
        raise Refused(
            _("Give the name of the organisation."),
            code="organisation-missing",
            field="organisation",
        )

    def act() -> UUID:
        made: Activity = report_activity(
            actor,
            found,
            name=activity.organisation or "",
            agency=agency_in(found.city, activity.agency) if activity.agency else None,
            facts=activity.facts(),
            language=language(),
            now=now,
        )
        return made.pk

    made = carry_out(request, response, idempotency_key, act, "activities/%s")
    return _detail(request, made)


@router.post(
    "/incidents/{uuid:incident}/activities/confirm",
    response=Confirmed,
    summary="Confirm everything that an organisation does in an incident",
)
def confirm_all(request: Request, incident: UUID, which: ConfirmAll) -> Any:
    found = incident_by_id(request.actor, incident)
    organisation = organisation_in(found, which.organisation)
    count = confirm_all_of(request.actor, found, organisation=organisation, now=timezone.now())
    return Confirmed(count=count)


@router.get(
    "/activities/{uuid:activity}",
    response=ActivityDetail,
    summary="One activity, with its details and what was changed",
)
def one_activity(request: Request, activity: UUID) -> Any:
    return _detail(request, activity)


def _done(request: Request, pk: UUID, act: Callable[..., Any], **more: Any) -> Any:
    act(request.actor, activity_for(request.actor, pk), now=timezone.now(), **more)
    return _detail(request, pk)


@router.post(
    "/activities/{uuid:activity}/change", response=ActivityDetail, summary="Change an activity"
)
def change(request: Request, activity: UUID, facts: ChangedFacts) -> Any:
    """Only what is sent changes. With `version`: 409 where somebody changed the same since."""
    told = facts.facts()
    return _done(request, activity, change_activity, facts=told, version=facts.version)


@router.post(
    "/activities/{uuid:activity}/confirm",
    response=ActivityDetail,
    summary="Say that an activity stands as it is",
)
def confirm(request: Request, activity: UUID) -> Any:
    return _done(request, activity, confirm_activity)


@router.post(
    "/activities/{uuid:activity}/withdraw",
    response=ActivityDetail,
    summary="Take an activity back that should not stand",
)
def withdraw(request: Request, activity: UUID, why: WithdrawEntry) -> Any:
    return _done(request, activity, withdraw_activity, reason=why.reason)


@router.post(
    "/activities/{uuid:activity}/restore",
    response=ActivityDetail,
    summary="Let an activity stand again that was withdrawn",
)
def restore(request: Request, activity: UUID) -> Any:
    return _done(request, activity, restore_activity)
