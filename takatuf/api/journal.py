"""The journal, for data protection officers and operators: logs, entries, checkpoints."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from takatuf.api.door import Request
from takatuf.api.fields import Shape, storable
from takatuf.api.paging import Page, Paging, page_of
from takatuf.journal.access import log_for, logs_of, may_read_texts
from takatuf.journal.queries import checkpoints_of, entries_of, verifier_key_of
from takatuf.journal.sentences import sentence

if TYPE_CHECKING:
    from takatuf.journal.models import Checkpoint, Entry, Log

router = Router(tags=["Journal"])
Name = Annotated[str, StringConstraints(max_length=60), AfterValidator(storable)]


class LogHead(Shape):
    log: str
    city: UUID | None
    entries: int
    verifier_key: str = Field(description="To check this log's checkpoints with (C2SP)")


class JournalEntry(Shape):
    id: UUID
    index: int
    at: datetime
    recorded_at: datetime
    verb: str
    actor: str | None = Field(description="null: the name was erased")
    thing: str
    about: str
    sentence: str = Field(description="The act as one would say it, in the caller's language")
    canonical: str = Field(description="The bytes that were hashed (RFC 8785)")
    leaf_hash: str = Field(description="SHA-256 of 0x00 and those bytes (RFC 6962), in hex")


class CheckpointShape(Shape):
    size: int
    root: str = Field(description="Root hash of the tree, in hex")
    at: datetime
    note: str = Field(description="The signed note (C2SP tlog-checkpoint)")


class WhichLog(BaseModel):
    log: Name = Field(description="`installation` or `city:<id>`", examples=["installation"])


class WhichRecords(WhichLog):
    about: Name = Field("", description="Only what tells of this, as `incident:<id>`")
    thing: Annotated[Name, StringConstraints(max_length=100)] = Field("")


@router.get("/journal/logs", response=list[LogHead], summary="The logs that the caller may read")
def logs(request: Request) -> Any:
    def shape(log: Log) -> LogHead:
        return LogHead(
            log=log.name,
            city=log.city_id,
            entries=log.size,
            verifier_key=verifier_key_of(log.name),
        )

    return [shape(log) for log in logs_of(request.actor)]


@router.get("/journal/entries", response=Page[JournalEntry], summary="Entries, the newest first")
def entries(request: Request, which: Query[WhichRecords], paging: Query[Paging]) -> Any:
    log = log_for(request.actor, which.log)
    texts = may_read_texts(request.actor, which.log)

    def shape(entry: Entry) -> JournalEntry:
        return JournalEntry(
            id=entry.pk,
            index=entry.index,
            at=entry.at,
            recorded_at=entry.recorded_at,
            verb=entry.verb,
            actor=entry.actor_name,
            thing=entry.thing,
            about=entry.about,
            sentence=sentence(entry, texts=texts),
            canonical=entry.canonical,
            leaf_hash=entry.leaf_hash,
        )

    found = entries_of(log.name, about=which.about, thing=which.thing)
    return page_of(found, paging, shape)


@router.get("/journal/checkpoints", response=Page[CheckpointShape], summary="Signed checkpoints")
def checkpoints(request: Request, which: Query[WhichLog], paging: Query[Paging]) -> Any:
    """Keep them elsewhere: against a copy kept elsewhere a lost row is found."""

    def shape(checkpoint: Checkpoint) -> CheckpointShape:
        return CheckpointShape(
            size=checkpoint.size, root=checkpoint.root, at=checkpoint.at, note=checkpoint.note
        )

    return page_of(checkpoints_of(log_for(request.actor, which.log).name), paging, shape)
