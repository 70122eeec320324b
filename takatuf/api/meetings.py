"""Meetings of the partners: rhythm, agenda, attendance, outcomes, minutes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field, StrictInt, StringConstraints

from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Line, Moment, Prose, Shape
from takatuf.api.incidents import IncidentDetail, detail_of
from takatuf.api.lookups import agency_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named
from takatuf.coordination.agenda import agenda_of_meeting, came_of
from takatuf.coordination.services import begin_meeting, end_meeting, record_outcome
from takatuf.decisions.access import meeting_for
from takatuf.decisions.queries import attendance_of, meetings_of
from takatuf.decisions.services import Mark, mark_attendance, set_rhythm
from takatuf.incidents.access import incident_by_id

if TYPE_CHECKING:
    from takatuf.decisions.models import Meeting, MeetingOutcome

router = Router(tags=["Meetings"])
Attended = Literal["came", "excused", "absent"]
OutcomeKind = Literal["decision", "action", "information", "question", "promise"]


class MeetingShape(Shape):
    id: UUID
    incident: UUID
    number: int = Field(description="Counts within the incident")
    state: Literal["planned", "open", "closed", "called-off"]
    at: datetime
    place: str
    opened_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    chair: Named | None
    entry: UUID | None = Field(description="The entry of the log that holds its minutes")


class Point(Shape):
    """One line of the agenda."""

    point: str = Field(description="Give it with an outcome, which then stands under it")
    words: str
    number: int | None = Field(description="Of an entry in the log, or of a promise")
    at: datetime | None
    who: str
    why: str


class AgendaGroup(Shape):
    code: str
    label: str
    points: list[Point]
    more: int = Field(description="How many lines were left out")


class AttendanceShape(Shape):
    agency: Named
    state: str = Field(description="came, excused or absent")
    who: str


class OutcomeShape(Shape):
    id: UUID
    kind: str
    point: str
    at: datetime
    entry: UUID | None = Field(description="Where it stands in the log")
    task: UUID | None = Field(description="The action that it is")


class MeetingDetail(MeetingShape):
    agenda: list[AgendaGroup] = Field(description="Kept when the meeting is opened; before, as now")
    attendance: list[AttendanceShape]
    outcomes: list[OutcomeShape]


class Rhythm(Body):
    hours: Annotated[StrictInt, Field(ge=1, le=9600)] | None = Field(
        description="null: the partners meet when it is needed"
    )


class OneMark(Body):
    agency: UUID
    state: Attended
    who: Annotated[Line, StringConstraints(max_length=120)] = ""


class Marks(Body):
    marks: Annotated[list[OneMark], Field(max_length=200)]


class NewOutcome(Body):
    """What came of a point: a decision needs reasons, a promise to whom and by when."""

    kind: OutcomeKind
    text: Prose
    point: Annotated[Line, StringConstraints(max_length=80)] = ""
    reasons: Prose = ""
    promised_to: Prose = ""
    due_at: Moment | None = None
    agency: UUID | None = Field(None, description="Who does an action")


def _values(meeting: Meeting) -> dict[str, Any]:
    copied = ("number", "state", "at", "place", "opened_at", "closed_at", "cancelled_at")
    return {
        "id": meeting.pk,
        "incident": meeting.incident_id,
        "chair": named(meeting.chair),
        "entry": meeting.entry_id,
        **{name: getattr(meeting, name) for name in copied},
    }


def _detail(request: Request, pk: UUID) -> MeetingDetail:
    found = meeting_for(request.actor, pk)
    return MeetingDetail(
        **_values(found),
        agenda=[
            AgendaGroup(
                code=group.code,
                label=group.label,
                more=group.more,
                points=[
                    Point(
                        point=f"{group.code}:{item.thing}",
                        words=item.words(language()),
                        number=item.number,
                        at=item.moment,
                        who=item.who(language()),
                        why=item.why,
                    )
                    for item in group.items
                ],
            )
            for group in agenda_of_meeting(found, timezone.now()).groups
        ],
        attendance=[
            AttendanceShape(
                agency=Named(id=one.agency_id, name=one.agency.name), state=one.state, who=one.who
            )
            for one in attendance_of(found)
        ],
        outcomes=[
            OutcomeShape(
                id=one.outcome.pk,
                kind=one.outcome.kind,
                point=one.outcome.point,
                at=one.outcome.at,
                entry=one.entry.pk if one.entry else None,
                task=one.task.pk if one.task else None,
            )
            for one in came_of(found)
        ],
    )


@router.get(
    "/incidents/{uuid:incident}/meetings",
    response=Page[MeetingShape],
    summary="Meetings of an incident, the newest first",
)
def meetings(request: Request, incident: UUID, paging: Query[Paging]) -> Any:
    """The next one is set by `PUT …/meeting`."""
    found = meetings_of(incident_by_id(request.actor, incident))
    return page_of(found, paging, lambda meeting: MeetingShape(**_values(meeting)))


@router.put(
    "/incidents/{uuid:incident}/meeting-rhythm",
    response=IncidentDetail,
    summary="How often the partners meet",
)
def rhythm(request: Request, incident: UUID, body: Rhythm) -> Any:
    """It proposes the next meeting; it plans none by itself."""
    found = incident_by_id(request.actor, incident)
    set_rhythm(request.actor, found, hours=body.hours, now=timezone.now())
    return detail_of(incident_by_id(request.actor, incident))


@router.get("/meetings/{uuid:meeting}", response=MeetingDetail, summary="One meeting")
def meeting(request: Request, meeting: UUID) -> Any:
    """Its agenda, who came, what came of it; of a closed one these are the minutes."""
    return _detail(request, meeting)


@router.post("/meetings/{uuid:meeting}/open", response=MeetingDetail, summary="Open a meeting")
def begin(request: Request, meeting: UUID) -> Any:
    """From here on its agenda stays as it is."""
    begin_meeting(request.actor, meeting_for(request.actor, meeting), now=timezone.now())
    return _detail(request, meeting)


@router.post("/meetings/{uuid:meeting}/attendance", response=MeetingDetail, summary="Who came")
def attendance(request: Request, meeting: UUID, body: Marks) -> Any:
    """What is left out stays as it was noted."""
    found = meeting_for(request.actor, meeting)
    marks = {one.agency: Mark(one.state, one.who) for one in body.marks}
    mark_attendance(request.actor, found, marks=marks, now=timezone.now())
    return _detail(request, meeting)


@router.post(
    "/meetings/{uuid:meeting}/outcomes",
    response={201: MeetingDetail},
    summary="Write down what came of a point",
)
def outcome(
    request: Request,
    response: HttpResponse,
    meeting: UUID,
    body: NewOutcome,
    idempotency_key: Key,
) -> Any:
    """It stands in the log, or among the actions, and in the minutes at once."""
    found = meeting_for(request.actor, meeting)

    def act() -> UUID:
        values = body.model_dump()
        if body.agency is not None:
            values["agency"] = agency_in(found.incident.city, body.agency)
        made: MeetingOutcome = record_outcome(
            request.actor, found, language=language(), now=timezone.now(), **values
        )
        return made.meeting_id

    carry_out(request, response, idempotency_key, act, "meetings/%s")
    return _detail(request, meeting)


@router.post("/meetings/{uuid:meeting}/close", response=MeetingDetail, summary="Close a meeting")
def close(request: Request, meeting: UUID) -> Any:
    """Who came and what came of it becomes an entry of the log."""
    found = meeting_for(request.actor, meeting)
    end_meeting(request.actor, found, language=language(), now=timezone.now())
    return _detail(request, meeting)
