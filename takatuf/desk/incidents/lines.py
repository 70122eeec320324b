"""Incidents as rows of a table; drawn here for the same reason as the lines of actions
(`desk/tasks/lines.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from takatuf.desk.shortcuts import addresses
from takatuf.ui.drawing import Once
from takatuf.ui.templatetags import ui

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import City

# What a row shows of other things; the rest of them need not be read (`desk.shortcuts.page_of`).
BESIDE = ["area__name", "area__names"]


class Line(NamedTuple):
    """One incident as a reader of the page's language sees it, drawn.

    `desk/incidents/rows.html` (Jinja2) sets lines out.
    """

    url: str
    number: str
    title: SafeString
    severity: SafeString
    where: SafeString
    phase: SafeString
    declared: SafeString
    is_exercise: bool
    is_joined: bool


class LineWriter:
    """Writes the incidents of one city for one page, at one moment."""

    def __init__(self, city: City, now: datetime) -> None:
        self.page = {"now": now, "city": city}  # what the tags ask for
        self.address = addresses("picture", city.slug, last=0)
        self.once = Once()

    def lines(self, incidents: Iterable[Incident]) -> list[Line]:
        return [self._line(incident) for incident in incidents]

    def _line(self, incident: Incident) -> Line:
        return Line(
            url=self.address(incident.number),
            number=ui.number(self.page, incident.number),
            title=ui.words(incident.title),
            severity=self.once.kept(
                ("severity", incident.severity),
                lambda: ui.severity(incident.severity, incident.get_severity_display()),
            ),
            where=self._where(incident),
            phase=self.once.kept(
                ("phase", incident.phase),
                lambda: conditional_escape(incident.get_phase_display()),
            ),
            declared=ui.time(self.page, incident.declared_at),
            is_exercise=incident.is_exercise,
            is_joined=incident.joined_into_id is not None,
        )

    def _where(self, incident: Incident) -> SafeString:
        if place := incident.place or incident.area:
            return self.once(ui.words, place)
        return self.once.kept(("nowhere",), lambda: conditional_escape(_("Not known yet")))
