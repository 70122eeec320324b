"""Taking in the prose of the public pages, without undoing what was corrected here."""

from __future__ import annotations

from datetime import datetime

from takatuf.learning.pages import SOURCE_LANGUAGE, shipped_pages
from takatuf.translation.services import Shipped, put_texts

OWNER = "prose"


def load_pages(*, now: datetime) -> int:
    """Take in the prose that ships as texts `page/<page>/<name>`; answer how many were new or
    changed. Safe to repeat; where nothing changed it costs one query.
    """
    shipped = [
        Shipped(f"page/{page}/{name}", words, SOURCE_LANGUAGE)
        for page, texts in shipped_pages().items()
        for name, words in texts.items()
    ]
    return put_texts(OWNER, shipped, now=now, whole="page/")
