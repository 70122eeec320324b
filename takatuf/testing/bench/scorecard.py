"""A scorecard is learnt: for each thing that is found, how many points each of its values gives.

Boosted stumps (Friedman 2001, with the second-order step of Chen and Guestrin 2016): each round
finds the one question (is this value below that?) that explains most of what is still wrong, and
gives each answer a few points. Questions about one thing add up to its points, so that the sum is
additive: what is shown of a match can be read line by line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

TIMES = 5  # with other rows and columns left out each time; the points are the mean
ROUNDS, STEP = 400, 0.06
ROWS, COLUMNS = 0.6, 0.5  # the share that each round looks at
RIDGE = 1.0
CUTS = 24  # questions about one value at most
FEWEST = 6  # rows on each side of a question


def learnt(
    names: Sequence[str],
    values: Numbers,
    labels: Numbers,
    counts: Numbers,
    *,
    speaks: Mapping[str, int],
    seed: int,
) -> dict[str, Any]:
    """The scorecard of rows of values (in the order of the names) with a label of 0 or 1 each,
    which count so much: `{"start": …, "points": {name: [[below, points], …, [null, points]]}}`,
    in log-odds.

    `speaks` says of each name whether more of it speaks for (1) or against (-1): no question is
    answered the other way, whatever a habit of those who wrote the examples suggests.
    """
    import numpy as np

    chance = np.random.default_rng(seed)
    share = (counts * labels).sum() / counts.sum()
    start = float(np.log(share / (1 - share)))
    cuts = [_cuts(values[:, at]) for at in range(len(names))]
    below = [values[:, at][:, None] < cut for at, cut in enumerate(cuts)]
    found: list[dict[float, list[float]]] = [{} for _name in names]
    for _time in range(TIMES):
        odds = np.full(len(values), start)
        for _round in range(ROUNDS):
            likely = 1 / (1 + np.exp(-odds))
            here = chance.random(len(values)) < ROWS
            slope = np.where(here, counts * (labels - likely), 0)
            bend = np.where(here, counts * likely * (1 - likely), 0)
            asked = chance.permutation(len(names))[: max(1, int(COLUMNS * len(names)))]
            best: tuple[float, int, int, float, float] | None = None
            for at in asked:
                if not len(cuts[at]):
                    continue
                left_slope, left_bend = slope @ below[at], bend @ below[at]
                right_slope, right_bend = slope.sum() - left_slope, bend.sum() - left_bend
                gain = left_slope**2 / (left_bend + RIDGE) + right_slope**2 / (right_bend + RIDGE)
                more = right_slope / (right_bend + RIDGE) - left_slope / (left_bend + RIDGE)
                gain = np.where(more * speaks[names[at]] > 0, gain, -1)
                place = int(gain.argmax())
                if gain[place] > (best[0] if best else 0):
                    best = (
                        float(gain[place]), int(at), place,
                        float(left_slope[place] / (left_bend[place] + RIDGE)),
                        float(right_slope[place] / (right_bend[place] + RIDGE)),
                    )  # fmt: skip
            if best is None:
                continue
            _gain, at, place, left, right = best
            odds += STEP * np.where(below[at][:, place], left, right)
            there = found[at].setdefault(float(cuts[at][place]), [0.0, 0.0])
            there[0] += STEP / TIMES * left
            there[1] += STEP / TIMES * right
    points = {name: _added(steps) for name, steps in zip(names, found, strict=True) if steps}
    return {"start": round(start, 3), "points": points}


def _cuts(column: Numbers) -> Numbers:
    """Between which values a column is asked: as many cuts as tell most apart."""
    import numpy as np

    there = np.sort(column)
    inner = there[FEWEST:-FEWEST]
    if len(inner) < 2:
        return np.zeros(0)
    known = np.unique(inner)
    middle = (known[1:] + known[:-1]) / 2
    if len(middle) > CUTS:
        middle = np.unique(np.quantile(inner, np.linspace(0, 1, CUTS + 2)[1:-1]))
    return np.round(middle, 4)


def _added(steps: Mapping[float, Sequence[float]]) -> list[list[float | None]]:
    """The questions about one thing as one row of steps: below this so many points, else on."""
    cuts = sorted(steps)
    told: list[list[float | None]] = []
    for edge in [*cuts, None]:
        told.append(
            [
                edge,
                round(
                    sum(
                        left if edge is not None and edge <= cut else right
                        for cut, (left, right) in steps.items()
                    ),
                    3,
                ),
            ]
        )
    return told


def points_of(card: Mapping[str, Any], names: Sequence[str], values: Numbers) -> Numbers:
    """The log-odds of each row by a scorecard."""
    import numpy as np

    odds = np.full(len(values), float(card["start"]))
    for at, name in enumerate(names):
        if name in card["points"]:
            steps = card["points"][name]
            edges = np.array([edge for edge, _points in steps[:-1]])
            gives = np.array([points for _edge, points in steps])
            odds += gives[np.searchsorted(edges, values[:, at], side="right")]
    return odds
