"""Pure rules: who is on duty, in which order an agency's people are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

DAY = timedelta(days=1)


class Shift(NamedTuple):
    """A weekly turn of duty by the clock on the wall; `weekday` 0 is Monday, of its start.

    One that ends at or before its start runs into the next day.
    """

    weekday: int
    starts: time
    ends: time


def on_duty(shifts: Iterable[Shift], local: datetime) -> bool:
    """Whether one of the shifts covers `local`, an aware time in the city's own zone.

    Starts and ends become instants before they are compared, so that in the nights when the
    clocks change, one turn begins exactly when the one before it ends: nobody is missing in
    the hour that is left out, and nobody is called twice in the hour that comes twice.
    """
    zone = local.tzinfo
    if zone is None:
        raise ValueError("a time with its zone is needed")
    moment = local.astimezone(UTC)
    for shift in shifts:
        for date in (local.date() - DAY, local.date()):
            if date.weekday() != shift.weekday:
                continue
            until = date if shift.ends > shift.starts else date + DAY
            starts = datetime.combine(date, shift.starts, zone).astimezone(UTC)
            ends = datetime.combine(until, shift.ends, zone).astimezone(UTC)
            if starts <= moment < ends:
                return True
    return False


class InOrder(NamedTuple):
    """Someone with a place in an agency's call order, 1 first, and their shifts, if any."""

    person: UUID
    order: int
    shifts: Sequence[Shift]


def next_to_call(people: Iterable[InOrder], after: int, local: datetime) -> tuple[int, list[UUID]]:
    """The next call order beyond `after` and its people; order 0 and nobody at the top.

    Those with shifts are called only while on duty, and an order with nobody on duty is
    passed over. Where nobody of the whole agency is on duty the call order alone counts:
    a gap in the rota never makes an agency silent.
    """
    in_order = [entry for entry in people if entry.order > 0]
    present = [entry for entry in in_order if not entry.shifts or on_duty(entry.shifts, local)]
    by_order: dict[int, dict[UUID, None]] = {}
    for entry in present or in_order:
        by_order.setdefault(entry.order, {})[entry.person] = None
    beyond = sorted(order for order in by_order if order > after)
    return (beyond[0], list(by_order[beyond[0]])) if beyond else (0, [])
