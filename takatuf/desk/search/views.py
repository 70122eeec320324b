"""Finding on the desk, in what the reader may see anyway: each thing comes through the query
that its own page reads. What is sealed stands in no index, so it is opened for the reader, the
newest first and so many of it, and looked through in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.activities.queries import tasks_of
from takatuf.decisions.queries import log_of, promises_of
from takatuf.desk.shortcuts import Request, address, desk_page
from takatuf.incidents.queries import incidents_of
from takatuf.network.queries import cities_of, contacts_of
from takatuf.plans.queries import plan_for
from takatuf.search.rules import MOST_ASKED, answers, asked, excerpt_of, marked
from takatuf.ui import reading

if TYPE_CHECKING:
    from datetime import datetime

    from takatuf.incidents.models import Incident
    from takatuf.network.models import City, Membership

INCIDENTS, ENTRIES, SHOWN = 50, 300, 10  # looked through: incidents, entries of each; shown


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


Groups = list[list[str]]
Found = tuple[str, str, str]  # address, words, what stands beside


@require_safe
def search(request: Request) -> HttpResponse:
    """One field over all that the reader may see. The question is written down nowhere."""
    question = request.GET.get("q", "")[:MOST_ASKED].replace("\x00", "").strip()
    groups = asked(question)
    cities = list(cities_of(request.actor))
    answer = desk_page(
        request,
        "desk/search/search.html",
        here="",
        page_title=_("Search"),
        city=cities[0] if len(cities) == 1 else None,
        asked=question,
        groups=list(_groups(request, cities, groups)) if groups else [],
        entries=ENTRIES,
        incidents=INCIDENTS,
    )
    add_never_cache_headers(answer)
    return answer


def _groups(request: Request, cities: list[City], groups: Groups) -> Iterator[Group]:
    now = timezone.now()
    incidents = list(incidents_of(request.actor)[:INCIDENTS])
    kinds: list[tuple[str, str, Iterable[Found]]] = [
        ("incidents", _("Incidents"), _incidents(incidents)),
        ("actions", _("Actions"), _actions(incidents)),
        ("log", _("Log"), _entries(incidents)),
        ("promises", _("Promises"), _promises(request, cities, now)),
        ("contacts", _("Contacts"), _contacts(cities, now)),
        ("plans", _("Plans"), _steps(cities)),
    ]
    terms = [term for group in groups for term in group]
    language = get_language() or "en"
    for code, label, things in kinds:
        lines: list[Line] = []
        for url, words, beside in things:
            if url and answers(groups, words):
                shown = marked(excerpt_of([words], terms, language), terms, language)
                lines.append(Line(url, mark_safe(shown), beside))  # noqa: S308  escaped there
                if len(lines) > SHOWN:
                    break
        if lines:
            yield Group(code, label, lines[:SHOWN], len(lines) > SHOWN)


def _incidents(incidents: list[Incident]) -> Iterator[Found]:
    for incident in incidents:
        yield (
            address("picture", incident.city.slug, incident.number),
            incident.title,
            _marked(incident, str(incident.city)),
        )


def _marked(incident: Incident, words: str) -> str:
    """The words, behind the mark of an exercise where it is one."""
    return f"{_('EXERCISE')} · {words}" if incident.is_exercise else words


def _actions(incidents: list[Incident]) -> Iterator[Found]:
    language = get_language() or "en"
    for incident in incidents:
        for task in tasks_of(incident).select_related("title")[:500]:
            words = task.title.in_language(language).words
            url = address("action", incident.city.slug, incident.number, task.pk)
            yield url, words, _marked(incident, incident.title)


def _entries(incidents: list[Incident]) -> Iterator[Found]:
    for incident in incidents:
        for entry in log_of(incident)[:ENTRIES]:
            url = address("log-entry", incident.city.slug, incident.number, entry.number)
            beside = _marked(incident, incident.title)
            if by := getattr(entry, "struck_by", None):  # else a reader takes it for what holds
                said = _("Corrected by entry %(number)s") % {
                    "number": reading.number(by.number, incident.city.digits)
                }
                beside = f"{beside} · {said}"
            yield url, entry.text, beside


def _promises(request: Request, cities: list[City], now: datetime) -> Iterator[Found]:
    for city in cities:
        for promise in promises_of(request.actor, city, now, which="all")[:ENTRIES]:
            url = address("promise", city.slug, promise.number)
            yield url, f"{promise.text} {promise.promised_to}", str(city)


def _contacts(cities: list[City], now: datetime) -> Iterator[Found]:
    for city in cities:
        for agency in contacts_of(city, now):
            url = address("agency", city.slug, agency.pk)
            posts: list[Membership] = agency.posts  # type: ignore[attr-defined]  # by contacts_of
            people = [post.person.name for post in posts]
            names = [agency.name, *agency.names.values(), *people]
            yield url, " · ".join(dict.fromkeys(names)), str(city)


def _steps(cities: list[City]) -> Iterator[Found]:
    language = get_language() or "en"
    for city in cities:
        plan = plan_for(city)
        if plan is None:
            continue
        for step in plan.steps.select_related("title")[:1_000]:
            words = step.title.in_language(language).words
            yield address("step", city.slug, plan.slug, step.pk), words, plan.title
