"""The prose of a public page in the reader's language, as it stands here now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language

from takatuf.translation.queries import NOTHING, shown_texts

if TYPE_CHECKING:
    from takatuf.translation.models import Shown


class Prose(dict[str, "Shown"]):
    """The texts of one page by name; what is not there is nothing, so that no page breaks."""

    def __missing__(self, name: str) -> Shown:
        return NOTHING


def prose(page: str) -> Prose:
    """The texts `page/<page>/<name>` by name, in one statement."""
    prefix = f"page/{page}/"
    found = shown_texts(prefix, get_language() or "en")
    return Prose({key.removeprefix(prefix): text for key, text in found.items()})
