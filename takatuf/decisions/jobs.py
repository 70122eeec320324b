"""What the worker does here: remind whoever keeps a promise that its day is near."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, InterfaceError
from django.db.models import F, Q

from takatuf.decisions.models import Promise
from takatuf.decisions.rules import reminds_at
from takatuf.decisions.services import remind_of_promise

logger = logging.getLogger(__name__)
BATCH = 50


def remind_next(now: datetime) -> bool:
    """Remind of one promise whose day is near. False: there is none of which nobody was told."""
    due = Promise.objects.open().filter(
        Q(reminded_of=None) | ~Q(reminded_of=F("due_at")), due_at__lte=reminds_at(now)
    )
    for promise in due.order_by("due_at", "id")[:BATCH]:
        try:
            if remind_of_promise(promise, now=now):
                return True
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # one that cannot be told must not hold up the others
            logger.exception("promise %s: nobody can be reminded", promise.pk)
    return False
