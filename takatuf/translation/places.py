"""Where a public text is read: the address of its page, as translators and reviewers want it.

The addresses are those of the public window, asked for by name, since a room does not know it.
"""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils import translation

# The page of a text by the first part of its key; most take the second part as well.
PAGES = {"card": "card", "dialogue": "dialogue", "framework": "guide-action"}


def place_of(key: str, language: str) -> str:
    """The path of the page that shows the text with this key to readers of `language`; empty
    where this installation has no such page."""
    kind, _slash, rest = key.partition("/")
    name = rest.partition("/")[0]
    with translation.override(language):
        if kind == "page":
            return _address(name)
        page = PAGES.get(kind, "")
        return _address(page, name) if page else ""


def _address(name: str, *args: str) -> str:
    try:
        return reverse(f"public:{name}", args=args)
    except NoReverseMatch:
        return ""
