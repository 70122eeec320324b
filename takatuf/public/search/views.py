"""Finding in all that is public, by words and by meaning. What somebody asks is not kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.foundation.text import listed
from takatuf.public.search.pace import may_search
from takatuf.public.search.places import address_of, kinds_here
from takatuf.public.views import too_often
from takatuf.search.queries import Hit
from takatuf.search.rules import MOST_ASKED
from takatuf.search.services import answer
from takatuf.search.vocabulary import Kind

PAGE_OF = 10
DEEPEST = 20  # pages; whoever has not found it by then asks otherwise


class Choice(NamedTuple):
    """A way to narrow what was found: words, how many, where to, whether it is chosen."""

    label: str
    many: int
    url: str
    current: bool


class Line(NamedTuple):
    """A thing that was found, as the page shows it."""

    kind: str
    url: str
    hit: Hit
    title: SafeString
    excerpt: SafeString
    why: str
    own_name: str  # of its language, where that is not the page's


@require_safe
@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """The page with what was found. The question stands in the address alone, so that the page
    can be shared; it is written down nowhere."""
    asked = request.GET.get("q", "")[:MOST_ASKED].replace("\x00", "").strip()
    if asked and not may_search(get_ip(request)):
        return too_often(request)
    context = _found(request, asked) if asked else {"page_title": _("Search")}
    page = render(request, "public/search/search.html", context | {"asked": asked})
    add_never_cache_headers(page)
    return page


def _found(request: HttpRequest, asked: str) -> dict[str, Any]:
    here, present = get_language() or "en", kinds_here()
    kind = request.GET.get("kind", "")
    kind = kind if kind in present else ""
    tongue = request.GET.get("in", "")
    tongue = tongue if tongue in settings.OWN_NAMES else ""
    number = request.GET.get("page", "1")
    at = (
        min(int(number), DEEPEST)
        if number.isascii() and number.isdigit() and len(number) < 4
        else 1
    )
    found = answer(
        asked,
        language=here,
        within=present,
        kinds=[kind] if kind else (),
        languages=[tongue] if tongue else (),
        start=(max(at, 1) - 1) * PAGE_OF,
        most=PAGE_OF,
    )
    total = min(found.total, DEEPEST * PAGE_OF)

    def to(**changed: str) -> str:
        kept = {"q": asked, "kind": kind, "in": tongue} | changed
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    return {
        "page_title": _("What answers to “%(asked)s”") % {"asked": asked},
        "lines": [line for hit in found.hits if (line := _line(hit, here)).url],
        "page": Paginator(range(total), PAGE_OF).get_page(at),
        "total": total,
        "kinds": _choices(
            [(code, str(Kind(code).label)) for code in present], found.kinds, kind, "kind", to
        ),
        "tongues_found": _choices(
            [(code, name) for code, name in settings.OWN_NAMES.items()],
            found.languages,
            tongue,
            "in",
            to,
        ),
        "narrowed": kind or tongue,
        "whole": to(**{"kind": "", "in": ""}),
        "by_meaning": found.by_meaning,
    }


def _choices(
    names: Sequence[tuple[str, str]], counts: Any, chosen: str, field: str, to: Any
) -> list[Choice]:
    found = [
        Choice(
            label,
            counts.get(code, 0),
            to(**{field: "" if code == chosen else code}),
            code == chosen,
        )
        for code, label in names
        if counts.get(code) or code == chosen
    ]
    return found if len(found) > 1 or chosen else []


def _line(hit: Hit, here: str) -> Line:
    return Line(
        str(Kind(hit.kind).label),
        address_of(hit.kind, hit.key),
        hit,
        mark_safe(hit.title_html),  # noqa: S308  escaped where the words are marked
        mark_safe(hit.excerpt_html),  # noqa: S308
        why(hit, here),
        settings.OWN_NAMES.get(hit.language, hit.language) if hit.language != here else "",
    )


def why(hit: Hit, here: str) -> str:
    """Why a thing was found, as a sentence for a reader of `here`."""
    words = listed(_("“%(word)s”") % {"word": word} for word in hit.words)
    if hit.words and hit.words_in == hit.language:
        return _("Has the words: %(words)s") % {"words": words}
    if hit.words:
        return _("Has the words in %(language)s: %(words)s") % {
            "words": words,
            "language": _name(hit.words_in),
        }
    if hit.meaning_in and hit.meaning_in != here:
        return _("The same meaning, in %(language)s") % {"language": _name(hit.meaning_in)}
    return _("The same meaning in other words")


def _name(code: str) -> str:
    return str(get_language_info(code)["name_translated"])
