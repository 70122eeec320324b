"""Files of who does what: brought, tried, taken in, undone."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field, StringConstraints

from takatuf.activities.access import check_may_import, check_may_settle_import, import_for
from takatuf.activities.files import answer_of, imports_of, report_of, stays_of, told_of, words_of
from takatuf.activities.services import (
    keep_import,
    read_import,
    run_import,
    settle_changes,
    stop_import,
    try_import,
    undo_import,
)
from takatuf.api.door import Key, Request, carry_out
from takatuf.api.fields import Body, Line, Shape, Word, Yes
from takatuf.api.paging import Page, Paging, page_of
from takatuf.foundation.errors import Refused
from takatuf.incidents.access import incident_by_id

if TYPE_CHECKING:
    from takatuf.activities.models import Import, ImportedRow

router = Router(tags=["Who does what"])
MOST_TEXT = 9 * 1024 * 1024  # of the file as base64; what is larger comes by the desk
MOST_ROWS = 500  # in an answer; all of them stand under rows
# Our six levels, and two words of HXL's.
LevelTold = Literal["", "neighbourhood", "municipality", "county", "region", "national",
                    "international", "local", "regional"]  # fmt: skip
State = Literal[
    "asking", "trying", "tried", "running", "done", "stopped", "refused", "undoing", "undone"
]


class ImportedColumn(Shape):
    at: int = Field(description="Its place in the table, from 1")
    heading: str
    hashtag: str
    field: str = Field(description="What it is read as; empty: kept unread with the activity")
    reason: str
    sureness: float


class RowTold(Shape):
    line: int = Field(description="In the file, from 1")
    column: str
    value: str
    code: str
    message: str


class ImportLine(Shape):
    id: UUID
    incident: UUID
    state: State
    filename: str
    source: str = Field(description="Whose file it is")
    begun_at: datetime
    taken_in_at: datetime | None
    undone_at: datetime | None
    read: int
    new: int
    updated: int
    unchanged: int
    proposed: int = Field(description="Rows that look like changes and wait for somebody's word")
    doubled: int = Field(description="Rows that stand in the file before")
    rejected: int


class Stays(Shape):
    line: int
    activity: UUID
    code: str
    message: str


class ImportDetail(ImportLine):
    done: int = Field(description="Rows, of the work that is under way")
    total: int
    refusal: str = Field(description="Why it could not be done")
    encoding: str
    date_order: str
    warnings: list[str]
    rows: list[RowTold] = Field(description="At most 500; all of them stand under rows")
    columns: list[ImportedColumn]
    stays: list[Stays] = Field(description="Of what was undone: what somebody changed since")


class Undone(Shape):
    state: State = Field(description="`undoing` while the worker is at it: ask for the file again")
    stays: list[Stays] = Field(description="What somebody changed since, and stays as they left it")


class Decided(Shape):
    rows: int


class NewFile(Body):
    filename: Annotated[Line, StringConstraints(min_length=1)]
    data: Annotated[str, StringConstraints(strict=True, max_length=MOST_TEXT)] = Field(
        description="The file as base64: CSV, TSV, XLSX, XLS or ODS"
    )
    encoding: Word = ""
    date_order: Literal["", "dmy", "mdy", "ymd"] = ""


class NewImport(NewFile):
    source: Line = Field("", description="Whose file it is: their layout is remembered")
    level: LevelTold = Field("", description="Of government, where a row has none")
    columns: dict[Line, Word] = Field(
        {}, description="Heading, hashtag or key of a column → what it means", max_length=500
    )
    sheet: Line = ""
    dry_run: Yes = Field(False, description="Only see what it would do; then run it or stop it")


class Decide(Body):
    accept: Yes = Field(description="Change the entry; else the row is an entry of its own")
    rows: list[Annotated[int, Field(ge=1, le=2**31)]] | None = Field(
        None, description="Lines of the file; left out: all that are open", max_length=10_000
    )


def bytes_of(data: str) -> bytes:
    """A file that a program sends. `Refused` for what is not base64."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(_("The file is not base64."), code="not-base64", field="data") from None


def _line(made: Import) -> dict[str, Any]:
    counts = made.counts
    return {
        "id": made.pk,
        "incident": made.incident_id,
        "state": made.state,
        "filename": made.filename,
        "source": made.source,
        "begun_at": made.begun_at,
        "taken_in_at": made.taken_in_at,
        "undone_at": made.undone_at,
        "read": made.rows_read,
        "new": counts.get("new", 0),
        "updated": counts.get("changed", 0),
        "unchanged": counts.get("same", 0),
        "proposed": counts.get("proposed", 0),
        "doubled": counts.get("doubled", 0),
        "rejected": counts.get("refused", 0),
    }


def _detail(request: Request, pk: UUID) -> ImportDetail:
    made = import_for(request.actor, pk)
    check_may_settle_import(request.actor, made)
    told = answer_of(made, most=MOST_ROWS)
    more = {name: told[name] for name in ("encoding", "date_order", "warnings", "rows", "columns")}
    return ImportDetail(
        **_line(made),
        **more,
        done=made.done,
        total=made.total,
        refusal=made.refusal,
        stays=[Stays(**row) for row in stays_of(report_of(made).get("stays", []))],
    )


@router.get(
    "/incidents/{uuid:incident}/imports", response=Page[ImportLine], summary="Files brought"
)
def brought(request: Request, incident: UUID, paging: Query[Paging]) -> Any:
    found = incident_by_id(request.actor, incident)
    check_may_import(request.actor, found)
    return page_of(imports_of(found, request.actor), paging, lambda row: ImportLine(**_line(row)))


@router.post(
    "/incidents/{uuid:incident}/imports", response={201: ImportDetail}, summary="Bring a file"
)
def bring(
    request: Request, response: HttpResponse, incident: UUID, file: NewImport, idempotency_key: Key
) -> Any:
    """A small file is tried, or taken in, at once; a long one by the worker: ask again until its
    state is `tried` or `done`. Where something has to be answered first, the refusal's `field`
    names what."""
    actor, now = request.actor, timezone.now()
    found = incident_by_id(actor, incident)
    check_may_import(actor, found)
    read = read_import(
        actor,
        found,
        bytes_of(file.data),
        filename=file.filename,
        source=file.source,
        level=file.level,
        columns=dict(file.columns),
        answers={
            "encoding": file.encoding,
            "date_order": file.date_order,
            "sheet": file.sheet,
        },
        now=now,
    )

    def act() -> UUID:
        made = keep_import(actor, read, now=now)
        # Refused, it is taken back as a whole: the file comes again with the answer.
        made = (try_import if file.dry_run else run_import)(actor, made, now=now)
        if made.refused_as:
            raise made.refused_as
        return made.pk

    return _detail(request, carry_out(request, response, idempotency_key, act, "imports/%s"))


@router.get("/imports/{uuid:imported}", response=ImportDetail, summary="One file")
def one(request: Request, imported: UUID) -> Any:
    return _detail(request, imported)


@router.get(
    "/imports/{uuid:imported}/rows", response=Page[RowTold], summary="Rows that are told of"
)
def rows(request: Request, imported: UUID, paging: Query[Paging]) -> Any:
    """Refused, standing twice in the file, or perhaps a change."""
    made = import_for(request.actor, imported)
    check_may_settle_import(request.actor, made)

    def shape(row: ImportedRow) -> RowTold:
        return RowTold(
            line=row.line,
            column=row.column,
            value=row.value,
            code=row.code or row.outcome,
            message=words_of(row),
        )

    return page_of(told_of(made), paging, shape)


@router.post("/imports/{uuid:imported}/run", response=ImportDetail, summary="Take it in")
def run(request: Request, imported: UUID) -> Any:
    run_import(request.actor, import_for(request.actor, imported), now=timezone.now())
    return _detail(request, imported)


@router.post("/imports/{uuid:imported}/stop", response=ImportDetail, summary="Give it up")
def stop(request: Request, imported: UUID) -> Any:
    stop_import(request.actor, import_for(request.actor, imported), now=timezone.now())
    return _detail(request, imported)


@router.post("/imports/{uuid:imported}/undo", response=Undone, summary="Take it back")
def undo(request: Request, imported: UUID) -> Any:
    made = import_for(request.actor, imported)
    stays = undo_import(request.actor, made, now=timezone.now())
    state: Any = import_for(request.actor, imported).state
    return Undone(state=state, stays=[Stays(**row) for row in stays])


@router.post(
    "/imports/{uuid:imported}/changes", response=Decided, summary="Decide on perhaps-changes"
)
def changes(request: Request, imported: UUID, decide: Decide) -> Any:
    made = import_for(request.actor, imported)
    many = settle_changes(
        request.actor, made, accept=decide.accept, lines=decide.rows, now=timezone.now()
    )
    return Decided(rows=many)
