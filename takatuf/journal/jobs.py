"""What the worker does for the record: sign it on time, without anybody asking."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery

from takatuf.foundation.errors import Declined
from takatuf.journal.models import Checkpoint, Log
from takatuf.journal.services import sign_checkpoint

logger = logging.getLogger(__name__)


def checkpoint_next(now: datetime) -> Checkpoint | None:
    """Sign the next log whose last checkpoint is older than the setting says; None when none.

    A log in which nothing was recorded since is left alone. One that no longer follows from
    its last checkpoint is told in the server's log and passed over, so that it keeps nobody
    else from being signed.
    """
    last = Checkpoint.objects.filter(log=OuterRef("pk")).order_by("-size")
    due = (
        Log.objects.annotate(
            signed_size=Subquery(last.values("size")[:1]), signed_at=Subquery(last.values("at")[:1])
        )
        .filter(size__gt=0)
        .filter(
            Q(signed_at=None)
            | Q(signed_at__lte=now - timedelta(minutes=settings.CHECKPOINT_MINUTES))
            & ~Q(signed_size=F("size"))
        )
    )
    for log in due.order_by(F("signed_at").asc(nulls_first=True), "pk"):
        try:
            return sign_checkpoint(log.name, now=now)
        except Declined as refusal:
            logger.error("The log %s was not signed: %s", log.name, refusal)
    return None
