"""What an incident has beside the daily work: one line for each, with what it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from takatuf.activities.queries import count_of_activities
from takatuf.decisions.queries import meetings_of, open_promises
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.shortcuts import Request, address, at_incident
from takatuf.incidents.access import may_hold
from takatuf.incidents.queries import methanes_about
from takatuf.plans.vocabulary import Workstream

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident


class Line(NamedTuple):
    """One way on: its name, a sentence that says what is there, how many where that helps."""

    url: str
    name: str | Promise
    sentence: str | Promise
    number: int | None = None


def _roll_call(request: Request, incident: Incident) -> Line:
    return Line(
        address("roll-call", incident.city.slug, incident.number),
        _("Roll-call"),
        _("Which agencies know of it, and which are silent."),
    )


def _reports(request: Request, incident: Incident) -> Line:
    return Line(
        address("reports", incident.city.slug, incident.number),
        _("Reports"),
        _("Situation reports: written, approved, published."),
    )


def _who_does_what(request: Request, incident: Incident) -> Line:
    return Line(
        address("who-does-what", incident.city.slug, incident.number),
        _("Who does what"),
        _("What the city, its partners and the national authorities do, where and for whom."),
        count_of_activities(incident),
    )


def _ahead(request: Request, incident: Incident) -> Line:
    return Line(
        address("ahead", incident.city.slug, incident.number),
        _("Ahead"),
        _("Trials, anniversaries, and what waits for its day."),
    )


def _lead(request: Request, incident: Incident) -> Line:
    return Line(
        address("hand-overs", incident.city.slug, incident.number),
        _("The lead"),
        _("Who leads and led; hand the lead over in writing, with what is open."),
    )


def _promises(request: Request, incident: Incident) -> Line:
    return Line(
        f"{address('promises', incident.city.slug)}?incident={incident.number}",
        _("Promises"),
        _("Who promised what to whom, by when, and whether it was kept."),
        open_promises(incident).count(),
    )


def _hold(request: Request, incident: Incident) -> Line:
    return Line(
        address("hold", incident.city.slug, incident.number),
        _("Legal hold"),
        _("Nothing of this incident is changed or removed until the hold is lifted.")
        if incident.held_since
        else _("For an inquiry or a trial: keeps everything of this incident as it is."),
    )


def _inquiry(request: Request, incident: Incident) -> Line | None:
    if not may_hold(request.actor, incident):
        return None
    return Line(
        address("inquiry", incident.city.slug, incident.number),
        _("For an inquiry"),
        _("Take everything out as one file that can be checked without this system."),
    )


def _scene(request: Request, incident: Incident) -> Line:
    return Line(
        f"{address('methanes', incident.city.slug)}?incident={incident.number}",
        _("Messages from the scene"),
        _("What those who stood there told of it, letter by letter."),
        methanes_about(incident).count(),
    )


def _meetings(request: Request, incident: Incident) -> Line:
    return Line(
        address("meetings", incident.city.slug, incident.number),
        _("Meetings"),
        _("When the partners meet, about what, who came, and what came of it."),
        meetings_of(incident).count(),
    )


def _workstream(code: str) -> Callable[[Request, Incident], Line]:
    def line(request: Request, incident: Incident) -> Line:
        return Line(
            address("workstream", incident.city.slug, incident.number, code),
            Workstream(code).label,
            ABOUT[code],
        )

    return line


# What a person looks for under a workstream, in the words of who looks.
ABOUT: dict[str, str | Promise] = {
    Workstream.COMMUNITY: gettext_lazy(
        "Trusted contacts, tension, who is afraid and who is blamed."
    ),
    Workstream.COMMUNICATIONS: gettext_lazy("What the city says, to whom, in which language."),
    Workstream.PSYCHOSOCIAL: gettext_lazy("Support for survivors, families, neighbours and staff."),
    Workstream.SUPPORT: gettext_lazy("Help for those affected, and how they are remembered."),
    Workstream.LEARNING: gettext_lazy("What is reviewed, learned and put back into the plan."),
}
# In this order; None where the reader has no business there.
LINES: list[Callable[[Request, Incident], Line | None]] = [
    _who_does_what,
    _roll_call,
    _meetings,
    _scene,
    _reports,
    _ahead,
    _lead,
    _promises,
    *(_workstream(code) for code in ABOUT),
    _hold,
    _inquiry,
]


@require_safe
@at_incident
def more(request: Request, incident: Incident) -> HttpResponse:
    """Every part of the incident that is not used daily."""
    return incident_page(
        request,
        incident,
        "more",
        "desk/incidents/more.html",
        lines=[line for one in LINES if (line := one(request, incident))],
    )
