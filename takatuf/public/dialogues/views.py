"""The dialogues among cities: those coming, those that were held, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.foundation.errors import NotFound
from takatuf.learning.access import public_dialogue
from takatuf.learning.exchange import calendar_of
from takatuf.learning.gatherings import (
    Gathering,
    coming_dialogues,
    days_of,
    gathering_of,
    gatherings,
    past_dialogues,
    places_free,
)
from takatuf.learning.queries import cards_of_cells
from takatuf.public.library.views import told_lines
from takatuf.public.templatetags.citing import without_marks
from takatuf.public.ways import address

PAGE_OF = 20
MOST_CARDS = 4


class Line(NamedTuple):
    """A dialogue in a list."""

    told: Gathering
    days: str


def _language() -> str:
    return get_language() or "en"


def _lines(found: Iterable[Gathering]) -> list[Line]:
    return [Line(one, days_of(one.dialogue)) for one in found]


@require_safe
@login_not_required
def dialogues(request: HttpRequest) -> HttpResponse:
    """What is coming, the nearest first, then what was held, the newest first."""
    today, language = timezone.now().date(), _language()
    page = Paginator(past_dialogues(today), PAGE_OF).get_page(request.GET.get("page"))
    past = gatherings(page.object_list, language)
    coming = coming_dialogues(today, language) if page.number == 1 else []
    return render(
        request,
        "public/dialogues/dialogues.html",
        {
            "page_title": _("Dialogues among cities"),
            "page_description": _(
                "Where cities meet and learn from each other how to answer an attack driven by "
                "hate: what is coming, and what was learned."
            ),
            "coming": _lines(coming),
            "past": _lines(past),
            "page": page,
            "texts": [text for one in (*coming, *past) for text in one.words.values()],
        },
    )


@require_safe
@login_not_required
def dialogue(request: HttpRequest, slug: str) -> HttpResponse:
    """One dialogue; of one that was withdrawn, why (410)."""
    found = public_dialogue(slug)
    told = gathering_of(found, _language())
    context: dict[str, Any] = {
        "page_title": told.title.words,
        "told": told,
        "days": days_of(found),
        "trail": [(_("Dialogues"), reverse("public:dialogues"))],
    }
    if found.withdrawn_at:
        return render(request, "public/dialogues/withdrawn.html", context, status=410)
    context |= {
        "page_description": without_marks(told.summary.words.partition("\n")[0])[:300],
        "is_coming": found.ends_on >= timezone.now().date(),
        "has_days": found.precision == "day",
        "registers": (registers := found.takes_registrations(timezone.now().date())),
        "free": places_free(found) if registers else None,
        "themes": [
            (
                theme.words,
                [
                    (cell, address("guide-cell", cell.phase, cell.workstream))
                    for cell in theme.cells
                ],
            )
            for theme in told.themes
        ],
        "cards": told_lines(
            cards_of_cells(
                {(cell.phase, cell.workstream) for theme in told.themes for cell in theme.cells},
                language=_language(),
                most=MOST_CARDS,
            )
        ),
        "utoya": address("utoya") if any(_remembers(theme.cells) for theme in told.themes) else "",
    }
    return render(request, "public/dialogues/dialogue.html", context)


def _remembers(cells: Iterable[Any]) -> bool:
    """Whether a theme leads to the years after, of which the page on Utøya tells."""
    return any(cell.phase == "years" for cell in cells)


@require_safe
@login_not_required
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """A dialogue whose days are known, for one's own calendar; cancelled if it was withdrawn."""
    found, now = public_dialogue(slug), timezone.now()
    if found.precision != "day" or found.ends_on < now.date():
        raise NotFound
    told = gathering_of(found, _language())
    url = f"{settings.BASE_URL}{reverse('public:dialogue', args=[slug])}"
    return HttpResponse(
        calendar_of(found, title=told.title.words, place=told.place.words, url=url, now=now),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}.ics"'},
    )
