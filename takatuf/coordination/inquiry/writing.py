"""The ZIP file for an inquiry: data for programs, pages for people, proofs for whoever doubts."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from takatuf.communications.services import pdf_of_report
from takatuf.coordination.inquiry.gathering import LABELS, Gathered, Section
from takatuf.coordination.inquiry.redacting import KINDS, Blotter
from takatuf.coordination.inquiry.values import Line, Mark, as_html, as_list, dumped
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.journal.excerpt import add_part, write_manifest
from takatuf.journal.services import export_excerpt

Parts = dict[str, dict[str, Any]]
Told = Callable[[int, int], None]  # how many parts are done, of how many

README = """\
Takatuf: everything about one incident, taken out for an inquiry

html/en, html/ar, html/fr   the same to read, in each language: open index.html in a browser
data/*.json                 the same for programs
reports/*.pdf               the situation reports that were approved
data/redactions.json        what is kept back, by whom it is asked for, on what basis
journal/entries.jsonl       the record's entries about the incident, each with its proof
journal/checkpoint.txt      the record's size and root, signed (c2sp.org/tlog-checkpoint, Ed25519)
journal/excerpt.json        which log, and the verifier key
manifest.json               every other file with its SHA-256

How to check it, without the system that it comes from:

    takatuf journal verify-bundle FILE

or by hand. Each line of entries.jsonl has "entry", whose UTF-8 bytes are RFC 8785 canonical JSON,
and "proof", the audit path of RFC 9162, section 2.1.3.1. The hash of an entry is
SHA-256(0x00 || bytes), that of an inner node SHA-256(0x01 || left || right). From entry and path
follows the root in checkpoint.txt. Of an entry that is kept back only "leaf", the hash, stands;
its proof holds all the same. A person's name and a text stand beside an entry as [salt, words],
and SHA-256(salt || words) in it, the salt being decoded from base64.

The last entry, inquiry.taken_out, says how many entries belong here, and "parts": the SHA-256 of
the RFC 8785 canonical JSON that gives each file outside journal/ its SHA-256. So no file can be
changed and no entry left out unseen. A key that comes with the file proves nothing about who
signed: compare it with one that you received another way.

The record proves that nothing was changed since it was signed. It cannot prove that what was
recorded was true.
"""

STYLE = """\
body{font:17px/1.6 "IBM Plex Sans Arabic",system-ui,sans-serif;color:#14212b;background:#fbfaf7;
max-width:52rem;margin:2rem auto;padding:0 1rem}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.2rem 1rem;margin:.5rem 0}
dt{color:#4a5a66}dd{margin:0}.words{white-space:pre-wrap;overflow-wrap:anywhere}
section{border-top:1px solid #c9c3b6;padding:.75rem 0}h2{font-size:1.05rem;margin:.2rem 0}
.mark{background:#14212b;color:#fbfaf7;padding:0 .35em;border-radius:3px}
code{direction:ltr;unicode-bidi:isolate}a{color:#0b5c55}
dl dl{grid-template-columns:max-content 1fr}dd:has(>ol){grid-column:1/-1}ol{margin:.2rem 0}
@media (max-width:40rem){dl{display:block}dd{margin-block-end:.5rem}}
@media (prefers-color-scheme:dark){body{color:#ece8df;background:#12191f}dt{color:#a9b4bc}
.mark{background:#ece8df;color:#12191f}a{color:#6fc7bd}section{border-color:#3a454e}}
"""

LOG_LABEL = gettext_lazy("Everything that was done, by the record")
MARKS_LABEL = gettext_lazy("What is kept back")


def write_inquiry(
    actor: Actor, found: Gathered, blotter: Blotter, path: Path, *, now: datetime, told: Told
) -> dict[str, Any]:
    """Write the file; it appears when it is whole, readable by its owner alone.

    Gives `{"file", "bytes", "parts", "entries", "redactions"}`. Raises `Refused` where a
    redaction keeps nothing back or the file cannot be written.
    """
    sections = [
        Section(section.code, section.label, [blotter.record(one) for one in section.records])
        for section in found.sections
    ]
    lines = [Line(entry, blotter.blot(entry)) for entry in found.entries]
    blotter.check_all_found()
    try:
        handle, draft = tempfile.mkstemp(dir=path.resolve().parent, prefix=".takatuf-")
        try:
            with (
                os.fdopen(handle, "w+b") as out,
                zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as bundle,
            ):
                made = _Making(actor, found, blotter, bundle, now, told).write(sections, lines)
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        raise Refused(
            _("The file could not be written to %(file)s: %(reason)s")
            % {"file": path, "reason": error.strerror or error},
            code="cannot-write",
        ) from error
    return {"file": str(path), "bytes": path.stat().st_size, **made}


class _Making:
    """One file on its way."""

    def __init__(
        self,
        actor: Actor,
        found: Gathered,
        blotter: Blotter,
        bundle: zipfile.ZipFile,
        now: datetime,
        told: Told,
    ) -> None:
        self.actor, self.found, self.blotter, self.bundle = actor, found, blotter, bundle
        self.now, self.told = now, told
        self.parts: Parts = {}
        self.zone = ZoneInfo(found.incident.city.timezone)
        self.languages = [code for code, _name in settings.SPOKEN_LANGUAGES]
        self.all = 0

    def write(self, sections: list[Section], lines: list[Line]) -> dict[str, Any]:
        kept = [one for one in sections if one.records]
        files = [
            (report, record, language)
            for section in sections
            for record in section.records
            if isinstance(record.get("files"), list)
            and (report := self.found.reports.get(record["address"]))
            for language in report.languages
        ]
        self.all = len(kept) + len(files) + len(self.languages) * (len(kept) + 3) + 5
        self.add("README.txt", [README.encode()])
        for section in kept:
            self.add(
                f"data/{section.code}.json",
                dumped({"section": section.code, "records": section.records}),
            )
        self.add("data/redactions.json", dumped({"redactions": self._redactions()}))
        for report, _record, language in files:
            self.add(f"reports/{report.number}-{language}.pdf", [pdf_of_report(report, language)])
        for language in self.languages:
            with translation.override(language), timezone.override(self.zone):
                self._pages(language, kept, lines)
        city = self.found.incident.city
        export_excerpt(
            self.actor,
            self.bundle,
            self.parts,
            log=city.log,
            about=self.found.incident.about,
            redactions=len(self.blotter.redactions),
            blot=self.blotter.blot,
            now=self.now,
        )
        write_manifest(self.bundle, self.parts, made_at=self.now)
        self.told(self.all, self.all)
        return {
            "parts": len(self.parts),
            "entries": len(lines) + 1,
            "redactions": len(self.blotter.redactions),
        }

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        add_part(self.bundle, self.parts, name, pieces)
        self.told(len(self.parts), self.all)

    def _redactions(self) -> list[dict[str, Any]]:
        return [
            {
                "number": one.number,
                "what": one.told_as,
                "reason": one.reason,
                "legal_basis": one.basis,
                "places": list(self.blotter.places[one.number]),
            }
            for one in self.blotter.redactions
        ]

    # Pages

    def _pages(self, language: str, sections: list[Section], lines: list[Line]) -> None:
        folder = f"html/{language}"
        for section in sections:
            label = str(section.label)
            self.add(f"{folder}/{section.code}.html", self._page(label, self._records(section)))
        self.add(f"{folder}/journal.html", self._page(str(LOG_LABEL), self._lines(lines)))
        self.add(f"{folder}/redactions.html", self._page(str(MARKS_LABEL), self._marks()))
        self.add(f"{folder}/index.html", self._page(self._title(), self._contents(sections)))

    def _title(self) -> str:
        record = self.blotter.record(self.found.sections[0].records[0])
        return str(record.get("title", record.get("redacted")))

    def _page(self, heading: str, body: Iterator[SafeString]) -> Iterator[bytes]:
        """One page, piece by piece, in the language in force; it loads nothing."""
        language = translation.get_language() or "en"
        direction = "rtl" if get_language_bidi() else "ltr"
        title = self._title()
        yield format_html(
            '<!doctype html>\n<html lang="{}" dir="{}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            "<title>{} · {}</title><style>{}</style></head><body>"
            '<p><a href="index.html"><bdi>{}</bdi></a></p><h1><bdi>{}</bdi></h1>\n',
            language, direction, heading, title, SafeString(STYLE), title, heading,
        ).encode()  # fmt: skip
        for piece in body:
            yield piece.encode() + b"\n"
        yield b"</body></html>\n"

    def _records(self, section: Section) -> Iterator[SafeString]:
        for record in section.records:
            address = record["address"]
            yield format_html(
                '<section id="{}"><h2><code>{}</code></h2>{}</section>',
                address.replace("/", "-"),
                address,
                as_html(record["redacted"], LABELS, self.zone)
                if isinstance(record.get("redacted"), Mark)
                else as_list(record, LABELS, self.zone),
            )

    def _lines(self, lines: list[Line]) -> Iterator[SafeString]:
        for line in lines:
            yield format_html(
                '<section id="journal-{}"><h2><code>journal/{}</code></h2>{}</section>',
                line.entry.index,
                line.entry.index,
                as_html(line, LABELS, self.zone),
            )

    def _marks(self) -> Iterator[SafeString]:
        if not self.blotter.redactions:
            yield format_html("<p>{}</p>", _("Nothing is kept back."))
            return
        yield format_html(
            "<p>{}</p>",
            _(
                "Where something is kept back, its number stands. Of the record’s entries, "
                "what stays verifies all the same."
            ),
        )
        for one in self._redactions():
            what = str(KINDS.get(one["what"], one["what"]))
            yield format_html(
                "<section><h2>{}</h2><dl><dt>{}</dt><dd><bdi>{}</bdi></dd><dt>{}</dt>"
                "<dd><bdi>{}</bdi></dd><dt>{}</dt><dd><bdi>{}</bdi></dd><dt>{}</dt><dd>{}</dd>"
                "</dl></section>",
                Mark(one["number"]),
                MARKS_LABEL, what,
                _("Why"), one["reason"],
                _("Legal basis"), one["legal_basis"],
                _("Where it stood"),
                format_html_join(" · ", "<code>{}</code>", ((place,) for place in one["places"])),
            )  # fmt: skip

    def _contents(self, sections: list[Section]) -> Iterator[SafeString]:
        pages: list[tuple[str, str | Promise]] = [
            *((f"{one.code}.html", one.label) for one in sections),
            ("journal.html", LOG_LABEL),
            ("redactions.html", MARKS_LABEL),
        ]
        when = as_html(self.now, LABELS, self.zone)
        yield format_html(
            "<p>{} {}</p><ul>{}</ul><p>{}</p>",
            _("Everything that this system holds about the incident, as it stood:"),
            when,
            format_html_join("", '<li><a href="{}">{}</a></li>', pages),
            _(
                "The file README.txt says how to check that nothing was changed or left out: "
                "with “takatuf journal verify-bundle FILE”, or by hand."
            ),
        )
