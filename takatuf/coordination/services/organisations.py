"""Two organisations made one, with all that they do, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from takatuf.activities.models import Activity, Invitation
from takatuf.activities.services import keep_answers
from takatuf.foundation.actors import Actor
from takatuf.network import services as network
from takatuf.network.access import check_may_sort_organisations
from takatuf.network.models import Organisation, SameOrganisation
from takatuf.network.naming import stands_for

AT_ONCE = 500  # keys in one statement


@transaction.atomic
def merge_organisations(
    actor: Actor,
    kept: Organisation,
    gone: Organisation,
    *,
    reasons: Sequence[str] = (),
    now: datetime,
) -> SameOrganisation:
    """Say that `gone` is the same as `kept`: its names lead there, and what it does moves there.

    Both rows stay, and it can be undone. `reasons` are the signs that had proposed it.
    """
    check_may_sort_organisations(actor, kept.city)
    kept, gone = _locked(kept, gone)
    moved = {}
    for table, model in (("activities", Activity), ("invitations", Invitation)):
        keys = list(model.objects.filter(organisation=gone).values_list("pk", flat=True))
        moved[table] = [str(key) for key in keys]
        _move(table, keys, kept, now)
    return network.join_organisations(actor, kept, gone, moved=moved, reasons=reasons, now=now)


@transaction.atomic
def unmerge_organisation(actor: Actor, gone: Organisation, *, now: datetime) -> SameOrganisation:
    """Take a merged organisation out of the other again, with what had come with it and still
    stands there. What it was given since stays where it is."""
    check_may_sort_organisations(actor, gone.city)
    into = gone.merged_into
    if into is not None:
        gone, into = _locked(gone, stands_for(into))  # which may have been merged since
    parted = network.part_organisations(actor, gone, now=now)
    if into is not None:
        for table, model in (("activities", Activity), ("invitations", Invitation)):
            for keys in _portions([UUID(key) for key in parted.moved.get(table, ())]):
                there = model.objects.filter(pk__in=keys, organisation=into)
                _move(table, list(there.values_list("pk", flat=True)), gone, now)
    return parted


def _move(table: str, keys: Sequence[UUID], to: Organisation, now: datetime) -> None:
    for some in _portions(keys):
        if table == "activities":  # whose work it is decides what overlaps: it is a fact of it
            those = Activity.objects.filter(pk__in=some)
            keep_answers(those, to)
            those.update(organisation=to, changed_at=now)
        else:
            Invitation.objects.filter(pk__in=some).update(organisation=to)


def _locked(one: Organisation, other: Organisation) -> tuple[Organisation, Organisation]:
    """Both rows as they are now, held until the act is done; always in one order."""
    pks = sorted((one.pk, other.pk), key=str)
    rows = Organisation.objects.select_for_update(of=("self",)).select_related(
        "city", "merged_into"
    )
    found = {each.pk: each for each in rows.filter(pk__in=pks).order_by("pk")}
    return found.get(one.pk, one), found.get(other.pk, other)


def _portions(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
