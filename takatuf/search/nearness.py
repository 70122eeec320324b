"""Which documents lie nearest to a question in meaning."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from takatuf.foundation.meaning import DIMENSIONS, turned

if TYPE_CHECKING:
    import numpy as np

    from takatuf.foundation.meaning import Vector

FEW = 100  # documents


class Known(NamedTuple):
    """The meanings of all documents of one edition, held in memory: a row each."""

    ids: list[int]
    kinds: np.ndarray[Any, np.dtype[np.str_]]
    keys: list[str]
    languages: np.ndarray[Any, np.dtype[np.str_]]
    rows: Vector
    middle: Vector


def nearest(
    known: Known,
    asked: Vector,
    *,
    kinds: Collection[str] = (),
    languages: Collection[str] = (),
    most: int,
    least: float,
) -> list[tuple[int, float]]:
    """The documents nearest in meaning: place in `known` and how near, the nearest first; no
    more than `most`, none below half of `least`, and none at all where not one reaches it. 1 is
    the same, 0 has nothing to do with it."""
    import numpy as np

    if not known.ids:
        return []
    scores = known.rows @ turned(asked - known.middle)
    for names, wanted in ((known.kinds, kinds), (known.languages, languages)):
        if wanted:
            scores[~np.isin(names, list(wanted))] = -1
    best = np.argpartition(scores, -min(most, len(scores)))[-min(most, len(scores)) :]
    ordered = best[np.argsort(-scores[best], kind="stable")]
    if scores[ordered[0]] < least:
        return []
    return [(int(at), float(scores[at])) for at in ordered if scores[at] >= least / 2]


def gathered(rows: Sequence[tuple[int, str, str, str, Any]]) -> Known:
    """The meanings of documents from their rows: id, kind, key, language, meaning.

    Each is taken from the middle of them all: what every text here speaks of (cities,
    violence, people) then no longer makes each like each other, and what one speaks of alone
    counts.
    """
    import numpy as np

    ids, kinds, keys, languages, meanings = (
        zip(*rows, strict=True) if rows else ((), (), (), (), ())
    )
    flat = np.frombuffer(b"".join(map(bytes, meanings)), dtype=np.float16)
    found = flat.reshape(-1, DIMENSIONS).astype(np.float32)
    # Of a handful of texts the middle tells little: it counts wholly from some hundreds on.
    middle = found.sum(axis=0) / (len(found) + FEW)
    return Known(
        list(ids),
        np.array(kinds, dtype=np.str_),
        list(keys),
        np.array(languages, dtype=np.str_),
        turned(found - middle),
        middle,
    )
