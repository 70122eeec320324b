"""A survey of the issues brought as a table: tried first, then taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from takatuf.activities.exchange.places import places_of
from takatuf.community.access import check_may_keep_issues
from takatuf.community.services import IssueLine, take_in_issues
from takatuf.coordination.issue_tables import IssueFault, read_issues
from takatuf.foundation.actors import Actor
from takatuf.incidents.access import check_not_held
from takatuf.incidents.models import Incident


@dataclass(frozen=True)
class SurveyTaken:
    """What a table of needs held and what became, or would become, of it. `told` has the line,
    the words and the result of each row that was understood."""

    read: int
    new: int
    changed: int
    unchanged: int
    doubled: int
    refused: list[IssueFault]
    warnings: list[str]
    columns: list[tuple[str, str]]
    told: list[tuple[int, str, str]]


@transaction.atomic
def import_issues(
    actor: Actor,
    incident: Incident,
    data: bytes,
    *,
    filename: str,
    language: str,
    now: datetime,
    encoding: str | None = None,
    date_order: str = "",
    dry_run: bool = False,
) -> SurveyTaken:
    """Take a survey in, or try it. The same file again adds nothing; a row with its own id that
    says something else is a change. Raises `Refused` for a file that cannot be understood."""
    check_may_keep_issues(actor, incident)
    if not dry_run:
        check_not_held(incident)
    read = read_issues(data, places_of(incident.city), encoding=encoding, date_order=date_order)
    lines = [IssueLine(row.line, row.facts, row.own_id, row.mark, row.keys) for row in read.rows]
    taken = take_in_issues(
        actor, incident, lines, file=filename, language=language, now=now, dry_run=dry_run
    )
    refused = read.refused + [
        IssueFault(line, refusal.field or "", "", refusal.code, str(refusal))
        for line, refusal in taken.refused.items()
    ]
    results = (
        dict.fromkeys(taken.new, "new")
        | dict.fromkeys(taken.changed, "updated")
        | dict.fromkeys(taken.unchanged, "unchanged")
    )
    return SurveyTaken(
        read=len(read.rows) + len({fault.line for fault in read.refused}) + read.doubled,
        new=len(taken.new),
        changed=len(taken.changed),
        unchanged=len(taken.unchanged),
        doubled=read.doubled,
        refused=sorted(refused, key=lambda fault: fault.line),
        warnings=read.warnings,
        columns=read.columns,
        told=[
            (row.line, row.facts.text, results[row.line])
            for row in read.rows
            if row.line in results
        ],
    )
