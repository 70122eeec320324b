"""The library as anyone reads it. A withdrawn card keeps its address and says why (410)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.incidents.vocabulary import Kind
from takatuf.learning.queries import (
    FACETS,
    CardLine,
    lines_of,
    near_cards,
    published_card,
    shelf,
    sources_of_card,
    texts_of,
)
from takatuf.learning.vocabulary import CardKind, Confidence, PlaceSize, Region
from takatuf.network.vocabulary import Level
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.public.guide.choosing import url_of
from takatuf.public.library.telling import (
    country,
    language,
    plain,
    strengths,
    told_links,
    told_sources,
    told_texts,
    when,
)

if TYPE_CHECKING:
    from django.db.models import TextChoices

    from takatuf.learning.models import Card

PAGE_OF = 20
CODES: dict[str, type[TextChoices]] = {
    "workstream": Workstream,
    "phase": Phase,
    "region": Region,
    "level": Level,
    "incident": Kind,
    "size": PlaceSize,
    "kind": CardKind,
    "confidence": Confidence,
}
PREVIEW = 200  # characters that a preview of a card shows


class Choice(NamedTuple):
    """One way to narrow the list, and how many cards it leaves."""

    label: str
    leaves: int
    url: str
    chosen: bool


class Facet(NamedTuple):
    name: str
    label: str
    choices: Sequence[Choice]
    chosen: Choice | None


class LineTold(NamedTuple):
    """A card in a list, with its day and country in the page's language."""

    line: CardLine
    when: str
    country: str
    lesson: str


def _labels() -> dict[str, str]:
    return {
        "workstream": _("Workstream"),
        "phase": _("Phase"),
        "region": _("Part of the world"),
        "level": _("Who did it"),
        "incident": _("Kind of incident"),
        "size": _("Size of the place"),
        "kind": _("Practice or lesson"),
        "confidence": _("How well it is known"),
    }


def told_lines(lines: Sequence[CardLine]) -> list[LineTold]:
    """Cards as a list of the public pages shows them."""
    return [
        LineTold(line, when(line.date), country(line.country), plain(line.lesson.words))
        for line in lines
    ]


def _chosen(request: HttpRequest) -> dict[str, str]:
    """The code chosen in each facet. A hand-made one is not found."""
    chosen = {name: request.GET[name] for name in FACETS if request.GET.get(name)}
    if any(code not in CODES[name].values for name, code in chosen.items()):
        raise Http404
    return chosen


def _address(chosen: Mapping[str, str]) -> str:
    return reverse("public:library") + (f"?{urlencode(chosen)}" if chosen else "")


def _facets(chosen: Mapping[str, str], counts: Mapping[str, int]) -> list[Facet]:
    labels = _labels()
    facets = []
    for name in FACETS:
        rest = {other: code for other, code in chosen.items() if other != name}
        choices = [
            Choice(
                str(code.label),
                counts.get(f"{name}:{code.value}", 0),
                _address(rest if chosen.get(name) == code.value else rest | {name: code.value}),
                chosen.get(name) == code.value,
            )
            for code in CODES[name]
        ]
        shown = [choice for choice in choices if choice.leaves or choice.chosen]
        one = next((choice for choice in shown if choice.chosen), None)
        facets.append(Facet(name, labels[name], shown, one))
    return facets


@require_safe
@login_not_required
def library(request: HttpRequest) -> HttpResponse:
    """All cards, newest first, narrowed by plain links that say how many each leaves."""
    chosen = _chosen(request)
    found = shelf(chosen)
    page = Paginator(found.slugs, PAGE_OF).get_page(request.GET.get("page"))
    facets = _facets(chosen, found.counts)
    return render(
        request,
        "public/library/library.html",
        {
            "page_title": _("Library"),
            "page_description": _(
                "What cities did after attacks driven by hate or extremism, what came of it, and "
                "how that is known; each fact with its source."
            ),
            "page": page,
            "count": len(found.slugs),
            "lines": told_lines(lines_of(page.object_list, language())),
            "facets": facets,
            "chosen": [facet for facet in facets if facet.chosen],
            "whole": _address({}),
        },
    )


@require_safe
@login_not_required
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """One card; or, where it was withdrawn, that it was and why."""
    found = published_card(slug)
    if found.withdrawn_at is not None:
        return _gone(request, found)
    here = language()
    texts = texts_of(found, here)
    sources = sources_of_card(found, texts)
    numbers = {line.source.code: number for number, line in enumerate(sources, 1)}
    return render(
        request,
        "public/library/card.html",
        {
            "page_title": texts["title"].words,
            "page_description": Truncator(strip_tags(plain(texts["lesson"].words))).chars(PREVIEW),
            "card": found,
            "texts": texts,
            "key": f"card/{slug}/",
            "title": texts["title"],
            "place": texts["place"],
            "when": when(found.date),
            "country": country(found.country),
            "told": told_texts(texts, numbers),
            "sources": told_sources(sources),
            "unverified": any(not line.source.verified for line in sources),
            "links": told_links(found),
            "strength": strengths()[found.confidence],
            "levels": [Level(code).label for code in found.level],
            "kinds": [Kind(code).label for code in found.incident_kinds],
            "cells": [
                (
                    Phase(phase).label,
                    Workstream(workstream).label,
                    url_of({"phase": phase, "workstream": workstream}),
                )
                for phase, workstream in found.cells
            ],
            "near": told_lines(near_cards(found, language=here)),
            "trail": [(_("Library"), reverse("public:library"))],
        },
    )


def _gone(request: HttpRequest, found: Card) -> HttpResponse:
    """The address of a card that was withdrawn: its words are not shown any more."""
    successor = lines_of([found.replaced_by], language()) if found.replaced_by else []
    answer = render(
        request,
        "public/library/gone.html",
        {
            "page_title": _("This card was withdrawn"),
            "card": found,
            "successor": successor[0] if successor else None,
            "trail": [(_("Library"), reverse("public:library"))],
        },
        status=410,
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer
