"""Gaps, thin cover and cliffs: what is needed and nobody does, or will soon do no longer.

Pure rules over plain values; no database, no clock. They are rules 9 to 12 of the detection
rules for complementarity. Cover is what `coverage.CountsAs` says: under way on the day and
confirmed in time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from takatuf.activities.coverage import CountsAs

EVERYONE = "everyone"
WIDE = ("city", "")  # places that hold every district: the whole city, and one that nobody named
CITY, OUTSIDE, TEXT = "city", "outside", "text:"
HOLE = timedelta(days=7)  # between an end and the beginning of what follows it
LAYERS = (1, 2, 3, 4)  # of the IASC pyramid of psychosocial support


class Kind(StrEnum):
    """Which rule found it."""

    NEED = "need"  # reported, and nobody does anything about it
    PART = "part"  # met, but not in a language, at an hour or everywhere it is needed
    LAYER = "layer"  # a layer of the pyramid without any activity
    LANGUAGE = "language"  # of the city, in which no support is offered
    OFFER = "offer"  # night, weekend, disability, gender, outside: provided for by nobody
    THIN = "thin"  # more people than those who help can see in time
    ENDS = "ends"  # soon, without anything that follows
    DAY = "day"  # a day is known before which a service ends
    STALE = "stale"  # nobody confirmed it for too long


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the rules begin to speak. Starting values, to be tuned by a city."""

    ends_within: int = 30  # days
    weeks_to_see_all: float = 4.0  # expected demand by weekly capacity
    days_ahead: int = 550  # so far known days are looked at


@dataclass(slots=True)  # frozen, each of 50,000 would take three times as long to make
class Doing:
    """One activity, as far as the rules ask. Identifiers are 32 hexadecimal digits."""

    id: str
    organisation: str
    service: str
    layer: int | None
    keys: frozenset[str]  # of its places; none: not said
    populations: frozenset[str]
    languages: frozenset[str]
    offers: frozenset[str]
    starts_on: date | None
    ends_on: date | None
    counts_as: str
    weekly: int | None = None  # people

    @property
    def covers(self) -> bool:
        return self.counts_as == CountsAs.COVER

    @property
    def places(self) -> frozenset[str]:
        return self.keys or frozenset(("",))


@dataclass(frozen=True, slots=True)
class Asked:
    """One need, as far as the rules ask. `services` begins with the one that would meet it."""

    id: str
    services: tuple[str, ...]
    keys: frozenset[str]
    populations: frozenset[str]
    languages: frozenset[str]
    offers: frozenset[str]
    people: int | None
    seriousness: int
    linked: frozenset[str] = frozenset()  # ids of activities that somebody said answer it


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or will be; `key` is the same each time it is found."""

    kind: Kind
    key: str
    need: str = ""  # its id
    activity: str = ""  # its id
    organisation: str = ""  # its id
    service: str = ""
    layer: int | None = None
    languages: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    elsewhere: bool = False  # what there is does not reach every place of the need
    on: date | None = None  # the day on which it ends, or that it does not reach
    last_on: date | None = None  # when the last of a service ends
    planned: int = 0  # activities that would answer and have not begun
    unconfirmed: int = 0  # activities that would answer if somebody confirmed them
    count: int = 0  # of entries
    people: int | None = None
    weekly: int | None = None  # people a week

    @property
    def weeks(self) -> float | None:
        """How long those who help would need to see everybody once."""
        return self.people / self.weekly if self.people and self.weekly else None


def share_people(ours: Collection[str], theirs: Collection[str]) -> bool:
    """Whether two sets of groups have people in common; said of nobody is for everybody."""
    return (
        not ours
        or not theirs
        or EVERYONE in ours
        or EVERYONE in theirs
        or not frozenset(ours).isdisjoint(theirs)
    )


def answers(need: Asked, doing: Doing) -> bool:
    """Whether an activity, by what it says of itself, is about this need: one of its services,
    one of its places, its people. A place that nobody named is taken for the whole city."""
    if doing.id in need.linked:
        return True
    if doing.service not in need.services or not share_people(need.populations, doing.populations):
        return False
    if not need.keys or not doing.places.isdisjoint((*need.keys, "")):
        return True
    if CITY in doing.places:  # it reaches the districts, and not who lives outside
        return any(key != OUTSIDE and not key.startswith(TEXT) for key in need.keys)
    if CITY in need.keys:
        return any(key.startswith("area:") for key in doing.places)
    return OUTSIDE in need.keys and "outside-city" in doing.offers


def missing_of(need: Asked, answering: Iterable[Doing]) -> Gap | None:
    """What those who answer a need leave open of it together; None where it is nothing."""
    answering = list(answering)
    languages = need.languages.difference(*(one.languages for one in answering))
    offers = need.offers.difference(*(one.offers for one in answering))
    reached = frozenset(chain.from_iterable(one.places for one in answering))
    wide = not reached.isdisjoint(WIDE) or any(one.id in need.linked for one in answering)
    elsewhere = not wide and not need.keys <= reached
    if OUTSIDE in need.keys and "outside-city" not in need.offers:
        elsewhere = elsewhere and not any("outside-city" in one.offers for one in answering)
    if not (languages or offers or elsewhere):
        return None
    return Gap(
        Kind.PART,
        f"part:{need.id}",
        need=need.id,
        service=need.services[0] if need.services else "",
        languages=tuple(sorted(languages)),
        offers=tuple(sorted(offers)),
        elsewhere=elsewhere,
        count=len(answering),
        people=need.people,
    )


class Field:
    """Everything that is done, laid out so that each question looks at few of them."""

    def __init__(self, doings: Iterable[Doing]) -> None:
        self.all = list(doings)
        self.by_id = {one.id: one for one in self.all}
        self.by_service: dict[str, list[Doing]] = defaultdict(list)
        for one in self.all:
            if one.service:
                self.by_service[one.service].append(one)
        self._fronts: dict[tuple[str, str, str], list[tuple[date, date]]] = defaultdict(list)
        for one in self.all:
            if one.service and one.counts_as in (CountsAs.COVER, CountsAs.PLANNED):
                span = (one.ends_on or date.max, one.starts_on or date.min)
                for place in one.places:
                    for group in _groups(one.populations):
                        _widen(self._fronts[one.service, place, group], span)

    def answering(self, need: Asked) -> list[Doing]:
        """Those that are about a need, whatever they count as."""
        near = chain.from_iterable(self.by_service.get(code, ()) for code in need.services)
        linked = (self.by_id[pk] for pk in need.linked if pk in self.by_id)
        found = {one.id: one for one in chain(near, linked) if answers(need, one)}
        return list(found.values())

    def has_successor(self, one: Doing) -> bool:
        """Whether something of the same service, for the same people and in each of its places
        goes on after it, or begins within a week of its end."""
        assert one.ends_on is not None
        begins = one.ends_on + HOLE
        return all(
            any(
                ends > one.ends_on and starts <= begins
                for near in dict.fromkeys((place, *WIDE))
                for group in dict.fromkeys((*_groups(one.populations), EVERYONE))
                for ends, starts in self._fronts.get((one.service, near, group), ())
            )
            for place in one.places
        )


def _groups(populations: Collection[str]) -> Collection[str]:
    return (EVERYONE,) if not populations or EVERYONE in populations else populations


def _widen(front: list[tuple[date, date]], span: tuple[date, date]) -> None:
    """Keep of the spans those of which no other ends later and begins sooner."""
    ends, starts = span
    if any(end >= ends and start <= starts for end, start in front):
        return
    front[:] = [(end, start) for end, start in front if not (ends >= end and starts <= start)]
    front.append(span)


def gaps_among(
    doings: Iterable[Doing],
    needs: Iterable[Asked],
    *,
    today: date,
    days: Sequence[date] = (),
    languages: Sequence[str] = (),
    offers: Sequence[str] = (),
    support: Mapping[str, int | None],
    limits: Limits,
) -> list[Gap]:
    """Everything that is missing or will be, by rule.

    `days` are those that will bring the event back; `languages` those of the city; `offers`
    what help should provide for; `support` gives the layer of each service, none where it is
    no support of people. Where nobody told what they do, only needs are gaps.
    """
    field = Field(doings)
    found = list(gaps_of_needs(field, needs, limits))
    if field.all:
        found += empty_layers(field)
        found += uncovered_ways(field, languages, offers)
        found += ending(field, today, limits)
        found += days_not_reached(field, today, days, support, limits)
        found += unconfirmed(field)
    return found


def gaps_of_needs(field: Field, needs: Iterable[Asked], limits: Limits) -> Iterable[Gap]:
    """Needs that nobody answers, or in part alone, and services that see too few a week."""
    demand: dict[str, int] = defaultdict(int)
    helping: dict[str, dict[str, int]] = defaultdict(dict)
    for need in needs:
        near = field.answering(need)
        covering = [one for one in near if one.covers]
        if not covering:
            yield Gap(
                Kind.NEED,
                f"need:{need.id}",
                need=need.id,
                service=need.services[0] if need.services else "",
                planned=sum(one.counts_as == CountsAs.PLANNED for one in near),
                unconfirmed=sum(one.counts_as == CountsAs.UNCONFIRMED for one in near),
                people=need.people,
            )
            continue
        if part := missing_of(need, covering):
            yield part
        if need.services and need.people:
            service = need.services[0]
            demand[service] += need.people
            helping[service] |= {one.id: one.weekly for one in covering if one.weekly}
    for service, people in demand.items():
        weekly = sum(helping[service].values())
        if weekly and people / weekly > limits.weeks_to_see_all:
            yield Gap(
                Kind.THIN,
                f"thin:{service}",
                service=service,
                count=len(helping[service]),
                people=people,
                weekly=weekly,
            )


def empty_layers(field: Field) -> Iterable[Gap]:
    """Layers of the pyramid in which nothing covers."""
    there = {one.layer for one in field.all if one.covers}
    return [
        Gap(Kind.LAYER, f"layer:{layer}", layer=layer) for layer in LAYERS if layer not in there
    ]


def uncovered_ways(field: Field, languages: Iterable[str], offers: Iterable[str]) -> Iterable[Gap]:
    """Languages of the city in which nobody offers support, and what nobody's support provides
    for. Support is what has a layer of the pyramid."""
    support = [one for one in field.all if one.covers and one.layer is not None]
    spoken = frozenset(chain.from_iterable(one.languages for one in support))
    provided = frozenset(chain.from_iterable(one.offers for one in support))
    if any(OUTSIDE in one.keys for one in support):
        provided |= {"outside-city"}
    yield from (
        Gap(Kind.LANGUAGE, f"language:{code}", languages=(code,))
        for code in languages
        if code not in spoken
    )
    yield from (
        Gap(Kind.OFFER, f"offer:{code}", offers=(code,)) for code in offers if code not in provided
    )


def ending(field: Field, today: date, limits: Limits) -> Iterable[Gap]:
    """What ends soon and is followed by nothing, the soonest first."""
    last = today + timedelta(days=limits.ends_within)
    ends = [
        one
        for one in field.all
        if one.covers and one.service and one.ends_on is not None and today <= one.ends_on <= last
    ]
    return [
        Gap(
            Kind.ENDS,
            f"ends:{one.id}",
            activity=one.id,
            organisation=one.organisation,
            service=one.service,
            on=one.ends_on,
        )
        for one in sorted(ends, key=lambda one: (one.ends_on or date.max, one.id))
        if not field.has_successor(one)
    ]


def days_not_reached(
    field: Field,
    today: date,
    days: Iterable[date],
    support: Mapping[str, int | None],
    limits: Limits,
) -> Iterable[Gap]:
    """For each service of support that covers today, the first known day on which nothing of
    it will be there. An end that nobody named is taken for none; a service that ends within
    the days of `ending` is told there."""
    soon, last = (today + timedelta(days=n) for n in (limits.ends_within, limits.days_ahead))
    ahead = sorted({day for day in days if today < day <= last})
    for service, doings in sorted(field.by_service.items()):
        if support.get(service) is None or not any(one.covers for one in doings):
            continue
        there = [one for one in doings if one.counts_as in (CountsAs.COVER, CountsAs.PLANNED)]
        ends = max(one.ends_on or date.max for one in there)
        if ends <= soon:
            continue
        for day in ahead:
            if any(
                (one.ends_on or date.max) >= day and (one.starts_on or date.min) <= day
                for one in there
            ):
                continue
            yield Gap(
                Kind.DAY, f"day:{service}:{day.isoformat()}", service=service, on=day, last_on=ends
            )
            break


def unconfirmed(field: Field) -> Iterable[Gap]:
    """Entries that nobody confirmed for too long, by the organisation that can."""
    counts: dict[str, int] = defaultdict(int)
    for one in field.all:
        if one.counts_as == CountsAs.UNCONFIRMED:
            counts[one.organisation] += 1
    return [
        Gap(Kind.STALE, f"stale:{organisation}", organisation=organisation, count=count)
        for organisation, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
