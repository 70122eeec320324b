"""How this site is translated: how far each language is, and the words that are kept the same."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.foundation.text import listed, search_key
from takatuf.translation.glossary import glossary
from takatuf.translation.standing import standing
from takatuf.translation.vocabulary import MISSING, STATE_MEANINGS, STATE_NAMES, State
from takatuf.ui.reading import direction_of, language_name

# From what a reader may trust most to what is not there at all.
ORDER = (
    State.SOURCE, State.APPROVED, State.REVIEWED, State.DRAFT, State.MACHINE, State.BEHIND, MISSING,
)  # fmt: skip
LONGEST_SEARCH = 60


@require_safe
@login_not_required
def languages(request: HttpRequest) -> HttpResponse:
    """Each language with its texts by state; the same account as `takatuf translate status`."""
    found = standing()
    there = [state for state in ORDER if any(one.by_state[state] for one in found)]
    return render(
        request,
        "public/languages/languages.html",
        {
            "page_title": _("How this site is translated"),
            "columns": [STATE_NAMES[state] for state in there],
            "lines": [
                {
                    "one": one,
                    "name": language_name(one.code),
                    "direction": direction_of(one.code),
                    "counts": [(STATE_NAMES[state], one.by_state[state]) for state in there],
                }
                for one in found
            ],
            "meanings": [(STATE_NAMES[state], STATE_MEANINGS[state]) for state in ORDER],
            "spoken": listed(language_name(code) for code, _name in settings.SPOKEN_LANGUAGES),
            "alone": any(one.alone for one in found),
        },
    )


@require_safe
@login_not_required
def words(request: HttpRequest) -> HttpResponse:
    """The glossary: one word for one thing, in each language that it has."""
    asked = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    folded = search_key(asked)
    here = get_language() or "en"
    codes = [
        code
        for code, _name in settings.LANGUAGES
        if any(code in term.renderings for term in glossary())
    ]
    codes.sort(key=lambda code: code != here)
    return render(
        request,
        "public/languages/glossary.html",
        {
            "page_title": _("Glossary"),
            "trail": [(_("How this site is translated"), reverse("public:languages"))],
            "asked": asked,
            "columns": [(code, language_name(code), direction_of(code)) for code in codes],
            "lines": [
                [
                    (code, language_name(code), direction_of(code), term.in_language(code))
                    for code in codes
                ]
                for term in glossary()
                if not folded or any(folded in search_key(term.in_language(code)) for code in codes)
            ],
        },
    )
