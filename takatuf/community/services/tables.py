"""A whole survey at once: what is new is written, what changed changes, the same adds nothing;
and all of it is taken back, but for what somebody changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.community.access import check_may_keep_issues
from takatuf.community.models import Issue, IssuePlace, Survey, SurveyRow
from takatuf.community.queries import stays_of
from takatuf.community.services.issues import (
    COLUMNS,
    IssueFacts,
    change_many,
    checked,
    next_number,
)
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.imported import packed, packed_report, portions, stand_again, unpacked
from takatuf.incidents.access import check_not_held
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.models import Area

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
    """What became of the rows of a table, by their lines; `refused` has the words of each.
    `survey` is none where nothing was written."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: dict[int, Refused] = field(default_factory=dict)
    survey: Survey | None = None


@transaction.atomic
def take_in_issues(
    actor: Actor,
    incident: Incident,
    lines: Iterable[IssueLine],
    *,
    file: str,
    sha256: str,
    language: str,
    now: datetime,
    dry_run: bool = False,
) -> TakenIn:
    """Write the rows of a survey: a row whose own id is known changes that issue, unless a person
    changed it since a table last did; a row that is there as it is adds nothing, any other is new.
    One act of the record tells of it, and each issue that changed has its own. `sha256` is of the
    file. `dry_run` writes nothing and says what would become of them.
    """
    check_may_keep_issues(actor, incident)
    there = Issue.objects.filter(incident=incident)
    of_tables = there.exclude(own_id="").prefetch_related("places")
    if not dry_run:
        of_tables = of_tables.select_for_update(of=("self",))
    by_id = {issue.own_id: issue for issue in of_tables}
    areas = _areas_of(incident)
    marks = set(there.exclude(mark="").values_list("mark", flat=True))
    left = _left_by_tables(incident)
    taken = TakenIn()
    fresh: list[tuple[IssueLine, IssueFacts]] = []
    changes: list[tuple[IssueLine, IssueFacts, Issue]] = []
    for line in lines:
        known = by_id.get(line.own_id) if line.own_id else None
        if line.mark in marks:
            taken.unchanged.append(line.line)
            continue
        try:
            facts, _keys = checked(incident, line.facts, areas=areas)
            if known is not None and known.version != left.get(known.pk, 1):
                raise Refused(
                    _("Somebody changed this need here since. Change it by hand: %(need)s.")
                    % {"need": f"#{known.number}"},
                    code="changed-since",
                )
        except Refused as refusal:
            taken.refused[line.line] = refusal
            continue
        if known is None:
            taken.new.append(line.line)
            fresh.append((line, facts))
        else:
            taken.changed.append(line.line)
            changes.append((line, facts, known))
    if dry_run or not (fresh or changes):
        return taken
    survey = Survey(
        incident=incident,
        taken_in_by_id=actor.person_id,
        taken_in_at=now,
        filename=file[:200],
        sha256=sha256,
    )
    written = _write(actor, incident, fresh, language, now)
    survey.last_number = max((issue.number for issue in written), default=0)
    survey.save()
    rows = [
        SurveyRow(of=survey, line=line.line, issue=issue, version=issue.version)
        for (line, _facts), issue in zip(fresh, written, strict=True)
    ]
    stood = [packed(_as_it_stands(known)) for _line, _facts, known in changes]
    for line, _facts, known in changes:
        known.mark = line.mark
    change_many(
        actor, incident, [(known, facts, line.keys) for line, facts, known in changes], now=now
    )
    rows += [
        SurveyRow(of=survey, line=line.line, issue=known, version=known.version, before=before)
        for (line, _facts, known), before in zip(changes, stood, strict=True)
    ]
    SurveyRow.objects.bulk_create(rows, batch_size=BATCH)
    _note(
        actor,
        "issue.table_taken",
        survey,
        now,
        facts={"count": len(fresh), "changed": len(changes), "sha256": sha256},
    )
    taken.survey = survey
    return taken


def keep_report(survey: Survey, counts: Mapping[str, int], report: Mapping[str, Any]) -> None:
    """Keep what is told of a table beside it: figures, and columns, warnings and rows that were
    not taken in each language (`foundation.imported.packed_report`)."""
    survey.counts, survey.report = dict(counts), packed_report(report)
    survey.save(update_fields=["counts", "report"])


@transaction.atomic
def undo_survey(
    actor: Actor, survey: Survey, *, now: datetime, kept: Mapping[UUID, str] | None = None
) -> list[dict[str, Any]]:
    """Take back what a table of needs did: what it brought goes, what it changed is as before.

    What somebody changed since, or what others hang on (`kept`: need → code of the reason), stays
    as it is. Answers those rows, each with `line`, `need`, `number`, `code` and `message`.
    Refused a second time, and under a legal hold.
    """
    check_may_keep_issues(actor, survey.incident)
    found = Survey.objects.select_for_update(of=("self",)).select_related("incident__city")
    survey = found.get(pk=survey.pk)
    check_not_held(survey.incident)
    if survey.undone_at is not None:
        raise Refused(_("This table is undone already."), code="undone-already")
    stays: list[dict[str, Any]] = []
    areas = _areas_of(survey.incident)
    for rows in portions(list(survey.rows.order_by("line"))):
        stays += _put_back(actor, survey, rows, kept or {}, areas, now)
    survey.undone_at, survey.stays = now, stays
    survey.save(update_fields=["undone_at", "stays"])
    Incident.objects.filter(pk=survey.incident_id).update(updated_at=now)
    _note(actor, "issue.table_undone", survey, now, facts={"stays": len(stays)})
    return stays_of(survey)


def _put_back(
    actor: Actor,
    survey: Survey,
    rows: Sequence[SurveyRow],
    kept: Mapping[UUID, str],
    areas: Collection[UUID],
    now: datetime,
) -> list[dict[str, Any]]:
    held = (
        Issue.objects.select_for_update(of=("self",))
        .prefetch_related("links", "places")
        .in_bulk([row.issue_id for row in rows if row.issue_id])
    )
    stays, gone = [], []
    stood: dict[UUID, int] = {}
    restored: list[tuple[Issue, IssueFacts, Mapping[str, UUID | None]]] = []
    for row in rows:
        there = held.get(row.issue_id) if row.issue_id else None
        if there is None:
            continue
        code = "" if there.version == row.version else "changed-since"
        if not code and not row.before:
            code = "answered-since" if there.links.all() else kept.get(there.pk, "")
        if code:
            about = {"need": str(there.pk), "number": there.number}
            stays.append({"line": row.line, **about, "code": code})
        elif row.before:
            before = unpacked(Issue, row.before)
            stood[there.pk], there.mark = before["version"], before["mark"]
            restored.append((there, *_as_it_stood(before, areas)))
        else:
            gone.append(there.pk)
    change_many(actor, survey.incident, restored, now=now)
    again = {there.pk: there.version for there, _facts, _keys in restored}
    stand_again(SurveyRow.objects.exclude(of=survey), "issue", stood, again)
    Issue.objects.filter(pk__in=gone).delete()
    return stays


def _as_it_stood(
    before: Mapping[str, Any], areas: Collection[UUID]
) -> tuple[IssueFacts, dict[str, UUID | None]]:
    """What a row kept, as it is told again; a district that is gone since stays by its key."""
    found = {key: UUID(area) if area else None for key, area in before["places"]}
    keys = {key: area if area in areas else None for key, area in found.items()}
    return IssueFacts(**{name: before[name] for name in COLUMNS}), keys


def _as_it_stands(issue: Issue) -> dict[str, Any]:
    found = {name: getattr(issue, name) for name in (*COLUMNS, "mark", "version")}
    found["places"] = [[place.key, place.area_id] for place in issue.places.all()]
    return found


def _areas_of(incident: Incident) -> set[UUID]:
    return set(Area.objects.filter(city=incident.city_id).values_list("pk", flat=True))


def _left_by_tables(incident: Incident) -> dict[UUID, int]:
    """The version in which a table left each need; what is not told was never changed by one."""
    rows = SurveyRow.objects.filter(of__incident=incident, of__undone_at=None)
    found = rows.exclude(issue=None).values_list("issue").annotate(last=Max("version"))
    return dict(found)


def _write(
    actor: Actor,
    incident: Incident,
    fresh: list[tuple[IssueLine, IssueFacts]],
    language: str,
    now: datetime,
) -> list[Issue]:
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
    return issues


def _note(
    actor: Actor, verb: str, survey: Survey, now: datetime, *, facts: Mapping[str, object]
) -> None:
    record(
        actor,
        verb,
        log=survey.incident.city.log,
        thing=survey.about,
        about=survey.incident.about,
        at=now,
        facts=facts,
        private={"file": survey.filename},
    )
