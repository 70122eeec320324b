"""Files for an inquiry: ordered, made by the worker, fetched, and gone after a week."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotFound, Refused
from takatuf.incidents.access import check_may_take_out
from takatuf.incidents.models import Incident, InquiryFile
from takatuf.incidents.services.life import note

KEPT = timedelta(days=7)
SILENT = timedelta(minutes=5)  # then whoever was making it is taken for dead
MOST_ATTEMPTS = 3


@transaction.atomic
def order_inquiry_file(
    actor: Actor,
    incident: Incident,
    *,
    redactions: Sequence[dict[str, Any]] = (),
    language: str,
    now: datetime,
) -> InquiryFile:
    """Have everything about the incident made into one file; one at a time.

    `redactions` as `coordination.inquiry` reads them. Raises `Refused` (`waits`) while
    another one is being made.
    """
    check_may_take_out(actor, incident)
    Incident.objects.select_for_update().get(pk=incident.pk)
    if InquiryFile.objects.filter(incident=incident, finished_at=None).exists():
        raise Refused(_("A file of this incident is being made. Wait for it."), code="waits")
    made = InquiryFile.objects.create(
        incident=incident,
        ordered_by_id=actor.person_id,
        ordered_at=now,
        language=language,
        redactions=json.dumps(list(redactions)) if redactions else "",
    )
    note(actor, "inquiry.ordered", incident, now, facts={"redactions": len(redactions)})
    return made


@transaction.atomic
def fetch_inquiry_file(actor: Actor, ordered: InquiryFile, *, now: datetime) -> Path:
    """Where the file lies, for whoever takes it away; that it was fetched is recorded.

    Raises `NotFound` where it is not made, or gone.
    """
    check_may_take_out(actor, ordered.incident)
    if not ordered.is_there:
        raise NotFound
    note(actor, "inquiry.fetched", ordered.incident, now, facts={"bytes": ordered.size})
    return ordered.path


def begin_inquiry_file(now: datetime) -> InquiryFile | None:
    """The next file to be made, claimed; one whose maker fell silent is begun again, a few
    times."""
    waiting = InquiryFile.objects.filter(
        Q(seen_at=None) | Q(seen_at__lt=now - SILENT), finished_at=None
    )
    for found in waiting.select_related("incident__city").order_by("ordered_at")[:10]:
        if found.attempts >= MOST_ATTEMPTS:
            refuse_inquiry_file(
                found, str(_("It could not be made. Tell whoever runs this system.")), now=now
            )
        elif waiting.filter(pk=found.pk).update(seen_at=now, attempts=F("attempts") + 1):
            return found
    return None


def tell_inquiry_progress(ordered: InquiryFile, done: int, parts: int, *, now: datetime) -> None:
    """How far the file is."""
    InquiryFile.objects.filter(pk=ordered.pk).update(done=done, parts=parts, seen_at=now)


def finish_inquiry_file(ordered: InquiryFile, *, now: datetime) -> None:
    """The file lies in its place."""
    size = ordered.path.stat().st_size
    InquiryFile.objects.filter(pk=ordered.pk).update(finished_at=now, size=size)


def refuse_inquiry_file(ordered: InquiryFile, why: str, *, now: datetime) -> None:
    """There will be no file, and why."""
    ordered.finished_at, ordered.refusal = now, why
    ordered.save(update_fields=["finished_at", "refusal"])


def drop_old_inquiry_files(now: datetime) -> None:
    """Remove files that were there to be fetched for a week; the order stays."""
    old = InquiryFile.objects.filter(finished_at__lt=now - KEPT, size__gt=0)
    for ordered in old[:10]:
        ordered.path.unlink(missing_ok=True)
        InquiryFile.objects.filter(pk=ordered.pk).update(size=0)
