"""Machine translation as a port: whatever engine stands behind it, it answers in the same way.

Only public texts go through it (`services.machine`). An engine on another machine is reached
when the operator has set one, and never by default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings

MEMORY, LIBRETRANSLATE, APERTIUM = "memory", "libretranslate", "apertium"
TRANSLATORS = (MEMORY, LIBRETRANSLATE, APERTIUM)


class Unavailable(Exception):
    """No engine answers now; the text is not to blame. `after`: seconds to wait, where said."""

    def __init__(self, reason: str, after: int | None = None) -> None:
        self.reason, self.after = reason, after
        super().__init__(reason)


class CannotTranslate(Exception):
    """The engine refused, or its answer is of no use: trying again would change nothing."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Translator(Protocol):
    """An engine. Texts are plain paragraphs, languages BCP 47 codes as the site has them."""

    @property
    def place(self) -> str:
        """The host that words are sent to; empty: they stay on this machine."""

    def pairs(self) -> frozenset[tuple[str, str]]:
        """From which language into which. Raises `Unavailable`."""

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """As many texts as came, in their order. Raises `Unavailable`, `CannotTranslate`."""


def translator() -> Translator | None:
    """The engine that the operator set; none by default, when only the memory is asked."""
    if settings.TRANSLATOR == LIBRETRANSLATE:
        from takatuf.translation.engines.libretranslate import LibreTranslate

        return LibreTranslate(settings.TRANSLATOR_URL, settings.TRANSLATOR_KEY)
    if settings.TRANSLATOR == APERTIUM:
        from takatuf.translation.engines.apertium import Apertium

        return Apertium()
    return None
