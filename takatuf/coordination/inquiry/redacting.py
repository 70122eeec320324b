"""What is kept back from an inquiry: which entry, field, person or words, why, on what basis.

What is redacted in one place is sought everywhere else too: a note that was copied into a
report, a name in a sentence, the same text beside an entry of the journal.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from takatuf.coordination.inquiry.gathering import Gathered
from takatuf.coordination.inquiry.values import (
    Coded,
    Line,
    Mark,
    Part,
    Raw,
    Record,
    Said,
    Who,
    strings_in,
)
from takatuf.foundation.errors import Refused
from takatuf.foundation.tables import read_table
from takatuf.foundation.text import clean_text, listed, search_key
from takatuf.journal.excerpt import Blotted
from takatuf.journal.models import Entry

HEADINGS = {
    "what": ("what", "quoi", "ماذا"),
    "reason": ("reason", "why", "motif", "raison", "السبب"),
    "basis": ("legal basis", "basis", "base légale", "base juridique", "الأساس القانوني", "الأساس"),
}
FOLDED = {search_key(word): name for name, words in HEADINGS.items() for word in words}
MOST = 1_000  # redactions of one file
MOST_WORDS = 2_000  # characters of a reason or a basis
LONG_ENOUGH = 8  # characters; what is shorter stands in too many places to be sought
# Fields in which people write sentences: of a record that is redacted whole, these are sought.
PROSE = {
    "text", "facts", "unknowns", "risks", "options", "reasons", "legal_basis", "dissent",
    "promised_to", "settled_note", "delay_reason", "note", "block_reason", "location",
    "details", "hazards", "access", "casualty_details", "services_present", "services_needed",
    "outcome_reason", "answer_note", "reason", "reopen_reason", "lift_reason", "targeted",
    "alone_reason", "look_note", "shown_words", "words", "national_word",
}  # fmt: skip


@dataclass(frozen=True)
class Redaction:
    """One line of the list. `what` is an address (`log/12`, `log/12/text`, `journal/57`), a
    person (`person/name@example.org`) or words (`words/the old mill`)."""

    number: int
    line: int  # of the list that was handed in
    what: str
    reason: str
    basis: str

    @property
    def told_as(self) -> str:
        """What may be told of it: never the name or the words that it keeps back."""
        kind = self.what.partition("/")[0]
        return kind if kind in ("person", "words") else self.what


# What `told_as` says of a redaction without an address.
KINDS = {
    "person": gettext_lazy("A person"),
    "words": gettext_lazy("Words that stand in several places"),
}


def read_redactions(data: bytes) -> list[Redaction]:
    """The list as CSV, TSV or XLSX with the columns what, reason and legal basis.

    Raises `Refused` with the line for a row that lacks something.
    """
    table = read_table(data, recognise=_recognised)
    columns = {FOLDED[key]: at for at, cell in enumerate(table.header.cells)
               if (key := search_key(cell)) in FOLDED}  # fmt: skip
    if missing := [name for name in HEADINGS if name not in columns]:
        raise _refused(
            _("The list needs the columns what, reason and legal basis; missing: %(columns)s.")
            % {"columns": listed(missing)}
        )
    if len(table.rows) > MOST:
        raise _refused(_("The list is longer than %(most)s lines.") % {"most": MOST})
    found = []
    for number, row in enumerate(table.rows, start=1):
        cells = {
            name: clean_text(row.cells[at]) if at < len(row.cells) else ""
            for name, at in columns.items()
        }
        for name, words in cells.items():
            if not words:
                raise _refused(
                    _("Line %(line)s: the column “%(column)s” is empty. Each redaction has one.")
                    % {"line": row.line, "column": name}
                )
            if len(words) > MOST_WORDS:
                raise _refused(
                    _("Line %(line)s: this is too long: %(most)s characters at most.")
                    % {"line": row.line, "most": MOST_WORDS}
                )
        found.append(Redaction(number, row.line, **cells))
    return found


def _recognised(cells: Iterable[str]) -> int:
    return sum(search_key(cell) in FOLDED for cell in cells)


def _refused(words: str) -> Refused:
    return Refused(words, code="redactions", field="redactions")


@dataclass
class Blotter:
    """Keeps back what the redactions name, wherever it stands, and writes down where."""

    found: Gathered
    redactions: list[Redaction]
    places: dict[int, dict[str, None]] = field(default_factory=dict)  # in their order

    def __post_init__(self) -> None:
        self.whole: dict[str, int] = {}  # address -> number
        self.fields: dict[tuple[str, str], int] = {}
        self.entries: dict[int, int] = {}  # index in the journal
        self.people: dict[str, int] = {}  # identifier
        self.things: dict[str, tuple[int, bool]] = {}  # thing -> number, whether all of it
        self.scalars: dict[str, set[str]] = {}  # thing -> values that its facts may repeat
        sought: list[tuple[str, int, bool]] = []
        records = {r["address"]: r for s in self.found.sections for r in s.records}
        for redaction in self.redactions:
            self.places[redaction.number] = {}
            sought += self._take(redaction, records)
        for section in self.found.sections:
            for thing, address in section.things.items():
                self._take_thing(thing, address, records[address])
        self.sought = _Sought(sought)

    def _take(
        self, redaction: Redaction, records: Mapping[str, Record]
    ) -> list[tuple[str, int, bool]]:
        """What one redaction names, and the words to be sought for its sake."""
        kind, _slash, rest = redaction.what.partition("/")
        number = redaction.number
        if kind == "words" and rest.strip():
            return [(rest.strip(), number, True)]
        if kind == "person" and rest:
            return [(name, number, True) for name in self._person(redaction, rest.strip())]
        if kind == "journal":
            index = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 16 else -1
            if not any(entry.index == index for entry in self.found.entries):
                raise self._unknown(redaction)
            self.entries[index] = number
            return []
        address, name = redaction.what, ""
        if address not in records:
            address, _slash, name = redaction.what.rpartition("/")
        record = records.get(address)
        if record is None or (name and name not in record) or name in ("address", "history"):
            raise self._unknown(redaction)
        if name:
            self.fields[address, name] = number
            words = _words_of(name, record[name])
        else:
            self.whole[address] = number
            words = _prose_in(record)
        return [(text, number, False) for text in words if len(text.strip()) >= LONG_ENOUGH]

    def _take_thing(self, thing: str, address: str, record: Record) -> None:
        if address in self.whole:
            self.things[thing] = (self.whole[address], True)
            return
        parts = [(name, number) for (at, name), number in self.fields.items() if at == address]
        if parts:
            self.things[thing] = (parts[0][1], False)
            self.scalars[thing] = {
                str(value) for name, _number in parts for value in _plain(record[name])
            }

    def _person(self, redaction: Redaction, who: str) -> list[str]:
        """Remember the person; give the names to be sought. Raises `Refused`."""
        found = [
            person for key, person in self.found.people.items()
            if who == key or (person.email or "").casefold() == who.casefold()
        ]  # fmt: skip
        named = {
            str(part["id"]): entry.people[name]
            for entry in self.found.entries
            for name, part in entry.content["people"].items()
        }
        names = {person.name for person in found}
        for person in found:
            self.people[str(person.pk)] = redaction.number
        if who in named:
            self.people[who] = redaction.number
            names.add(named[who] or "")
        if not found and who not in named:
            raise self._unknown(redaction)
        return sorted(name for name in names if name.strip())

    def _unknown(self, redaction: Redaction) -> Refused:
        return _refused(
            _(
                "Line %(line)s: nothing of this incident has the address “%(what)s”. The "
                "addresses stand beside each part in the readable pages of a file without "
                "redactions."
            )
            % {"line": redaction.line, "what": redaction.what[:200]}
        )

    def check_all_found(self) -> None:
        """Refuse a redaction that kept nothing back: it was misspelt, and what it meant would
        go out."""
        for redaction in self.redactions:
            if not self.places[redaction.number]:
                raise _refused(
                    _(
                        "Line %(line)s: this stands nowhere in the incident, so nothing would be "
                        "kept back. Check how it is written."
                    )
                    % {"line": redaction.line}
                )

    # Records

    def record(self, record: Record) -> Record:
        """A record as it goes out."""
        address = record["address"]
        if number := self.whole.get(address):
            self._note(number, address)
            return {"address": address, "redacted": Mark(number)}
        hits: set[int] = set()
        out: Record = {"address": address}
        for name, value in record.items():
            if name == "address":
                continue
            if number := self.fields.get((address, name)):
                out[name] = Mark(number)
                found = {number}
            else:
                out[name], found = self._value(value)
            for one in found:
                self._note(one, f"{address}/{name}")
            hits |= found
        if hits and "files" in out:
            out["files"] = Mark(min(hits))
            self._note(min(hits), f"{address}/files")
        return out

    def _value(self, value: Any) -> tuple[Any, set[int]]:
        """A value without what is kept back, and by which redactions."""
        match value:
            case Who():
                number = self.people.get(str(value.id)) if value.kind == "person" else None
                if number:
                    return Mark(number), {number}
                hits = self.sought.hits(value.name)
                return (Mark(min(hits)), hits) if hits else (value, set())
            case Line():
                blotted = self.blot(value.entry)
                return Line(value.entry, blotted), set()
            case Coded() | Part() | Mark():
                return value, set()
            case Raw():
                inner, hits = self._value(value.value)
                return Raw(inner), hits
            case str():
                return self.sought.replaced(value)
            case dict():
                kept, hits = type(value)(), set()
                for key, one in value.items():
                    kept[key], found = self._value(one)
                    hits |= found
                return kept, hits
            case list() | tuple():
                pairs = [self._value(one) for one in value]
                return [one for one, _found in pairs], set().union(*(f for _one, f in pairs))
        return value, set()

    # The journal

    def blot(self, entry: Entry) -> Blotted:
        """What is kept back of one entry of the journal."""
        number = self.entries.get(entry.index) or self._hidden_by(entry)
        place = f"journal/{entry.index}"
        if number:
            self._note(number, place)
            return Blotted(hidden=True, withheld={"entry": number})
        withheld: dict[str, int] = {}
        partly = self.things.get(entry.thing)
        for part, text in entry.private.items():
            hits = {hit for one in _told_in(text or "") for hit in self.sought.hits(one)}
            if partly or hits:
                withheld[f"private.{part}"] = partly[0] if partly else min(hits)
        names: list[tuple[str, str | None, str]] = [
            (f"people.{part}", name, entry.content["people"][part]["id"])
            for part, name in entry.people.items()
        ]
        actor = entry.content["actor"]
        names.append(("actor", entry.actor_name, actor.get("person") or actor["id"]))
        for part, name, key in names:
            hits = self.sought.hits(name or "")
            if one := self.people.get(key.removeprefix("person:")) or (hits and min(hits)):
                withheld[part] = one
        for part, one in withheld.items():
            self._note(one, f"{place}/{part}")
        return Blotted(withheld=withheld)

    def _hidden_by(self, entry: Entry) -> int:
        """The redaction for whose sake not even the leaf goes out; 0 for none."""
        number, whole = self.things.get(entry.thing, (0, False))
        if whole:
            return number
        facts = list(strings_in(entry.facts))
        if number and self.scalars[entry.thing] & {str(fact) for fact in _plain(entry.facts)}:
            return number
        return min((hit for fact in facts for hit in self.sought.hits(fact)), default=0)

    def _note(self, number: int, place: str) -> None:
        self.places[number][place] = None


class _Sought:
    """Words that are kept back wherever they stand."""

    def __init__(self, words: list[tuple[str, int, bool]]) -> None:
        self.numbers = {_folded(text): number for text, number, _bounded in reversed(words)}
        bounded = {_folded(text) for text, _number, bounded in words if bounded}
        longest = sorted(self.numbers, key=len, reverse=True)
        ways = [
            rf"(?<!\w){re.escape(text)}(?!\w)" if text in bounded else re.escape(text)
            for text in longest
        ]
        self.pattern = re.compile("|".join(ways), re.IGNORECASE) if ways else None

    def hits(self, text: str) -> set[int]:
        return self.replaced(text)[1]

    def replaced(self, text: str) -> tuple[str, set[int]]:
        """The text with a mark where something is kept back."""
        if self.pattern is None:
            return text, set()
        hits: set[int] = set()

        def mark(match: re.Match[str]) -> str:
            number = self.numbers.get(_folded(match[0])) or min(self.numbers.values())
            hits.add(number)
            return f"[▮ {number}]"

        written = unicodedata.normalize("NFC", text)
        changed = self.pattern.sub(mark, written)
        return (changed, hits) if hits else (text, hits)


def _told_in(text: str) -> Iterable[str]:
    """The text, and where it is JSON the words in it, whose marks are written otherwise there."""
    yield text
    if text[:1] in ("{", "["):
        try:
            yield from strings_in(json.loads(text))
        except ValueError:
            return


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _named(record: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Every field of a record and of the records within it."""
    for name, value in record.items():
        yield name, value
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict) and not isinstance(inner, Said):
                yield from _named(inner)


def _prose_in(record: Mapping[str, Any]) -> list[str]:
    """The sentences that people wrote in a record, however deep."""
    return [words for name, value in _named(record) if name in PROSE for words in strings_in(value)]


def _words_of(name: str, value: Any) -> list[str]:
    """What is sought for the sake of one field: its words, and of a list of things in it the
    sentences alone, not the agencies and states beside them."""
    if isinstance(value, str | Said):
        return list(strings_in(value))
    return _prose_in({name: value}) if isinstance(value, list | dict) else []


def _plain(value: Any) -> Iterable[Any]:
    """The single values within a value."""
    match value:
        case Coded():
            yield value.code
        case Who():
            yield value.name
        case Raw():
            yield from _plain(value.value)
        case dict():
            for one in value.values():
                yield from _plain(one)
        case list() | tuple():
            for one in value:
                yield from _plain(one)
        case None | "" | True | False | 0 | 1:
            return
        case _:
            yield value
