"""Where a public text is read: the address of its page, as translators and reviewers want it."""

from __future__ import annotations

from django.utils import translation

from takatuf.public.ways import address

# The page of a text by the first part of its key; most take the second part as well.
PAGES = {"card": "card", "dialogue": "dialogue", "framework": "action"}


def place_of(key: str, language: str) -> str:
    """The path of the page that shows the text with this key to readers of `language`; empty
    where this installation has no such page."""
    kind, _slash, rest = key.partition("/")
    name = rest.partition("/")[0]
    with translation.override(language):
        if kind == "page":
            return address(name)
        page = PAGES.get(kind, "")
        return address(page, name) if page else ""
