"""Which organisations may be one: names compared across spellings, acronyms, scripts.

Pure functions over plain values. What they find is proposed with its reasons; a person decides.
Names are put side by side only where they share something rare, so that a thousand of them are
not half a million pairs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein

from takatuf.foundation.text import search_key
from takatuf.network.tongues import (
    COMMON,
    FORMS,
    JOINED,
    LETTERS,
    idea_of,
    ideas,
    places,
    sound_of,
    stop_words,
)

ARABIC = re.compile("[\u0600-\u06ff]")
HYPHENED = re.compile(r"\b(" + "|".join(sorted(JOINED)) + r")-(?=\w)", re.I)
CAPITALS = re.compile(r"[A-Z][A-Za-z]{0,2}[A-Z]{1,9}")
# A word in capitals behind three others, none of them small: “… International Partnerships DEVCO”.
BESIDE = re.compile(r"\w\W+\w\S* \w{4,} ([A-Z][A-Za-z]{0,2}[A-Z]{1,9})$")
DOTTED = re.compile(r"\b(?:\w\.){2,}\w?\b\.?")
BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
PARTS = re.compile(r"\s*[|/;]\s*|\s+[-\u2013\u2014]+\s+|\s*,\s*")
WORD = re.compile(r"[^\W_]+")
LONGEST_NAME = 200  # signs; more is a description and no name
MANY = 40  # who shares a word with more than so many others is not found by that word
LEAST = 50  # a likeness below this is not worth a person's time
AGAINST = 20  # taken off where the two stand at different levels of government

SAME_WORDS, KNOWN, TRANSLATION, FORM, ACRONYM, SPELLING, SOUND, BRANCH = (
    "same-words", "known-letters", "translation", "form", "acronym", "spelling", "sound", "branch",
)  # fmt: skip
LISTED, OTHER_LEVEL = "listed", "other-level"
SURENESS = {
    LISTED: 99,
    SAME_WORDS: 96,
    KNOWN: 92,
    TRANSLATION: 90,
    FORM: 84,
    ACRONYM: 82,
    SPELLING: 78,
    SOUND: 70,
    BRANCH: 58,
}


class Bearer(NamedTuple):
    """An organisation with all its names; `level` where it is known."""

    key: Hashable
    names: tuple[str, ...]
    level: str = ""


class Reason(NamedTuple):
    """One sign that two are one, or not: its code, and the two names that show it."""

    code: str
    one: str
    other: str


class Likeness(NamedTuple):
    """Two who may be one. `sureness` is out of 100; `reasons` the strongest first."""

    one: Hashable
    other: Hashable
    sureness: int
    reasons: tuple[Reason, ...]


class Reading(NamedTuple):
    """One name as it is compared."""

    shown: str
    words: tuple[str, ...]  # folded, in their order
    ideas: tuple[str, ...]  # without stop words, sorted
    core: tuple[str, ...]  # ideas without those that only say the form
    is_arabic: bool
    is_expanded: bool = False  # letters that everybody knows, read as the name behind them


def likenesses(bearers: Iterable[Bearer], *, here: frozenset[str] = frozenset()) -> list[Likeness]:
    """Who may be who, the surest first. The same bearers in any order give the same answer.

    `here` are the words of the city's own country (`tongues.words_of_country`): whose name
    has them in addition is the local branch of the other.
    """
    readings: list[tuple[Bearer, Reading]] = [
        (bearer, reading)
        for bearer in sorted(bearers, key=lambda each: str(each.key))
        for name in bearer.names
        for reading in readings_of(name)
    ]
    found: dict[tuple[Hashable, Hashable], dict[str, Reason]] = {}
    who: dict[Hashable, Bearer] = {}
    seen: set[tuple[int, int]] = set()
    for one, other in _worth_comparing([reading for _bearer, reading in readings]):
        if (one, other) in seen:
            continue
        seen.add((one, other))
        (first, read), (second, against) = readings[one], readings[other]
        if first.key == second.key or not (code := likeness_of(read, against, here)):
            continue
        who[first.key], who[second.key] = first, second
        reason = Reason(code, read.shown, against.shown)
        found.setdefault((first.key, second.key), {}).setdefault(code, reason)
    return sorted(
        (
            likeness
            for (a, b), reasons in found.items()
            if (likeness := _weighed(who[a], who[b], list(reasons.values()))).sureness >= LEAST
        ),
        key=lambda each: (-each.sureness, str(each.one), str(each.other)),
    )


def _weighed(one: Bearer, other: Bearer, reasons: list[Reason]) -> Likeness:
    reasons.sort(key=lambda reason: -_sureness(reason))
    sureness = _sureness(reasons[0])
    if one.level and other.level and one.level != other.level:
        reasons.append(Reason(OTHER_LEVEL, one.level, other.level))
        sureness -= AGAINST
    return Likeness(one.key, other.key, sureness, tuple(reasons))


def _sureness(reason: Reason) -> int:
    """Of one sign alone. Three letters stand for many names, six for few."""
    short = min(len(reason.one), len(reason.other))
    return SURENESS[reason.code] - (6 * max(0, 6 - short) if reason.code == ACRONYM else 0)


@lru_cache(maxsize=20_000)
def readings_of(name: str) -> tuple[Reading, ...]:
    """A name as it can be read: whole, and where it holds its own acronym or another name
    of itself, each of them."""
    found = {whole: None for whole in (_read(name),) if whole.words}
    if len(name) > LONGEST_NAME:
        return ()
    inner = [one or two for one, two in BRACKETS.findall(name)]
    outer = BRACKETS.sub(" ", name)
    pieces = [piece for piece in PARTS.split(outer) if piece.strip()]
    if inner:
        found |= {_read(outer): None}
    for short in inner + pieces:
        read = _read(short)
        rest = [_read(piece) for piece in [outer, *pieces, *inner] if piece is not short]
        if len(read.words) != 1:
            continue
        if short in inner and _is_own_name(short.strip()):
            found |= {read: None}
        if any(_is_acronym(read.words[0], long) for long in rest):
            found |= {read: None}
            found |= {long: None for long in rest if _is_acronym(read.words[0], long)}
    for whole in [
        each for each in found if each.words
    ]:  # “WFP World Food Programme”, and the other way round
        for at in (0, len(whole.words) - 1):
            rest_words = whole.words[:at] + whole.words[at + 1 :]
            long = _of_words(" ".join(rest_words), rest_words)
            if len(rest_words) > 1 and _is_acronym(whole.words[at], long):
                found |= {_of_words(whole.words[at], (whole.words[at],)): None, long: None}
    beside = BESIDE.search(BRACKETS.sub(" ", name).strip())
    if beside and not name.isupper() and _is_own_name(beside[1]):
        found |= {_read(beside[1]): None}
    for read in list(found):
        if len(read.ideas) == 1 and (letters := LETTERS.get(read.ideas[0])):
            found |= {
                _read(letters)._replace(
                    shown=read.shown, is_arabic=read.is_arabic, is_expanded=True
                ): None
            }
    return tuple(read for read in found if read.ideas)


def _is_own_name(word: str) -> bool:
    """Whether one word beside a longer name is another name of it: in capitals where it has
    them, no country."""
    key = search_key(word)
    looks = CAPITALS.fullmatch(word) or (ARABIC.search(word) and " " not in word)
    return len(key) > 2 and bool(looks) and idea_of(key) not in (places() | FORMS)


def _read(name: str) -> Reading:
    joined = DOTTED.sub(lambda match: match[0].replace(".", "") + " ", name)
    joined = HYPHENED.sub(r"\1", joined)
    words = tuple(WORD.findall(search_key(joined.replace("’", " ").replace("'", " "))))
    return _of_words(" ".join(name.split()), words)


def _of_words(shown: str, words: tuple[str, ...]) -> Reading:
    ideas: list[str] = []
    for word in words:
        if word == "un" and len(words) > 1:
            ideas += ["united", "nations"]
        elif word not in stop_words():
            ideas.append(idea_of(word))
    core = [idea for idea in ideas if idea not in FORMS]
    return Reading(
        shown, words, tuple(sorted(ideas)), tuple(sorted(core or ideas)), bool(ARABIC.search(shown))
    )


def _initials(reading: Reading) -> set[str]:
    """What the first letters of a name make, with its small words and without, and without a
    leading “United Nations” or a country at its end."""
    full = [word[0] for word in reading.words]
    kept = [word for word in reading.words if word not in stop_words()]
    bare = [word[0] for word in kept]
    found = {"".join(full), "".join(bare)}
    if kept[:2] == ["united", "nations"]:
        found.add("".join(bare[2:]))
    if len(kept) == 2 and kept[0] == "un":  # “UN OCHA”
        found.add("".join(kept))
    if kept[:1] == ["un"]:
        found |= {"".join(bare[1:]), "un" + "".join(bare[1:])}
    if kept and idea_of(kept[-1]) in places():
        found.add("".join(bare[:-1]))
    return {each for each in found if len(each) > 2}


def _is_acronym(word: str, long: Reading) -> bool:
    return len(long.words) > 1 and 2 < len(word) <= 12 and word in _initials(long)


def _is_of_syllables(word: str, long: Reading) -> bool:
    """Whether a word is made of the beginnings of all words of a name but the small ones, each
    of one to three letters: GREDO, Gargaar Relief Development Organization."""
    kept = [each for each in long.words if each not in stop_words()]
    if not 5 <= len(word) <= 12 or not 2 < len(kept) <= len(word):
        return False
    ends = {0}  # how far into the word the beginnings so far may reach
    for each in kept:
        ends = {
            end + taken
            for end in ends
            for taken in (1, 2, 3)
            if word[end : end + taken] == each[:taken] and end + taken <= len(word)
        }
    return len(word) in ends


def _worth_comparing(readings: list[Reading]) -> Iterator[tuple[int, int]]:
    """Pairs of readings that share a key: all their ideas, an acronym, a sound, or a rare word."""
    tight: dict[Hashable, list[int]] = defaultdict(list)
    loose: dict[str, list[int]] = defaultdict(list)
    for at, reading in enumerate(readings):
        tight["ideas", reading.ideas].append(at)
        tight["core", reading.core].append(at)
        tight["heard", _heard(reading)].append(at)
        if len(reading.words) == 1:
            tight["short", reading.words[0]].append(at)
        elif reading.words:
            for initials in sorted(_initials(reading)):
                tight["short", initials].append(at)
        for idea in set(reading.core):
            loose[idea].append(at)
            if len(idea) > 4:  # a slip of the hand in a word, seldom in its first three letters
                loose[f"{idea[:3]}…{len(idea) // 3}"].append(at)
    yield from _by_syllables(readings)
    for indices in tight.values():
        if 1 < len(indices) <= 4 * MANY:
            yield from combinations(indices, 2)
    for indices in loose.values():
        if 1 < len(indices) <= MANY:
            yield from combinations(indices, 2)


def _by_syllables(readings: list[Reading]) -> Iterator[tuple[int, int]]:
    """A single word beside the names that begin with its first letter and have the second
    next: in the same word, or as the beginning of another."""
    longs: dict[str, list[int]] = defaultdict(list)
    for at, reading in enumerate(readings):
        kept = [word for word in reading.words if word not in stop_words()]
        if len(kept) > 2:
            for start in {kept[0][:2], kept[0][0] + kept[1][0]}:
                longs[start].append(at)
    for at, reading in enumerate(readings):
        if len(reading.words) == 1 and 5 <= len(reading.words[0]) <= 12:
            for other in longs.get(reading.words[0][:2], ()):
                if _is_of_syllables(reading.words[0], readings[other]):
                    yield min(at, other), max(at, other)


def likeness_of(one: Reading, other: Reading, here: frozenset[str] = frozenset()) -> str:
    """The strongest sign that two names are of one body; "" where there is none."""
    if one.ideas == other.ideas:
        if one.is_expanded != other.is_expanded:
            return KNOWN
        return SAME_WORDS if _same_language(one, other) else TRANSLATION
    if one.core == other.core and _is_distinct(one.core):
        return FORM
    for short, long in ((one, other), (other, one)):
        if len(short.words) == 1 and (
            _is_acronym(short.words[0], long) or _is_of_syllables(short.words[0], long)
        ):
            return ACRONYM
    if one.is_arabic != other.is_arabic:
        return SOUND if _sounds_alike(one, other) else ""
    if _slips_only(one.core, other.core):
        return SPELLING
    small, large = sorted((set(one.core), set(other.core)), key=len)
    if small < large and large - small <= here and _is_distinct(tuple(small)):
        return BRANCH
    return ""


def _same_language(one: Reading, other: Reading) -> bool:
    """Whether two names that say the same say it in the same words, but for spelling."""
    if one.is_arabic and other.is_arabic:  # the one language here in these letters
        return True
    words = [
        sorted(word for word in each.words if word not in stop_words()) for each in (one, other)
    ]
    return (
        one.is_arabic == other.is_arabic
        and (
            len(words[0]) != len(words[1])  # “UN” and “United Nations”
            or all(mine[:3] == theirs[:3] for mine, theirs in zip(*words, strict=True))
        )
    )


def _is_distinct(ideas: tuple[str, ...]) -> bool:
    """Whether these say which body it is: not a form, a country or a common word alone."""
    telling = [idea for idea in ideas if idea not in COMMON and idea not in places()]
    return len(telling) > 1 or any(len(idea) > 3 for idea in telling)


def _slips_only(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two lists of words differ by slips of the hand alone: as many words, each its
    like. Another country is no slip."""
    if len(one) != len(other) or not one:
        return False
    left = [word for word in other if word not in one]
    mine = [word for word in one if word not in other]
    if not mine or len(mine) != len(left) or len(mine) > 2 or (len(one) == 1 and len(one[0]) < 6):
        return False
    for word in mine:
        near = next((each for each in left if _is_slip(word, each)), None)
        if near is None:
            return False
        left.remove(near)
    return True


def _is_slip(one: str, other: str) -> bool:
    if one in places() or other in places() or one.isdigit() or other.isdigit():
        return False
    short = min(len(one), len(other))
    most = 0 if short < 5 else 1 if short < 8 else 2
    return DamerauLevenshtein.distance(one, other, score_cutoff=most) <= most


def _heard(reading: Reading) -> tuple[str, ...]:
    """The words of a name by their meaning where they have one, else by their sound."""
    known = ideas()
    return tuple(sorted(idea if idea in known else sound_of(idea) for idea in reading.core))


def _sounds_alike(one: Reading, other: Reading) -> bool:
    """Whether each word of a name in Arabic letters has its like in the Latin one, by meaning
    or by sound, and enough is heard to tell it from others."""
    known = ideas()
    heard = [sound_of(idea) for idea in one.core if idea not in known]
    return _heard(one) == _heard(other) and max(map(len, heard), default=0) > 2
