"""What pages and the API read of files that were brought, and of their rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from takatuf.activities.access import may_import_for_any
from takatuf.activities.models import Import, ImportedRow
from takatuf.activities.vocabulary import Outcome
from takatuf.foundation.actors import Actor
from takatuf.foundation.imported import in_my_language, unpacked_report
from takatuf.incidents.models import Incident

# Why a row of an import that is undone stays as it is.
WHY_IT_STAYS = {
    "merged-since": gettext_lazy("It was made one with another entry since. Part them first."),
    "changed-since": gettext_lazy("Somebody changed it since. What they wrote is kept."),
    "withdrawn-since": gettext_lazy("Somebody withdrew it since."),
    "joined-since": gettext_lazy("Another entry was made one with it since. Part them first."),
    "agreed-since": gettext_lazy("People agreed since on how it goes with another entry."),
}
ROW = ("line", "column", "value", "code", "message")
COLUMN = ("at", "heading", "hashtag", "field", "reason", "sureness")


def imports_of(incident: Incident, actor: Actor) -> QuerySet[Import]:
    """The files that were brought to an incident, the latest first; for whoever brings only
    their own agency's rows, those that they brought."""
    found = Import.objects.filter(incident=incident).select_related("begun_by", "incident__city")
    if not may_import_for_any(actor, incident):
        found = found.filter(begun_by=actor.person_id)
    return found.defer("file", "report").order_by("-id")


def rows_to_tell(made: Import) -> QuerySet[ImportedRow]:
    """The rows of a file that were not taken, or stand in it twice, in its order."""
    told = (Outcome.REFUSED, Outcome.DOUBLED)
    return made.rows.filter(outcome__in=told).order_by("line", "pk")


def told_of(made: Import) -> QuerySet[ImportedRow]:
    """The rows of a file of which there is something to say: not taken, twice in it, or perhaps
    a change."""
    told = (Outcome.REFUSED, Outcome.DOUBLED, Outcome.PROPOSED)
    return made.rows.filter(outcome__in=told).order_by("line", "pk")


def proposals_of(made: Import) -> QuerySet[ImportedRow]:
    """The rows that look like changes and wait for somebody's word, in the file's order."""
    waiting = made.rows.filter(outcome=Outcome.PROPOSED, settled_at=None)
    return (
        waiting.select_related("activity__organisation")
        .prefetch_related("activity__places")
        .order_by("line", "pk")
    )


def answer_of(made: Import, *, most: int | None = None) -> dict[str, Any]:
    """What a program is told of an import: the figures, and each row of which there is something
    to say (`most` of them), with line, column, value, code and message."""
    rows = told_of(made)
    return answered(
        made,
        report_of(made),
        (
            {
                "line": row.line,
                "column": row.column,
                "value": row.value,
                "code": row.code or row.outcome,
                "message": words_of(row),
            }
            for row in (rows.iterator(2_000) if most is None else rows[:most])
        ),
    )


def answered(
    made: Import, report: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """As `answer_of`, of rows and a report that need not be kept."""
    counts = made.counts
    return {
        "id": "" if made._state.adding else str(made.pk),
        "read": made.rows_read,
        "new": counts.get(Outcome.NEW, 0),
        "updated": counts.get(Outcome.CHANGED, 0),
        "unchanged": counts.get(Outcome.SAME, 0),
        "proposed": counts.get(Outcome.PROPOSED, 0),
        "doubled": counts.get(Outcome.DOUBLED, 0),
        "rejected": counts.get(Outcome.REFUSED, 0),
        "encoding": report.get("encoding", ""),
        "date_order": report.get("date_order", ""),
        "warnings": list(report.get("warnings", [])),
        "rows": [{name: row[name] for name in ROW} for row in rows],
        "columns": [
            {name: column[name] for name in COLUMN} for column in report.get("columns", [])
        ],
    }


def report_of(made: Import) -> dict[str, Any]:
    """What is known of the file: its columns, what is asked, samples of its rows."""
    if not made.report:
        return {"asks": [], "columns": [], "warnings": [], "rows": 0}
    return unpacked_report(made.report)


def stays_of(stays: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that stayed when an import was undone, with the reason in the reader's language."""
    return [{**row, "message": str(WHY_IT_STAYS[row["code"]])} for row in stays]


def words_of(row: ImportedRow) -> str:
    """Why a row was not taken, in the reader's language."""
    if row.outcome == Outcome.PROPOSED:
        return _("It looks like a change of an entry that stands. Somebody decides.")
    return in_my_language(json.loads(row.message)) if row.message else ""
