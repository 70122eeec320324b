"""The parts of *Who does what*: one tab for each, drawn under the incident's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from takatuf.activities.access import may_import
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.shortcuts import Request, address
from takatuf.foundation.actors import Actor

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

# URL name -> label, in the order in which people read them. Its address takes city and number.
PARTS: dict[str, str | Promise] = {
    "who-does-what": pgettext_lazy("way of seeing activities", "List"),
    "coverage": pgettext_lazy("way of seeing activities", "Matrix"),
    "coverage-map": pgettext_lazy("way of seeing activities", "Map"),
    "gaps": pgettext_lazy("way of seeing activities", "Gaps"),
    "overlaps": pgettext_lazy("way of seeing activities", "Overlaps"),
    "needs": pgettext_lazy("way of seeing activities", "Needs"),
    "organisations": gettext_lazy("Organisations"),
    "activity-partners": pgettext_lazy("way of seeing activities", "Partners"),
    "activity-imports": pgettext_lazy("way of seeing activities", "Import"),
    "who-leads-here": gettext_lazy("Who leads"),
}

# A part that not everybody at the incident may open -> who may.
ONLY_FOR: dict[str, Callable[[Actor, Incident], bool]] = {"activity-imports": may_import}


class Part(NamedTuple):
    url: str
    label: str | Promise
    current: bool


def parts(actor: Actor, incident: Incident, here: str) -> list[Part]:
    """The tabs of *Who does what* for `{% tabs %}`; `here` is the URL name being read."""
    return [
        Part(address(name, incident.city.slug, incident.number), label, name == here)
        for name, label in PARTS.items()
        if name not in ONLY_FOR or ONLY_FOR[name](actor, incident)
    ]


def part_page(
    request: Request,
    incident: Incident,
    part: str,
    template: str,
    *,
    page_title: str = "",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of a part, in a template that extends `desk/activities/part.html` and fills the
    block `part`, beginning with an h2. `part` is the URL name of the tab it belongs to."""
    answer = incident_page(
        request,
        incident,
        "who-does-what",
        template,
        page_title=page_title or _("Who does what, %(part)s") % {"part": PARTS[part]},
        parts=parts(request.actor, incident, part),
        **context,
    )
    answer.status_code = status
    return answer
