"""The tables of this room: tasks, what organisations report of their own work, where it meets."""

from takatuf.activities.models.activities import Activity, ActivityPlace, Invitation
from takatuf.activities.models.gaps import TakenGap
from takatuf.activities.models.imports import Import, ImportedRow, Layout
from takatuf.activities.models.overlaps import Agreement, Comparison, Overlap, OverlapQuerySet
from takatuf.activities.models.reporting import ActivityChange, AskedToConfirm
from takatuf.activities.models.tasks import PERSON, Need, Task, TaskChange, TaskQuerySet

__all__ = [
    "PERSON",
    "Activity",
    "ActivityChange",
    "ActivityPlace",
    "Agreement",
    "AskedToConfirm",
    "Comparison",
    "Import",
    "ImportedRow",
    "Invitation",
    "Layout",
    "Need",
    "Overlap",
    "OverlapQuerySet",
    "TakenGap",
    "Task",
    "TaskChange",
    "TaskQuerySet",
]
