"""The tables of this room: tasks, and what organisations report of their own work."""

from takatuf.activities.models.activities import Activity, ActivityPlace, Invitation
from takatuf.activities.models.reporting import ActivityChange, AskedToConfirm
from takatuf.activities.models.tasks import PERSON, Need, Task, TaskChange, TaskQuerySet

__all__ = [
    "PERSON",
    "Activity",
    "ActivityChange",
    "ActivityPlace",
    "AskedToConfirm",
    "Invitation",
    "Need",
    "Task",
    "TaskChange",
    "TaskQuerySet",
]
