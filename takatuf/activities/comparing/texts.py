"""Whether two texts say one work: by their meaning, as an encoder reads it that was taught on such
texts in three languages; without it by their words."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from takatuf.activities.comparing.entries import LONGEST, Entry
from takatuf.foundation import meaning
from takatuf.foundation.stems import empty_words, stem, words_of

if TYPE_CHECKING:
    from takatuf.foundation.meaning import Vector

MOST_TEXTS = 2_500  # distinct ones whose meaning is worked out at a time: about four seconds


TAUGHT = Path(__file__).parent / "taught.npz"
# From how near two texts and their titles lie (cosines) to how likely they are to say one work:
# a logistic regression on the pairs to tune with. Two languages never come as near as one.
START, WHOLE, TITLES, ACROSS = -4.298, 9.445, -0.403, 0.435


class Texts:
    """The texts of a set of activities, each read once.

    Meaning is worked out for those that `prepare` was given; the others are compared by their
    words, as all are where no encoder is.
    """

    def __init__(self) -> None:
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
        told = [(title or more, ". ".join(words for words in (title, more) if words))
                for title, more in new]  # fmt: skip
        lines = list(dict.fromkeys(line for pair in told for line in pair))
        found = meaning.meanings_as_taught(TAUGHT, lines)
        if found is None:
            return
        by_line = dict(zip(lines, found, strict=True))
        for text, (title, whole) in zip(new, told, strict=True):
            self._meanings[text] = by_line[title], by_line[whole]

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
