"""The guide: an overview, lists that can be narrowed, each action, and the first day at once."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.accounts.access import needs_second_factor, showed_second_factor
from takatuf.incidents.vocabulary import Kind
from takatuf.learning.booklet import guide_pdf
from takatuf.learning.queries import cards_of_cell, cards_of_workstream, comparable_cards
from takatuf.plans.guide import ActionShown, Guide, first_day, guide, narrowed
from takatuf.plans.queries import plans_to_add_to
from takatuf.plans.vocabulary import Phase, Size, Workstream
from takatuf.public.guide.choosing import (
    CELL,
    WAYS_OF_READING,
    actions_in_words,
    chosen_from,
    group_of,
    label_of,
    url_of,
)
from takatuf.public.library.views import told_lines
from takatuf.public.prose import prose
from takatuf.public.ways import address

if TYPE_CHECKING:
    from takatuf.learning.queries import CardLine
    from takatuf.plans.queries import PlanWithAction

PAGE_OF = 50
MOST_CARDS = 3
# Whoever opens the list of the first day without a choice sees what no place can do without.
USUAL = {"size": Size.VILLAGE.value, "kind": Kind.ATTACK.value}


def spoken() -> str:
    """The page's language."""
    return get_language() or "en"


@login_not_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the guide is, and every way into it."""
    found, words = guide(spoken()), prose("guide")
    groups = {by: group_of(found.actions, {}, by) for by in WAYS_OF_READING}
    return render(
        request,
        "public/guide/overview.html",
        {
            "page_title": words["title"].words,
            "page_description": words["lead"].words,
            "page": words,
            "how_many": actions_in_words(len(found.actions)),
            "version": found.version,
            "phases": [
                (choice, words.get(f"phase-{choice.code}")) for choice in groups["phase"].choices
            ],
            "workstreams": [
                (choice, words.get(f"workstream-{choice.code}"))
                for choice in groups["workstream"].choices
            ],
            "groups": [groups[by] for by in ("role", "size", "kind")],
            "table": _table(found),
            "all_url": url_of({}),
        },
    )


def _table(found: Guide) -> list[dict[str, Any]]:
    """How many actions stand in each cell of workstream and phase, with the way to them."""
    return [
        {
            "label": stream.label,
            "url": url_of({"workstream": stream.value}),
            "cells": [
                {
                    "count": found.cells[stream.value, phase.value],
                    "url": url_of({"phase": phase.value, "workstream": stream.value}),
                }
                for phase in Phase
            ],
        }
        for stream in Workstream
    ]


@login_not_required
@require_safe
def actions(request: HttpRequest, by: str = "", value: str = "") -> HttpResponse:
    """The actions that fit what the reader chose, in the order of phase or of workstream."""
    if by and by not in WAYS_OF_READING:
        raise Http404
    return _list(request, {by: value} if by else {})


@login_not_required
@require_safe
def cell(request: HttpRequest, phase: str, workstream: str) -> HttpResponse:
    """The actions of one phase of one workstream, and the cases that help there."""
    return _list(request, {"phase": phase, "workstream": workstream})


def _list(request: HttpRequest, of_the_path: dict[str, str]) -> HttpResponse:
    given = {name: request.GET.get(name, "") for name in WAYS_OF_READING} | of_the_path
    try:
        chosen = chosen_from(given)
    except ValueError:
        raise Http404 from None
    found, words = guide(spoken()), prose("guide")
    fitting = narrowed(found.actions, **chosen)
    if "workstream" not in chosen and "phase" not in chosen:
        fitting.sort(key=lambda one: list(Phase).index(Phase(one.phase)))
    page = Paginator(fitting, PAGE_OF).get_page(request.GET.get("page"))
    names = [label_of(name, code) for name, code in chosen.items()]
    first = next(iter(chosen.items()), None)
    intro = words.get("-".join(first)) if first and len(chosen) == 1 else None
    within = "phase" if chosen.get("workstream") and not chosen.get("phase") else "workstream"
    if "workstream" not in chosen and "phase" not in chosen:
        within = "phase"
    return render(
        request,
        "public/guide/actions.html",
        {
            "page_title": " · ".join(names) if names else _("All actions of the guide"),
            "page_description": words["lead"].words,
            "intro": intro,
            "trail": [(_("The guide"), address("guide"))],
            "how_many": actions_in_words(len(fitting)),
            "listing": page,
            "parts": _parts(list(page.object_list), within, chosen),
            "chosen": [
                (label_of(name, code), url_of({k: v for k, v in chosen.items() if k != name}))
                for name, code in chosen.items()
            ],
            "groups": [group_of(found.actions, chosen, name) for name in WAYS_OF_READING],
            "cards": told_lines(_cards(chosen)),
            "cards_url": _library(chosen),
            "all_url": url_of({}),
        },
    )


def _cards(chosen: Mapping[str, str]) -> list[CardLine]:
    """The cases that help where these actions stand: in the cell, else in the workstream."""
    phase, workstream = chosen.get("phase"), chosen.get("workstream")
    if phase and workstream:
        return cards_of_cell(phase, workstream, language=spoken(), most=MOST_CARDS)
    if workstream:
        return cards_of_workstream(workstream, language=spoken(), most=MOST_CARDS)
    return []


def _library(chosen: Mapping[str, str]) -> str:
    """The address of all cases of that cell or workstream."""
    query = urlencode({name: chosen[name] for name in CELL if chosen.get(name)})
    return f"{address('library')}?{query}"


def _parts(shown: list[ActionShown], within: str, chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The lines of a list under their headings, soonest first under each."""
    if within in chosen:  # one heading for all would repeat the page's own
        return [{"label": "", "actions": shown}] if shown else []
    return [
        {"code": code, "label": label_of(within, code), "actions": list(lines)}
        for code, lines in groupby(shown, key=lambda one: str(getattr(one, within)))
    ]


@login_not_required
@require_safe
def action(request: HttpRequest, code: str) -> HttpResponse:
    """One action: what, why, who, when, what goes wrong, where it comes from."""
    found = guide(spoken())
    one = found.by_code.get(code)
    if one is None:
        raise Http404
    cell = narrowed(found.actions, phase=one.phase, workstream=one.workstream)
    at = cell.index(one)
    return render(
        request,
        "public/guide/action.html",
        {
            "page_title": one.title.words,
            "page_description": one.why.words,
            "action": one,
            "text_key": f"framework/{code}/",
            "plans": _plans(request, code),
            "kinds": [Kind(kind).label for kind in one.kinds],
            "size": Size(one.size).label,
            "trail": [
                (_("The guide"), address("guide")),
                (one.phase_label, url_of({"phase": one.phase})),
                (
                    one.workstream_label,
                    url_of({"phase": one.phase, "workstream": one.workstream}),
                ),
            ],
            "before": [found.by_code[first] for first in one.after if first in found.by_code],
            "followers": found.followers.get(code, ()),
            "beside": [other for other in cell if other is not one],
            "following": cell[at + 1] if at + 1 < len(cell) else None,
            "cell_url": url_of({"phase": one.phase, "workstream": one.workstream}),
            "cards": told_lines(_cards({"phase": one.phase, "workstream": one.workstream})),
            "cards_url": _library({"phase": one.phase, "workstream": one.workstream}),
        },
    )


def _plans(request: HttpRequest, code: str) -> list[PlanWithAction]:
    """The plans to which this reader may add the action; none for a stranger, nor before
    somebody has set up the second step that their role needs."""
    if not request.user.is_authenticated:
        return []
    actor = request.actor  # type: ignore[attr-defined]
    if not showed_second_factor(request) and needs_second_factor(request.user, actor):
        return []
    return plans_to_add_to(actor, code)


@login_not_required
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The first hour and the first day, for a city that has no plan: in order of time."""
    given = {name: request.GET.get(name) or usual for name, usual in USUAL.items()}
    try:
        chosen = chosen_from(given)
    except ValueError:
        raise Http404 from None
    found, words = guide(spoken()), prose("now")
    todo = first_day(found, **chosen)
    phases = [
        (Phase(code).label, list(lines)) for code, lines in groupby(todo, lambda one: one.phase)
    ]
    here = address("guide-now")
    return render(
        request,
        "public/guide/now.html",
        {
            "page_title": words["title"].words,
            "page_description": words["lead"].words,
            "page": words,
            "phases": phases,
            "how_many": actions_in_words(len(todo)),
            "sizes": [
                (
                    size.label,
                    f"{here}?size={size.value}&kind={chosen['kind']}",
                    size.value == chosen["size"],
                )
                for size in Size
            ],
            "kinds": [
                (
                    kind.label,
                    f"{here}?size={chosen['size']}&kind={kind.value}",
                    kind.value == chosen["kind"],
                )
                for kind in Kind
            ],
            "chosen": chosen,
            "cards": told_lines(
                comparable_cards(chosen["size"], [chosen["kind"]], language=spoken(), most=1)
            ),
            "cards_url": address("library"),
            "next_phase_url": url_of({"phase": Phase.THREE_DAYS.value, "size": chosen["size"]}),
        },
    )


@login_not_required
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The whole guide on paper, in the page's language."""
    language = spoken()
    answer = HttpResponse(guide_pdf(language, now=timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="guide-{language}.pdf"'
    return answer
