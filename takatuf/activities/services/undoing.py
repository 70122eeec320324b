"""After a file was taken in: what only looks like a change is decided, and all of it undone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from takatuf.activities.access import check_may_settle_import
from takatuf.activities.bringing import (
    change_all,
    doubt_again,
    held_import,
    note_import,
    only_said,
    put_back,
    rows_to_put_back,
)
from takatuf.activities.files import report_of, stays_of
from takatuf.activities.models import Activity, ActivityPlace, Import, ImportedRow
from takatuf.activities.services.importing import SMALL, refuse_work
from takatuf.activities.taking import Told
from takatuf.activities.vocabulary import ImportState, Outcome
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Declined, Refused
from takatuf.foundation.imported import packed_report, portions, unpacked
from takatuf.incidents.access import check_not_held
from takatuf.network.models import Organisation
from takatuf.network.naming import stands_for
from takatuf.network.services.organisations import organisation_named


@transaction.atomic
def settle_changes(
    actor: Actor,
    made: Import,
    *,
    accept: bool,
    now: datetime,
    lines: Iterable[int] | None = None,
) -> int:
    """Decide on rows that look like changes: `accept` changes the entry that stands, else the
    row is an entry of its own. `lines` are theirs in the file, None: all that are open. Answers
    how many were decided; those of which somebody changed or removed the entry are decided as
    well, by this word.
    """
    check_may_settle_import(actor, made)
    made = held_import(made, ImportState.DONE)
    if accept:
        check_not_held(made.incident)
    waiting = made.rows.select_for_update().filter(outcome=Outcome.PROPOSED, settled_at=None)
    if lines is not None:
        waiting = waiting.filter(line__in=list(lines))
    found = list(waiting.order_by("line"))
    if not found:
        raise Refused(_("Nothing is left to decide here."), code="nothing-left")
    standing = {
        one.pk: one
        for one in Activity.objects.select_for_update()
        .filter(pk__in=[row.activity_id for row in found if row.activity_id])
        .prefetch_related("places")
    }
    changes = []
    for row in found:
        told = json.loads(row.after)
        fields = unpacked(Activity, json.dumps(told["fields"]))
        there = standing.get(row.activity_id) if row.activity_id else None
        if accept and there is not None:
            changes.append((row, there, only_said(fields, told["said"])))
            row.outcome = Outcome.CHANGED
        else:
            fields["organisation_id"] = _whose(made, told, now).pk
            row.activity = _of_its_own(actor, made, fields, now)
            row.outcome, row.version = Outcome.NEW, 1
        row.settled_by_id, row.settled_at, row.after = actor.person_id, now, ""
    change_all(changes, now=now)
    ImportedRow.objects.bulk_update(
        found,
        ["outcome", "activity", "version", "before", "after", "settled_by", "settled_at"],
        batch_size=100,
    )
    note_import(
        actor,
        "import.changes_accepted" if accept else "import.changes_declined",
        made,
        now,
        facts={"rows": len(found)},
    )
    return len(found)


def _whose(made: Import, told: dict[str, Any], now: datetime) -> Organisation:
    """Whose work a row is today: the organisation may be one with another by now, or gone with
    the import that had named it first."""
    found = Organisation.objects.filter(pk=told["fields"]["organisation_id"]).first()
    if found is not None:
        return stands_for(found)
    return organisation_named(
        made.incident.city,
        told.get("organisation", ""),
        source=made.source or made.filename,
        now=now,
    )


def _of_its_own(actor: Actor, made: Import, fields: dict[str, Any], now: datetime) -> Activity:
    places = fields.pop("places")
    one = Activity.objects.create(
        incident=made.incident, reported_by_id=actor.person_id, changed_at=now, **fields
    )
    ActivityPlace.objects.bulk_create(
        ActivityPlace(activity=one, area_id=area, key=key) for area, key in places
    )
    return one


def undo_import(
    actor: Actor,
    made: Import,
    *,
    now: datetime,
    here: bool = False,
    told: Told = lambda done, total: None,
) -> list[dict[str, Any]]:
    """Take back what an import did: what it brought goes, what it changed is as before. A small
    one at once, a long one by the worker; `here` does it at once however long it is, and tells
    `told` how far it is.

    What somebody changed since stays as they left it. Answers those rows, each with `line`,
    `activity`, `code` and `message`; none of them while it is being undone. Refused for what was
    not taken in, under a legal hold, and while another file of this incident is being taken in.
    """
    check_may_settle_import(actor, made)
    if made.state == ImportState.UNDONE:
        raise Refused(_("This import is undone already."), code="changed-meanwhile")
    if made.rows.filter(version__gt=0).count() <= SMALL:
        with transaction.atomic():  # all of it or nothing
            return work_on_undo(actor, _to_undo(actor, made, now, mine=True), now=now)
    made = _to_undo(actor, made, now, mine=here, is_long=True)
    if not here:
        return []
    try:
        return work_on_undo(actor, made, now=now, told=told)
    except Declined as refusal:
        refuse_work(made, str(refusal))
        raise


def _to_undo(
    actor: Actor, made: Import, now: datetime, *, mine: bool, is_long: bool = False
) -> Import:
    try:
        with transaction.atomic():
            made = held_import(made, ImportState.DONE)
            check_not_held(made.incident)
            made.state, made.undone_by_id = ImportState.UNDOING, actor.person_id
            made.attempts, made.seen_at, made.refusal = 0, now if mine else None, ""
            made.done, made.total = 0, len(rows_to_put_back(made))
            made.save(
                update_fields=[
                    "state", "undone_by", "attempts", "seen_at", "refusal", "done", "total",
                ]
            )  # fmt: skip
            if is_long:
                note_import(actor, "import.undo_begun", made, now)
    except IntegrityError as error:
        raise Refused(
            _("Another file of this incident is being taken in. Wait for it."), code="waits"
        ) from error
    return made


def work_on_undo(
    actor: Actor, made: Import, *, now: datetime, told: Told = lambda done, total: None
) -> list[dict[str, Any]]:
    """Put back what an import did, each portion in a transaction of its own: what breaks off
    goes on where it stood. Answers as `undo_import`."""
    for some in portions(rows_to_put_back(made)):
        with transaction.atomic():
            made = held_import(made, ImportState.UNDOING)
            check_may_settle_import(actor, made)
            check_not_held(made.incident)
            stays = put_back(made, some, now=now)
            if stays:
                _remember_stays(made, stays)
            made.done = min(made.done + len(some), made.total)
            Import.objects.filter(pk=made.pk).update(done=made.done, seen_at=Now())
        told(made.done, made.total)
    return _undone(actor, made, now)


def _remember_stays(made: Import, stays: list[dict[str, Any]]) -> None:
    report = report_of(made)
    report["stays"] = [*report.get("stays", []), *stays]
    made.report = packed_report(report)
    made.save(update_fields=["report"])


@transaction.atomic
def _undone(actor: Actor, made: Import, now: datetime) -> list[dict[str, Any]]:
    """Nothing is left to put back."""
    made = held_import(made, ImportState.UNDOING)
    check_may_settle_import(actor, made)
    check_not_held(made.incident)
    report = report_of(made)
    stays = report.get("stays", [])
    doubt_again(report.get("confirmed", []))
    _let_go_of_names(made)
    made.state, made.undone_at, made.done = ImportState.UNDONE, now, made.total
    made.save(update_fields=["state", "undone_at", "done"])
    made.rows.filter(outcome=Outcome.PROPOSED, settled_at=None).delete()
    note_import(actor, "import.undone", made, now, facts={"stays": len(stays)})
    return stays_of(stays)


def _let_go_of_names(made: Import) -> None:
    """Remove the organisations that this import named first, where nobody else knows them."""
    Organisation.objects.filter(
        pk__in=report_of(made).get("organisations", []),
        activities=None,
        invitations=None,
        merged_from=None,
        merged_into=None,
    ).delete()
