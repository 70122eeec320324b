"""The values in a file for an inquiry, each as JSON for programs and as HTML for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from takatuf.foundation.text import listed
from takatuf.journal.excerpt import Blotted, beside_without
from takatuf.journal.models import Entry
from takatuf.journal.sentences import sentence_html
from takatuf.ui import reading


class Coded(NamedTuple):
    """A code, and the word that people read for it."""

    code: str
    label: str | Promise


class Who(NamedTuple):
    """A person or an agency; `names` are an agency's in other languages."""

    kind: str  # "person" or "agency"
    id: UUID
    name: str
    names: Mapping[str, str] = {}


class Said(dict[str, str]):
    """The same words by language."""


class Raw(NamedTuple):
    """Plain values for programs; people read them elsewhere on the page."""

    value: Any


class Part(NamedTuple):
    """Another file in the same ZIP."""

    name: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands where something was kept back: the number of its redaction."""

    number: int

    def __str__(self) -> str:
        return _("[redacted, no. %(number)s]") % {"number": self.number}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the journal; its bytes stand among the proofs, its sentence is for people."""

    entry: Entry
    blotted: Blotted = field(default_factory=Blotted)

    @property
    def numbers(self) -> list[int]:
        """The redactions that keep something of it back."""
        return sorted(set(self.blotted.withheld.values()))

    def sentence(self) -> SafeString:
        """What was done, in the language in force, with marks for what is kept back."""
        marks = [format_html(' <strong class="mark">{}</strong>', Mark(n)) for n in self.numbers]
        if self.blotted.hidden:
            return format_html("{}", *marks)
        shown = self.entry
        if marks:
            shown = copy(shown)
            shown.beside = beside_without(shown.beside, self.blotted.withheld)
        return format_html("{}{}", sentence_html(shown), format_html_join("", "{}", zip(marks)))


Record = dict[str, Any]


def as_json(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case Mark():
            return {"redacted": value.number}
        case Coded():
            return value.code
        case Who():
            return {"id": str(value.id), "name": value.name}
        case Raw():
            return as_json(value.value)
        case Line():
            return _entry_as_json(value)
        case Part():
            return value.name
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case UUID():
            return str(value)
        case dict():
            return {str(key): as_json(one) for key, one in value.items()}
        case list() | tuple():
            return [as_json(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _entry_as_json(line: Line) -> Any:
    """Which entry it is; all of it stands in journal/entries.jsonl."""
    if line.blotted.hidden:
        return {"index": line.entry.index, "redacted": line.numbers[0]}
    return {
        "index": line.entry.index,
        "at": line.entry.at.isoformat(),
        "verb": line.entry.verb,
    }


def dumped(value: Any) -> Iterator[bytes]:
    """A value as the bytes of a JSON file, in pieces."""
    for piece in json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(as_json(value)):
        yield piece.encode()
    yield b"\n"


def as_html(value: Any, labels: Mapping[str, str | Promise], zone: ZoneInfo) -> SafeString:
    """A value as its reader sees it, in the language in force; everything is escaped."""
    match value:
        case Mark():
            return format_html('<strong class="mark">{}</strong>', str(value))
        case Coded():
            return format_html("{}", str(value.label))
        case Who():
            return _isolated(value.names.get(get_language() or "", "") or value.name)
        case Said():
            language = get_language() or ""
            shown = language if value.get(language) else next(iter(value), "")
            return _isolated(value.get(shown, ""))
        case Part():
            return format_html('<a href="../../{}">{}</a>', value.name, str(value.label))
        case datetime():
            local = timezone.localtime(value, zone)
            parts = (reading.day(local), reading.hour(local), reading.zone(local))
            return format_html("<bdi>{}</bdi> <bdi>{}</bdi> <bdi>{}</bdi>", *parts)
        case date():
            return format_html("<bdi>{}</bdi>", reading.date_words(value))
        case timedelta():
            return format_html("{}", _minutes(value))
        case bool():
            return format_html("{}", _("yes") if value else _("no"))
        case Line():
            when = "" if value.blotted.hidden else as_html(value.entry.at, labels, zone)
            return format_html("{} {}", when, value.sentence())
        case dict():
            return as_list(value, labels, zone)
        case list() | tuple() if all(isinstance(one, dict | Line) for one in value):
            items = ((as_html(one, labels, zone),) for one in value)
            return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", items))
        case list() | tuple():
            # Drawn and escaped one by one; `listed` only puts the comma of the language.
            return SafeString(listed(as_html(one, labels, zone) for one in value))
    return _isolated(str(value))


def as_list(
    record: Mapping[str, Any], labels: Mapping[str, str | Promise], zone: ZoneInfo
) -> SafeString:
    """A record as a list of its fields that hold something, each under its name."""
    shown = (
        (str(labels.get(name, name)), as_html(value, labels, zone))
        for name, value in record.items()
        if not isinstance(value, Raw) and value not in (None, "", [], {}) and name != "address"
    )
    return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", shown))


def _isolated(words: str) -> SafeString:
    return format_html('<bdi class="words">{}</bdi>', words)


def _minutes(duration: timedelta) -> str:
    minutes = int(duration.total_seconds() // 60)
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def strings_in(value: Any) -> Iterator[str]:
    """Every piece of words in a value."""
    match value:
        case Who():
            yield value.name
        case Coded() | Mark() | Part() | Line():
            return
        case Raw():
            yield from strings_in(value.value)
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from strings_in(one)
        case list() | tuple():
            for one in value:
                yield from strings_in(one)
