"""What the worker does here: wake what is due soon."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, InterfaceError

from takatuf.activities.models import Task
from takatuf.activities.services import wake_task

logger = logging.getLogger(__name__)
BATCH = 50


def wake_next(now: datetime) -> bool:
    """Wake one task whose time has come. False: none has."""
    due = Task.objects.filter(state=Task.State.ASLEEP, wakes_at__lte=now)
    for task in due.order_by("wakes_at", "id")[:BATCH]:
        try:
            # Another worker may be quicker with this one; then the next is ours.
            if wake_task(task, now=now):
                return True
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # one that cannot wake must not hold up the others
            logger.exception("task %s cannot wake", task.pk)
    return False
