"""Pure rules: who is on duty, in which order an agency's people are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

DAY = timedelta(days=1)

# Applications: what one network, one address and all together may send in a day.
FROM_ONE_NETWORK, FROM_ONE_ADDRESS, FROM_ALL = 3, 2, 60
CONFIRM_WITHIN = timedelta(days=3)
APPLICATION_LENGTHS = {"authority": 160, "office": 160, "name": 120, "letter": 200, "words": 2000}
# How long what an applicant sent is kept once the application is settled.
DOCUMENT_KEPT, APPLICANT_KEPT = timedelta(days=30), timedelta(days=180)
APPROVALS_NEEDED = 2
# What stands before the name of a place and tells one authority of it from none other.
_COMMON = (
    "the city town of municipality council county region borough district municipal la le les l "
    "de du des d ville commune mairie municipalite departement kommune fylkeskommune by stad "
    "stadt gemeinde ciudad municipio ayuntamiento cidade prefeitura comune citta belediyesi "
    "بلديه مدينه محافظه امانه مجلس البلديه المدينه جماعه ولايه منطقه"
)
COMMON_WORDS = frozenset(_COMMON.split())


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


class Next(NamedTuple):
    """Who is asked next: a call order and its people, and whether they are off duty.
    Order 0 and nobody: the top is reached."""

    order: int
    people: list[UUID]
    off_duty: bool = False


def next_to_call(people: Iterable[InOrder], asked: Collection[UUID], local: datetime) -> Next:
    """The lowest call order with somebody on duty who was not asked yet, and its people.

    Those with shifts are on duty in them alone, the others always. When everybody on duty
    was asked, those off duty are the last resort, by call order again: neither a gap in the
    rota nor a sleeping duty officer makes an agency silent while somebody is left.
    """
    left = [entry for entry in people if entry.order > 0 and entry.person not in asked]
    present = [entry for entry in left if not entry.shifts or on_duty(entry.shifts, local)]
    if not left:
        return Next(0, [])
    order = min(entry.order for entry in present or left)
    chosen = {entry.person: None for entry in present or left if entry.order == order}
    return Next(order, list(chosen), off_duty=not present)


def folded_authority(key: str) -> str:
    """The folded name of an authority (`foundation.text.search_key`) without the words that
    many have: “City of Marsa Noor” and “Marsa Noor Municipality” give one key."""
    words = "".join(char if char.isalnum() else " " for char in key).split()
    kept = [word for word in words if word not in COMMON_WORDS]
    return " ".join(sorted(kept or words))
