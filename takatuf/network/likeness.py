"""Which organisations may be one: names compared across spellings, acronyms, scripts.

Pure functions over plain values. What they find is proposed with its reasons; a person decides.
Names are put side by side only where they share something rare, so that a thousand of them are
not half a million pairs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain, combinations, product
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein

from takatuf.foundation.text import search_key
from takatuf.network.bodies import bodies
from takatuf.network.sounds import skeleton, skeletons, sound_alike
from takatuf.network.tongues import (
    COMMON,
    COMPOUNDS,
    FORMS,
    JOINED,
    LOOSE_FORMS,
    NAMES,
    WEAK,
    idea_of,
    known_ideas,
    places,
    stop_words,
)

ARABIC = re.compile("[\u0600-\u06ff]")
HYPHENED = re.compile(r"\b(" + "|".join(sorted(JOINED)) + r")-(?=\w)", re.I)
ARTICLED = re.compile(r"\b(?:al|el|a[rnsdtz]|e[rnsdtz]|[ae]sh|[ae]ch)-(?=\w{2})", re.I)
ELIDED = re.compile(r"\b(d|l|qu|s)['’](?=\w{2})", re.I)
OWNED = re.compile(r"['’]s\b|(?<=s)['’](?!\w)", re.I)
LIFTED = re.compile("['’ʿʾʼ‘`]")
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
FIRM = 70  # two signs of at least this carry on to a third name
MOST_SMALL = 3  # small words in a name, each of which its letters may have or not
UNSURE = 20  # taken off where the same letters stand for several names here

(
    SAME_WORDS, KNOWN, TRANSLATION, FORM, ACRONYM, SPELLING, SOUND, BRANCH, THROUGH,
) = (
    "same-words", "known-letters", "translation", "form", "acronym", "spelling", "sound", "branch",
    "through",
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
    SOUND: 76,
    BRANCH: 62,
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
    ideas: tuple[str, ...]  # without stop words, sorted, each once
    core: tuple[str, ...]  # ideas without those that only say the form
    is_arabic: bool
    own: tuple[str, ...] = ()  # of the core, in their order, what is in no list of words: names
    is_explained: bool = False  # letters that the same name also writes out
    body: str = ""  # of a list of known bodies, which one this names
    letters: tuple[str, ...] = ()  # that the same name gives for itself


def likenesses(bearers: Iterable[Bearer], *, here: frozenset[str] = frozenset()) -> list[Likeness]:
    """Who may be who, the surest first. The same bearers in any order give the same answer.

    `here` are the words of the city's own country (`tongues.words_of_country`): whose name
    has them in addition is the local branch of the other.
    """
    who = {bearer.key: bearer for bearer in sorted(bearers, key=lambda each: str(each.key))}
    bearing: dict[str, list[Hashable]] = defaultdict(list)
    for key, bearer in who.items():
        for name in bearer.names:
            bearing[name].append(key)
    found: dict[tuple[Hashable, Hashable], dict[str, Reason]] = {}
    same = [(name, name, Reason(SAME_WORDS, name, name)) for name in bearing]
    for one, other, reason in (*same, *_links(tuple(sorted(bearing)), here)):
        for first, second in product(bearing[one], bearing[other]):
            if first == second:
                continue
            if str(first) > str(second):
                first, second, reason = second, first, Reason(reason.code, reason.other, reason.one)
            found.setdefault((first, second), {}).setdefault(reason.code, reason)
    weighed = {
        pair: likeness
        for pair, reasons in found.items()
        if (likeness := _weighed(who[pair[0]], who[pair[1]], list(reasons.values()))).sureness
        >= LEAST
    }
    kept = _without_doubtful_letters(weighed)
    kept |= _carried_on(kept, who, here)
    return sorted(kept.values(), key=lambda each: (-each.sureness, str(each.one), str(each.other)))


@lru_cache(maxsize=8)  # who bears a name changes with each answer, the names of a city seldom
def _links(names: tuple[str, ...], here: frozenset[str]) -> tuple[tuple[str, str, Reason], ...]:
    """The pairs of names that are alike, each with what says so."""
    readings = [(name, reading) for name in names for reading in readings_of(name, here)]
    found: dict[tuple[str, str, str], Reason] = {}
    seen: set[tuple[int, int]] = set()
    for one, other in _worth_comparing([reading for _name, reading in readings]):
        if (one, other) in seen:
            continue
        seen.add((one, other))
        (first, read), (second, against) = readings[one], readings[other]
        if first != second and (code := likeness_of(read, against, here)):
            found.setdefault((first, second, code), Reason(code, read.shown, against.shown))
    return tuple((one, other, reason) for (one, other, _code), reason in sorted(found.items()))


Found = dict[tuple[Hashable, Hashable], Likeness]


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


def _without_doubtful_letters(found: Found) -> Found:
    """What is left where the same few letters stand for several names that are not one
    another: none of them is surely meant."""
    near: dict[Hashable, set[Hashable]] = defaultdict(set)
    lettered: dict[Hashable, set[Hashable]] = defaultdict(set)
    for (one, other), likeness in found.items():
        near[one].add(other)
        near[other].add(one)
        first = likeness.reasons[0]
        if first.code == ACRONYM:
            short = one if len(first.one) < len(first.other) else other
            lettered[short].add(other if short == one else one)
    doubtful = {
        short
        for short, longs in lettered.items()
        if any(b not in near[a] for a, b in combinations(longs, 2))
    }
    kept = {}
    for pair, likeness in found.items():
        first = likeness.reasons[0]
        if first.code == ACRONYM:
            short = pair[0] if len(first.one) < len(first.other) else pair[1]
            if short in doubtful:
                likeness = likeness._replace(sureness=likeness.sureness - UNSURE)
        if likeness.sureness >= LEAST:
            kept[pair] = likeness
    return kept


def _carried_on(found: Found, who: dict[Hashable, Bearer], here: frozenset[str]) -> Found:
    """Who are likely one because each is surely one with a third: letters in one language
    and the name in another meet where the name stands in both."""
    near: dict[Hashable, dict[Hashable, Likeness]] = defaultdict(dict)
    for (one, other), likeness in found.items():
        if likeness.sureness >= FIRM - 6 and likeness.reasons[0].code != BRANCH:
            near[one][other] = near[other][one] = likeness
    carried: Found = {}
    for middle in sorted(near, key=str):
        beside = near[middle]
        if len(beside) > MANY // 4:
            continue
        for one, other in combinations(sorted(beside, key=str), 2):
            if (one, other) in found or (other, one) in found:
                continue
            if _rule_each_other_out(who[one], who[other], here):
                continue
            sureness = min(beside[one].sureness, beside[other].sureness) - 8
            name = min(who[middle].names, key=lambda each: (-len(each), each))
            before = carried.get((one, other))
            if sureness >= LEAST and (before is None or before.sureness < sureness):
                carried[one, other] = Likeness(one, other, sureness, (Reason(THROUGH, name, name),))
    return carried


def _rule_each_other_out(one: Bearer, other: Bearer, here: frozenset[str]) -> bool:
    """Whether two name different known bodies, or different countries or numbers."""
    mine, theirs = (
        [reading for name in each.names for reading in readings_of(name, here)]
        for each in (one, other)
    )
    bodies_of = [{each.body for each in some if each.body} for some in (mine, theirs)]
    if all(bodies_of) and not bodies_of[0] & bodies_of[1]:
        return True
    lands = [
        {idea for each in some for idea in each.ideas if idea in places() and idea not in here}
        for some in (mine, theirs)
    ]
    digits = [
        {word for each in some for word in each.words if word.isdigit()} for some in (mine, theirs)
    ]
    whole = [[each for each in some if len(each.words) > 1] for some in (mine, theirs)]
    if all(whole) and lands[0] != lands[1]:
        return True
    return digits[0] != digits[1]


@lru_cache(maxsize=20_000)
def readings_of(name: str, here: frozenset[str] = frozenset()) -> tuple[Reading, ...]:
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
            found |= {read._replace(is_explained=True): None}
        if any(_is_acronym(read.words[0], long) for long in rest):
            found |= {read._replace(is_explained=True): None}
            found |= {long: None for long in rest if _is_acronym(read.words[0], long)}
    for whole in [
        each for each in found if each.words
    ]:  # “WFP World Food Programme”, and the other way round
        for at in (0, len(whole.words) - 1):
            rest_words = whole.words[:at] + whole.words[at + 1 :]
            long = _of_words(" ".join(rest_words), rest_words)
            if len(rest_words) > 1 and _is_acronym(whole.words[at], long):
                alone = _of_words(whole.words[at], (whole.words[at],))
                found |= {alone._replace(is_explained=True): None, long: None}
    beside = BESIDE.search(BRACKETS.sub(" ", name).strip())
    if beside and not name.isupper() and _is_own_name(beside[1]):
        found |= {_read(beside[1])._replace(is_explained=True): None}
    for read in list(found):
        if read.is_arabic and any(idea in NAMES for idea in read.core):
            found |= {_of_words(read.shown, read.words, as_names=True): None}
    letters = tuple(read.words[0] for read in found if read.is_explained)
    told = {_body_of(_read(piece), here) for piece in [*pieces, *inner]}
    if len(told) == 1 and len(pieces) + len(inner) > 1:  # “OIM / IOM”, each the same body
        found = {read._replace(body=next(iter(told))): None for read in found}
    return tuple(
        read._replace(body=read.body or _body_of(read, here), letters=letters)
        for read in found
        if read.ideas
    )


def _is_own_name(word: str) -> bool:
    """Whether one word beside a longer name is another name of it: in capitals where it has
    them, no country."""
    key = search_key(word)
    looks = CAPITALS.fullmatch(word) or (ARABIC.search(word) and " " not in word)
    return len(key) > 2 and bool(looks) and idea_of(key) not in (places() | FORMS)


def _read(name: str) -> Reading:
    joined = DOTTED.sub(lambda match: match[0].replace(".", "") + " ", name)
    joined = ARTICLED.sub("", HYPHENED.sub(r"\1", joined))
    joined = LIFTED.sub("", ELIDED.sub(r"\1 ", OWNED.sub("", joined)))
    return _of_words(" ".join(name.split()), tuple(WORD.findall(search_key(joined))))


def _of_words(shown: str, words: tuple[str, ...], *, as_names: bool = False) -> Reading:
    ideas: list[str] = []
    own: list[str] = []
    for word in words:
        if word in COMPOUNDS and len(words) > 1:
            ideas += COMPOUNDS[word].split()
        elif word not in stop_words():
            idea = idea_of(word)
            if idea not in known_ideas() or (as_names and idea in NAMES):
                own.append(word)
                idea = word if idea in NAMES else idea
            ideas.append(idea)
    if "health" in ideas and len(ideas) > 2:  # public health, الصحة العامة: no other health
        ideas = [idea for idea in ideas if idea not in ("public", "general")]
    if "psychology" in ideas:  # علم النفس, the science of the soul
        ideas = [idea for idea in ideas if idea != "science"]
    core = [idea for idea in ideas if idea not in FORMS]
    return Reading(
        shown,
        words,
        tuple(sorted(set(ideas))),
        tuple(sorted(set(core or ideas))),
        bool(ARABIC.search(shown)),
        tuple(own),
    )


@cache
def _bodies_by_key() -> dict[Hashable, str]:
    """Which known body a key leads to: its letters, or the ideas of a name. None that two share."""
    found: dict[Hashable, str] = {}
    for body in bodies():
        keys: set[Hashable] = {("short", search_key(letters)) for letters in body.letters}
        for name in body.names:
            read = _read(name)
            if len(read.words) == 1:
                keys.add(("short", read.words[0]))
            else:
                keys |= {("ideas", read.ideas)}
                keys |= {("ideas", read.core)} if len(read.core) > 2 or read.own else set()
        for key in keys:
            found[key] = "" if found.get(key, body.name) != body.name else body.name
    return found


def _body_of(reading: Reading, here: frozenset[str]) -> str:
    """The known body that a name names, with or without the words of the city's country."""
    known = _bodies_by_key()
    if len(reading.words) == 1:
        bare = reading.words[0]
        return known.get(("short", bare)) or known.get(("short", bare.removeprefix("ال")), "")
    for ideas in (
        reading.ideas,
        reading.core,
        tuple(idea for idea in reading.ideas if idea not in here),
        tuple(idea for idea in reading.core if idea not in here),
    ):
        if len(ideas) > 1 and (body := known.get(("ideas", ideas))):
            return body
    rest = [
        word for word in reading.words if word not in stop_words() and idea_of(word) not in here
    ]
    if len(rest) == 1 and len(reading.words) > 1:
        return known.get(("short", rest[0]), "")
    return ""


def known_body(name: str) -> str:
    """The body that everybody knows by this name, under the name it stands under; else ""."""
    return _body_of(_read(name), frozenset())


def _initials(reading: Reading) -> set[str]:
    """What the first letters of a name make, with its small words and without, and without a
    leading “United Nations” or a country at its end."""
    full = [word[0] for word in reading.words]
    kept = [word for word in reading.words if word not in stop_words()]
    bare = [word[0] for word in kept]
    found = {"".join(full), "".join(bare)}
    small = [at for at, word in enumerate(reading.words) if word in stop_words()]
    if len(small) <= MOST_SMALL:  # MoMD, NAPAD: some of the small words have their letter
        for left_out in chain.from_iterable(
            combinations(small, many) for many in range(len(small) + 1)
        ):
            found.add("".join(full[at] for at in range(len(full)) if at not in left_out))
    if kept[:2] == ["united", "nations"]:
        found.add("".join(bare[2:]))
    if len(kept) == 2 and kept[0] == "un":  # “UN OCHA”
        found.add("".join(kept))
    if kept[:1] == ["un"]:
        found |= {"".join(bare[1:]), "un" + "".join(bare[1:])}
    if kept and idea_of(kept[-1]) in places():
        found.add("".join(bare[:-1]))
    if kept and idea_of(kept[0]) in places():  # “Somalia Ministry of Finance”
        found |= {each[1:] for each in list(found)}
    while len(kept) > 4 and idea_of(kept[-1]) in FORMS:
        kept, bare = kept[:-1], bare[:-1]
        found.add("".join(bare))
    if {"red", "cross"} <= set(reading.core) or {"red", "crescent"} <= set(reading.core):
        found |= {each + "s" for each in list(found) if not each.endswith("s")}
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


@lru_cache(maxsize=20_000)
def _runs(words: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The first letters of each part of a long name, and the words that are left of it."""
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for start in range(len(words)):
        for end in range(start + 2, min(len(words), start + 8) + 1):
            run, rest = words[start:end], words[:start] + words[end:]
            if not rest or {run[0], run[-1]} & stop_words():
                continue
            for letters in (
                "".join(word[0] for word in run),
                "".join(word[0] for word in run if word not in stop_words()),
            ):
                if 2 < len(letters) < 9:
                    found[letters, rest] = None
    return tuple(found)


def _is_partly_letters(short: Reading, long: Reading) -> bool:
    """Whether one name gives in letters what the other writes out, and both say the rest:
    “SEMA Borno”, Borno State Emergency Management Agency."""
    if len(short.words) < 2 or len(long.words) < 4 or len(short.words) > 6:
        return False
    for letters, rest in _runs(long.words):
        if letters not in short.words or idea_of(letters) != letters:
            continue
        left = _of_words("", tuple(word for word in short.words if word != letters))
        right = _of_words("", rest)
        if left.core and _is_told_apart(left) and _same_but_for(left, right, WEAK) is not None:
            return True
    return False


def _is_told_apart(reading: Reading) -> bool:
    return any(idea not in COMMON for idea in reading.core)


def _worth_comparing(readings: list[Reading]) -> Iterator[tuple[int, int]]:
    """Pairs of readings that share a key: all their ideas, an acronym, a sound, or a rare word."""
    tight: dict[Hashable, list[int]] = defaultdict(list)
    loose: dict[Hashable, list[int]] = defaultdict(list)
    for at, reading in enumerate(readings):
        tight["ideas", reading.ideas].append(at)
        tight["core", reading.core].append(at)
        tight["glued", _glued(reading)].append(at)
        if reading.body:
            tight["body", reading.body].append(at)
        marks = _marks(reading)
        if reading.own:
            for heard in skeletons(reading.own):
                tight["heard", marks, heard].append(at)
                loose["heard", heard].append(at)
        else:
            tight["marks", frozenset(marks - WEAK)].append(at)
        if len(reading.words) == 1:
            tight["short", reading.words[0]].append(at)
        elif reading.words:
            for initials in _initials(reading):
                tight["short", initials].append(at)
            if len(reading.words) <= 6:
                for word in reading.words:
                    if 2 < len(word) < 9:
                        tight["part", word].append(at)
            if 4 <= len(reading.words) <= 14:
                for letters, _rest in _runs(reading.words):
                    tight["part", letters].append(at)
        for idea in set(reading.core):
            loose[idea].append(at)
            if len(idea) > 4:  # a slip of the hand in a word, seldom in its first three letters
                loose[f"{idea[:3]}…{len(idea) // 3}"].append(at)
    yield from _by_syllables(readings)
    for key, indices in tight.items():
        if 1 < len(indices) <= (MANY if key[0] == "part" else 4 * MANY):  # type: ignore[index]
            yield from combinations(sorted(set(indices)), 2)
    for indices in loose.values():
        if 1 < len(indices) <= MANY:
            yield from combinations(sorted(set(indices)), 2)


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
        if one.is_explained != other.is_explained and len(one.words) == 1:
            return ACRONYM if len(one.words[0]) < 6 else SAME_WORDS
        if one.is_explained and other.is_explained:
            return ""  # two names that write the same letters out, each in its way
        return SAME_WORDS if _same_language(one, other) else TRANSLATION
    if one.body and other.body:
        return KNOWN if one.body == other.body else ""
    if one.core == other.core and _is_distinct(one.core) and (one.own or len(one.core) > 1):
        return FORM if _forms_agree(one, other) else ""
    for short, long in ((one, other), (other, one)):
        if len(short.words) == 1 and not short.is_explained and not short.body:
            word = short.words[0]
            if long.letters and word not in long.letters:
                continue
            if _is_acronym(word, long) or _is_of_syllables(word, long):
                return ACRONYM
        if _is_partly_letters(short, long):
            return ACRONYM
    if (one.own or other.own) and _glued(one) == _glued(other):
        return SPELLING
    if (left := _same_but_for(one, other, WEAK | here)) is not None:
        return _sign_of(one, other, left, here)
    if one.is_arabic == other.is_arabic and _slips_only(one.core, other.core):
        return SPELLING
    return ""


def _sign_of(one: Reading, other: Reading, left: set[str], here: frozenset[str]) -> str:
    """What it is called that two names say the same but for some ideas and the spelling."""
    if not _forms_agree(one, other):
        return ""
    if left & here:
        rest = set(one.core) & set(other.core) if not one.own else {*one.own}
        return BRANCH if _is_distinct(tuple(rest)) else ""
    if left or not one.own or one.own == other.own:
        return FORM if _is_distinct(one.own or one.core) else ""
    return SPELLING if one.is_arabic == other.is_arabic else SOUND


def _marks(reading: Reading) -> frozenset[str]:
    """The ideas of a name that are in the list of words, without mere forms."""
    own = set(reading.own) | {idea_of(word) for word in reading.own if idea_of(word) not in NAMES}
    return frozenset(idea for idea in reading.core if idea not in own and idea not in FORMS)


def _same_but_for(one: Reading, other: Reading, little: frozenset[str]) -> set[str] | None:
    """What of the `little` ideas one of the two has and the other not, where all else that
    they say is the same; None where it is not."""
    mine, theirs = _marks(one), _marks(other)
    more, less = mine - theirs, theirs - mine
    if (more and less) or not (more | less) <= little:
        return None
    if bool(one.own) != bool(other.own):
        return None
    if one.own:
        if one.own != other.own and (
            _are_letters(one) or _are_letters(other) or not sound_alike(one.own, other.own)
        ):
            return None
    elif not _is_distinct(tuple(mine & theirs)):
        return None
    if (more | less) & WEAK and not (mine & theirs):
        return None
    return set(more | less)


def _are_letters(reading: Reading) -> bool:
    """Whether what names a body are letters, each of which counts: AMDH is not OMDH."""
    return not reading.is_arabic and (
        reading.is_explained
        or any(len(word) < 7 and word.upper() in reading.shown.split() for word in reading.own)
    )


def _forms_agree(one: Reading, other: Reading) -> bool:
    """Whether an association and an organisation may be one: only where a name tells which. A
    centre and a network are two even so."""
    mine, theirs = ({idea for idea in each.ideas if idea in FORMS} for each in (one, other))
    if one.own:
        mine, theirs = mine - LOOSE_FORMS, theirs - LOOSE_FORMS
    return mine <= theirs or theirs <= mine


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
        if near is None or (len(one) == 1 and sorted(skeleton(word)) != sorted(skeleton(near))):
            return False
        left.remove(near)
    return True


def _is_slip(one: str, other: str) -> bool:
    """Whether one word is the other, mistyped. A consonant more in a short one is another name:
    Rahma, Rahman."""
    known = known_ideas()
    if one in places() or other in places() or _digits(one) != _digits(other):
        return False
    if one in known and other in known:
        return False
    short = min(len(one), len(other))
    most = 0 if short < 5 else 1 if short < 8 else 2
    if DamerauLevenshtein.distance(one, other, score_cutoff=most) > most:
        return False
    return short >= 7 or sorted(skeleton(one)) == sorted(skeleton(other))


def _digits(word: str) -> str:
    return "".join(sign for sign in word if sign.isdigit())


def _glued(reading: Reading) -> str:
    """A name without blanks: MercyCorps, Mercy Corps."""
    return "".join(word for word in reading.words if word not in stop_words())
