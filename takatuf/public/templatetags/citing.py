"""Prose that names its sources, and the list of them, on any public page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django import template
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from takatuf.learning.vocabulary import Read
from takatuf.ui.reading import language_name
from takatuf.ui.templatetags.ui import lang_of

register = template.Library()
CITED = re.compile(r"\s*\[s([1-9][0-9]?)\]")


class Line(NamedTuple):
    """A source as the list shows it."""

    number: str
    title: str
    language: str  # BCP 47, of the title
    written_in: str
    publisher: str
    year: int | None
    url: str
    host: str
    read: str | Promise
    verified: bool
    note: str
    note_in: str  # BCP 47; empty: the page's language


@register.simple_tag
def prose(text: Any, tag: str = "p") -> SafeString:
    """A text's paragraphs, in its own language, each `[s1]` a link to the list of sources."""
    of = lang_of(text)
    return mark_safe(  # noqa: S308  the words were escaped, the tag is ours
        "".join(f"<{tag}{of}>{with_links(part)}</{tag}>" for part in text.words.split("\n") if part)
    )


def with_links(text: str) -> SafeString:
    """The words escaped, with a small link for each source that they cite."""
    drawn, at = "", 0
    for found in CITED.finditer(text):
        drawn += escape(text[at : found.start()]) + format_html(
            '\u202f<a class="cite" href="#source-{0}"><span class="sr">{1} </span>{0}</a>',
            found[1],
            _("Source"),
        )
        at = found.end()
    return mark_safe(drawn + escape(text[at:]))  # noqa: S308  each part was escaped


def without_marks(text: str) -> str:
    """The words as a list or a preview shows them: without the marks of sources."""
    return " ".join(CITED.sub("", text).split())


@register.inclusion_tag("public/parts/sources.html")
def sources(records: Sequence[Mapping[str, Any]]) -> dict[str, Iterable[Line]]:
    """The list of what was read: records as on a card (`learning/library/card.schema.json`)."""
    here = get_language() or "en"
    return {
        "lines": [
            Line(
                one["id"].removeprefix("s"),
                one["title"],
                one["language"],
                language_name(one["language"]),
                one["publisher"],
                one["year"],
                one["url"] or "",
                urlsplit(one["url"] or "").hostname or "",
                Read(one["read"]).label,
                one["verified"],
                (one.get("note") or {}).get(here) or (one.get("note") or {}).get("en", ""),
                "" if here in (one.get("note") or {}) else "en",
            )
            for one in records
        ]
    }
