"""Two activities side by side: each part of the match in figures, and the rule that holds.

The key of a match is service × people × place × channel, with dates that meet (`Part`); what
their own words say is weighed beside it, since partners file the same work under other codes
and other work under the same. A part that says no settles it; what nobody said counts as
neither yes nor no. Owner and level are compared to know which rule holds, never matched.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple

from takatuf.activities.comparing.concepts import shared, things_of, told_apart
from takatuf.activities.comparing.entries import (
    BY_THE_COMMUNITY,
    CITY,
    EVERYONE,
    FIRST,
    LAST,
    SPECIALISED,
    Entry,
    Thresholds,
)
from takatuf.activities.comparing.kin import are_kin

# How near two texts are, from 0 to 1; None where one of the two has none.
Near = Callable[[Entry, Entry], float | None]
NOT_SAID = 0.75  # what a part counts about which one of the two says nothing
BY_WORDS = 0.9  # a service that only its own words name
OTHER_FUND = 0.4  # two appeals for different people: a little under the usual threshold


MANY_PAIRS = 50_000


class Rule(StrEnum):
    """Why two activities are put side by side."""

    HORIZONTAL = "horizontal"  # two owners at one level of government
    VERTICAL = "vertical"  # the city's and the national authorities'
    NUMBER = "number"  # two published telephone numbers for one need
    FUND = "fund"  # two appeals for donations
    EVENT = "event"  # two commemorations near in time and place


# The rules that say that two do the same; the others are about what is published.
BY_WHAT_IS_DONE = frozenset({Rule.HORIZONTAL, Rule.VERTICAL})
SOME_TOPICS = 0.3  # of what two speak of, from which on they speak of one thing
# How likely (percent) two texts must be to say one work at least, where nothing is known of which
# both speak: of two services, of two that are kin (`kin`), of one.
CLOSE, KIN, STRANGE = 80, 70, 50
LIKELIER = 0.5  # how likely they must be, where they were read side by side
TWICE = 96  # percent: from which on two entries of one owner may be one activity, listed twice
ALIKE, NEARLY = 45, 80  # percent from which on two texts are alike in part, nearly the same


class Part(NamedTuple):
    """One part of a match: how far the two agree, from 0 to 1, in what way, and by what."""

    name: str  # service, place, people, time, channel, topic, text
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


# How many points each thing that is found gives or takes, in log-odds, by its value: a scorecard,
# learnt from the labelled pairs to tune with (`testing.bench.overlap_labels`).
SCORECARD = Path(__file__).parent / "scorecard.json"
# How much counts of that sum, and of how texts read side by side, where they were: a logistic
# regression on pairs that neither had been taught (as there).
BOTH = 0.317, 0.607, 0.375
# What is taken where nobody said: neither much nor little.
UNKNOWN_SHARE, UNKNOWN_DAYS, UNKNOWN_TIMES = 0.5, 20.0, 1.0
UNKNOWN_TEXT = 0.5  # two texts that nobody could compare
UNKNOWN_TOPIC = 0.35
UNKNOWN_LAYER = 0.6
MONEY = "money"
# What speaks for an overlap the more there is of it; all else speaks against.
SPEAKS_FOR = frozenset({
    "text", "two services that are kin", "topic", "things in common", "share of things",
    "share of the titles", "role named", "faith named", "state named", "age named", "time",
    "people in common", "languages in common", "same layer",
})  # fmt: skip
FACETS = ("role", "faith", "state", "age")  # of what words speak, of which two may name others
# At a place, or from afar: the one complements the other. Money is a means, not a way.
NEAR_BY, FAR = frozenset({"in-person", "outreach"}), frozenset({"phone", "online", "print"})
# What is one work at a counter and online: a list of names, papers that are brought back.
EITHER_WAY = frozenset({"sign-up", "documents-translated"})
FAR_LAYERS = 2  # of the pyramid
# Where things are given or done, people need no common language.
OF_THINGS = frozenset({
    "relief-items", "food", "water-sanitation", "housing", "transport", "safety", "funeral",
    "financial-help", "fund", "property-return", "tributes", "commemoration", "business-help",
    "childcare", "online-harm",
})  # fmt: skip


def match_of(
    a: Entry, b: Entry, near: Near, thresholds: Thresholds, closely: Near | None = None
) -> Match | None:
    """The overlap of two activities, by the rule that says most; None where there is none.
    `closely` says how likely two texts are to say one work that were read side by side, None
    where they were not."""
    if excluded(a, b, thresholds):
        return None
    match = weighed(a, b, near, thresholds, closely)
    return match if match and match.score >= getattr(thresholds, match.rule) else None


def weighed(
    a: Entry, b: Entry, near: Near, thresholds: Thresholds, closely: Near | None = None
) -> Match | None:
    """Two that nothing excludes, with whatever score; None where nothing is weighed."""
    parts = what_parts(a, b, near, thresholds)
    read = closely(a, b) if closely else None
    rule = _rule_of(a, b)
    if rule in BY_WHAT_IS_DONE:
        says_so = read is not None and read >= LIKELIER
        if not (_say_enough(parts) and (says_so or _speak_of_one_work(a, b, parts))):
            return None
        if a.owner and a.owner == b.owner and not _in_the_same_words(parts):
            return None  # what one owner does in several ways is the owner's own affair
    score = score_of(a, b, parts, read)
    if read is not None:
        parts = (*parts[:-1], _text(read))
    return Match(a.key, b.key, rule, score, _is_red(rule, parts), parts)


def excluded(a: Entry, b: Entry, thresholds: Thresholds) -> str:
    """What makes two activities complementary or unconnected whatever else they share; empty
    where nothing does. Quick, since it is asked of every pair that is compared.

    The guard against false overlaps stands here: another language, another layer of the
    pyramid, another gender, or one that passes people on to the other.
    """
    if _is_event(a, b):
        return "time" if _days_apart(a, b) > thresholds.event_days else _elsewhere(a, b)
    if a.starts > b.ends or b.starts > a.ends:
        return "time"
    if _is_fund(a, b):  # two appeals meet before those who give, for whomever they collect
        return ""
    if a.is_appeal != b.is_appeal and (a.hands_out or b.hands_out):
        return "service"  # one collects, the other says that it gives
    if a.service != b.service and a.service and b.service and not (a.has_words and b.has_words):
        return "service"  # only their own words could make two services one, and one has none
    if a.says_little and b.says_little and not (a.has_words and b.has_words):
        return "details"  # that both are there is not enough to say that they do the same
    if _by_other_ways(a, b):
        return "channel"
    return _elsewhere(a, b) or _for_others(a, b) or _guarded(a, b)


def _say_enough(parts: tuple[Part, ...]) -> bool:
    """Whether people, dates or words speak for an overlap, and not presence alone: that two work
    in one sector at one place only superficially suggests one (OCHA 2013)."""
    found = {part.name: part for part in parts}
    if found["people"].how != "not-said" or found["time"].how != "not-said":
        return True
    text, topic = found["text"], found["topic"]
    return (text.figure or 0) >= ALIKE or (topic.how == "same" and topic.score >= ALIKE / 100)


def _speak_of_one_work(a: Entry, b: Entry, parts: tuple[Part, ...]) -> bool:
    """Whether the words allow that two do the same. An hour after an attack everybody works at
    one place, for the same people, in the same days: weighed by that alone, each activity would
    overlap with most others, and the labelled pairs hold no two that have nothing in common."""
    found = {part.name: part for part in parts}
    text, topic = found["text"].figure, found["topic"]
    if topic.how in ("same", "apart") and topic.score >= SOME_TOPICS:
        return True
    if found["service"].how == "other":  # their own words alone can make two services one
        return text is not None and text >= (KIN if are_kin(a.service, b.service) else CLOSE)
    return text is None or text >= STRANGE


def _in_the_same_words(parts: tuple[Part, ...]) -> bool:
    """Whether two entries say so much the same that they may be one activity, listed twice: by
    its owner and in somebody else's table."""
    figure = next(part for part in parts if part.name == "text").figure
    return figure is not None and figure >= TWICE


def _by_other_ways(a: Entry, b: Entry) -> bool:
    """Whether one is near by and the other from afar, and that matters."""
    ways = {a.channel, b.channel}
    if ways == {"in-person", "online"} and a.concepts & b.concepts & EITHER_WAY:
        return False
    return bool(ways & NEAR_BY and ways & FAR)


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
    if _two_languages(a, b) and not {a.service, b.service} & OF_THINGS:
        return "language"
    if a.interprets and b.interprets and _other_tongues(a, b):
        return "language"
    if a.at_layer and b.at_layer and a.at_layer != b.at_layer and _layers_count(a, b):
        return "layer"
    if {a.named_layer, b.named_layer} == {BY_THE_COMMUNITY, SPECIALISED}:
        return "layer"
    if a.named_gender and b.named_gender and a.named_gender != b.named_gender:
        return "gender"
    if a.key == b.refers_to or b.key == a.refers_to:
        return "referral"
    return ""


def _layers_count(a: Entry, b: Entry) -> bool:
    """Whether that two work at two layers tells them apart: where at least one said so on its
    own, or they are two steps apart. One step may be no more than what the codes of two services
    bring along under which the same work is filed. Under one code, what the other left unsaid is
    known in psychosocial work alone, whose codes are those of the pyramid: lawyers or lessons
    stay the same work whether somebody calls them basic or not."""
    if not (a.layer and b.layer):
        return a.service == b.service and a.is_psychosocial
    if a.service == b.service:
        return True
    return abs(a.layer - b.layer) >= FAR_LAYERS or not (a.layer_of_code and b.layer_of_code)


def _other_tongues(a: Entry, b: Entry) -> bool:
    """Whether two interpret between the language of the place and each another one."""
    one, other = a.languages, b.languages
    return bool(one - other and other - one and len(one & other) < 2)


def _two_languages(a: Entry, b: Entry) -> bool:
    return bool(a.languages and b.languages and a.languages.isdisjoint(b.languages))


def what_parts(a: Entry, b: Entry, near: Near, thresholds: Thresholds) -> tuple[Part, ...]:
    """How far two activities agree, part by part."""
    people, time, channel = _people(a, b), _time(a, b), _channel(a, b)
    if _is_fund(a, b):  # two appeals compete for the same gifts whomever they are for
        people = people._replace(score=max(people.score, OTHER_FUND))
        channel = channel._replace(score=1)
    if _is_event(a, b) and time.how == "apart":
        days = time.figure or 0
        time = time._replace(score=1 - 0.5 * days / (thresholds.event_days + 1), how="close")
    return (_service(a, b), _place(a, b), people, time, channel, _topic(a, b),
            _text(near(a, b)))  # fmt: skip


def score_of(a: Entry, b: Entry, parts: tuple[Part, ...], read: float | None = None) -> int:
    """How sure one can be, in hundredths, that these two are one for the eyes of a careful
    coordinator. Of appeals and commemorations people, place and time alone decide. `read` is how
    likely the texts are to say one work as they were read side by side, if they were."""
    found = {part.name: part for part in parts}
    if _is_fund(a, b):
        return round(90 * found["people"].score)
    if _is_event(a, b):
        return round(100 * found["place"].score * found["time"].score)
    odds = _odds(_evidence(a, b, found))
    if read is not None:
        odds = read_too(odds, read)
    return round(100 / (1 + exp(-odds)))


def read_too(glance: float, read: float) -> float:
    """The log-odds that two are one work, from those at a glance and from how likely their texts
    are to say one work, read side by side."""
    start, of_glance, of_reading = BOTH
    sure = min(max(read, 0.001), 0.999)
    return start + of_glance * glance + of_reading * log(sure / (1 - sure))


def by_words(a: Entry, b: Entry) -> bool:
    """Whether the words of two that nothing excludes have a say: not of two appeals, nor of two
    commemorations, nor where one has none."""
    return not (_is_fund(a, b) or _is_event(a, b)) and a.has_words and b.has_words


def odds_at_a_glance(a: Entry, b: Entry, near: Near, thresholds: Thresholds) -> float | None:
    """The log-odds that two which nothing excludes are one work, as far as a glance at their
    texts tells; None where no closer reading would change what is proposed: two appeals, two
    commemorations, two that say too little, two of one owner."""
    if not by_words(a, b) or (a.owner and a.owner == b.owner):
        return None
    parts = what_parts(a, b, near, thresholds)
    if not _say_enough(parts):
        return None
    return _odds(_evidence(a, b, {part.name: part for part in parts}))


def _odds(evidence: Mapping[str, float]) -> float:
    """The sum of the points."""
    start: float = _card()["start"]
    return sum(_points(evidence).values(), start)


@cache
def _card() -> dict[str, Any]:
    card: dict[str, Any] = json.loads(SCORECARD.read_text("utf-8"))
    card["steps"] = {
        name: ([edge for edge, _points in steps[:-1]], [points for _edge, points in steps])
        for name, steps in card["points"].items()
    }
    return card


def _points(evidence: Mapping[str, float]) -> dict[str, float]:
    """What each thing that was found gives or takes, in log-odds."""
    return {
        name: points[bisect_right(edges, evidence[name])]
        for name, (edges, points) in _card()["steps"].items()
    }


def evidence_of(a: Entry, b: Entry, near: Near, thresholds: Thresholds) -> dict[str, float] | None:
    """What speaks for or against, by the names of the scorecard; None where nothing is weighed:
    what is ruled out, two that say too little, two appeals, two commemorations."""
    if excluded(a, b, thresholds) or _is_fund(a, b) or _is_event(a, b):
        return None
    parts = what_parts(a, b, near, thresholds)
    if _rule_of(a, b) in BY_WHAT_IS_DONE and not (
        _say_enough(parts) and _speak_of_one_work(a, b, parts)
    ):
        return None
    return _evidence(a, b, {part.name: part for part in parts})


def _evidence(a: Entry, b: Entry, found: Mapping[str, Part]) -> dict[str, float]:
    """What speaks for or against, by the names of the scorecard."""
    text, topic = found["text"], found["topic"]
    one_service = bool(a.service) and a.service == b.service
    apart = min(topic.figure or 0, 2)
    return {
        **_of_words(a.concepts, b.concepts),
        **_of_titles(a.headed, b.headed),
        "text": UNKNOWN_TEXT if text.figure is None else text.figure / 100,
        "two services": float(found["service"].how == "other"),
        "two services that are kin": float(
            found["service"].how == "other" and are_kin(a.service, b.service)
        ),
        "one asks for gifts": float(a.is_appeal != b.is_appeal),
        "topic": UNKNOWN_TOPIC if topic.how == "not-said" else topic.score,
        "told apart": float(apart),
        "told apart in one service": float(apart if one_service else 0),
        "hours told apart": float(bool(a.hours and b.hours and a.hours.isdisjoint(b.hours))),
        "one names who is hurt": float(bool(a.hurt) != bool(b.hurt)),
        "one names an age": float(bool(a.ages) != bool(b.ages)),
        "time": found["time"].score,
        "days between starts": _days(a.starts_on, b.starts_on),
        "days between ends": _days(a.ends_on, b.ends_on),
        "how long each lasts": _lasting(a, b),
        "one without an end": float(bool(a.ends_on) != bool(b.ends_on)),
        "people in common": _contained(a.populations, b.populations),
        "one for everyone": float(found["people"].how == "within"),
        "languages in common": _contained(a.languages, b.languages),
        "two channels": float(found["channel"].how == "other"),
        "one pays": float(found["channel"].how == "other" and MONEY in (a.channel, b.channel)),
        "districts differ": float(
            bool(a.districts and b.districts and a.districts.isdisjoint(b.districts))
        ),
        "one gender": float(bool(a.gender) != bool(b.gender)),
        "one for children": float(("children" in a.offers) != ("children" in b.offers)),
        "one ceremony": float(a.is_ceremony != b.is_ceremony),
        "same layer": float(a.layer == b.layer) if a.layer and b.layer else UNKNOWN_LAYER,
    }


# Thousands of pairs speak of the same: each is looked at once.
@lru_cache(maxsize=MANY_PAIRS)
def _of_words(a: frozenset[str], b: frozenset[str]) -> Mapping[str, float]:
    one, other = things_of(a), things_of(b)
    return {
        "things in common": float(len(one & other)),
        "share of things": _share(one, other),
        "things of one alone": float(len(one ^ other)),
        **{f"{facet} named": _named(a, b, f"{facet}:") for facet in FACETS},
    }


@lru_cache(maxsize=MANY_PAIRS)
def _of_titles(a: frozenset[str], b: frozenset[str]) -> Mapping[str, float]:
    one, other = things_of(a), things_of(b)
    return {
        "share of the titles": _share(one, other),
        "titles' things of one alone": float(len(one ^ other)),
        "titles told apart": float(bool(told_apart(one, other))),
    }


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """What both have, of all that either has (Jaccard)."""
    return len(one & other) / len(one | other) if one and other else UNKNOWN_SHARE


def _contained(one: frozenset[str], other: frozenset[str]) -> float:
    """What both have, of what the smaller has."""
    if not one or not other:
        return UNKNOWN_SHARE
    return len(one & other) / min(len(one), len(other))


def _named(a: frozenset[str], b: frozenset[str], mark: str) -> float:
    """Whether the words of both name the same of a facet (1), others (-1), only one names some
    (-0.5) or none does."""
    mine = {code for code in a if code.startswith(mark)}
    theirs = {code for code in b if code.startswith(mark)}
    if mine & theirs:
        return 1.0
    return -1.0 if mine and theirs else -0.5 if mine or theirs else 0.0


def _days(one: date | None, other: date | None) -> float:
    return float(abs((one - other).days)) if one and other else UNKNOWN_DAYS


def _lasting(a: Entry, b: Entry) -> float:
    """How much longer one lasts than the other: the logarithm of how many times as long."""
    if not (a.starts_on and b.starts_on and a.ends_on and b.ends_on):
        return UNKNOWN_TIMES
    mine, theirs = ((one.ends - one.starts).days + 1 for one in (a, b))
    return abs(log(mine / theirs)) if mine > 0 and theirs > 0 else UNKNOWN_TIMES


def _service(a: Entry, b: Entry) -> Part:
    if a.service and a.service == b.service:
        return Part("service", 1, "same", (a.service,))
    if a.service and b.service:
        return Part("service", 0, "other")
    if a.likely_service and a.likely_service == b.likely_service:
        return Part("service", BY_WORDS, "by-words", (a.likely_service,))
    return Part("service", NOT_SAID, "not-said")


def _place(a: Entry, b: Entry) -> Part:
    return _place_of(a.places, b.places)


# Thousands of pairs differ in nothing of these: each is looked at once.
@lru_cache(maxsize=MANY_PAIRS)
def _place_of(a: frozenset[str], b: frozenset[str]) -> Part:
    if not a or not b:
        return Part("place", NOT_SAID, "not-said")
    if shared := a & b:
        share = len(shared) / min(len(a), len(b))
        how = "same" if a == b else "partly"
        return Part("place", 0.8 + 0.2 * share, how, tuple(sorted(shared)), round(100 * share))
    for wide, other in ((a, b), (b, a)):
        if inside := _inside(wide, other):
            return Part("place", 0.85, "within", tuple(sorted(inside)))
    return Part("place", 0, "other")


def _people(a: Entry, b: Entry) -> Part:
    return _people_of(a.populations, b.populations)


@lru_cache(maxsize=MANY_PAIRS)
def _people_of(a: frozenset[str], b: frozenset[str]) -> Part:
    if not a or not b:
        return Part("people", NOT_SAID, "not-said")
    if shared := a & b:
        share = len(shared) / min(len(a), len(b))
        how = "same" if a == b else "partly"
        return Part("people", 0.8 + 0.2 * share, how, tuple(sorted(shared)), round(100 * share))
    for wide, other in ((a, b), (b, a)):
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


def _topic(a: Entry, b: Entry) -> Part:
    return _topic_of(a.concepts, b.concepts)


@lru_cache(maxsize=MANY_PAIRS)
def _topic_of(a: frozenset[str], b: frozenset[str]) -> Part:
    if apart := told_apart(a, b):
        return Part("topic", shared(a, b) or 0, "apart",
                    tuple(sorted(frozenset().union(*apart))), len(apart))  # fmt: skip
    share = shared(a, b)
    if share is None:
        return Part("topic", NOT_SAID, "not-said")
    both = tuple(sorted(a & b))
    return Part("topic", share, "same" if both else "other", both)


def _text(nearness: float | None) -> Part:
    if nearness is None:
        return Part("text", NOT_SAID, "not-said")
    how = "near" if nearness >= NEARLY / 100 else "partly" if nearness >= ALIKE / 100 else "far"
    return Part("text", nearness, how, (), round(100 * nearness))


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
    return a.is_appeal and b.is_appeal


def _is_event(a: Entry, b: Entry) -> bool:
    return a.is_ceremony and b.is_ceremony


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
