"""Utøya: how families and survivors were consulted, and what other cities can take from it.

Told with care: no picture, no perpetrator, a word of warning first, and every fact with the
record of what was read for it.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from takatuf.learning.gatherings import cell_of
from takatuf.learning.pages import sources_of
from takatuf.learning.queries import cards_of_cells
from takatuf.public.library.views import told_lines
from takatuf.public.templatetags.citing import without_marks
from takatuf.translation.queries import NOTHING, shown_texts

KEY = "page/utoya/"
# The headings of the page, each with the texts under it, in the order in which they are read.
HAPPENED = ("happened",)
HOW = ("how-vow", "how-each-family", "how-advice", "how-house")
CHANGED = ("memorial", "learning", "democracy")
TAKE = ("how", "time", "neighbours", "pause", "lead", "reasons", "youth")
# Where the guide takes it up: the years after, and the months in which people are first asked.
CELLS = (
    ("years", "support"),
    ("years", "psychosocial"),
    ("years", "community"),
    ("years", "learning"),
    ("months", "community"),
)
MOST_CARDS = 4


@require_safe
@login_not_required
def utoya(request: HttpRequest) -> HttpResponse:
    """The page, its sources, the cells of the guide and the cards of the library."""
    language = get_language() or "en"
    texts = {key.removeprefix(KEY): text for key, text in shown_texts(KEY, language).items()}

    def told(name: str) -> object:
        return texts.get(name, NOTHING)

    return render(
        request,
        "public/utoya/utoya.html",
        {
            "page_title": texts["title"].words if "title" in texts else "Utøya",
            "page_description": without_marks(texts["lead"].words) if "lead" in texts else "",
            "texts": texts,
            "key": KEY,
            "told": {name.replace("-", "_"): text for name, text in texts.items()},
            "how": [told(name) for name in HOW],
            "changed": [(name, told(f"{name}-heading"), told(name)) for name in CHANGED],
            "take": [told(f"take-{name}") for name in TAKE],
            "sources_read": sources_of("utoya"),
            "cells": [(cell_of(*cell), reverse("public:guide-cell", args=cell)) for cell in CELLS],
            "cards": told_lines(cards_of_cells(CELLS[:4], language=language, most=MOST_CARDS)),
        },
    )
