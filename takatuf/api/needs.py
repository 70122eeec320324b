"""The survey of the issues for programs, what answers each need, and the gaps."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StrictInt, StringConstraints

from takatuf.activities.access import activity_for
from takatuf.activities.gaps import Kind
from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Line, Prose, Shape, Version, Word
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named
from takatuf.community.access import issue_for
from takatuf.community.queries import issues_of
from takatuf.community.rules import MOST_PEOPLE
from takatuf.community.services import (
    MOST_NOTE,
    MOST_TEXT,
    IssueFacts,
    change_issue,
    close_issue,
    reopen_issue,
    report_issue,
)
from takatuf.community.vocabulary import Outcome, State, Sureness, Topic
from takatuf.coordination.gaps import answers_of, gaps_of
from takatuf.coordination.services import (
    Lesson,
    name_answer,
    take_back_answer,
    take_up_gap,
    write_lesson,
)
from takatuf.incidents.access import incident_by_id
from takatuf.learning.rules import LONGEST
from takatuf.network.vocabulary import Level
from takatuf.plans.vocabulary import Offer, Population, Scope, Workstream

if TYPE_CHECKING:
    from takatuf.community.models import Issue
    from takatuf.coordination.gaps import Answering, Told

router = Router(tags=["Needs and gaps"])
Seriousness = Annotated[StrictInt, Field(ge=1, le=4)]
Codes = Annotated[tuple[Word, ...], Field(max_length=20)]
Note = Annotated[Prose, StringConstraints(max_length=MOST_NOTE)]
AnyScope = Scope | Literal[""]
AnyTopic = Topic | Literal[""]


class NeedPlace(Shape):
    key: str = Field(description="area:<id>, city, outside or text:<words>, as of activities")
    area: Named | None


class NeedShape(Shape):
    """Something that is wrong or needed, about groups and places."""

    id: UUID
    incident: UUID
    number: int = Field(description="Counts within the incident")
    text: str
    language: str
    topic: AnyTopic
    service: str = Field(description="Code of the service that would meet it; empty: not known")
    services: list[str] = Field(description="Further ones that would help")
    populations: list[str]
    languages: list[str] = Field(description="In which help must be had, BCP 47")
    offers: list[str] = Field(description="What help must provide for")
    people: int | None = Field(description="How many are affected; null: not known")
    people_source: str = Field(description="Who counted or estimated them")
    scope: AnyScope
    place: str = Field(description="As written")
    places: list[NeedPlace]
    seriousness: int = Field(description="1 burdens people, 4 endangers lives")
    sureness: Sureness
    source: str = Field(description="Who says so")
    since: date | None
    until: date | None = Field(description="The last day; null: until it is met")
    state: State
    outcome: Outcome | Literal[""]
    note: str = Field(description="What came of it")
    agency: Named | None = Field(description="Whose people told of it")
    reported_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    version: int


class NeedAnswer(Shape):
    """An activity that is about a need."""

    activity: UUID
    title: str
    organisation: Named
    covers: bool = Field(description="Under way, and confirmed in time")
    named: bool = Field(description="A person said so; else it fits by what it says of itself")


class NeedDetail(NeedShape):
    answers: list[NeedAnswer]


class NewNeed(Body):
    text: Annotated[Prose, StringConstraints(max_length=MOST_TEXT)]
    seriousness: Seriousness
    topic: AnyTopic = ""
    service: Word = ""
    services: Codes = ()
    populations: Annotated[tuple[Population, ...], Field(max_length=20)] = ()
    languages: Codes = ()
    offers: Annotated[tuple[Offer, ...], Field(max_length=20)] = ()
    people: Annotated[StrictInt, Field(ge=0, le=MOST_PEOPLE)] | None = None
    people_source: Line = ""
    scope: AnyScope = ""
    areas: Annotated[tuple[UUID, ...], Field(max_length=500)] = Field(
        (), description="The districts, for the scope “areas”"
    )
    place: Line = ""
    sureness: Sureness = Sureness.UNCONFIRMED
    source: Line = ""
    since: date | None = None
    until: date | None = None

    def facts(self) -> IssueFacts:
        """As the use cases take them."""
        told = self.model_dump(mode="python", exclude={"incident", "version"})
        plain: dict[str, Any] = {
            name: value.value if isinstance(value, Scope | Topic | Sureness) else value
            for name, value in told.items()
        }
        plain["populations"] = tuple(code.value for code in self.populations)
        plain["offers"] = tuple(code.value for code in self.offers)
        return IssueFacts(**plain)


class NeedIn(NewNeed):
    incident: UUID


class NeedChange(NewNeed):
    version: Version | None = None


class NeedEnding(Body):
    outcome: Outcome
    note: Note
    version: Version | None = None


class NeedReopening(Body):
    reason: Note
    version: Version | None = None


class NeedLesson(Body):
    title: Annotated[Line, StringConstraints(max_length=LONGEST["title"])]
    context: Annotated[Prose, StringConstraints(max_length=LONGEST["context"])] = ""
    done: Annotated[Prose, StringConstraints(max_length=LONGEST["done"])]
    outcome: Annotated[Prose, StringConstraints(max_length=LONGEST["outcome"])]
    known_how: Annotated[Prose, StringConstraints(max_length=LONGEST["known_how"])]
    lesson: Annotated[Prose, StringConstraints(max_length=LONGEST["lesson"])] = ""
    caution: Annotated[Prose, StringConstraints(max_length=LONGEST["caution"])] = ""
    levels: Annotated[tuple[Level, ...], Field(max_length=6)] = ()
    workstream: Workstream = Workstream.COMMUNITY


class LessonShape(Shape):
    """A draft of the library; the network's secretariat reads it."""

    id: UUID
    slug: str = Field(description="Address that its card will have")


class WhichNeeds(BaseModel):
    incident: UUID
    state: State | Literal["all"] = State.OPEN
    service: str = Field("", max_length=40)
    topic: AnyTopic = ""
    place: str = Field("", max_length=200, description="Key of a place")
    seriousness: int = Field(0, ge=0, le=4, description="As serious or more")


class GapShape(Shape):
    """Something that is missing or will be."""

    key: str = Field(description="The same each time it is found")
    kind: Kind
    title: str
    reasons: list[str]
    need: UUID | None
    activity: UUID | None
    organisation: UUID | None
    service: str
    layer: int | None = Field(description="Of the IASC pyramid")
    languages: list[str]
    offers: list[str]
    on: date | None = Field(description="When it ends, or the day that it does not reach")
    people: int | None
    people_a_week: int | None
    action: str = Field(description="The action that it becomes")
    role: str
    agency: UUID | None
    due_at: datetime
    task: UUID | None = Field(description="The open action that was made of it")


class GapsShape(Shape):
    open: list[GapShape]
    taken: list[GapShape] = Field(description="Somebody is at it")
    needs: int = Field(description="Open needs")
    activities: int = Field(description="That cover something today")


class OfIncident(BaseModel):
    incident: UUID


class TakingUp(Body):
    incident: UUID
    key: Line


class TakenUp(Shape):
    task: UUID


def _values(one: Issue) -> dict[str, Any]:
    copied = (
        "number text language topic service populations languages offers people people_source "
        "scope place seriousness sureness source since until state outcome note reported_at "
        "changed_at closed_at version"
    )
    return {
        "id": one.pk,
        "incident": one.incident_id,
        "services": list(one.services),
        "agency": named(one.agency),
        "places": [NeedPlace(key=at.key, area=named(at.area)) for at in one.places.all()],
        **{name: getattr(one, name) for name in copied.split()},
    }


def _answer(one: Answering) -> NeedAnswer:
    body = one.activity.organisation
    return NeedAnswer(
        activity=one.activity.pk,
        title=str(one.activity),
        organisation=Named(id=body.pk, name=body.name),
        covers=one.covers,
        named=one.linked,
    )


def _detail(request: Request, pk: UUID) -> NeedDetail:
    one = issue_for(request.actor, pk)
    answers = [_answer(each) for each in answers_of(one, timezone.now())]
    return NeedDetail(**_values(one), answers=answers)


@router.get("/needs", response=Page[NeedShape], summary="What is needed at an incident")
def needs(request: Request, which: Query[WhichNeeds], paging: Query[Paging]) -> Any:
    """The most serious first; closed ones by when they were closed."""
    incident = incident_by_id(request.actor, which.incident)
    found = issues_of(
        incident,
        state=str(which.state),
        service=which.service,
        topic=str(which.topic),
        place=which.place,
        seriousness=which.seriousness,
    )
    return page_of(found, paging, lambda one: NeedShape(**_values(one)))


@router.post("/needs", response={201: NeedDetail}, summary="Report a need")
def report(request: Request, response: HttpResponse, need: NeedIn, idempotency_key: Key) -> Any:
    incident = incident_by_id(request.actor, need.incident)

    def act() -> UUID:
        return report_issue(
            request.actor, incident, need.facts(), language=language(), now=timezone.now()
        ).pk

    return _detail(request, carry_out(request, response, idempotency_key, act, "needs/%s"))


@router.get("/needs/{uuid:need}", response=NeedDetail, summary="One need and what answers it")
def need(request: Request, need: UUID) -> Any:
    return _detail(request, need)


@router.put("/needs/{uuid:need}", response=NeedDetail, summary="Tell a need anew")
def change(request: Request, need: UUID, told: NeedChange) -> Any:
    """All of it, in the place of what stood there; that stays in the record."""
    issue = issue_for(request.actor, need)
    change_issue(request.actor, issue, told.facts(), version=told.version, now=timezone.now())
    return _detail(request, need)


@router.post("/needs/{uuid:need}/close", response=NeedDetail, summary="Say what came of a need")
def close(request: Request, need: UUID, ending: NeedEnding) -> Any:
    issue = issue_for(request.actor, need)
    close_issue(
        request.actor,
        issue,
        outcome=ending.outcome.value,
        note=ending.note,
        version=ending.version,
        now=timezone.now(),
    )
    return _detail(request, need)


@router.post("/needs/{uuid:need}/reopen", response=NeedDetail, summary="Open a need again")
def reopen(request: Request, need: UUID, told: NeedReopening) -> Any:
    issue = issue_for(request.actor, need)
    reopen_issue(request.actor, issue, reason=told.reason, version=told.version, now=timezone.now())
    return _detail(request, need)


@router.put(
    "/needs/{uuid:need}/answers/{uuid:activity}",
    response=NeedDetail,
    summary="Name an activity that answers a need",
)
def answer(request: Request, need: UUID, activity: UUID) -> Any:
    """Said twice, it stands once."""
    issue = issue_for(request.actor, need)
    chosen = activity_for(request.actor, activity)
    name_answer(request.actor, issue, chosen, now=timezone.now())
    return _detail(request, need)


@router.delete(
    "/needs/{uuid:need}/answers/{uuid:activity}",
    response=NeedDetail,
    summary="Take back that an activity answers a need",
)
def no_answer(request: Request, need: UUID, activity: UUID) -> Any:
    issue = issue_for(request.actor, need)
    chosen = activity_for(request.actor, activity)
    take_back_answer(request.actor, issue, chosen, now=timezone.now())
    return _detail(request, need)


@router.post(
    "/needs/{uuid:need}/lesson",
    response={201: LessonShape},
    summary="Offer a lesson",
)
def lesson(request: Request, need: UUID, told: NeedLesson) -> Any:
    """From a need that ended. It becomes a draft that the network's secretariat completes and
    publishes: no names of people in it."""
    issue = issue_for(request.actor, need)
    values = told.model_dump(exclude={"levels", "workstream"})
    draft = write_lesson(
        request.actor,
        issue.incident,
        about=issue.about,
        lesson=Lesson(
            **values,
            levels=tuple(level.value for level in told.levels),
            workstream=told.workstream.value,
        ),
        language=language(),
        now=timezone.now(),
    )
    return 201, LessonShape(id=draft.pk, slug=draft.slug)


def _gap(one: Told) -> GapShape:
    gap = one.gap
    return GapShape(
        key=gap.key,
        kind=gap.kind,
        title=one.title,
        reasons=one.reasons,
        need=UUID(gap.need) if gap.need else None,
        activity=UUID(gap.activity) if gap.activity else None,
        organisation=UUID(gap.organisation) if gap.organisation else None,
        service=gap.service,
        layer=gap.layer,
        languages=list(gap.languages),
        offers=list(gap.offers),
        on=gap.on,
        people=gap.people,
        people_a_week=gap.weekly,
        action=one.action,
        role=one.role,
        agency=one.agency,
        due_at=one.due,
        task=one.task.pk if one.task else None,
    )


@router.get("/gaps", response=GapsShape, summary="What is missing at an incident, or will be")
def gaps(request: Request, of: Query[OfIncident]) -> Any:
    """The gravest first: needs without an activity, empty layers, what ends soon, thin cover,
    languages and hours that no support has, entries that nobody confirmed."""
    found = gaps_of(incident_by_id(request.actor, of.incident), timezone.now())
    return GapsShape(
        open=[_gap(one) for one in found.open],
        taken=[_gap(one) for one in found.taken],
        needs=found.needs,
        activities=found.doings,
    )


@router.post("/gaps", response={201: TakenUp}, summary="Make an action of a gap")
def take_up(request: Request, taking: TakingUp) -> Any:
    """Of one gap there is one open action, however often it is asked for."""
    incident = incident_by_id(request.actor, taking.incident)
    task = take_up_gap(
        request.actor, incident, key=taking.key, language=language(), now=timezone.now()
    )
    return 201, TakenUp(task=task.pk)
