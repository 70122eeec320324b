"""The rows of a file written as activities, changed ones with what stood there before, and all of
it put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from takatuf.activities.exchange.reading import Understood, labels_of
from takatuf.activities.models import Activity, ActivityPlace, Agreement, Import, ImportedRow
from takatuf.activities.taking import (
    AT_ONCE,
    PLAIN,
    Plan,
    Taken,
    Told,
    extra_beside,
    fields_said,
    moment_of,
    values_of,
)
from takatuf.activities.vocabulary import ImportState, Outcome, Standing
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.imported import packed, portions, stand_again, unpacked
from takatuf.journal.services import record
from takatuf.network.services.organisations import Organisations

# What is kept of an activity before a row changes it, and put back when the import is undone.
KEPT = (
    *PLAIN, "organisation_id", "extra", "own_id", "mark", "source", "reported_at", "confirmed_at",
)  # fmt: skip
CHANGED = [
    *("organisation" if name == "organisation_id" else name for name in KEPT),
    "folded",
    "version",
    "changed_at",
]


# New ones


def write_new(
    actor: Actor, made: Import, plan: Plan, known: Organisations, *, now: datetime, told: Told
) -> None:
    """Write the new activities, each portion in a transaction of its own. None of them counts
    before the import is done. `told` may raise `Stopped`."""
    new = list(plan.of(Outcome.NEW))
    zone = ZoneInfo(made.incident.city.timezone)
    for at, some in enumerate(portions(new)):
        told(at * AT_ONCE, len(new))
        with transaction.atomic():
            _write(actor, made, some, known, zone=zone, now=now)
    told(len(new), len(new))


def _write(
    actor: Actor,
    made: Import,
    rows: Sequence[Taken],
    known: Organisations,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> None:
    activities = [
        Activity(
            incident=made.incident,
            standing=Standing.COMING,
            reported_by_id=actor.person_id,
            changed_at=now,
            **fields_of(made, row, known, zone=zone, now=now),
        )
        for row in rows
    ]
    Activity.objects.bulk_create(activities)
    ActivityPlace.objects.bulk_create(
        ActivityPlace(activity=one, area_id=area, key=key)
        for one, row in zip(activities, rows, strict=True)
        for area, key in row.facts.places
    )
    ImportedRow.objects.bulk_create(
        ImportedRow(of=made, line=row.line, outcome=Outcome.NEW, activity=one, version=1)
        for one, row in zip(activities, rows, strict=True)
    )


def fields_of(
    made: Import, row: Taken, known: Organisations, *, zone: ZoneInfo, now: datetime
) -> dict[str, Any]:
    """All fields of an activity that a row gives."""
    facts = row.facts
    reported = moment_of(facts.reported_on, now, zone)
    confirmed = moment_of(facts.confirmed_on, now, zone)
    last = max(filter(None, (reported, confirmed)), default=now)
    return {
        **values_of(facts),
        "organisation_id": known[facts.organisation].pk,
        "own_id": row.own_id[:200],
        "mark": row.mark,
        "source": (facts.source or made.source or made.filename)[:200],
        "reported_at": reported or now,
        "confirmed_at": last,
    }


def drop_coming(made: Import) -> None:
    """Remove what an attempt that did not end has written."""
    coming = Activity.objects.filter(standing=Standing.COMING, brought_by__of=made)
    while some := list(coming.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            ImportedRow.objects.filter(activity__in=some).delete()
            Activity.objects.filter(pk__in=some).delete()


# Changed ones


def apply_changes(
    actor: Actor,
    made: Import,
    plan: Plan,
    known: Organisations,
    understood: Understood,
    *,
    now: datetime,
) -> None:
    """Change what the file changes, keep what stood there, and put aside what a person decides.

    Whatever somebody changed while the file was read is proposed instead.
    """
    zone = ZoneInfo(made.incident.city.timezone)
    said = fields_said(understood.says, made)
    named = frozenset(labels_of(understood.columns))
    for some in portions(list(plan.of(Outcome.CHANGED, Outcome.PROPOSED))):
        held = {
            one.pk: one
            for one in Activity.objects.select_for_update()
            .filter(pk__in=[row.key for row in some])
            .prefetch_related("places")
        }
        changes: list[tuple[ImportedRow, Activity, dict[str, Any]]] = []
        proposals = []
        for row in some:
            there = held[row.key]  # type: ignore[index]
            fields = fields_of(made, row, known, zone=zone, now=now)
            fields["places"] = [[area, key] for area, key in row.facts.places]
            fields["extra"] = extra_beside(there, row.facts, named)
            spoken = said if row.said is None else row.said
            if there.version != row.version:
                row.outcome = Outcome.PROPOSED
            if row.outcome == Outcome.CHANGED:
                kept = ImportedRow(of=made, line=row.line, outcome=row.outcome, activity=there)
                changes.append((kept, there, only_said(fields, spoken)))
            else:
                proposals.append(
                    ImportedRow(
                        of=made,
                        line=row.line,
                        outcome=row.outcome,
                        activity=there,
                        after=packed(
                            {
                                "fields": fields,
                                "said": sorted(spoken),
                                "organisation": row.facts.organisation,
                            }
                        ),
                    )
                )
        change_all(changes, now=now)
        ImportedRow.objects.bulk_create([kept for kept, _there, _fields in changes])
        ImportedRow.objects.bulk_create(proposals)


def only_said(fields: Mapping[str, Any], said: Iterable[str]) -> dict[str, Any]:
    """The fields that a table speaks of, and those that each row brings."""
    spoken = {*said, "extra", "own_id", "mark", "source", "reported_at", "confirmed_at"}
    return {name: value for name, value in fields.items() if name in spoken}


def change_all(
    changes: Sequence[tuple[ImportedRow, Activity, Mapping[str, Any]]], *, now: datetime
) -> None:
    """Write these fields into these activities. Each row keeps what stood there, and the
    version that it left."""
    places: list[ActivityPlace] = []
    moved: list[UUID] = []
    for row, there, fields in changes:
        row.before = packed(_as_it_stands(there))
        for name, value in fields.items():
            if name == "version":
                continue
            if name == "places":
                moved.append(there.pk)
                places += [ActivityPlace(activity=there, area_id=a, key=key) for a, key in value]
            else:
                setattr(there, name, value)
        there.version += 1
        there.changed_at = now
        row.version = there.version
    _save([there for _row, there, _fields in changes])
    ActivityPlace.objects.filter(activity__in=moved).delete()
    ActivityPlace.objects.bulk_create(places)


def _save(activities: Sequence[Activity]) -> None:
    """All of them in one statement: a thousand times quicker than one by one, and ten times
    quicker than `bulk_update`, which asks for each field of each row."""
    Activity.objects.bulk_create(
        activities,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=CHANGED,
    )


def _as_it_stands(there: Activity) -> dict[str, Any]:
    found = {name: getattr(there, name) for name in (*KEPT, "version")}
    found["places"] = [[one.area_id, one.key] for one in there.places.all()]
    return found


# As before

Confirmed = list[tuple[str, str, list[str]]]  # until then, from now on, which activities


def confirm_again(made: Import, plan: Plan, *, now: datetime) -> Confirmed:
    """What stands in a partner's new file as before is confirmed by it, as of the day that the
    row gives, else now. The very same file again confirms nothing. Answers what was changed,
    so that it can be put back."""
    same = Import.objects.filter(incident=made.incident, sha256=made.sha256, state=ImportState.DONE)
    if same.exists():
        return []
    zone = ZoneInfo(made.incident.city.timezone)
    said: dict[UUID, datetime] = {}
    on: dict[UUID, date] = {}
    for row in plan.of(Outcome.SAME):
        if row.key is not None:
            days = filter(None, (row.facts.reported_on, row.facts.confirmed_on))
            day = max(days, default=None)
            said[row.key] = moment_of(day, now, zone) or now
            if day is not None:
                on[row.key] = day
    groups: dict[tuple[datetime, datetime], list[UUID]] = {}
    for some in portions(list(said)):
        stands = Activity.objects.current().filter(pk__in=some)
        for pk, last in stands.values_list("pk", "confirmed_at"):
            # A day tells nothing new of what was confirmed on it.
            known = pk in on and last.astimezone(zone).date() >= on[pk]
            if last < said[pk] and not known:
                groups.setdefault((last, said[pk]), []).append(pk)
    for (_last, at), keys in groups.items():
        for some in portions(keys):
            Activity.objects.filter(pk__in=some).update(confirmed_at=at)
    return [
        (last.isoformat(), at.isoformat(), [str(key) for key in keys])
        for (last, at), keys in groups.items()
    ]


def doubt_again(confirmed: Confirmed) -> None:
    """Take back what a file confirmed, where nobody has confirmed it since."""
    for last, at, keys in confirmed:
        for some in portions(keys):
            Activity.objects.filter(pk__in=some, confirmed_at=at).update(confirmed_at=last)


# Undone


def rows_to_put_back(made: Import) -> list[int]:
    """Which rows did something that is not put back yet, in the order of the file."""
    return list(made.rows.filter(version__gt=0).order_by("line").values_list("pk", flat=True))


def put_back(made: Import, rows: Sequence[int], *, now: datetime) -> list[dict[str, Any]]:
    """Remove what these rows brought and restore what they changed, as far as nobody has changed
    it since. Answers those that stay, each with its line and the code of the reason. None of
    them is to be put back any more: what breaks off goes on behind them."""
    stays: list[dict[str, Any]] = []
    found = made.rows.filter(pk__in=rows).order_by("line").defer("after", "value", "message")
    for some in portions(list(found)):
        locked = Activity.objects.select_for_update()
        changed = [row.activity_id for row in some if row.before and row.activity_id]
        brought = [row.activity_id for row in some if not row.before and row.activity_id]
        held = {
            # All of what is restored; of what goes no more than whether it may.
            **locked.prefetch_related("places").in_bulk(changed),
            **locked.only("version", "standing").in_bulk(brought),
        }
        joined = set(
            Activity.objects.filter(merged_into__in=held).values_list("merged_into", flat=True)
        )
        agreed = set(
            Agreement.objects.filter(Q(overlap__a__in=held) | Q(overlap__b__in=held)).values_list(
                "overlap__a", "overlap__b"
            )
        )
        agreed_on = {key for pair in agreed for key in pair}
        gone: list[UUID] = []
        restored: list[tuple[ImportedRow, Activity, Mapping[str, Any]]] = []
        for row in some:
            there = held.get(row.activity_id) if row.activity_id else None
            if there is None:
                continue
            if reason := _why_it_stays(
                row, there, joined=there.pk in joined, agreed=there.pk in agreed_on
            ):
                stays.append({"line": row.line, "activity": str(there.pk), "code": reason})
            elif row.before:
                fields = unpacked(Activity, row.before)
                # Whose work it is no row changes: who it is the same as was said by people since.
                del fields["organisation_id"]
                restored.append((ImportedRow(), there, fields))
            else:
                gone.append(there.pk)
        stood = {there.pk: fields["version"] for _row, there, fields in restored}
        change_all(restored, now=now)
        stand_again(
            ImportedRow.objects.exclude(of=made),
            "activity",
            stood,
            {there.pk: there.version for _row, there, _fields in restored},
        )
        Activity.objects.filter(pk__in=gone).only("pk").delete()
        made.rows.filter(pk__in=[row.pk for row in some]).update(version=0)
    return stays


def _why_it_stays(row: ImportedRow, there: Activity, *, joined: bool, agreed: bool) -> str:
    """The code of the reason (`files.WHY_IT_STAYS`); empty where nothing is against it."""
    if there.standing == Standing.MERGED:
        return "merged-since"
    if there.version != row.version:
        return "changed-since"
    if there.standing != Standing.CURRENT:
        return "withdrawn-since"
    if joined:
        return "joined-since"
    return "agreed-since" if agreed and not row.before else ""


# The import itself


def held_import(made: Import, *states: ImportState) -> Import:
    """The import as it stands, kept for change. `Refused` in any other state."""
    found = (
        Import.objects.select_for_update(of=("self",))
        .select_related("incident__city", "begun_by")
        .defer("file")
        .get(pk=made.pk)
    )
    if found.state not in states:
        raise Refused(
            _("This file is further on by now. Look at it as it is."), code="changed-meanwhile"
        )
    return found


def note_import(
    actor: Actor,
    verb: str,
    made: Import,
    now: datetime,
    *,
    facts: Mapping[str, object] | None = None,
) -> None:
    """One line in the journal; the name of a file may tell of a person and can be erased."""
    record(
        actor,
        verb,
        log=made.incident.city.log,
        thing=made.about,
        about=made.incident.about,
        at=now,
        facts={"sha256": made.sha256, "level": made.level, **(facts or {})},
        private={"file": made.filename, "source": made.source},
    )
