"""How names sound: Arabic letters beside the Latin ones in which English and French ears write
them. Pure functions over folded words; a name is heard, and nothing is guessed of its bearer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import Levenshtein

from takatuf.network.tongues import bares_of

SOUNDS = str.maketrans(
    {
        **dict(zip("بتثجحخدذرزسشصضطظغفقكلمن", "bttghkddrzsssdtzgfkklmn", strict=True)),
        **dict.fromkeys("اءعويه", ""), "پ": "b", "چ": "s", "ڤ": "f", "گ": "g",
    }
)  # fmt: skip
LATIN_PAIRS = (
    ("sch", "s"), ("sh", "s"), ("ch", "s"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"),
    ("ph", "f"), ("ck", "k"), ("dj", "j"), ("dg", "j"), ("ce", "se"), ("ci", "si"), ("cy", "sy"),
    ("x", "ks"),
)  # fmt: skip
LATIN = str.maketrans({**dict(zip("pvcqj", "bfkkg", strict=True)), **dict.fromkeys("aeiouyw", "")})
# “Errahma”, “Attaj”: the article, become one with the letter that follows.
MELTED = re.compile(r"^[ae]([rnsdtzj])(?=\1)|^[ae](?=sh|ch(?!e))(?=[sc]h[aeiou])")
ARTICLE = re.compile(r"^[ae]l(?=[bcdfghjkmnpqrstvwxyz])")

# What one Arabic letter may be in Latin ones, doubled or not; "" where it may be nothing.
_SHORT = ("", "ou", "oo", "ee", *"aeiou")
_LETTERS = {
    sign: tuple("" if each == "-" else each for each in latin.split())
    for sign, latin in {
        "ا": "- aa a e i o u", "ب": "b p", "ت": "t", "ث": "th t s", "ج": "dj dg gu j g", "ح": "h",
        "خ": "kh k h x", "د": "d", "ذ": "dh th d z", "ر": "r", "ز": "tz z s", "س": "s c x",
        "ش": "sch sh ch s", "ص": "s c", "ض": "dh th d z", "ط": "t", "ظ": "dh th z d",
        "ع": "- aa a e i o u", "غ": "gh g r", "ف": "ph f v", "ق": "ck q k g c",
        "ك": "ck ch c k q", "ل": "l", "م": "m", "ن": "n", "ه": "h",
        "و": "ou oo au aw ow ew w v o u", "ي": "ee ei ai ay ey ie ia y i e", "ء": "-",
        "چ": "ch j g", "پ": "p", "ڤ": "v", "گ": "g",
    }.items()
}  # fmt: skip
_LAST = _LETTERS | {
    "ه": ("", "ah", "at", "et", "eh", "a", "e", "h"),
    "ي": ("ee", "ei", "ai", "y", "i", "e", "a", "ah"),
    "ا": ("", "ah", "aa", "a", "e", "o"),
}
LIKE_ENOUGH = 0.6


def skeleton(word: str) -> str:
    """The consonants of a folded word, alike in Arabic and Latin letters: كاريتاس, Caritas."""
    if is_arabic(word):
        bare = word.removeprefix("ال") if len(word) > 4 else word
        bare = bare.removesuffix("ح") if len(bare) > 2 else bare  # روح is Ruh and Rooh: as ه
        heard = (bare[:-1].replace("ه", "h") + bare[-1:]).translate(SOUNDS)
    else:
        heard = (
            word.removesuffix("h")
            if word[-2:] not in ("sh", "ch", "gh", "kh", "th", "dh")
            else word
        )
        for pair, letter in LATIN_PAIRS:
            heard = heard.replace(pair, letter)
        heard = heard.translate(LATIN)
    return "".join(one for n, one in enumerate(heard) if n == 0 or heard[n - 1] != one)


def is_arabic(word: str) -> bool:
    return "\u0600" <= word[:1] <= "\u06ff"


@lru_cache(maxsize=50_000)
def ways(word: str) -> tuple[str, ...]:
    """A word as it may be meant: with and without an article or a preposition written onto it."""
    if is_arabic(word):
        return tuple(dict.fromkeys(bares_of(word)))
    found = [word]
    for pattern in (MELTED, ARTICLE):
        rest = pattern.sub("", word)
        if rest != word and len(rest) > 2:
            found.append(rest)
    return tuple(found)


@lru_cache(maxsize=50_000)
def skeletons(words: tuple[str, ...]) -> frozenset[str]:
    """How a name of several words sounds, without vowels and blanks, in each way to take it."""
    found: set[str] = set()
    for taken in _taken(words):
        joined = "".join(map(skeleton, taken))
        heard = "".join(one for n, one in enumerate(joined) if n == 0 or joined[n - 1] != one)
        found |= {heard} | (
            {heard.replace("f", "")} if any("v" in each for each in taken) else set()
        )
    return frozenset(each for each in found if each)


def sound_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names, of whatever letters, are likely one to the ear."""
    if not (skeletons(one) & skeletons(other)):
        return False
    return any(_alike(mine, theirs) for mine in _taken(one) for theirs in _taken(other))


def _taken(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A name in each way to take its words; as it stands alone where they are many."""
    return list(product(*(ways(word)[:3] for word in words))) if len(words) < 5 else [words]


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if is_arabic(one[0]) == is_arabic(other[0]):
        if is_arabic(one[0]):
            return one == other
        a, b = _plain("".join(one)), _plain("".join(other))
        return len(skeleton(a)) > 1 and skeleton(a) == skeleton(b) and _ratio(a, b) >= LIKE_ENOUGH
    arabic, latin = (one, other) if is_arabic(one[0]) else (other, one)
    return may_be_written(arabic, "".join(latin))


def _ratio(one: str, other: str) -> float:
    return Levenshtein.normalized_similarity(one, other)


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    """A Latin word as French and English ears both write it: ou and u, y and i, ch and sh."""
    for pair, letter in (
        ("ou", "u"), ("oo", "u"), ("ee", "i"), ("y", "i"), ("sch", "s"), ("sh", "s"), ("ch", "s"),
        ("dj", "j"), ("kh", "k"), ("gh", "g"), ("v", "w"), ("q", "k"), ("c", "k"), ("ph", "f"),
        ("th", "t"), ("dh", "d"),
    ):  # fmt: skip
        word = word.replace(pair, letter)
    word = word.removesuffix("h") if len(word) > 3 else word
    return "".join(one for n, one in enumerate(word) if n == 0 or word[n - 1] != one)


def may_be_written(words: tuple[str, ...], latin: str) -> bool:
    """Whether Arabic words may look like this in Latin letters, with the short vowels that
    Arabic does not write. Each letter is tried at each place once, whatever somebody wrote."""
    at = {0}  # how far into the Latin word the letters so far may reach
    for word in words:
        for n, sign in enumerate(word):
            letters = _LAST if n == len(word) - 1 else _LETTERS
            at = _after(letters.get(sign, ("",)), latin, _after(_SHORT, latin, at, most=1))
            if not at:
                return False
    return len(latin) in _after(_SHORT, latin, at, most=1)


def _after(ways_to_write: tuple[str, ...], latin: str, at: set[int], most: int = 2) -> set[int]:
    """Where one stands after a letter that is written in one of these ways, up to `most` times."""
    found = set(at) if "" in ways_to_write else set()
    reached = at
    for _time in range(most):
        reached = {
            start + len(each)
            for start in reached
            for each in ways_to_write
            if each and latin.startswith(each, start)
        }
        found |= reached
    return found
