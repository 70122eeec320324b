"""How near two texts are: by their words in one language, by their meaning across languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from takatuf.activities.comparing.entries import LONGEST, Entry
from takatuf.foundation import meaning
from takatuf.foundation.stems import empty_words, stem, words_of

if TYPE_CHECKING:
    from takatuf.foundation.meaning import Vector

MOST_TEXTS = 2_500  # distinct ones whose meaning is worked out at a time: about four seconds


class Texts:
    """The texts of a set of activities, each read once.

    Meaning is worked out for those that `prepare` was given; the others are compared by their
    words, as all are where no encoder is.
    """

    def __init__(self) -> None:
        self._stems: dict[tuple[str, str], frozenset[str]] = {}
        self._meanings: dict[tuple[str, str], Vector] = {}

    def prepare(self, entries: Iterable[Entry], *, most: int = MOST_TEXTS) -> None:
        """Work out what these texts mean, the first `most` of them."""
        import numpy as np

        wanted = dict.fromkeys(
            _text(entry) for entry in entries if any(_text(entry))
        )  # each text once, in the order given
        new = [text for text in wanted if text not in self._meanings][:most]
        if not new:
            return
        told = [[(". ".join(words for words in text if words), 1.0)] for text in new]
        for text, found in zip(new, meaning.meanings_of(told), strict=True):
            if found is not None:
                self._meanings[text] = np.frombuffer(found, dtype=np.float16).astype(np.float32)

    def near(self, a: Entry, b: Entry) -> float | None:
        """How near the texts of two activities are, from 0 (nothing in common) to 1 (the same);
        None where one of them has none, or where neither words nor meaning can tell."""
        here, there = _text(a), _text(b)
        if not any(here) or not any(there):
            return None
        if here == there:
            return 1.0
        found = [self._by_words(a, b)] if a.written == b.written else []
        if here in self._meanings and there in self._meanings:
            found.append(max(0.0, float(self._meanings[here] @ self._meanings[there])))
        return max(found) if found else None

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
