"""Finding on the desk: one field over what the reader may see anyway. What is found, and how far
was looked, `coordination.search` says; here each thing gets its address and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.coordination.search import (
    READ_AT_MOST,
    Found,
    FoundBeside,
    names_of,
    search_beside,
    words_of_activity,
)
from takatuf.coordination.search import search as found_on_the_desk
from takatuf.desk.shortcuts import Request, address, desk_page
from takatuf.incidents.queries import letters_of
from takatuf.network.queries import cities_of
from takatuf.search.rules import MOST_ASKED, asked, excerpt_of, marked
from takatuf.ui import reading

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

SHOWN = 10  # of each kind


class Line(NamedTuple):
    """A thing that was found: its address, its words with those that were sought, and where."""

    url: str
    words: SafeString
    beside: str


class Group(NamedTuple):
    """What was found of one kind; `more` where not all of it is shown."""

    code: str
    label: str
    lines: list[Line]
    more: bool


Told = tuple[str, Iterable[str], str]  # address, texts, what stands beside


@require_safe
def search(request: Request) -> HttpResponse:
    """One field over all that the reader may see. The question is written down nowhere."""
    question = request.GET.get("q", "")[:MOST_ASKED].replace("\x00", "").strip()
    cities = list(cities_of(request.actor))
    now = timezone.now()
    found = found_on_the_desk(request.actor, question)
    beside = search_beside(request.actor, question, now)
    answer = desk_page(
        request,
        "desk/search/search.html",
        here="",
        page_title=_("Search"),
        city=cities[0] if len(cities) == 1 else None,
        now=now,
        asked=question,
        groups=list(_groups(found, beside, question)),
        most=READ_AT_MOST,
        complete=found.complete and beside.complete,
    )
    add_never_cache_headers(answer)
    return answer


def _groups(found: Found, beside: FoundBeside, question: str) -> Iterator[Group]:
    language = get_language() or "en"
    terms = [term for group in asked(question) for term in group]
    kinds: list[tuple[str, str, list[Told]]] = [
        ("incidents", _("Incidents"), [_incident(one) for one in found.incidents[: SHOWN + 1]]),
        ("actions", _("Actions"), [_task(one, language) for one in found.tasks[: SHOWN + 1]]),
        ("log", _("Log"), [_entry(one) for one in found.entries[: SHOWN + 1]]),
        (
            "who-does-what",
            _("Who does what"),
            [_activity(one) for one in beside.activities[: SHOWN + 1]],
        ),
        ("reports", _("Reports"), [_report(one, language) for one in beside.reports[: SHOWN + 1]]),
        (
            "scene",
            _("Messages from the scene"),
            [_message(one) for one in beside.messages[: SHOWN + 1]],
        ),
        ("promises", _("Promises"), [_promise(one) for one in beside.promises[: SHOWN + 1]]),
        ("contacts", _("Contacts"), [_agency(one) for one in beside.agencies[: SHOWN + 1]]),
        ("plans", _("Plans"), [_step(one, language) for one in beside.steps[: SHOWN + 1]]),
    ]
    for code, label, things in kinds:
        lines = [
            Line(
                url,
                mark_safe(  # noqa: S308  escaped where the words are marked
                    marked(excerpt_of(list(texts), terms, language), terms, language)
                ),
                where,
            )
            for url, texts, where in things[:SHOWN]
        ]
        if lines:
            yield Group(code, label, lines, len(things) > SHOWN)


def _marked(incident: Incident, words: str) -> str:
    """The words, behind the mark of an exercise where it is one."""
    return f"{_('EXERCISE')} · {words}" if incident.is_exercise else words


def _at(name: str, incident: Incident, *rest: object) -> str:
    return address(name, incident.city.slug, incident.number, *rest)


def _incident(one: Any) -> Told:
    words = " · ".join(filter(None, [one.title, one.place]))
    return _at("picture", one), [words], _marked(one, str(one.city))


def _task(one: Any, language: str) -> Told:
    words = one.title.in_language(language).words
    return _at("action", one.incident, one.pk), [words], _marked(one.incident, one.incident.title)


def _entry(one: Any) -> Told:
    beside = _marked(one.incident, one.incident.title)
    if by := getattr(one, "struck_by", None):  # else a reader takes it for what holds
        said = _("Corrected by entry %(number)s") % {
            "number": reading.number(by.number, one.incident.city.digits)
        }
        beside = f"{beside} · {said}"
    return _at("log-entry", one.incident, one.number), [one.text], beside


def _activity(one: Any) -> Told:
    beside = _marked(one.incident, f"{one.organisation} · {one.incident.title}")
    return _at("activity", one.incident, one.pk), words_of_activity(one), beside


def _report(one: Any, language: str) -> Told:
    """In the reader's language first, else in the one in which the words stand."""
    texts = [
        versions[code]["words"]
        for text in one.texts.all()
        if (versions := text.versions)
        for code in sorted(versions, key=lambda code: code != language)
    ]
    title = _("Situation report %(number)s") % {
        "number": reading.number(one.number, one.incident.city.digits)
    }
    beside = _marked(one.incident, f"{title} · {one.get_state_display()} · {one.incident.title}")
    return _at("report", one.incident, one.number), texts, beside


def _message(one: Any) -> Told:
    words = [letter.words for letter in letters_of(one) if letter.words]
    return address("methane", one.city.slug, one.number), words, str(one.city)


def _promise(one: Any) -> Told:
    url = address("promise", one.city.slug, one.number)
    return url, [f"{one.text} {one.promised_to}"], str(one.city)


def _agency(one: Any) -> Told:
    return address("agency", one.city.slug, one.pk), names_of(one), str(one.city)


def _step(one: Any, language: str) -> Told:
    url = address("step", one.plan.city.slug, one.plan.slug, one.pk)
    return url, [one.title.in_language(language).words], one.plan.title
