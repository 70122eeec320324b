"""Teach the second encoder's upper layers to read two activities side by side.

    pip install torch
    python -m takatuf.testing.bench.teaching_closely [MINUTES] [--on]

writes `activities/comparing/taught_closely.npz` and `overlap_closeness.json` beside this file;
after it comes `overlap_labels --teach`. Each of the readers takes `MINUTES` on one processor and
2.5 GB; they are taught one after the other. With `--on` they begin where the readers that are
kept stopped, instead of with the encoder as it came: such a second lesson was tried, and since
what is proposed did not change by it, the readers of the first are kept. PyTorch works out the
slopes; it is needed for nothing else, and is therefore not among the dependencies.

The lower layers of the encoder read each text alone and stay as they are, so each text goes
through them once. In the upper layers, which are taught, every word also looks at the words of
the other text; how much, each head learns by itself, beginning with little. The order of the two
makes no difference. Each step looks at labelled pairs that words decide (`overlap_pairs*.json`),
pairs of whole tables, neighbouring texts that readers judged (`overlap_neighbours.json`), texts
of one activity and its relatives (`overlap_words.json`), and texts of relatives that are closer
still (`overlap_relatives.json`).

Each reader is taught without the writers of one part (`PARTS`), and reads these for
`overlap_closeness.json`: so the scorecard learns from readings of texts that were not in the
lesson. Both readers are kept, and what they say is averaged.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from takatuf.activities.comparing.texts import TAUGHT_CLOSELY, line_of, whole_of
from takatuf.foundation.closely import ASKED_AS, MATRICES, VECTORS, Model, file
from takatuf.testing.bench.overlap_labels import (
    CLOSENESS,
    FOLDER,
    OPENED,
    PARTS,
    Labelled,
    left_to_words,
    neighbours,
    read,
    tables,
    to_tune,
)
from takatuf.testing.bench.teaching import WORDS

LOWER = 6  # layers that read each text alone
RANK = 64  # columns of each factor
MINUTES = 50.0
SEEDS = (11, 12)
RELATIVES = "overlap_relatives.json"


class Course(NamedTuple):
    """How fast is learnt, and how many of each kind a step looks at."""

    rate: float  # of Adam
    labelled: int
    of_tables: int
    neighbours: int
    of_relatives: int
    of_words: int  # texts said in several ways, which count half


FIRST, GOING_ON = Course(1e-4, 26, 4, 20, 0, 14), Course(7e-5, 24, 4, 20, 16, 0)
TOGETHER = 16  # pairs of like length that are read at once
DROPPED = 0.08  # of the tokens, by chance
SURE = 0.97  # what a label is taken for: nobody is always right
Told = dict[str, Any]
Family = list[tuple[str, str, str, str]]  # of each text: activity, language, title, whole


class Lesson:
    """All that is learnt from, and what the lower layers make of its texts."""

    def __init__(self, without: tuple[str, ...], seed: int) -> None:
        self.chance = random.Random(seed)
        every, whole = _told(to_tune()) + _told(read([OPENED])), _told(tables())
        self.pairs = [one for one in every if not one["a"].startswith(without)]
        self.whole = [one for one in whole if not one["a"].startswith(without)]
        self.apart = [one for one in every + whole if one["a"].startswith(without)]
        self.neighbours = [
            one
            for one in _neighbours()
            if not one["a"].startswith(without) and not one["b"].startswith(without)
        ]
        self.families = _families(WORDS)
        self.relatives = _families(RELATIVES)

    def steps(self, course: Course) -> Iterator[list[tuple[Told, float]]]:
        """What each step looks at, with how much it counts."""
        sources = [
            (self._turns(self.pairs), course.labelled),
            (self._turns(self.whole), course.of_tables),
            (self._turns(self.neighbours), course.neighbours),
        ]
        while True:
            step = [(next(turns), 1.0) for turns, many in sources for _one in range(many)]
            step += [(self._of_relatives(), 1.0) for _one in range(course.of_relatives)]
            yield step + [(self._of_words(), 0.5) for _one in range(course.of_words)]

    def _turns(self, those: Sequence[Told]) -> Iterator[Told]:
        while True:
            yield from self.chance.sample(those, len(those))

    def _of_words(self) -> Told:
        return self._of_a_family(self.families, same=0.45, kin=0.85, one_language=0.0)

    def _of_relatives(self) -> Told:
        return self._of_a_family(self.relatives, same=0.4, kin=0.97, one_language=0.4)

    def _of_a_family(
        self, families: Sequence[Family], *, same: float, kin: float, one_language: float
    ) -> Told:
        """Two texts of one activity (that likely), of two relatives (up to that likely), or of
        two that have nothing in common; that likely in one language, where there are such."""
        chance = self.chance
        family = chance.choice(families)
        one, which = chance.choice(family), chance.random()
        if which < same:
            others = [other for other in family if other[0] == one[0] and other is not one]
        elif which < kin:
            others = [other for other in family if other[0] != one[0]]
        else:
            others = chance.choice(families)
        if chance.random() < one_language:
            others = [other for other in others if other[1] == one[1]] or others
        other = chance.choice(others or family)
        kind = 2 if chance.random() < 0.3 else 3
        return {"texts": (one[kind], other[kind]), "overlap": one[0] == other[0],
                "across": one[1] != other[1]}  # fmt: skip


def _families(name: str) -> list[Family]:
    return [
        [
            (group["id"], language, title, whole_of(title, more))
            for group in family["groups"]
            for language, title, more in group["texts"]
        ]
        for family in json.loads((FOLDER / name).read_text("utf-8"))["families"]
    ]


def _told(told: Labelled) -> list[Told]:
    entries = told.entries
    return [
        {
            "a": pair["a"],
            "key": f"{pair['a']} {pair['b']}",
            "texts": (line_of(entries[pair["a"]]), line_of(entries[pair["b"]])),
            "overlap": pair["overlap"],
            "across": entries[pair["a"]].written != entries[pair["b"]].written,
        }
        for pair in left_to_words(told)
    ]


def _neighbours() -> list[Told]:
    told = neighbours()
    entries = told.entries
    return [
        {
            "a": pair["a"],
            "b": pair["b"],
            "texts": (line_of(entries[pair["a"]]), line_of(entries[pair["b"]])),
            "overlap": pair["overlap"],
            "across": entries[pair["a"]].written != entries[pair["b"]].written,
        }
        for pair in told.pairs
    ]


def reader_of(model: Model) -> Any:
    """The encoder as PyTorch works with it: `low` for one text, called for two."""
    import torch
    from torch import nn
    from torch.nn import functional

    width, many, heads, inner, epsilon = model.shape

    class Reader(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.own: dict[str, Any] = {}
            self.learnt = nn.ParameterDict()
            for place in range(many):
                sizes = {f"{one}.w": inner if one == "fo" else width for one in MATRICES}
                for name in (*sizes, *VECTORS):
                    size = sizes.get(name, 0)
                    weights = torch.tensor(model.weights(f"l{place}.{name}", size))
                    key = f"l{place}_{name.replace('.', '_')}"
                    if place < LOWER:
                        self.own[key] = weights
                    else:
                        self.learnt[key] = nn.Parameter(weights)
            self.open = nn.Parameter(torch.full((many - LOWER, heads), -1.0))
            self.head = nn.Parameter(torch.eye(width))
            self.judge = nn.Parameter(torch.tensor([-6.0, 8.0, 0.3]))
            self.inner, self.outer = nn.Linear(2 * width, 96), nn.Linear(96, 1)

        def layer(self, rows: Any, place: int, look: Any, dropped: float = 0.0) -> Any:
            kept = self.own if place < LOWER else self.learnt
            short = torch.bfloat16

            def linear(rows: Any, name: str) -> Any:
                weights, shift = kept[f"l{place}_{name}_w"], kept[f"l{place}_{name}_b"]
                return functional.linear(rows.to(short), weights.to(short), shift.to(short))

            def level(rows: Any, name: str) -> Any:
                scale, shift = kept[f"l{place}_{name}_w"], kept[f"l{place}_{name}_b"]
                return functional.layer_norm(rows, (width,), scale, shift, epsilon)

            def lost(rows: Any) -> Any:
                return functional.dropout(rows.float(), dropped, self.training)

            size = rows.shape[:2]
            parts = [linear(rows, name).view(*size, heads, -1).transpose(1, 2) for name in "qkv"]
            seen = functional.scaled_dot_product_attention(*parts, attn_mask=look.to(short))
            seen = seen.transpose(1, 2).reshape(*size, width)
            rows = level(rows + lost(linear(seen, "ao")), "aln")
            inner = functional.gelu(linear(rows, "fi"))
            return level(rows + lost(linear(inner, "fo")), "oln")

        def low(self, texts: Sequence[str]) -> list[Any]:
            """What the lower layers make of each text."""
            tokens = [model.tokens(ASKED_AS + text) for text in texts]
            longest = max(map(len, tokens))
            rows = torch.zeros(len(texts), longest, width)
            there = torch.zeros(len(texts), longest, dtype=torch.bool)
            for place, one in enumerate(tokens):
                rows[place, : len(one)] = torch.tensor(model.words(one))
                there[place, : len(one)] = True
            rows = rows + torch.tensor(model.weights("emb.pos", width)[:longest])
            rows = rows + torch.tensor(model.weights("emb.type", width)[0])
            level = [torch.tensor(model.weights(f"emb.ln.{name}")) for name in "wb"]
            rows = functional.layer_norm(rows, (width,), *level, epsilon)
            look = (~there)[:, None, None, :].float() * -1e9
            for place in range(LOWER):
                rows = self.layer(rows, place, look)
            return [rows[at, : len(one)].half() for at, one in enumerate(tokens)]

        def forward(self, pairs: Sequence[tuple[Any, Any]], across: Any) -> Any:
            """The log-odds of each pair, given what `low` made of its texts."""
            longest = max(len(one) + len(other) for one, other in pairs)
            rows = torch.zeros(len(pairs), longest, width)
            whose = torch.full((len(pairs), longest), -1)
            for at, (one, other) in enumerate(pairs):
                first, size = len(one), len(one) + len(other)
                rows[at, :first], rows[at, first:size] = one, other
                whose[at, :first], whose[at, first:size] = 0, 1
            apart = (whose[:, :, None] != whose[:, None, :]).float()[:, None]
            hidden = (whose < 0)[:, None, None, :].float() * -1e9
            for place in range(LOWER, many):
                look = apart * self.open[place - LOWER][None, :, None, None] + hidden
                rows = self.layer(rows, place, look, 0.1)
            both = []
            for side in (0, 1):
                mine = (whose == side).float()[..., None]
                mean = (rows * mine).sum(1) / mine.sum(1)
                turned = functional.normalize(mean, dim=1) @ self.head
                both.append(functional.normalize(turned, dim=1))
            one, other = both
            size = width**0.5
            differ = torch.cat([(one - other).abs() * size, one * other * size * size], 1)
            bent = functional.dropout(functional.gelu(self.inner(differ)), 0.2, self.training)
            start, near, apart_by = self.judge
            odds = start + near * (one * other).sum(1) + apart_by * across
            return odds + self.outer(bent)[:, 0]

    return Reader()


def taught(
    without: tuple[str, ...], seed: int, minutes: float, *, kept: Told | None = None
) -> tuple[Told, dict[str, float]]:
    """The numbers of one reader, and the log-odds of the pairs that it was not taught. With
    `kept`, the numbers of one that was taught before without the same writers, it goes on."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    lesson = Lesson(without, seed)
    reader = reader_of(Model(file()))
    if kept is not None:
        _take_up(reader, kept)
    known: dict[str, Any] = {}

    def low(texts: Sequence[str]) -> None:
        new = sorted({text for text in texts if text not in known}, key=len)
        with torch.no_grad():
            for start in range(0, len(new), 64):
                some = new[start : start + 64]
                known.update(zip(some, reader.low(some), strict=True))

    def odds_of(those: Sequence[Told]) -> Any:
        pairs = [tuple(known[text] for text in one["texts"]) for one in those]
        if reader.training:
            pairs = [
                tuple(side[_kept(len(side), lesson.chance)] for side in pair) for pair in pairs
            ]
        return reader(pairs, torch.tensor([float(one["across"]) for one in those]))

    learnt = reader.learnt
    groups = [
        ([one for one in learnt.values() if one.dim() == 2], 1, 0.0),
        ([one for one in learnt.values() if one.dim() == 1], 4, 0.0),
        ([reader.head], 2, 0.0),
        ([*reader.inner.parameters(), *reader.outer.parameters()], 5, 0.01),
        ([reader.judge, reader.open], 100, 0.0),
    ]
    course = FIRST if kept is None else GOING_ON
    rates = [times * course.rate for _those, times, _decay in groups]
    adam = torch.optim.AdamW(
        [{"params": those, "weight_decay": decay} for those, _times, decay in groups]
    )
    start = time.monotonic()
    for step, those in enumerate(lesson.steps(course)):
        gone = (time.monotonic() - start) / 60 / minutes
        if gone >= 1:
            break
        now = min(1, (step + 1) / 50) * (1 + math.cos(math.pi * gone)) / 2
        for group, rate in zip(adam.param_groups, rates, strict=True):
            group["lr"] = rate * now
        low([text for one, _counts in those for text in one["texts"]])
        reader.train()
        adam.zero_grad()
        ordered = sorted(those, key=lambda one: sum(len(known[text]) for text in one[0]["texts"]))
        for first in range(0, len(ordered), TOGETHER):
            some = ordered[first : first + TOGETHER]
            labels = torch.tensor([SURE if one["overlap"] else 1 - SURE for one, _counts in some])
            counts = torch.tensor([counts for _one, counts in some])
            each = functional.binary_cross_entropy_with_logits(
                odds_of([one for one, _counts in some]), labels, reduction="none"
            )
            ((each * counts).sum() / len(those)).backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        adam.step()
        if step % 50 == 0:
            sys.stdout.write(f"step {step}, {100 * gone:.0f} %\n")
            sys.stdout.flush()
    reader.eval()
    low([text for one in lesson.apart for text in one["texts"]])
    said: dict[str, float] = {}
    with torch.no_grad():
        for first in range(0, len(lesson.apart), 64):
            some_apart = lesson.apart[first : first + 64]
            odds = odds_of(some_apart).tolist()
            said |= {one["key"]: odd for one, odd in zip(some_apart, odds, strict=True)}
    return _numbers_of(reader), said


def _take_up(reader: Any, kept: Told) -> None:
    """Set a reader to the numbers that `_numbers_of` gave."""
    import torch

    with torch.no_grad():
        for place in range(LOWER, len(reader.open) + LOWER):
            for name in MATRICES:
                left, right = (kept[f"l{place}.{name}.{side}"] for side in ("left", "right"))
                difference = left.astype(np.float32) @ right.astype(np.float32)
                reader.learnt[f"l{place}_{name}_w"] += torch.tensor(difference)
            for name in VECTORS:
                difference = kept[f"l{place}.{name}"].astype(np.float32)
                reader.learnt[f"l{place}_{name.replace('.', '_')}"] += torch.tensor(difference)
        for held, name in (
            (reader.open, "open"), (reader.judge, "judge"), (reader.head, "head"),
            (reader.inner.weight, "inner"), (reader.inner.bias, "inner.b"),
            (reader.outer.weight[0], "outer"), (reader.outer.bias[0], "outer.b"),
        ):  # fmt: skip
            held.copy_(torch.tensor(kept[name].astype(np.float32)))


def _kept(size: int, chance: random.Random) -> list[int]:
    """Which tokens of a text are read: all marks, and most of what stands between them."""
    return [at for at in range(size) if at in (0, size - 1) or chance.random() > DROPPED]


def _numbers_of(reader: Any) -> Told:
    """What was learnt, as `foundation/closely.py` reads it: each matrix as two factors of its
    difference from the encoder's own."""
    model = Model(file())
    width, many, _heads, inner, _epsilon = model.shape
    told: Told = {"lower": np.int32(LOWER)}
    for place in range(LOWER, many):
        for name in MATRICES:
            own = model.weights(f"l{place}.{name}.w", inner if name == "fo" else width)
            difference = reader.learnt[f"l{place}_{name}_w"].detach().numpy() - own
            left, sizes, right = np.linalg.svd(difference, full_matrices=False)
            root = np.sqrt(sizes[:RANK])
            told[f"l{place}.{name}.left"] = (left[:, :RANK] * root).astype(np.float16)
            told[f"l{place}.{name}.right"] = (root[:, None] * right[:RANK]).astype(np.float16)
        for name in VECTORS:
            learnt = reader.learnt[f"l{place}_{name.replace('.', '_')}"].detach().numpy()
            told[f"l{place}.{name}"] = (learnt - model.weights(f"l{place}.{name}")).astype(
                np.float16
            )
    more: Mapping[str, Any] = {
        "open": reader.open, "judge": reader.judge, "head": reader.head,
        "inner": reader.inner.weight, "inner.b": reader.inner.bias,
        "outer": reader.outer.weight[0], "outer.b": reader.outer.bias[0],
    }  # fmt: skip
    small = {"head", "inner"}
    return told | {
        name: one.detach().numpy().astype(np.float16 if name in small else np.float32)
        for name, one in more.items()
    }


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
    django.setup()
    asked = [one for one in sys.argv[1:] if one != "--on"]
    minutes = float(asked[0]) if asked else MINUTES
    before: Told = dict(np.load(TAUGHT_CLOSELY)) if "--on" in sys.argv else {}
    numbers: Told = {}
    said: dict[str, float] = {}
    for place, (part, seed) in enumerate(zip(PARTS, SEEDS, strict=True)):
        sys.stdout.write(f"reader {place + 1} of {len(PARTS)}\n")
        mark = f"{place}/"
        kept = {
            name.removeprefix(mark): one for name, one in before.items() if name.startswith(mark)
        }
        learnt, apart = taught(part, seed, minutes, kept=kept or None)
        numbers |= {f"{place}/{name}": one for name, one in learnt.items()}
        said |= {key: round(odds, 2) for key, odds in apart.items()}
    np.savez_compressed(TAUGHT_CLOSELY, **numbers)
    (FOLDER / CLOSENESS).write_text(json.dumps(said, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
