"""For code that draws the lines of a long list, where a template would draw each anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import jinja2
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from takatuf.ui.templatetags import ui


class Drawing(jinja2.Environment):
    """Jinja2 as this house uses it: for what a page repeats (the folders `jinja2`).

    `_` looks a sentence up, which is dear: a template does it once, above its loop.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals |= {"_": _said, "badge": ui.badge, "icon": ui.icon, "words": ui.words}


def _said(words: str) -> SafeString:
    """A sentence of the catalogue, which may hold HTML as in `translate`."""
    return SafeString(gettext(words))


class Once:
    """Draws what many lines share, a badge, the name of an agency, once for a page."""

    def __init__(self) -> None:
        self.drawn: dict[tuple[object, ...], SafeString] = {}

    def __call__(self, draw: Callable[..., SafeString], *of: object) -> SafeString:
        return self.kept((draw, *of), lambda: draw(*of))

    def kept(self, key: tuple[object, ...], draw: Callable[[], SafeString]) -> SafeString:
        """What `draw` draws, kept under all that it depends on."""
        found = self.drawn.get(key)
        if found is None:
            found = self.drawn[key] = draw()
        return found


def sentence(words: str, **parts: str) -> SafeString:
    """A translated sentence with its `%(places)s` filled, as `blocktranslate` fills them: the
    words come from the catalogue and may hold HTML, the parts are escaped unless drawn."""
    filled = {name: ui.escaped(part) for name, part in parts.items()}
    return SafeString(words % filled)


def spans(parts: Iterable[str]) -> SafeString:
    """The facts of a line, side by side; escaped unless drawn."""
    drawn = " ".join([f"<span>{ui.escaped(part)}</span>" for part in parts])
    return SafeString(drawn)
