"""How a card is told: its day, its place, its texts with the sources that they cite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from takatuf.learning.rules import CITED, TOLD
from takatuf.learning.vocabulary import CardField, Confidence, LinkKind, Read
from takatuf.ui.templatetags.ui import TRANSLATION_MARKS

if TYPE_CHECKING:
    from takatuf.learning.models import Card
    from takatuf.learning.queries import SourceLine
    from takatuf.translation.models import Shown


class Told(NamedTuple):
    """A text of a card, ready to be shown: paragraphs in the language that they are really in."""

    name: str
    heading: str
    paragraphs: Sequence[SafeString]
    language: str  # empty where it is the page's own
    direction: str
    mark: object  # what to know about the version: a machine's, older than the source


class SourceTold(NamedTuple):
    """A source as the card's list shows it."""

    anchor: str
    number: int
    line: SourceLine
    language: str
    read: str
    supports: str
    host: str


class LinkTold(NamedTuple):
    """A way to another site, and where it leads, said before anybody presses it."""

    url: str
    title: str
    publisher: str
    kind: str
    host: str


def language() -> str:
    """The language of the page."""
    return (get_language() or "en").split("-")[0]


def when(told: str) -> str:
    """The day of an event as exact as it is known: 15 March 2019, July 1992, 1992."""
    here = language()
    if len(told) == 4:
        return told
    on = date.fromisoformat(told if len(told) == 10 else f"{told}-01")
    if len(told) == 7:
        return format_skeleton("yMMMM", on, locale=here)
    return format_date(on, "d MMMM y", locale=here)


def country(code: str) -> str:
    """The name of a country (ISO 3166-1) in the page's language; the code where it has none."""
    return str(Locale(language()).territories.get(code, code))


def headings() -> dict[str, str]:
    """The heading of each text of a card, in the order in which they are read."""
    return {name: str(CardField(name).label) for name in TOLD}


def strengths() -> dict[str, str]:
    """What each confidence says about the record, and what it does not say."""
    return {
        Confidence.HIGH: _(
            "Several independent or official sources agree on what was done, or disagree openly. "
            "That does not yet say that it worked."
        ),
        Confidence.MEDIUM: _(
            "Several sources tell it, most of them from one point of view. "
            "That does not yet say that it worked."
        ),
        Confidence.LOW: _(
            "Few sources tell it, or partisan ones. Take it as a hint, and ask the city itself."
        ),
    }


def told_texts(texts: Mapping[str, Shown], numbers: Mapping[str, int]) -> list[Told]:
    """A card's texts but its title, with each `[s1]` drawn as a link to the list of sources."""
    named = headings()
    return [_told(name, named[name], texts[name], numbers) for name in TOLD if texts[name].words]


def _told(name: str, heading: str, text: Shown, numbers: Mapping[str, int]) -> Told:
    other = text.language != language()
    bidi = get_language_info(text.language)["bidi"] if other else False
    return Told(
        name,
        heading,
        [_cited(part.strip(), numbers) for part in text.words.split("\n") if part.strip()],
        text.language if other else "",
        ("rtl" if bidi else "ltr") if other else "",
        TRANSLATION_MARKS.get(str(text.state), ""),
    )


def _cited(text: str, numbers: Mapping[str, int]) -> SafeString:
    drawn, at = "", 0
    for found in CITED.finditer(text):
        number = numbers.get(found.group(1))
        drawn += escape(text[at : found.start()].rstrip())
        if number is not None:
            drawn += format_html(
                '<a class="cite" href="#source-{}"><span class="sr">{}</span>{}</a>',
                number,
                _("Source") + " ",
                number,
            )
        at = found.end()
    return mark_safe(drawn + escape(text[at:]))  # noqa: S308  each part was escaped


def told_sources(lines: Sequence[SourceLine]) -> list[SourceTold]:
    """The list of a card's sources: what was read of each, and what it supports."""
    named, here = headings(), Locale(language())
    return [
        SourceTold(
            f"source-{number}",
            number,
            line,
            str(here.languages.get(line.source.language.split("-")[0], line.source.language)),
            str(Read(line.source.read).label),
            " · ".join(named[field] for field in TOLD if field in line.source.supports),
            urlsplit(line.source.url).hostname or "",
        )
        for number, line in enumerate(lines, 1)
    ]


def told_links(card: Card) -> list[LinkTold]:
    """What a card leads to elsewhere. Nothing of it is loaded before it is pressed."""
    return [
        LinkTold(
            link["url"],
            link["title"],
            link["publisher"],
            str(LinkKind(link["kind"]).label),
            urlsplit(link["url"]).hostname or "",
        )
        for link in card.links
    ]


def plain(text: str) -> str:
    """A card's text without the marks of its sources, as a list or a preview shows it."""
    return " ".join(CITED.sub("", text).replace(" .", ".").split())
