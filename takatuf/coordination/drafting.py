"""The first draft of a situation report: the picture told in sentences and figures.

What is counted and written down is told; what only people know (tension, rumours, families,
staff) is left empty for them. Every sentence is made anew in each language of the report;
words that somebody wrote into the log stand as they were written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from takatuf.activities.models import Task
from takatuf.activities.queries import open_tasks, tasks_of
from takatuf.alerts.queries import RollCall
from takatuf.communications.queries import (
    languages_to_choose,
    moment_words,
    report_that_counts,
)
from takatuf.communications.services import NewFigure
from takatuf.coordination.queries import Picture, picture_of
from takatuf.decisions.models import LogEntry, Meeting
from takatuf.decisions.queries import open_promises, open_questions
from takatuf.foundation.text import isolated
from takatuf.incidents.models import Incident
from takatuf.incidents.vocabulary import Casualties
from takatuf.ui import reading

NAMED = 5  # things named in one list; the rest is counted
READ = 500  # open actions read for the lists: the late and the next ones
AHEAD = timedelta(hours=24)


@dataclass
class Gathered:
    """What the rooms know of an incident when a report of it is begun, read once."""

    picture: Picture
    since: datetime  # of the report before, else of the declaration
    follows: bool
    open: list[Task]
    finished: list[Task]
    decided: list[LogEntry]
    confirmed: list[LogEntry]
    last_meeting: Meeting | None
    came: list[str] = field(default_factory=list)
    questions: int = 0
    promises: int = 0


def gathered(incident: Incident, now: datetime) -> Gathered:
    """Read the picture and what happened since the last report, in a constant number of
    statements."""
    former = report_that_counts(incident)
    since = former.as_of if former else incident.declared_at
    written = LogEntry.objects.filter(incident=incident, recorded_at__gt=since).standing()
    meeting = (
        Meeting.objects.filter(incident=incident, closed_at__isnull=False)
        .order_by("-closed_at")
        .first()
    )
    return Gathered(
        picture=picture_of(incident, now),
        since=since,
        follows=former is not None,
        open=list(open_tasks(incident).order_by("due_at", "id")[:READ]),
        finished=list(
            tasks_of(incident)
            .filter(state=Task.State.DONE, finished_at__gt=since)
            .order_by("-finished_at")[:READ]
        ),
        decided=list(written.filter(kind=LogEntry.Kind.DECISION).order_by("number")[:20]),
        confirmed=list(
            written.filter(
                kind=LogEntry.Kind.INFORMATION, confidence=LogEntry.Confidence.CONFIRMED
            ).order_by("number")[:20]
        ),
        last_meeting=meeting,
        came=[
            str(attendance.agency)
            for attendance in meeting.attendances.filter(state="came").select_related("agency")
        ]
        if meeting
        else [],
        questions=open_questions(incident).count(),
        promises=open_promises(incident).count(),
    )


def drafted(
    incident: Incident, now: datetime, language: str
) -> tuple[dict[str, dict[str, str]], list[NewFigure], list[str]]:
    """Texts (code → language → words), figures and languages of a new report's draft.

    `language` is the drafter's: where it is one of the city's, it is the source of the rest.
    """
    languages = sorted(languages_to_choose(incident.city), key=lambda code: code != language)
    known = gathered(incident, now)
    texts: dict[str, dict[str, str]] = {}
    figures: dict[str, tuple[dict[str, dict[str, str]], str]] = {}
    for language in languages:
        with (
            translation.override(language),
            timezone.override(ZoneInfo(incident.city.timezone)),
        ):
            told = _Telling(known, language)
            for code, lines in told.sections().items():
                if lines:
                    texts.setdefault(code, {})[language] = "\n".join(lines)
            for key, label, source, value in told.figures():
                words, _value = figures.setdefault(key, ({}, str(value)))
                words[language] = {"label": label, "unit": "", "source": source}
    return (
        texts,
        [NewFigure(key, words, value) for key, (words, value) in figures.items()],
        languages,
    )


class _Telling:
    """What was gathered, told in the language and zone in force."""

    def __init__(self, known: Gathered, language: str) -> None:
        self.known, self.language = known, language
        self.picture = known.picture
        self.incident = known.picture.incident
        self.now = known.picture.at
        self.digits = self.incident.city.digits

    # Small words

    def number(self, value: int) -> str:
        return isolated(reading.number(value, self.digits))

    def moment(self, moment: datetime) -> str:
        return moment_words(moment, self.digits)

    def title(self, task: Task) -> str:
        return isolated(task.title.in_language(self.language).words)

    def listed(self, names: Iterable[object]) -> str:
        comma = pgettext("between the items of a list", ", ")
        return comma.join(isolated(name) for name in names)

    def lines(self, head: str, things: Sequence[str]) -> list[str]:
        """A sentence, and below it at most a few lines and how many more there are."""
        if not things:
            return []
        found = [head, *(f"- {thing}" for thing in things[:NAMED])]
        if (more := len(things) - NAMED) > 0:
            words = ngettext("and %(count)s more", "and %(count)s more", more)
            found.append("- " + words % {"count": self.number(more)})
        return found

    # Sections

    def sections(self) -> dict[str, list[str]]:
        found = {
            "highlights": self.highlights(),
            "situation": self.situation(),
            "coordination": self.coordination(),
            "unknowns": self.unknowns(),
            "next-day": self.next_day(),
            "decisions": self.decisions_wanted(),
        }
        for row in self.picture.work:
            found |= self.workstream(row)
        return found

    def highlights(self) -> list[str]:
        incident, picture = self.incident, self.picture
        counts = {
            "open": self.number(picture.open),
            "late": self.number(picture.late),
            "done": self.number(picture.done),
        }
        found = [
            "- "
            + _("%(kind)s: %(title)s. Severity: %(severity)s.")
            % {
                "kind": incident.get_kind_display(),
                "title": isolated(incident.title),
                "severity": incident.get_severity_display(),
            },
            "- " + _("Phase: %(phase)s.") % {"phase": incident.get_phase_display()},
            "- " + _("Actions open: %(open)s, of these late: %(late)s; done: %(done)s.") % counts,
        ]
        if self.known.decided:
            since = (
                _("Decisions since the last report: %(count)s.")
                if self.known.follows
                else _("Decisions since the declaration: %(count)s.")
            )
            found.append("- " + since % {"count": self.number(len(self.known.decided))})
        return found

    def situation(self) -> list[str]:
        incident = self.incident
        found = []
        place = incident.place or (str(incident.area) if incident.area else "")
        values = {"time": self.moment(incident.happened_at), "place": isolated(place)}
        found.append(
            _("It happened at %(time)s: %(place)s.") % values
            if place
            else _("It happened at %(time)s. The place is not known yet.") % values
        )
        if incident.casualties == Casualties.YES:
            found.append(_("People are hurt or dead."))
        elif incident.casualties == Casualties.NO:
            found.append(_("Nobody is known to be hurt or dead."))
        elif incident.casualties:
            found.append(_("Whether anyone is hurt or dead is not known yet."))
        found += self.lines(
            _("Confirmed information:"), [self.entry(one) for one in self.known.confirmed]
        )
        found += self.lines(
            _("Decisions since the last report:")
            if self.known.follows
            else _("Decisions since the declaration:"),
            [self.entry(one) for one in self.known.decided],
        )
        return found

    def entry(self, entry: LogEntry) -> str:
        """Words from the log, as they were written, with their number, time and source."""
        text = " ".join(entry.text.split())
        values = {
            "text": isolated(text),
            "number": self.number(entry.number),
            "time": self.moment(entry.happened_at),
            "source": isolated(entry.source),
        }
        if entry.source:
            return _("%(text)s (log %(number)s, %(time)s; source: %(source)s)") % values
        return _("%(text)s (log %(number)s, %(time)s)") % values

    def workstream(self, row: Any) -> dict[str, list[str]]:
        mine = [task for task in self.known.open if task.workstream == row.workstream]
        finished = [task for task in self.known.finished if task.workstream == row.workstream]
        untaken = [task for task in mine if task.state == Task.State.OPEN]
        late = [task for task in mine if task.due_at and task.due_at < self.now]
        blocked = [task for task in mine if task.state == Task.State.BLOCKED]
        response = []
        if row.open + row.done:
            response.append(
                _("Actions done: %(done)s; still open: %(open)s.")
                % {"done": self.number(row.done), "open": self.number(row.open)}
            )
        response += self.lines(
            _("Finished since the last report:")
            if self.known.follows
            else _("Finished since the declaration:"),
            [self.done_by(task) for task in finished],
        )
        return {
            f"{row.workstream}.needs": self.lines(
                _("Nobody has taken on yet:"), [self.done_by(task) for task in untaken]
            ),
            f"{row.workstream}.response": response,
            f"{row.workstream}.gaps": [
                *self.lines(
                    _("Late:"),
                    [
                        _("%(action)s, due %(time)s")
                        % {"action": self.done_by(task), "time": self.moment(task.due_at)}
                        for task in late
                        if task.due_at
                    ],
                ),
                *self.lines(
                    _("Blocked:"),
                    [
                        _("%(action)s: %(reason)s")
                        % {"action": self.done_by(task), "reason": isolated(task.block_reason)}
                        for task in blocked
                    ],
                ),
            ],
        }

    def done_by(self, task: Task) -> str:
        if task.agency is None:
            return self.title(task)
        return f"{self.title(task)} ({isolated(task.agency)})"

    def coordination(self) -> list[str]:
        incident, known = self.incident, self.known
        roll: RollCall = self.picture.roll_call
        lead = incident.lead_agency
        found = [
            _("%(agency)s leads.") % {"agency": isolated(lead)}
            if lead
            else _("Who leads is not written down yet.")
        ]
        if len(roll):
            found.append(
                _("Agencies that answered the call: %(answered)s of %(all)s.")
                % {"answered": self.number(roll.answered), "all": self.number(len(roll))}
            )
        silent = [row.agency for row in roll.rows if row.state in {"silent", "nobody_to_call"}]
        if silent:
            found.append(_("Not reached: %(agencies)s.") % {"agencies": self.listed(silent)})
        if known.last_meeting and known.last_meeting.closed_at:
            found.append(
                _("The partners met at %(time)s. There were: %(agencies)s.")
                % {
                    "time": self.moment(known.last_meeting.at),
                    "agencies": self.listed(known.came) if known.came else "–",
                }
            )
        if incident.next_meeting_at:
            found.append(
                _("Next meeting: %(time)s.") % {"time": self.moment(incident.next_meeting_at)}
            )
        found += self.lines(
            _("Promises to keep:"), [self.promise(one) for one in self.picture.promises]
        )
        return found

    def promise(self, entry: LogEntry) -> str:
        values = {
            "text": isolated(" ".join(entry.text.split())),
            "whom": isolated(entry.promised_to or "–"),
            "time": self.moment(entry.due_at) if entry.due_at else "",
        }
        if entry.due_at:
            return _("%(text)s Promised to: %(whom)s, by %(time)s.") % values
        return _("%(text)s Promised to: %(whom)s.") % values

    def unknowns(self) -> list[str]:
        found = [self.entry(one) for one in self.picture.questions]
        found += [
            _("%(text)s (decision %(number)s rests on it)")
            % {
                "text": isolated(" ".join(one.unknowns.split())),
                "number": self.number(one.number),
            }
            for one in self.picture.unknowns
        ]
        missing = {
            "place": _("Where it happened"),
            "targeted": _("Who may be targeted"),
            "casualties": _("Whether anyone is hurt or dead"),
            "lead_agency": _("Who leads now"),
        }
        found += [words for name, words in missing.items() if name in self.picture.missing]
        return [f"- {line}" for line in found]

    def next_day(self) -> list[str]:
        until = self.now + AHEAD
        due = [task for task in self.known.open if task.due_at and self.now <= task.due_at < until]
        found = self.lines(
            _("Due within 24 hours:"),
            [
                _("%(action)s, due %(time)s")
                % {"action": self.done_by(task), "time": self.moment(task.due_at)}
                for task in due
                if task.due_at
            ],
        )
        meeting = self.incident.next_meeting_at
        if meeting and self.now <= meeting < until:
            found.append(_("Next meeting: %(time)s.") % {"time": self.moment(meeting)})
        return found

    def decisions_wanted(self) -> list[str]:
        return [
            "- "
            + _("Review decision %(number)s by %(time)s: %(text)s")
            % {
                "number": self.number(one.number),
                "time": self.moment(one.review_at),
                "text": isolated(" ".join(one.text.split())),
            }
            for one in self.picture.reviews
            if one.review_at and one.review_at < self.now + AHEAD
        ]

    # Figures

    def figures(self) -> list[tuple[str, str, str, int]]:
        picture, roll = self.picture, self.picture.roll_call
        actions, calls, log = _("Takatuf, actions"), _("Takatuf, roll-call"), _("Takatuf, log")
        blocked = sum(row.blocked for row in picture.work)
        not_reached = sum(row.state in {"silent", "nobody_to_call"} for row in roll.rows)
        return [
            ("agencies-answered", _("Agencies that answered the call"), calls, roll.answered),
            ("agencies-silent", _("Agencies not reached"), calls, not_reached),
            ("actions-open", _("Actions open"), actions, picture.open),
            ("actions-late", _("Actions late"), actions, picture.late),
            ("actions-blocked", _("Actions blocked"), actions, blocked),
            ("actions-done", _("Actions done"), actions, picture.done),
            ("questions-open", _("Questions open"), log, self.known.questions),
            ("promises-open", _("Promises to keep"), log, self.known.promises),
        ]
