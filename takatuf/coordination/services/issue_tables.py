"""A survey of the issues brought as a table: tried first, then taken in, and taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, override

from takatuf.activities.exchange.places import places_of
from takatuf.activities.models import TakenGap
from takatuf.community.access import check_may_keep_issues
from takatuf.community.models import Survey
from takatuf.community.services import IssueLine, keep_report, take_in_issues, undo_survey
from takatuf.coordination.issue_tables import IssueFault, IssuesRead, read_issues, told_of
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import file_name
from takatuf.incidents.access import check_not_held
from takatuf.incidents.models import Incident


@dataclass(frozen=True)
class SurveyTaken:
    """What a table of needs held and what became, or would become, of it. `told` has the line,
    the words and the result of each row that was understood; `survey` is none where nothing was
    written."""

    survey: Survey | None
    counts: dict[str, int]  # rows: read, new, updated, unchanged, doubled, rejected
    refused: list[IssueFault]
    read: IssuesRead
    told: list[tuple[int, str, str]]

    def answer(self) -> dict[str, Any]:
        """What a program is told: the figures, and each row that was not taken with line,
        column, value, code and message."""
        return {
            "id": str(self.survey.pk) if self.survey else "",
            **self.counts,
            "encoding": self.read.encoding,
            "date_order": self.read.date_order,
            **told_of(self.refused, self.read.warnings, self.read.columns),
        }


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
    places = places_of(incident.city)

    def read_now() -> IssuesRead:
        return read_issues(data, places, encoding=encoding, date_order=date_order)

    # Read before anything is held: a table may take seconds, and nobody else waits to write.
    read = read_now()
    in_languages = {} if dry_run else _in_each_language(read_now, read)
    with transaction.atomic():
        if not dry_run:
            check_not_held(incident)
        taken = take_in_issues(
            actor,
            incident,
            [IssueLine(row.line, row.facts, row.own_id, row.mark, row.keys) for row in read.rows],
            file=file_name(filename),
            sha256=hashlib.sha256(data).hexdigest(),
            language=language,
            now=now,
            dry_run=dry_run,
        )
        refused = _refused(read, taken.refused)
        counts = {
            "read": len(read.rows) + len({fault.line for fault in read.refused}) + read.doubled,
            "new": len(taken.new),
            "updated": len(taken.changed),
            "unchanged": len(taken.unchanged),
            "doubled": read.doubled,
            "rejected": len({fault.line for fault in refused}),
        }
        if taken.survey is not None:
            keep_report(taken.survey, counts, {"in": _told(in_languages, taken.refused)})
    results = (
        dict.fromkeys(taken.new, "new")
        | dict.fromkeys(taken.changed, "updated")
        | dict.fromkeys(taken.unchanged, "unchanged")
    )
    return SurveyTaken(
        survey=taken.survey,
        counts=counts,
        refused=refused,
        read=read,
        told=[
            (row.line, row.facts.text, results[row.line])
            for row in read.rows
            if row.line in results
        ],
    )


@transaction.atomic
def undo_issues(actor: Actor, survey: Survey, *, now: datetime) -> list[dict[str, Any]]:
    """Take back what a table of needs did: what it brought goes, what it changed is as before.
    What somebody changed since, named an answer to or made an action of, stays. Answers those
    rows, each with `line`, `need`, `number`, `code` and `message`."""
    check_may_keep_issues(actor, survey.incident)
    return undo_survey(actor, survey, kept=_with_actions(survey), now=now)


def _with_actions(survey: Survey) -> dict[UUID, str]:
    """The needs of a table of which somebody made an action."""
    taken = set(TakenGap.objects.filter(incident=survey.incident_id).values_list("key", flat=True))
    brought = survey.rows.exclude(issue=None).values_list("issue", flat=True)
    return {
        issue: "action-since"
        for issue in brought
        if issue is not None and not taken.isdisjoint((f"need:{issue}", f"part:{issue}"))
    }


def _refused(read: IssuesRead, refused: Mapping[int, Refused]) -> list[IssueFault]:
    """The rows that are not taken, each with its reasons, in the order of the file."""
    of_rules = [
        IssueFault(line, refusal.field or "", "", refusal.code, str(refusal))
        for line, refusal in refused.items()
    ]
    return sorted(read.refused + of_rules, key=lambda fault: fault.line)


def _in_each_language(
    read_now: Callable[[], IssuesRead], read: IssuesRead
) -> dict[str, IssuesRead]:
    """The file in the words of each language: read again for the others."""
    found = {}
    own = get_language()
    for code, _name in settings.SPOKEN_LANGUAGES:
        with override(code):
            found[code] = read if code == own else read_now()
    return found


def _told(
    in_languages: Mapping[str, IssuesRead], refused: Mapping[int, Refused]
) -> dict[str, dict[str, Any]]:
    """What is told of the file, in the words of each language."""
    found = {}
    for code, said in in_languages.items():
        with override(code):
            found[code] = told_of(_refused(said, refused), said.warnings, said.columns)
    return found
