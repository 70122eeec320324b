"""Teach the encoder's last layers which activities are one work.

    pip install jax
    python -m takatuf.testing.bench.teaching [STEPS]

writes `activities/comparing/taught.npz` and `overlap_nearness.json` beside this file; after it
comes `overlap_labels --teach`. It takes about ten minutes on two processors. JAX works out the
slopes; it is needed for nothing else, and is therefore not among the dependencies.

What is taught are the layers that make a meaning of the sum over a sentence's words; all before
them stays as it is. Each step looks at three things:

- `overlap_words.json`: one activity said in six ways, among close relatives that are other
  activities. Those of one activity are drawn together, the others apart (supervised contrastive
  loss, Khosla and others 2020);
- the names of the concepts, in the same way;
- labelled pairs that only words can decide: from how near whole texts and titles lie, a logistic
  regression must tell overlaps from others.

For `overlap_nearness.json` it is done once more for each part of the writers, without the pairs
of that part: so the scorecard learns from readings of texts that were not in the lesson. The
difference of each layer from the encoder's own is kept as two factors of `RANK` columns, which
keeps 99.8 % of it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from takatuf.activities.comparing.concepts import FILE as CONCEPTS
from takatuf.activities.comparing.texts import TAUGHT, whole_of
from takatuf.foundation import meaning
from takatuf.testing.bench.overlap_labels import (
    FOLDER,
    NEARNESS,
    SEED,
    Labelled,
    at_a_glance,
    left_to_words,
    tables,
)

WORDS = "overlap_words.json"
RANK = 64
STEPS = 600
RATE, RIDGE = 1e-4, 0.003  # of Adam, and how strongly the layers are held near the encoder's own
FAMILIES, TEXTS, NAMES, PAIRS = 10, 160, 192, 64  # looked at in a step
LONGEST, BRIEFEST = 40, 12  # tokens of a text, and of a name, that count
DROPPED = 0.1  # of the tokens, by chance
TITLES_ALONE = 0.35  # of the texts that are read without their description
OF_NAMES = 0.3  # what the names count
# Writers that are left out together; no text is on both sides.
PARTS = (
    ("overlap_pairs:", "overlap_pairs_4:a4", "overlap_pairs_4:l5", "overlap_pairs_6:v7", "t6-"),
    ("overlap_pairs_2:", "overlap_pairs_4:b4", "overlap_pairs_4:u6", "overlap_pairs_6:w7", "y7-"),
    (
        "overlap_pairs_3:", "overlap_pairs_4:c4", "overlap_pairs_4:d4", "overlap_pairs_4:e4",
        "overlap_pairs_6:x7",
    ),
)  # fmt: skip
Layers = dict[str, Any]


class Read:
    """Texts as the encoder reads them up to the layers that are taught: a row for each token."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.place = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        reader = meaning.encoder()._model
        rows: list[Any] = []

        class Stop(Exception):
            pass

        # The sum over a sentence is what comes next: here the rows are taken out.
        def caught(feats: Any, *_more: Any, **_named: Any) -> Any:
            rows.append(feats.astype(np.float16))
            raise Stop

        tokens = [
            reader.sp.encode(text, out_type=int, add_bos=True, add_eos=True)[:LONGEST]
            for text in self.place
        ]
        try:
            sys.modules[type(reader).__module__].np = _Instead(caught)  # type: ignore[attr-defined]
            for start in range(0, len(tokens), 64):
                some = tokens[start : start + 64]
                size = sum(map(len, some))
                try:
                    reader._encode_batch(some, size, np.empty((len(some), 512), np.float32))
                except Stop:
                    continue
        finally:
            sys.modules[type(reader).__module__].np = np  # type: ignore[attr-defined]
        self.rows = np.concatenate(rows)
        self.lengths = np.array([len(one) for one in tokens])
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])
        self.own: Layers = {name: np.array(getattr(reader, name)) for name in meaning.TAUGHT}

    def of(self, texts: Sequence[str], most: int = LONGEST) -> tuple[Any, Any]:
        """The rows of these texts and which of them there are."""
        at = [self.place[text] for text in texts]
        rows = np.zeros((len(at), most, self.rows.shape[1]), np.float16)
        there = np.zeros((len(at), most), np.float32)
        for row, one in enumerate(at):
            size = min(self.lengths[one], most)
            rows[row, :size] = self.rows[self.starts[one] : self.starts[one] + size]
            there[row, :size] = 1
        return rows, there


class _Instead:
    """The library of numbers with another sum over parts."""

    def __init__(self, caught: Any) -> None:
        self.add = type("add", (), {"reduceat": staticmethod(caught)})

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
    django.setup()
    steps = int(sys.argv[1]) if sys.argv[1:] else STEPS
    lesson = Lesson()
    said: dict[str, list[float]] = {}
    for part in PARTS:
        inside = [pair for pair in lesson.pairs if pair["a"].startswith(part)]
        taught = lesson.taught([pair for pair in lesson.pairs if pair not in inside], steps)
        there = [*inside, *(pair for pair in lesson.whole if pair["a"].startswith(part))]
        said |= lesson.cosines(taught, there)
    judge = lesson.judge(said)
    sys.stdout.write(f"START, WHOLE, TITLES, ACROSS = {judge.round(3).tolist()}\n")
    nearness = {
        key: round(float(1 / (1 + np.exp(-(judge @ [1.0, *values])))), 2)
        for key, values in said.items()
    }
    (FOLDER / NEARNESS).write_text(json.dumps(nearness, indent=0) + "\n", "utf-8")
    factors = {}
    taught = lesson.taught(lesson.pairs, steps)
    for name, layer in taught.items():
        difference = np.atleast_2d(np.asarray(layer) - lesson.read.own[name])
        left, sizes, right = np.linalg.svd(difference, full_matrices=False)
        root = np.sqrt(sizes[:RANK])
        factors[f"{name}_a"] = (left[:, :RANK] * root).astype(np.float16)
        factors[f"{name}_b"] = (root[:, None] * right[:RANK]).astype(np.float16)
    np.savez_compressed(TAUGHT, **factors)


class Lesson:
    """All that is learnt from, read once."""

    def __init__(self) -> None:
        told = json.loads((FOLDER / WORDS).read_text("utf-8"))["families"]
        self.families = [
            [
                (group["id"], title, whole_of(title, more))
                for group in family["groups"]
                for _language, title, more in group["texts"]
            ]
            for family in told
        ]
        concepts = json.loads(CONCEPTS.read_text("utf-8"))["concepts"]
        self.names = [
            (concept, name.lstrip("="))
            for concept, languages in concepts.items()
            for names in languages.values()
            for name in names
        ]
        self.facts: dict[str, dict[str, Any]] = {}
        self.pairs, self.whole = self._weighed(at_a_glance()), self._weighed(tables())
        entries = [
            text
            for one in self.facts.values()
            for text in (one["title"], whole_of(one["title"], one["description"]))
        ]
        lines = chain(
            (text for family in self.families for _id, *texts in family for text in texts),
            (name for _concept, name in self.names),
            entries,
        )
        self.read = Read(list(lines))

    def _weighed(self, told: Labelled) -> list[dict[str, Any]]:
        self.facts |= told.facts
        return left_to_words(told)

    def texts(self, key: str) -> tuple[str, str]:
        one = self.facts[key]
        return one["title"], whole_of(one["title"], one["description"])

    def taught(self, pairs: Sequence[dict[str, Any]], steps: int) -> Layers:
        """The layers after so many steps with these pairs."""
        import jax
        import jax.numpy as jnp

        own = {name: jnp.array(layer) for name, layer in self.read.own.items()}
        learnt = {**own, "sharp": jnp.log(12.0), "judge": jnp.array([-4.0, 6.0, 3.0, 0.0])}

        def together(near: Any, groups: Any) -> Any:
            """The loss of Khosla and others: how far the others of one's group are from being
            the nearest."""
            itself = jnp.eye(len(groups), dtype=bool)
            near = jnp.where(itself, -1e9, near)
            same = (groups[:, None] == groups[None]) & ~itself
            likely = near - jax.scipy.special.logsumexp(near, axis=1, keepdims=True)
            many = same.sum(1)
            each = -jnp.where(same, likely, 0).sum(1) / jnp.maximum(many, 1)
            return (each * (many > 0)).sum() / jnp.maximum((many > 0).sum(), 1)

        def loss(learnt: Layers, texts: Any, names: Any, both: Any) -> Any:
            (rows, there, groups), (named, of_names, concepts) = texts, names
            sharp = jnp.exp(learnt["sharp"])
            meant = meant_by(learnt, rows, there)
            total = together(meant @ meant.T * sharp, groups)
            meant = meant_by(learnt, named, of_names)
            total += OF_NAMES * together(meant @ meant.T * sharp, concepts)
            rows, there, labels, across = both
            one, other, whole, also = jnp.split(meant_by(learnt, rows, there), 4)
            start, wholes, titles, apart = learnt["judge"]
            odds = start + wholes * (whole * also).sum(1) + titles * (one * other).sum(1)
            odds += apart * across
            total += jnp.mean(jax.nn.softplus(odds) - labels * odds)
            return total + RIDGE * sum(
                jnp.sum((learnt[name] - own[name]) ** 2) for name in own if own[name].ndim > 1
            )

        slopes = jax.jit(jax.grad(loss))
        first = jax.tree.map(jnp.zeros_like, learnt)
        second = jax.tree.map(jnp.zeros_like, learnt)
        chance = np.random.default_rng(SEED)
        for step in range(steps):
            slope = slopes(learnt, *self._looked_at(pairs, chance))
            first = jax.tree.map(lambda m, s: 0.9 * m + 0.1 * s, first, slope)
            second = jax.tree.map(lambda v, s: 0.999 * v + 0.001 * s * s, second, slope)
            rate = RATE / 2 * (1 + np.cos(np.pi * step / steps))
            bias, spread = 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)
            learnt = jax.tree.map(
                lambda p, m, v, rate=rate, bias=bias, spread=spread: p
                - rate * (m / bias) / (jnp.sqrt(v / spread) + 1e-8),
                learnt, first, second,
            )  # fmt: skip
        return {name: np.array(learnt[name]) for name in own}

    def _looked_at(self, pairs: Sequence[dict[str, Any]], chance: Any) -> tuple[Any, Any, Any]:
        """What one step sees: texts of some families, names, and pairs."""
        some = [
            text
            for at in chance.choice(len(self.families), FAMILIES, replace=False)
            for text in self.families[at]
        ]
        some = [some[at] for at in chance.permutation(len(some))[:TEXTS]]
        while len(some) < TEXTS:
            family = self.families[chance.integers(len(self.families))]
            some.append(family[chance.integers(len(family))])
        alone = chance.random(len(some)) < TITLES_ALONE
        lines = [one[1] if brief else one[2] for one, brief in zip(some, alone, strict=True)]
        names = [self.names[at] for at in chance.choice(len(self.names), NAMES, replace=False)]
        both = [pairs[at] for at in chance.choice(len(pairs), PAIRS, replace=False)]
        sides = [[self.texts(pair[side]) for pair in both] for side in "ab"]
        four = [text[kind] for kind in (0, 1) for side in sides for text in side]

        def dropped(read: tuple[Any, Any]) -> tuple[Any, Any]:
            return read[0], read[1] * (chance.random(read[1].shape) > DROPPED)

        return (
            (*dropped(self.read.of(lines)), _numbered([one[0] for one in some])),
            (
                *self.read.of([name for _concept, name in names], BRIEFEST),
                _numbered([concept for concept, _name in names]),
            ),
            (
                *dropped(self.read.of(four)),
                np.array([pair["overlap"] for pair in both], np.float32),
                np.array([pair["across"] for pair in both], np.float32),
            ),
        )

    def cosines(self, layers: Layers, pairs: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
        """How near whole texts and titles of each pair lie, and whether in two languages."""
        lines = list(dict.fromkeys(
            text for pair in pairs for side in "ab" for text in self.texts(pair[side])
        ))  # fmt: skip
        meant: dict[str, Any] = {}
        for start in range(0, len(lines), 256):
            some = lines[start : start + 256]
            meant |= zip(some, np.array(meant_by(layers, *self.read.of(some))), strict=True)
        found = {}
        for pair in pairs:
            (title, whole), (other, also) = (self.texts(pair[side]) for side in "ab")
            near = [float(meant[whole] @ meant[also]), float(meant[title] @ meant[other])]
            found[f"{pair['a']} {pair['b']}"] = [*near, float(pair["across"])]
        return found

    def judge(self, said: dict[str, list[float]]) -> Any:
        """The logistic regression from these to whether two overlap, by Newton's method."""
        labels = np.array([float(pair["overlap"]) for pair in self.pairs])
        values = np.array([[1.0, *said[f"{pair['a']} {pair['b']}"]] for pair in self.pairs])
        weights = np.zeros(values.shape[1])
        for _step in range(30):
            likely = 1 / (1 + np.exp(-(values @ weights)))
            bend = (values.T * (likely * (1 - likely))) @ values + 1e-3 * np.eye(len(weights))
            weights += np.linalg.solve(bend, values.T @ (labels - likely))
        return weights


def meant_by(layers: Layers, rows: Any, there: Any) -> Any:
    """The meanings of texts from their rows, by these layers: as the encoder goes on from there."""
    import jax.numpy as jnp
    from jax.nn import relu

    many = there.sum(1, keepdims=True)
    summed = jnp.einsum("nt,ntd->nd", there, rows.astype(jnp.float32))
    mean = (summed @ layers["cnn_W"] + many * layers["cnn_b"]) / jnp.sqrt(jnp.maximum(many, 1))
    first = relu(mean @ layers["d0"])
    second = relu(mean @ layers["p1"] + first @ layers["d1"])
    last = jnp.tanh(second @ layers["p3"] + relu(second @ layers["d2"]) @ layers["d3"])
    return last / jnp.sqrt((last * last).sum(-1, keepdims=True) + 1e-8)


def _numbered(names: Sequence[str]) -> Any:
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names])


if __name__ == "__main__":
    main()
