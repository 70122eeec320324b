"""Whether two texts say one work: at a glance by their meaning, as an encoder reads each that was
taught on such texts in three languages, without it by their words; and of pairs that leave a doubt
by reading both side by side."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import blake2b
from math import exp
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from takatuf.activities.comparing.entries import LONGEST, Entry
from takatuf.foundation import closely, meaning
from takatuf.foundation.stems import empty_words, stem, words_of

if TYPE_CHECKING:
    from takatuf.foundation.meaning import Vector

MOST_TEXTS = 2_500  # distinct ones whose meaning is worked out at a time: about four seconds
PAIRS_AT_A_TIME = 200  # that are read side by side: about ten seconds
REMEMBERED = 20_000  # readings of pairs that a process keeps: a fingerprint and a figure each

TAUGHT = Path(__file__).parent / "taught.npz"
# From how near two texts and their titles lie (cosines) to how likely they are to say one work:
# a logistic regression on the pairs to tune with. Two languages never come as near as one.
START, WHOLE, TITLES, ACROSS = -4.298, 9.445, -0.403, 0.435
TAUGHT_CLOSELY = Path(__file__).parent / "taught_closely.npz"

_read: OrderedDict[bytes, float] = OrderedDict()  # by a fingerprint, since texts are sealed
_turn = Lock()  # two threads may compare at a time


class Texts:
    """The texts of a set of activities, each read once.

    Meaning is worked out for those that `prepare` was given; the others are compared by their
    words, as all are where no encoder is. Read side by side are those that `read_closely` was
    given.
    """

    def __init__(self, progress: Callable[[int, int], None] | None = None) -> None:
        self._progress = progress  # told how many pairs are read, of how many
        self._closely: dict[tuple[str, str], float] = {}
        self._stems: dict[tuple[str, str], frozenset[str]] = {}
        self._meanings: dict[tuple[str, str], tuple[Vector, Vector]] = {}

    def prepare(self, entries: Iterable[Entry], *, most: int = MOST_TEXTS) -> None:
        """Work out what these texts mean, the first `most` of them."""
        wanted = dict.fromkeys(
            _text(entry) for entry in entries if any(_text(entry))
        )  # each text once, in the order given
        new = [text for text in wanted if text not in self._meanings][:most]
        if not new:
            return
        told = [(title or more, whole_of(title, more)) for title, more in new]
        lines = list(dict.fromkeys(line for pair in told for line in pair))
        found = meaning.meanings_as_taught(TAUGHT, lines)
        if found is None:
            return
        by_line = dict(zip(lines, found, strict=True))
        for text, (title, whole) in zip(new, told, strict=True):
            self._meanings[text] = by_line[title], by_line[whole]

    def read_closely(self, pairs: Iterable[tuple[Entry, Entry]], *, most: int = 0) -> bool:
        """Read the texts of these pairs side by side, but for those that this process has read
        before; with `most` only the first so many. Whether some are left to read."""
        wanted: dict[bytes, tuple[str, str, bool]] = {}
        for a, b in pairs:
            here, there = sorted((line_of(a), line_of(b)))
            if not here or here == there:
                continue
            mark = _mark(here, there)
            if (known := _known(mark)) is not None:
                self._closely[here, there] = known
            else:
                wanted[mark] = here, there, a.written != b.written
        asked = list(wanted.items())[: most or None]
        for start in range(0, len(asked), PAIRS_AT_A_TIME):
            some = asked[start : start + PAIRS_AT_A_TIME]
            odds = closely.odds_of(
                TAUGHT_CLOSELY,
                [(here, there) for _mark, (here, there, _across) in some],
                [across for _mark, (_here, _there, across) in some],
            )
            if odds is None:
                return False
            with _turn:
                for (mark, (here, there, _across)), one in zip(some, odds, strict=True):
                    self._closely[here, there] = _read[mark] = 1 / (1 + exp(-one))
                while len(_read) > REMEMBERED:
                    _read.popitem(last=False)
            if self._progress:
                self._progress(start + len(some), len(asked))
        return len(asked) < len(wanted)

    def closely(self, a: Entry, b: Entry) -> float | None:
        """How likely it is that two activities are one work, by their texts read side by side,
        from 0 to 1; None where they were not."""
        if not self._closely:
            return None
        here, there = sorted((line_of(a), line_of(b)))
        return self._closely.get((here, there))

    def near(self, a: Entry, b: Entry) -> float | None:
        """How likely it is, by their texts alone, that two activities are one work, from 0 to 1;
        of texts whose meaning was not worked out, how many words they share. None where one of
        them has none, or where neither words nor meaning can tell."""
        here, there = _text(a), _text(b)
        if not any(here) or not any(there):
            return None
        if here == there:
            return 1.0
        if here in self._meanings and there in self._meanings:
            (title, whole), (other_title, other_whole) = self._meanings[here], self._meanings[there]
            odds = START + WHOLE * float(whole @ other_whole) + TITLES * float(title @ other_title)
            return 1 / (1 + exp(-odds - (ACROSS if a.written != b.written else 0)))
        return self._by_words(a, b) if a.written == b.written else None

    def _by_words(self, a: Entry, b: Entry) -> float:
        mine, theirs = self._stems_of(a), self._stems_of(b)
        if not mine or not theirs:
            return 0.0
        return float(len(mine & theirs) / (len(mine) * len(theirs)) ** 0.5)

    def _stems_of(self, entry: Entry) -> frozenset[str]:
        text = _text(entry)
        if text not in self._stems:
            language = entry.written
            self._stems[text] = frozenset(
                stem(word, language)
                for words in text
                for word in words_of(words)
                if word not in empty_words()
            )
        return self._stems[text]


def _text(entry: Entry) -> tuple[str, str]:
    return entry.title, entry.description[:LONGEST]


def whole_of(title: str, more: str) -> str:
    """A title and a description as one text."""
    return ". ".join(words for words in (title, more) if words)


def line_of(entry: Entry) -> str:
    """What of an activity is read side by side with another's: its title and its description."""
    return whole_of(*_text(entry))


def _known(mark: bytes) -> float | None:
    """What this process remembers of a pair; what was asked for last is forgotten last."""
    with _turn:
        if mark in _read:
            _read.move_to_end(mark)
        return _read.get(mark)


def _mark(here: str, there: str) -> bytes:
    return blake2b(f"{here}\n{there}".encode(), digest_size=16).digest()
