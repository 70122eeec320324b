"""A whole survey at once: what is new is written, what changed changes, the same adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from takatuf.community.access import check_may_keep_issues
from takatuf.community.models import Issue, IssuePlace
from takatuf.community.services.issues import (
    COLUMNS,
    IssueFacts,
    change_issue,
    checked,
    next_number,
)
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.incidents.models import Incident
from takatuf.journal.services import record

BATCH = 500


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One row of a table, understood. `own_id` is empty where it has none that is its own in
    the table; `mark` is the same for the same row; `keys` are the keys of its places."""

    line: int
    facts: IssueFacts
    own_id: str
    mark: str
    keys: Mapping[str, UUID | None]


@dataclass
class TakenIn:
    """What became of the rows of a table, by their lines; `refused` has the words of each."""

    new: list[int]
    changed: list[int]
    unchanged: list[int]
    refused: dict[int, Refused]


@transaction.atomic
def take_in_issues(
    actor: Actor,
    incident: Incident,
    lines: Iterable[IssueLine],
    *,
    file: str,
    language: str,
    now: datetime,
    dry_run: bool = False,
) -> TakenIn:
    """Write the rows of a survey: a row whose own id is known changes that issue, a row that is
    there as it is adds nothing, any other is new. One act of the record tells of it, and each
    issue that changed has its own. `dry_run` writes nothing and says what would become of them.
    """
    check_may_keep_issues(actor, incident)
    there = Issue.objects.filter(incident=incident)
    by_id = {issue.own_id: issue for issue in there.exclude(own_id="").defer("note", "source")}
    marks = set(there.exclude(mark="").values_list("mark", flat=True))
    taken = TakenIn([], [], [], {})
    fresh: list[tuple[IssueLine, IssueFacts]] = []
    for line in lines:
        known = by_id.get(line.own_id) if line.own_id else None
        if line.mark in marks:
            taken.unchanged.append(line.line)
            continue
        try:
            facts, _keys = checked(incident, line.facts)
        except Refused as refusal:
            taken.refused[line.line] = refusal
            continue
        if known is None:
            taken.new.append(line.line)
            fresh.append((line, facts))
            continue
        taken.changed.append(line.line)
        if not dry_run:
            change_issue(actor, known, facts, keys=line.keys, now=now)
            Issue.objects.filter(pk=known.pk).update(mark=line.mark)
    if dry_run or not (fresh or taken.changed):
        return taken
    _write(actor, incident, fresh, language, now)
    record(
        actor,
        "issue.table_taken",
        log=incident.city.log,
        thing=incident.about,
        about=incident.about,
        at=now,
        facts={"count": len(fresh), "changed": len(taken.changed)},
        private={"file": file},
    )
    return taken


def _write(
    actor: Actor,
    incident: Incident,
    fresh: list[tuple[IssueLine, IssueFacts]],
    language: str,
    now: datetime,
) -> None:
    first = next_number(incident)
    agency = next(iter(sorted(actor.agencies_in(incident.city_id))), None)
    issues = [
        Issue(
            incident=incident,
            number=first + index,
            language=language,
            agency_id=agency,
            reported_by_id=actor.person_id,
            reported_at=now,
            changed_at=now,
            own_id=line.own_id,
            mark=line.mark,
            **{name: getattr(facts, name) for name in COLUMNS},
        )
        for index, (line, facts) in enumerate(fresh)
    ]
    Issue.objects.bulk_create(issues, batch_size=BATCH)
    IssuePlace.objects.bulk_create(
        [
            IssuePlace(issue=issue, key=key, area_id=area)
            for issue, (line, _facts) in zip(issues, fresh, strict=True)
            for key, area in line.keys.items()
        ],
        batch_size=BATCH,
    )
    Incident.objects.filter(pk=incident.pk).update(updated_at=now)
