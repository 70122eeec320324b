"""For code that draws the lines of a long list, where a template would draw each anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe


class Once:
    """Draws what many lines share, a badge, the name of an agency, once for a page."""

    def __init__(self) -> None:
        self.drawn: dict[tuple[object, ...], SafeString] = {}

    def __call__(self, draw: Callable[..., SafeString], *of: object) -> SafeString:
        key = (draw, *of)
        if key not in self.drawn:
            self.drawn[key] = draw(*of)
        return self.drawn[key]


def sentence(words: str, **parts: str) -> SafeString:
    """A translated sentence with its `%(places)s` filled, as `blocktranslate` fills them: the
    words come from the catalogue and may hold HTML, the parts are escaped unless drawn."""
    filled = {name: conditional_escape(part) for name, part in parts.items()}
    return mark_safe(words % filled)  # noqa: S308  words from the catalogue, parts escaped


def spans(parts: Iterable[str]) -> SafeString:
    """The facts of a line, side by side; escaped unless drawn."""
    return format_html_join(" ", "<span>{}</span>", ((part,) for part in parts))
