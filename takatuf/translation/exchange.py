"""Public texts out to translators and in again, as PO files: one a language, `msgctxt` the key.

    #. Read at: /en/library/oslo-2011-support/
    #. State: draft
    #, fuzzy                      the source changed since this version was written
    msgctxt "card/oslo-2011-support/title"
    msgid "…"                     the source as it stands
    msgstr "…"                    the version, empty where there is none

A flag `machine` says that a version comes from a machine. What is flagged fuzzy when it comes
in is somebody's unfinished work and stays out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

from takatuf.foundation.errors import Refused, Words
from takatuf.foundation.text import clean_text
from takatuf.translation.models import Text
from takatuf.translation.rules import places_of, version_fault
from takatuf.translation.vocabulary import State

LARGEST_FILE = 20 * 1024 * 1024
FAULTS: Mapping[str, Words] = {
    "unreadable": _("This is not a PO file (%(problem)s)."),
    "large": _("The file is larger than 20 MB."),
    "language-missing": _(
        "The head of the file does not say its language. Write “Language: nb” or the like there."
    ),
    "language-other": _("The file is in “%(found)s”, not in “%(language)s”."),
    "language-unknown": _(
        "“%(language)s” is not a language of this installation. See “takatuf translate status”."
    ),
    "key-missing": _("No msgctxt says which text this is."),
    "key-unknown": _("No public text has the key %(key)s."),
    "key-twice": _("The key %(key)s stands in the file twice."),
    "is-source": _("%(key)s was written in this language. Change it at the desk."),
    "source-changed": _("The source of %(key)s has changed since the export. Export it again."),
    "override": _("A hidden character reverses the order of the text. Type it again."),
    "places": _("The placeholders are not those of the source: %(places)s."),
    "script": _("The words are not written in the script of this language."),
    "long": _("The text is longer than 20,000 characters."),
}


class Fault(NamedTuple):
    """What is wrong in a file: the line, a code and its details."""

    line: int
    code: str
    details: Mapping[str, object]

    @property
    def words(self) -> str:
        return fault_words(self.code, self.details)


class Line(NamedTuple):
    """One version as a file has it."""

    key: str
    source: str
    words: str
    line: int
    fuzzy: bool
    machine: bool


class PoTexts(NamedTuple):
    """What a file holds, and what could not be read in it."""

    language: str
    lines: list[Line]
    faults: list[Fault]


def fault_words(code: str, details: Mapping[str, object]) -> str:
    """What is wrong and what to do, in the reader's language."""
    return str(FAULTS[code]) % details


def fault_of(source: str, words: str, language: str) -> tuple[str, Mapping[str, object]] | None:
    """What is wrong with a version as a version of its source: a code and its details."""
    try:
        clean_text(words)
    except Refused:
        return "override", {}
    code = version_fault(source, words, right_to_left=language in settings.LANGUAGES_BIDI)
    if code == "places":
        return code, {"places": ", ".join(sorted(places_of(source) ^ places_of(words)))}
    return (code, {}) if code else None


def read_texts(data: bytes, *, language: str = "") -> PoTexts:
    """The versions that a file holds. With `language` given it must be the file's own."""
    if len(data) > LARGEST_FILE:
        return PoTexts(language, [], [Fault(0, "large", {})])
    try:
        catalogue = read_po(BytesIO(data), abort_invalid=True)
    except PoFileError as error:
        problem = {"problem": str(error).partition(" on ")[0]}
        return PoTexts(language, [], [Fault((error.lineno or 0) + 1, "unreadable", problem)])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return PoTexts(language, [], [Fault(1, "unreadable", {"problem": str(error)})])
    heads = dict(catalogue.mime_headers)
    found = str(heads.get("Language", "") or "").replace("_", "-").lower()
    if not found or found == "none":
        return PoTexts(language, [], [Fault(1, "language-missing", {})])
    if language and found != language:
        details = {"found": found, "language": language}
        return PoTexts(language, [], [Fault(1, "language-other", details)])
    if found not in dict(settings.LANGUAGES):
        return PoTexts(found, [], [Fault(1, "language-unknown", {"language": found})])
    return _lines(found, [one for one in catalogue if one.id])


def _lines(language: str, messages: Iterable[Message]) -> PoTexts:
    lines: dict[str, Line] = {}
    faults: list[Fault] = []
    for message in messages:
        at, key = message.lineno or 0, str(message.context or "")
        if not key:
            faults.append(Fault(at, "key-missing", {}))
        elif key in lines:
            faults.append(Fault(at, "key-twice", {"key": key}))
        else:
            source, words = (
                str(part[0] if isinstance(part, tuple | list) else part or "")
                for part in (message.id, message.string)
            )
            flags = message.flags
            lines[key] = Line(key, source, words, at, "fuzzy" in flags, "machine" in flags)
    return PoTexts(language, list(lines.values()), faults)


def write_texts_file(
    texts: Mapping[str, Text], language: str, *, where: Callable[[str], str]
) -> str:
    """The PO file of one language: every public text that was not written in it.

    `where` gives the address at which a key is read, empty where it has none.
    """
    lines = [
        'msgid ""',
        'msgstr ""',
        _quoted(f"Language: {to_locale(language)}\n"),
        _quoted("MIME-Version: 1.0\n"),
        _quoted("Content-Type: text/plain; charset=utf-8\n"),
        _quoted("Content-Transfer-Encoding: 8bit\n"),
        _quoted("X-Generator: Takatuf\n"),
    ]
    for key, text in texts.items():
        source = text.versions.get(text.source_language)
        if text.source_language == language or not source or not source["words"]:
            continue
        version = text.versions.get(language)
        lines.append("")
        if address := where(key):
            lines.append(f"#. Read at: {address}")
        if version:
            lines.append(f"#. State: {version['state']}")
            if version["state"] == State.BEHIND:
                lines.append("#, fuzzy")
            elif version["state"] == State.MACHINE:
                lines.append("#, machine")
        lines += [
            f"msgctxt {_quoted(key)}",
            f"msgid {_quoted(source['words'])}",
            f"msgstr {_quoted(version['words'] if version else '')}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    *whole, last = escaped.split("\n")
    parts = [f"{part}\\n" for part in whole] + ([last] if last or not whole else [])
    if len(parts) == 1:
        return f'"{parts[0]}"'
    return '""\n' + "\n".join(f'"{part}"' for part in parts)


# What ships in the folders of languages


def laid_versions() -> tuple[dict[str, dict[str, Line]], list[tuple[Path, Fault]]]:
    """The versions that lie in the folders of the installed languages (`texts.po`), by language
    and key, and what was left out of them with its file. The data folder's come first."""
    found: dict[str, dict[str, Line]] = {}
    faults: list[tuple[Path, Fault]] = []
    for root in settings.LOCALE_PATHS:
        for language, _name in settings.LANGUAGES:
            path = Path(root) / to_locale(language) / "texts.po"
            if not path.is_file():
                continue
            read = _read_file(str(path), path.stat().st_mtime_ns, language)
            faults += [(path, fault) for fault in read.faults]
            for line in read.lines:
                wrong = fault_of(line.source, line.words, language) if line.words else None
                if wrong:
                    faults.append((path, Fault(line.line, *wrong)))
                elif line.words:
                    found.setdefault(language, {}).setdefault(line.key, line)
    return found, faults


@lru_cache(maxsize=16)  # each loader of set-up asks; the file is parsed once
def _read_file(path: str, _changed: int, language: str) -> PoTexts:
    return read_texts(Path(path).read_bytes(), language=language)
