"""Two activities side by side: each part of the match in figures, and the rule that holds.

The key of a match is service × people × place × channel, with dates that meet (`Part`). A
part that says no settles it; what nobody said counts as neither yes nor no. Owner and level
are compared to know which rule holds, never matched.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import exp, log
from typing import Any, NamedTuple

from takatuf.activities.comparing.entries import (
    CITY,
    EVERYONE,
    FIRST,
    LAST,
    Entry,
    Thresholds,
)

# How near two texts are, from 0 to 1; None where one of the two has none.
Near = Callable[[Entry, Entry], float | None]
NOT_SAID = 0.75  # what a part counts about which one of the two says nothing
BY_WORDS = 0.9  # a service that only its own words name
OTHER_FUND = 0.4  # two appeals for different people
LEAST = 0.02  # so that the logarithm of a part that says no exists


class Rule(StrEnum):
    """Why two activities are put side by side."""

    HORIZONTAL = "horizontal"  # two owners at one level of government
    VERTICAL = "vertical"  # the city's and the national authorities'
    NUMBER = "number"  # two published telephone numbers for one need
    FUND = "fund"  # two appeals for donations
    EVENT = "event"  # two commemorations near in time and place


class Part(NamedTuple):
    """One part of a match: how far the two agree, from 0 to 1, in what way, and by what."""

    name: str  # service, place, people, time, channel, text
    score: float
    how: str  # same, partly, not-said, …: `wording.py` has a sentence for each
    shared: tuple[str, ...] = ()  # the codes or keys that both have
    figure: int | None = None  # days in common, percent of nearness


class Match(NamedTuple):
    """Two activities that a rule puts side by side."""

    a: str
    b: str
    rule: Rule
    score: int  # in hundredths
    is_red: bool  # red: to be settled first
    parts: tuple[Part, ...]


WEIGHTS = {"service": 2.0, "place": 1.5, "people": 1.5, "time": 0.5, "channel": 1.0, "text": 1.5}


def match_of(a: Entry, b: Entry, near: Near, thresholds: Thresholds) -> Match | None:
    """The overlap of two activities, by the rule that says most; None where there is none."""
    if excluded(a, b, thresholds):
        return None
    parts = what_parts(a, b, near, thresholds)
    score = score_of(parts)
    rule = _rule_of(a, b)
    if score < getattr(thresholds, rule):
        return None
    return Match(a.key, b.key, rule, score, _is_red(rule, parts), parts)


def excluded(a: Entry, b: Entry, thresholds: Thresholds) -> str:
    """What makes two activities complementary or unconnected whatever else they share; empty
    where nothing does. Quick, since it is asked of every pair that is compared.

    The guard against false overlaps stands here: another language, another layer of the
    pyramid, another gender, or one that passes people on to the other.
    """
    if a.service and b.service and a.service != b.service:
        return "service"
    if _is_event(a, b):
        return "time" if _days_apart(a, b) > thresholds.event_days else _elsewhere(a, b)
    if a.starts > b.ends or b.starts > a.ends:
        return "time"
    if a.channel and b.channel and a.channel != b.channel and not _is_fund(a, b):
        return "channel"
    if reason := _elsewhere(a, b):
        return reason
    if _is_fund(a, b):  # two appeals meet before those who give, for whomever they collect
        return ""
    return _for_others(a, b) or _guarded(a, b)


def _elsewhere(a: Entry, b: Entry) -> str:
    if not a.places or not b.places or not a.places.isdisjoint(b.places):
        return ""
    return "" if _inside(a.places, b.places) or _inside(b.places, a.places) else "place"


def _inside(wide: frozenset[str], others: frozenset[str]) -> list[str]:
    """The districts of one that lie within the whole city of the other."""
    return [key for key in others if key.startswith("area:")] if CITY in wide else []


def _for_others(a: Entry, b: Entry) -> str:
    apart = a.populations and b.populations and a.populations.isdisjoint(b.populations)
    return "people" if apart and EVERYONE not in a.populations | b.populations else ""


def _guarded(a: Entry, b: Entry) -> str:
    if a.languages and b.languages and a.languages.isdisjoint(b.languages):
        return "language"
    if a.at_layer and b.at_layer and a.at_layer != b.at_layer:
        return "layer"
    if a.gender and b.gender and a.gender != b.gender:
        return "gender"
    if a.key == b.refers_to or b.key == a.refers_to:
        return "referral"
    return ""


def what_parts(a: Entry, b: Entry, near: Near, thresholds: Thresholds) -> tuple[Part, ...]:
    """How far two activities agree, part by part."""
    people, time, channel = _people(a, b), _time(a, b), _channel(a, b)
    if _is_fund(a, b):  # two appeals compete for the same gifts whomever they are for
        people = people._replace(score=max(people.score, OTHER_FUND))
        channel = channel._replace(score=1)
    if _is_event(a, b) and time.how == "apart":
        days = time.figure or 0
        time = time._replace(score=1 - 0.5 * days / (thresholds.event_days + 1), how="close")
    return _service(a, b), _place(a, b), people, time, channel, _text(near(a, b))


def score_of(parts: tuple[Part, ...]) -> int:
    """The parts as one figure in hundredths: their weighted geometric mean, so that one part
    that says no cannot be outweighed by the others."""
    weights = sum(WEIGHTS[part.name] for part in parts)
    total = sum(WEIGHTS[part.name] * log(max(part.score, LEAST)) for part in parts)
    return round(100 * exp(total / weights))


def _service(a: Entry, b: Entry) -> Part:
    if a.service and a.service == b.service:
        return Part("service", 1, "same", (a.service,))
    if a.service and b.service:
        return Part("service", 0, "other")
    if a.likely_service and a.likely_service == b.likely_service:
        return Part("service", BY_WORDS, "by-words", (a.likely_service,))
    return Part("service", NOT_SAID, "not-said")


def _place(a: Entry, b: Entry) -> Part:
    if not a.places or not b.places:
        return Part("place", NOT_SAID, "not-said")
    if shared := a.places & b.places:
        share = len(shared) / min(len(a.places), len(b.places))
        how = "same" if a.places == b.places else "partly"
        return Part("place", 0.8 + 0.2 * share, how, tuple(sorted(shared)), round(100 * share))
    for wide, other in ((a.places, b.places), (b.places, a.places)):
        if inside := _inside(wide, other):
            return Part("place", 0.85, "within", tuple(sorted(inside)))
    return Part("place", 0, "other")


def _people(a: Entry, b: Entry) -> Part:
    if not a.populations or not b.populations:
        return Part("people", NOT_SAID, "not-said")
    if shared := a.populations & b.populations:
        share = len(shared) / min(len(a.populations), len(b.populations))
        how = "same" if a.populations == b.populations else "partly"
        return Part("people", 0.8 + 0.2 * share, how, tuple(sorted(shared)), round(100 * share))
    for wide, other in ((a.populations, b.populations), (b.populations, a.populations)):
        if EVERYONE in wide:
            return Part("people", 0.75, "within", tuple(sorted(other)))
    return Part("people", 0, "other")


def _time(a: Entry, b: Entry) -> Part:
    starts, ends = max(a.starts, b.starts), min(a.ends, b.ends)
    if starts == FIRST and ends == LAST:
        return Part("time", NOT_SAID, "not-said")
    days = (ends - starts).days + 1
    if days <= 0:
        return Part("time", 0, "apart", (), _days_apart(a, b))
    if ends == LAST or starts == FIRST:
        return Part("time", 1, "open")
    shorter = min((one.ends - one.starts).days + 1 for one in (a, b))
    share = days / shorter
    return Part("time", 0.6 + 0.4 * share, "same" if share == 1 else "partly", (), days)


def _channel(a: Entry, b: Entry) -> Part:
    if a.channel and a.channel == b.channel:
        return Part("channel", 1, "same", (a.channel,))
    if a.channel and b.channel:
        return Part("channel", 0, "other")
    return Part("channel", NOT_SAID, "not-said")


def _text(nearness: float | None) -> Part:
    if nearness is None:
        return Part("text", NOT_SAID, "not-said")
    how = "near" if nearness >= 0.65 else "partly" if nearness >= 0.45 else "far"
    return Part("text", min(1.0, max(0.0, nearness + 0.3)), how, (), round(100 * nearness))


def _rule_of(a: Entry, b: Entry) -> Rule:
    if _is_fund(a, b):
        return Rule.FUND
    if _is_event(a, b):
        return Rule.EVENT
    if a.digits and b.digits and a.digits != b.digits:
        return Rule.NUMBER
    if a.is_national != b.is_national and a.level and b.level:
        return Rule.VERTICAL
    return Rule.HORIZONTAL


def _is_red(rule: Rule, parts: tuple[Part, ...]) -> bool:
    """A second number for one need, and a second appeal for the same people, are red."""
    people = next(part for part in parts if part.name == "people")
    return rule == Rule.NUMBER or (rule == Rule.FUND and people.how != "other")


def _is_fund(a: Entry, b: Entry) -> bool:
    return a.service == "fund" == b.service


def _is_event(a: Entry, b: Entry) -> bool:
    return a.service == "commemoration" == b.service


def _days_apart(a: Entry, b: Entry) -> int:
    """Days between the end of one and the start of the other; 0 where they meet."""
    return max(0, (max(a.starts, b.starts) - min(a.ends, b.ends)).days)


def as_json(part: Part) -> dict[str, Any]:
    """A part as it is kept."""
    return {
        "part": part.name,
        "score": round(100 * part.score),
        "how": part.how,
        "shared": list(part.shared),
        "figure": part.figure,
    }
