"""Actions as lines of a list. What many of them share, a state's badge, an agency, is drawn
once: in a template each line draws all of it anew, which was half the time of a page of fifty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from takatuf.activities.access import may_move_task
from takatuf.activities.queries import waits_of
from takatuf.activities.rules import is_late
from takatuf.desk.shortcuts import Request, addresses
from takatuf.ui.drawing import Once, sentence, spans
from takatuf.ui.templatetags import ui

if TYPE_CHECKING:
    from takatuf.activities.models import Task
    from takatuf.incidents.models import Incident
    from takatuf.network.models import Agency, City
    from takatuf.translation.models import Shown, Text

# What a line shows of other things; the rest of them need not be read (`desk.shortcuts.page_of`).
BESIDE = [
    "title__source_language",
    "title__versions",
    "agency__name",
    "agency__names",
    "taken_by__name",
]
REASONS = ["why__source_language", "why__versions", "pitfall__source_language", "pitfall__versions"]
OF_INCIDENT = [
    "incident__number",
    "incident__title",
    "incident__is_exercise",
    "incident__city__slug",
]


class Line(NamedTuple):
    """One action as a reader of the page's language sees it; drawn, where nothing else is said.

    `desk/tasks/lines.html` (Jinja2) sets lines out.
    """

    task: Task
    url: SafeString
    title: Shown
    heading: SafeString
    state: SafeString
    where: str
    facts: str
    remarks: list[SafeString]
    waits: list[tuple[str, Shown]]  # what must be done first: its page, its title
    why: str
    pitfall: str
    is_late: bool
    may_take: bool
    is_mine: bool


class LineWriter:
    """Writes lines for one reader of one page, at one moment."""

    def __init__(self, request: Request, now: datetime, *, city: City | None) -> None:
        self.actor = request.actor
        self.now = now
        self.page = {"request": request, "now": now, "city": city}  # what the tags ask for
        self.language = get_language() or "en"
        self.addresses: dict[UUID, Callable[[object], str]] = {}
        self.once = Once()

    def line(self, task: Task) -> Line:
        return self.lines([task])[0]

    def lines(
        self,
        tasks: Iterable[Task],
        *,
        with_reasons: bool = True,
        under_headings: bool = False,
        with_incident: bool = False,
    ) -> list[Line]:
        """The actions with their words and what each still waits for.

        `under_headings`: a heading above the line says that it is late, or its workstream.
        `with_incident`: the page is about several incidents.
        """
        tasks = list(tasks)
        waits = waits_of(tasks)
        return [
            self._line(
                task,
                [
                    (self._url(first, task.incident), first.title.in_language(self.language))
                    for first in waits.get(task.pk, [])
                ],
                with_reasons,
                under_headings,
                with_incident,
            )
            for task in tasks
        ]

    def _line(
        self,
        task: Task,
        waits: list[tuple[str, Shown]],
        with_reasons: bool,
        under_headings: bool,
        with_incident: bool,
    ) -> Line:
        late = is_late(task.state, task.due_at, self.now)
        mine = task.state == "taken" and task.taken_by_id == self.actor.person_id
        title = task.title.in_language(self.language)
        return Line(
            task=task,
            url=conditional_escape(self._url(task, task.incident)),
            title=title,
            heading=ui.shown(self.page, title),
            state=self._state(task, mine, late and not under_headings),
            where=self._where(task) if with_incident else "",
            facts=self._facts(task, late and under_headings),
            remarks=self._remarks(task, waits),
            waits=waits,
            why=self._reason(task.why) if with_reasons else "",
            pitfall=self._reason(task.pitfall) if with_reasons else "",
            is_late=late,
            may_take=task.state in ("open", "blocked") and may_move_task(self.actor, task),
            is_mine=mine,
        )

    def _url(self, task: Task, incident: Incident) -> str:
        if incident.pk not in self.addresses:
            self.addresses[incident.pk] = addresses(
                "action", incident.city.slug, incident.number, last=task.pk
            )
        return self.addresses[incident.pk](task.pk)

    def _where(self, task: Task) -> SafeString:
        return self.once(_incident, task.incident.is_exercise, task.incident.title)

    def _state(self, task: Task, mine: bool, late: bool) -> SafeString:
        return self.once.kept(
            ("state", task.state, mine, late),
            lambda: _badges(
                "yours" if mine else task.state,
                _("Yours") if mine else task.get_state_display(),
                late,
            ),
        )

    def _reason(self, text: Text | None) -> str:
        return ui.shown(self.page, text.in_language(self.language)) if text else ""

    def _facts(self, task: Task, with_workstream: bool) -> SafeString:
        """Whose action it is, and until when."""
        facts: list[str] = []
        if with_workstream:
            facts.append(
                self.once.kept(
                    ("workstream", task.workstream),
                    lambda: conditional_escape(task.get_workstream_display()),
                )
            )
        if task.agency:
            # The names of agencies are asked of each agency once, not of each of its actions.
            facts.append(self.once(_agency, task.agency))
        elif task.role:
            facts.append(self.once.kept(("role", task.role), lambda: _role(task)))
        if task.taken_by and task.state != "open":
            facts.append(self.once(ui.words, task.taken_by.name))
        if task.state == "done":
            facts.append(sentence(self._done, finished=ui.time(self.page, task.finished_at)))
        elif task.due_at:
            facts.append(sentence(self._due, due=ui.time(self.page, task.due_at)))
        return spans(facts)

    @cached_property
    def _done(self) -> str:
        return _("Done %(finished)s")

    @cached_property
    def _due(self) -> str:
        return _("Due %(due)s")

    def _remarks(self, task: Task, waits: list[tuple[str, Shown]]) -> list[SafeString]:
        """What stands in the way of it."""
        remarks = []
        if task.state == "blocked":
            said = _("What stands in the way:")
            remarks.append(format_html("{} {}", said, ui.words(task.block_reason)))
        if waits and task.state != "done":
            titles = format_html_join(
                " · ",
                '<a href="{}">{}</a>',
                ((url, ui.shown(self.page, first)) for url, first in waits),
            )
            remarks.append(format_html("{} {} {}", ui.icon("hourglass"), _("Waits for:"), titles))
        return remarks


BADGES = {  # tone and icon; one that waits to be taken needs none
    "blocked": ("warn", "octagon-pause"),
    "done": ("go", "check"),
    "yours": ("go", "hand"),
    "taken": ("", "hand"),
    "asleep": ("quiet",),
    "dropped": ("quiet",),
}


def _badges(state: str, label: str, late: bool) -> SafeString:
    """The state of an action in words."""
    return format_html(
        "{} {}",
        ui.badge(_("Late"), "stop", "clock-alert") if late else "",
        ui.badge(label, *BADGES[state]) if state in BADGES else "",
    )


def _incident(is_exercise: bool, title: str) -> SafeString:
    return format_html(
        "{}<span>{}</span>",
        format_html("<strong>{}</strong> ", _("EXERCISE")) if is_exercise else "",
        ui.words(title),
    )


def _agency(agency: Agency) -> SafeString:
    return format_html("{} {}", ui.icon("building-2"), ui.words(agency))


def _role(task: Task) -> SafeString:
    return format_html("{} {}", ui.icon("user-round"), task.get_role_display())
