"""The log of an incident: read, written, corrected by striking, settled."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from takatuf.api.description import table
from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Line, Moment, Prose, Shape
from takatuf.api.lookups import agency_in
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Named, language, named
from takatuf.api.tables import as_csv
from takatuf.decisions.access import entry_for
from takatuf.decisions.queries import log_of
from takatuf.decisions.services import settle_entry, strike_entry, write_entry
from takatuf.incidents.access import incident_by_id

if TYPE_CHECKING:
    from takatuf.decisions.models import LogEntry

router = Router(tags=["Log"])
BESIDE = ["author__name", "agency__name", "strikes__number", "struck_by__number"]
Kind = Literal["information", "decision", "question", "promise"]
Confidence = Literal["", "confirmed", "likely", "unconfirmed"]
StreamOrNone = Literal[
    "", "leadership", "community", "communications", "psychosocial", "support", "learning"
]
Outcome = Literal["answered", "kept", "broken", "released", "upheld", "changed"]


class EntryShape(Shape):
    """One line of the log; what a decision rests on stands beside it."""

    id: UUID
    incident: UUID
    number: int
    kind: Kind
    text: str
    language: str
    happened_at: datetime
    recorded_at: datetime
    delay_reason: str
    author: Named | None
    agency: Named | None
    decider: str
    present: list[Named] | None = Field(description="Not told on the picture: null")
    source: str
    confidence: Confidence
    workstream: StreamOrNone
    facts: str
    unknowns: str
    risks: str
    options: str
    reasons: str
    legal_basis: str
    dissent: str
    review_at: datetime | None
    promised_to: str
    due_at: datetime | None
    strikes: UUID | None = Field(description="The entry that this one corrects")
    struck_by: UUID | None = Field(description="The entry that corrected this one")
    settled_at: datetime | None
    outcome: str
    settled_note: str


class EntryCorrection(Body):
    """A new wording; what is left out is taken from the entry that it strikes."""

    text: Prose
    happened_at: Moment = datetime.min
    delay_reason: Prose = ""
    source: Line = ""
    confidence: Confidence = ""
    workstream: StreamOrNone = ""
    decider: Annotated[Line, StringConstraints(max_length=120)] = ""
    facts: Prose = ""
    unknowns: Prose = ""
    risks: Prose = ""
    options: Prose = ""
    reasons: Prose = ""
    legal_basis: Prose = ""
    dissent: Prose = ""
    review_at: Moment | None = None
    promised_to: Prose = ""
    due_at: Moment | None = None


class NewEntry(EntryCorrection):
    """A line of the log. A decision needs reasons, a promise to whom it was made and by when
    it is due; what happened more than a quarter of an hour ago the reason of the delay."""

    kind: Kind
    happened_at: Moment | None = Field(None, description="Left out: now")  # type: ignore[assignment]
    present: Annotated[list[UUID], Field(max_length=100)] = Field(
        [], description="Agencies that were there"
    )


class Settlement(Body):
    """A question is answered, a promise kept or broken, a decision upheld or changed."""

    outcome: Outcome
    note: Prose


class WhichEntries(BaseModel):
    kind: Kind | None = None


def _values(entry: LogEntry) -> dict[str, Any]:
    struck_by = getattr(entry, "struck_by", None)
    copied = (
        "number kind text language happened_at recorded_at delay_reason decider source "
        "confidence workstream facts unknowns risks options reasons legal_basis dissent review_at "
        "promised_to due_at settled_at outcome settled_note"
    )
    return {
        "id": entry.pk,
        "incident": entry.incident_id,
        "author": named(entry.author),
        "agency": named(entry.agency),
        "strikes": entry.strikes_id,
        "struck_by": struck_by.pk if struck_by else None,
        **{name: getattr(entry, name) for name in copied.split()},
    }


def shape_of_entry(entry: LogEntry, *, brief: bool = False) -> EntryShape:
    """One entry; `brief` leaves out who was present, which costs a statement to learn."""
    present = None if brief else [Named(id=a.pk, name=a.name) for a in entry.present.all()]
    return EntryShape(**_values(entry), present=present)


@router.get(
    "/incidents/{uuid:incident}/log",
    response=Page[EntryShape],
    summary="The log, the newest entry first",
)
def log(request: Request, incident: UUID, which: Query[WhichEntries], paging: Query[Paging]) -> Any:
    found = log_of(incident_by_id(request.actor, incident), kind=which.kind or "")
    return page_of(found.prefetch_related("present"), paging, shape_of_entry, beside=BESIDE)


COLUMNS = [
    "number",
    "kind",
    "happened_at",
    "recorded_at",
    "text",
    "language",
    "author",
    "agency",
    "decider",
    "source",
    "confidence",
    "workstream",
    "facts",
    "unknowns",
    "risks",
    "options",
    "reasons",
    "legal_basis",
    "dissent",
    "review_at",
    "promised_to",
    "due_at",
    "outcome",
    "settled_at",
    "settled_note",
    "strikes",
    "struck_by",
    "delay_reason",
    "id",
]


@router.get(
    "/incidents/{uuid:incident}/log.csv",
    summary="The log as CSV",
    openapi_extra=table("Every entry of the log, the newest first; struck ones too"),
)
def log_csv(request: Request, incident: UUID) -> HttpResponse:
    found = incident_by_id(request.actor, incident)

    def row(entry: LogEntry) -> list[object]:
        values = _values(entry)
        for name in ("author", "agency"):
            values[name] = values[name].name if values[name] else None
        struck_by = getattr(entry, "struck_by", None)
        values["strikes"] = entry.strikes.number if entry.strikes else None
        values["struck_by"] = struck_by.number if struck_by else None
        return [values[name] for name in COLUMNS]

    name = f"{found.city.slug}-{found.number}-log"
    return as_csv(name, COLUMNS, log_of(found), row, BESIDE)  # type: ignore[return-value]


@router.post(
    "/incidents/{uuid:incident}/log", response={201: EntryShape}, summary="Write in the log"
)
def write(
    request: Request,
    response: HttpResponse,
    incident: UUID,
    entry: NewEntry,
    idempotency_key: Key,
) -> Any:
    """The words are taken to be in the language of the request (`Accept-Language`)."""
    found = incident_by_id(request.actor, incident)

    def act() -> UUID:
        values = entry.model_dump(exclude_unset=True)
        values["present"] = [agency_in(found.city, pk, "present") for pk in entry.present]
        made: LogEntry = write_entry(
            request.actor, found, language=language(), now=timezone.now(), **values
        )
        return made.pk

    made = carry_out(request, response, idempotency_key, act, "log/%s")
    return shape_of_entry(entry_for(request.actor, made))


@router.get("/log/{uuid:entry}", response=EntryShape, summary="One entry of a log")
def one_entry(request: Request, entry: UUID) -> Any:
    return shape_of_entry(entry_for(request.actor, entry))


@router.post("/log/{uuid:entry}/strike", response={201: EntryShape}, summary="Correct an entry")
def strike(
    request: Request,
    response: HttpResponse,
    entry: UUID,
    correction: EntryCorrection,
    idempotency_key: Key,
) -> Any:
    """A new entry strikes the old one, which stays readable."""
    old = entry_for(request.actor, entry)

    def act() -> UUID:
        made: LogEntry = strike_entry(
            request.actor,
            old,
            language=language(),
            now=timezone.now(),
            **correction.model_dump(exclude_unset=True),
        )
        return made.pk

    made = carry_out(request, response, idempotency_key, act, "log/%s")
    return shape_of_entry(entry_for(request.actor, made))


@router.post("/log/{uuid:entry}/settle", response=EntryShape, summary="Settle an entry")
def settle(request: Request, entry: UUID, settlement: Settlement) -> Any:
    settle_entry(
        request.actor,
        entry_for(request.actor, entry),
        outcome=settlement.outcome,
        note=settlement.note,
        now=timezone.now(),
    )
    return shape_of_entry(entry_for(request.actor, entry))
