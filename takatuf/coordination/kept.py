"""What was counted of an incident, kept until something happens in its city.

Every act stands in the journal of its city from the moment on at which it counts (one
transaction): while that journal has not grown, nothing that is counted can have changed but by
the time that passed, which a minute takes account of.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from takatuf.activities.queries import count_of_activities, is_being_undone
from takatuf.incidents.models import Incident
from takatuf.journal.queries import size_of

T = TypeVar("T")
WORTH_KEEPING = 5_000  # activities: fewer are counted within a few milliseconds
AGE = 60  # seconds for which something is kept at most


def worth_keeping(incident: Incident) -> bool:
    """Whether it takes long to count, and nothing goes away meanwhile: an import is undone a
    portion at a time, and its end stands in the journal."""
    return count_of_activities(incident) >= WORTH_KEEPING and not is_being_undone(incident)


class Kept(Generic[T]):
    """The last few answers of this process."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[Hashable, T] = OrderedDict()

    def forget(self) -> None:
        """Keep nothing of what was made so far."""
        with self._lock:
            self._found.clear()

    def of(
        self,
        incident: Incident,
        asked: Hashable,
        make: Callable[[], T],
        *,
        now: datetime,
        worth: Callable[[], bool],
    ) -> T:
        """What was made for this before, else what `make` makes now, which is kept where that is
        `worth` it. `asked` is all that the answer depends on beside the incident and the time."""
        size = size_of(incident.city.log)  # before: what changes meanwhile is counted next time
        key = (incident.pk, incident.phase, size, int(now.timestamp()) // AGE, asked)
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        if worth():
            with self._lock:
                self._found[key] = made
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
        return made
