"""Entries of the log as a page shows them, one or fifty; drawn here for the same reason as the
lines of actions (`desk/tasks/lines.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from takatuf.desk.shortcuts import addresses
from takatuf.ui.drawing import Once, sentence, spans
from takatuf.ui.templatetags import ui

if TYPE_CHECKING:
    from takatuf.decisions.models import LogEntry
    from takatuf.incidents.models import Incident
    from takatuf.network.models import Agency

BADGES = {  # tone and icon
    "information": ("quiet", "info"),
    "decision": ("go", "gavel"),
    "question": ("warn", "circle-question-mark"),
    "promise": ("", "handshake"),
}

# What a line shows of other things; the rest of them need not be read (`desk.shortcuts.page_of`).
BESIDE = ["author__name", "agency__name", "agency__names", "strikes__number", "struck_by__number"]


class Line(NamedTuple):
    """One entry as a reader of the page's language sees it; all but `entry` is drawn.

    `desk/log/entry.html` and `desk/log/entries.html` (Jinja2) set lines out.
    """

    entry: LogEntry
    url: str
    head: SafeString
    text: SafeString
    notes: SafeString
    settled: SafeString
    to_do: str
    review_at: SafeString


class LineWriter:
    """Writes entries of one incident for one page, at one moment."""

    def __init__(self, incident: Incident, now: datetime) -> None:
        self.page = {"now": now, "city": incident.city}  # what the tags ask for
        self.address = addresses("log-entry", incident.city.slug, incident.number, last=0)
        self.once = Once()

    def line(self, entry: LogEntry, *, alone: bool = False) -> Line:
        """The entry; `alone` leaves its number to the page's heading."""
        struck_by = getattr(entry, "struck_by", None)
        return Line(
            entry=entry,
            url=self.address(entry.number),
            head=self._head(entry, numbered=not alone),
            text=_struck(entry.text) if struck_by else ui.words(entry.text, block=True),
            notes=self._notes(entry, struck_by),
            settled=self._settled(entry) if entry.settled_at else SafeString(),
            to_do="" if entry.settled_at or struck_by else _to_do(entry),
            review_at=ui.time(self.page, entry.review_at),
        )

    def lines(self, entries: Iterable[LogEntry]) -> list[Line]:
        return [self.line(entry) for entry in entries]

    def _head(self, entry: LogEntry, *, numbered: bool) -> SafeString:
        """Number, kind, time, who wrote it, how sure it is."""
        number = SafeString()
        if numbered:
            number = format_html(
                '<a href="{}"><strong><bdi>{}</bdi></strong></a>',
                self.address(entry.number),
                sentence(self._numbered, number=str(entry.number)),
            )
        facts: list[str] = [ui.time(self.page, entry.happened_at)]
        if entry.author and entry.agency:
            # The names of an agency are asked of it once, not of each of its entries.
            facts.append(self.once(_from, entry.author.name, entry.agency))
        elif entry.author:
            facts.append(self.once(ui.words, entry.author.name))
        if entry.confidence:
            facts.append(
                self.once.kept(
                    ("confidence", entry.confidence),
                    lambda: conditional_escape(entry.get_confidence_display()),
                )
            )
        if entry.workstream:
            facts.append(
                self.once.kept(
                    ("workstream", entry.workstream),
                    lambda: conditional_escape(entry.get_workstream_display()),
                )
            )
        kind = self.once.kept(
            ("kind", entry.kind), lambda: ui.badge(entry.get_kind_display(), *BADGES[entry.kind])
        )
        return SafeString(f"{number} {kind} {spans(facts)}")

    @cached_property
    def _numbered(self) -> str:
        return _("No. %(number)s")

    def _notes(self, entry: LogEntry, struck_by: LogEntry | None) -> SafeString:
        """What stands below the text, each in a paragraph of its own."""
        notes = []
        if struck_by:
            notes.append(("small", self._link(_("Corrected by entry %(number)s"), struck_by)))
        if entry.strikes:
            notes.append(("small", self._link(_("Corrects entry %(number)s"), entry.strikes)))
        if entry.promised_to:
            facts = [sentence(_("Promised to: %(whom)s"), whom=ui.words(entry.promised_to))]
            if entry.due_at:
                facts.append(sentence(_("Due %(due)s"), due=ui.time(self.page, entry.due_at)))
            notes.append(("row small", spans(facts)))
        if entry.source:
            notes.append(("small", self.once(_source, entry.source)))
        if entry.delay_reason:
            written = sentence(
                _("Written %(written_at)s, because: %(reason)s"),
                written_at=ui.time(self.page, entry.recorded_at, relative=False),
                reason=ui.words(entry.delay_reason),
            )
            notes.append(("small", written))
        return format_html_join("", '<p class="{}">{}</p>', notes) if notes else SafeString()

    def _link(self, words: str, other: LogEntry) -> SafeString:
        shown = sentence(words, number=str(other.number))
        return format_html('<a href="{}">{}</a>', self.address(other.number), shown)

    def _settled(self, entry: LogEntry) -> SafeString:
        return format_html(
            '<p class="row small"><span>{} <strong>{}</strong></span><span>{}</span></p>'
            '<div class="small">{}</div>',
            ui.icon("check"),
            entry.get_outcome_display(),
            ui.time(self.page, entry.settled_at),
            ui.words(entry.settled_note, block=True),
        )


def _from(name: str, agency: Agency) -> SafeString:
    return format_html("{} · {}", ui.words(name), ui.words(agency))


def _source(said_by: str) -> SafeString:
    return sentence(_("Source: %(who)s"), who=ui.words(said_by))


def _struck(text: str) -> SafeString:
    return format_html("<div><s>{}</s></div>", ui.words(text, block=True))


def _to_do(entry: LogEntry) -> str:
    """What the entry still asks for."""
    if entry.kind == "question":
        return _("Answer it")
    if entry.kind == "promise":
        return _("Say whether it was kept")
    return _("Review it") if entry.review_at else ""
