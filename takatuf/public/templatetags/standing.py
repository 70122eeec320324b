"""How far the texts of a public page may be trusted, said in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.text import listed
from takatuf.public.ways import address
from takatuf.translation.queries import shown_texts
from takatuf.ui.reading import language_name
from takatuf.ui.templatetags.ui import DRAFTS

register = template.Library()

# From what a reader should know first to what matters least.
SENTENCES: dict[str, str | Promise] = {
    "machine": _(
        "Some texts on this page were translated by a machine and nobody has checked them yet."
    ),
    "behind": _("Some texts on this page are translations older than their source."),
    "draft": DRAFTS,
    "reviewed": _("Some texts on this page were reviewed and wait for approval."),
}
ALONE = _("Some texts on this page were approved by the person who wrote them.")


@register.inclusion_tag("public/parts/standing_line.html", takes_context=True)
def standing(
    context: Context, texts: Iterable[Any] | Mapping[str, Any] | None = None, key: str = ""
) -> dict[str, object]:
    """How far the texts of a page may be trusted, and the way to report a mistake in them.

    `texts` are the `Shown` of the page, or a mapping of them; without them all texts under
    the `key` ("card/oslo-2011-support/"), and without that whatever `{% shown %}` has drawn
    on the page so far. A page of approved texts in its own language has the way to the
    report alone. `key` goes along with the report, so that whoever reads it finds the text.
    """
    request = context.get("request")
    language = get_language() or "en"
    if texts is None or isinstance(texts, str):  # an include passes on "" for what is not there
        texts = shown_texts(key, language) if key else None
    if texts is None:
        told = set(getattr(request, "texts_shown", ()))
    else:
        shown: Iterable[Any] = texts.values() if isinstance(texts, Mapping) else texts
        told = {(str(one.state), one.language, one.alone) for one in shown if one.words}
    if request is not None:
        request.shows_drafts = False  # said here, so not again at the foot of the page
    states = {state for state, spoken, _alone in told if spoken == language}
    others = sorted({spoken for _state, spoken, _alone in told} - {language})
    sentences = [str(words) for state, words in SENTENCES.items() if state in states]
    if any(alone for _state, _spoken, alone in told):
        sentences.append(str(ALONE))
    if others:
        sentences.append(
            _("What is not translated yet is shown in %(languages)s.")
            % {"languages": listed(language_name(code) for code in others)}
        )
    return {
        "sentences": sentences,
        "languages_url": address("languages"),
        "mistake_url": _mistake(request, key),
    }


def _mistake(request: Any, key: str) -> str:
    mistake = address("mistake")
    if not mistake or request is None:
        return ""
    about = {"about": request.path} | ({"text": key} if key else {})
    return f"{mistake}?{urlencode(about)}"
