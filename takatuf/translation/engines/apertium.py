"""Apertium, as Debian packages it: rules and dictionaries on this machine, no network.

It has no Arabic. Between languages for which it has no pair it goes through a third one, so
English and French meet in Spanish (`apertium-eng-spa`, `apertium-fr-es`).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from takatuf.translation.engines import CannotTranslate, Unavailable

TIMEOUT = 60  # seconds for one text
CODES = {"eng": "en", "spa": "es", "fra": "fr", "nob": "nb", "nno": "nn", "swe": "sv",
         "dan": "da", "cat": "ca", "por": "pt", "ita": "it"}  # fmt: skip


class Apertium:
    """The pairs that are installed, and the ways through one language between two of them."""

    @property
    def place(self) -> str:
        return ""

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(self._ways())

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        way = self._ways().get((source, target))
        if way is None:
            raise CannotTranslate(f"no pair {source}-{target}")
        answers = []
        for text in texts:
            words = text
            for mode in way:
                words = _run(["-u", mode], words)
            if not words.strip():
                raise CannotTranslate("an answer without words")
            answers.append(words.strip())
        return answers

    def _ways(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """From and into, and the modes on the way; the direct way where there is one."""
        direct: dict[tuple[str, str], str] = {}
        for mode in _run(["-l"], "").split():
            parts = [CODES.get(part, part) for part in mode.split("-")]
            if len(parts) == 2 and all(part.isalpha() for part in parts):
                direct.setdefault((parts[0], parts[1]), mode)
        ways: dict[tuple[str, str], tuple[str, ...]] = {}
        for (first, middle), one in direct.items():
            for (also_middle, last), other in direct.items():
                if middle == also_middle and first != last:
                    ways.setdefault((first, last), (one, other))
        return ways | {pair: (mode,) for pair, mode in direct.items()}


def _run(arguments: Sequence[str], words: str) -> str:
    """Apertium's answer to these words. No shell, and nothing of the words on the command line."""
    program = shutil.which("apertium")
    if program is None:
        raise Unavailable("apertium is not installed")
    try:
        done = subprocess.run(  # noqa: S603  our own arguments, no shell
            [program, *arguments],
            input=words,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable("apertium took too long") from error
    except OSError as error:
        raise Unavailable(type(error).__name__) from error
    if done.returncode:
        raise CannotTranslate(f"apertium ended with {done.returncode}")
    return done.stdout
