"""The frame of an incident's room: its head, its line of phases, the way to its sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from takatuf.desk.shortcuts import Request, address, desk_page
from takatuf.incidents.rules import PHASES

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

SECTIONS: dict[str, str | Promise] = {
    "picture": gettext_lazy("Picture"),
    "actions": gettext_lazy("Actions"),
    "who-does-what": gettext_lazy("Who does what"),
    "log": gettext_lazy("Log"),
    "roll-call": gettext_lazy("Roll-call"),
    "reports": gettext_lazy("Reports"),
    "ahead": gettext_lazy("Ahead"),
    "more": gettext_lazy("More"),
}
# A phone shows the daily ones in one line, in every language; these it keeps behind “More”.
SPARE = frozenset({"who-does-what", "roll-call", "reports", "ahead"})


# What a person in the field needs without a network; their device may keep it for a while.
KEPT = frozenset({"picture", "actions", "log", "roll-call"})


class Section(NamedTuple):
    url: str
    label: str | Promise
    current: bool
    spare: bool = False
    holds: bool = False  # the current one stands behind this


def sections(incident: Incident, here: str) -> list[Section]:
    """The sections of an incident in the house's order; `here` is the one being read."""
    return [
        Section(url, label, code == here, code in SPARE, code == "more" and here in SPARE)
        for code, label in SECTIONS.items()
        if (url := address(code, incident.city.slug, incident.number))
    ]


def incident_page(
    request: Request,
    incident: Incident,
    section: str,
    template: str,
    *,
    page_title: str = "",
    **context: Any,
) -> HttpResponse:
    """A page inside an incident, in a template that extends `desk/incidents/frame.html`.

    The template fills the block `section`; the incident's title is the page's h1, so the
    section begins with an h2. Call it from a view under `@at_incident`, which puts the
    city's zone in force. On a phone every section but the picture keeps of the incident's head
    only what tells which one it is, so that the page's own matter begins on the first screen.
    """
    title = page_title or str(SECTIONS[section])
    answer = desk_page(
        request,
        template,
        here="incidents",
        city=incident.city,
        page_title=_("%(section)s: %(incident)s") % {"section": title, "incident": incident.title},
        incident=incident,
        exercise=incident.is_exercise,
        brief=section != "picture",
        sections=sections(incident, section),
        section_code=section,
        events_url=address("events", incident.city.slug, incident.number),
        phases=[(phase.value, phase.label) for phase in PHASES],
        trail=[(_("Incidents"), url)] if (url := address("incidents", incident.city.slug)) else [],
        **context,
    )
    if section in KEPT:
        answer["Takatuf-Keep"] = "yes"  # see ui/static/ui/worker.js
    return answer
