"""The languages of this installation: found in their folders, made ready for Django.

A language is a folder named as Django names it (`nb`, `pt_BR`), here in the package or in
`TAKATUF_HOME/locale`, where a translator needs no source code:

    language.json               {"scope": "public", "own_name": "Norsk bokmål"}; own_name may lack
    LC_MESSAGES/django.po       the interface, as far as it is translated
    texts.po                    the public texts: guide, library, dialogues, prose of pages

Name and direction of writing come from CLDR. `whole` languages are spoken everywhere: at the
desk, in letters, in the journal; the product promises that for those it ships, and its tests
hold it. `public` ones are offered on the pages that anyone may open, and fall back to English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.utils.translation import to_language, to_locale

LOCALE = Path(__file__).parents[1] / "locale"
SCOPES = ("whole", "public")
CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,5})?")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|\{(\w+)\}|%[sd]")


@dataclass(frozen=True, slots=True)
class Language:
    """One language and where its words lie."""

    code: str
    own_name: str
    english_name: str
    right_to_left: bool
    whole: bool  # spoken everywhere, not on the public pages alone


@dataclass(frozen=True, slots=True)
class FolderFault:
    """Why a folder of a language, or a sentence in it, is left out: a code and its details."""

    code: str
    details: dict[str, object]


def find_languages(home: Path) -> tuple[list[Language], list[FolderFault]]:
    """The installed languages by their codes, and why a folder was left out.

    The data folder may add languages and mend words of those that ship; it cannot promise
    that the whole system speaks one.
    """
    found: dict[str, Language] = {}
    faults: list[FolderFault] = []
    for root in (LOCALE, home / "locale"):
        for folder in sorted(root.iterdir()) if root.is_dir() else []:
            if not folder.is_dir() or to_language(folder.name) in found:
                continue
            try:
                one = _language(folder, ours=root == LOCALE)
                found[one.code] = one
            except _Unfit as unfit:
                faults.append(FolderFault(unfit.code, {"folder": str(folder), **unfit.details}))
    return [found[code] for code in sorted(found)], faults


class _Unfit(Exception):
    """Why a folder is no language."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def _language(folder: Path, *, ours: bool) -> Language:
    code = to_language(folder.name)
    if not CODE.fullmatch(code) or to_locale(code) != folder.name:
        raise _Unfit("language-code")
    try:
        told: Any = json.loads((folder / "language.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _Unfit("language-file-missing") from None
    except (OSError, ValueError) as error:
        raise _Unfit("language-file", problem=str(error)) from None
    if not isinstance(told, dict) or told.get("scope") not in SCOPES:
        raise _Unfit("language-scope")
    name = told.get("own_name", "")
    if not isinstance(name, str) or len(name) > 40:
        raise _Unfit("language-name")
    try:
        known: Locale | None = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        known = None
    if known is None and not name:
        raise _Unfit("language-unknown")
    own = name or str(known and known.get_display_name(known))
    return Language(
        code=code,
        own_name=own[:1].upper() + own[1:],
        english_name=str((known and known.get_display_name("en")) or own),
        right_to_left=bool(known and known.text_direction == "rtl"),
        whole=ours and told["scope"] == "whole",
    )


def tell_django(languages: Iterable[Language]) -> None:
    """Let Django know languages that it has never heard of (its own list has ninety)."""
    from django.conf.locale import LANG_INFO

    for one in languages:
        LANG_INFO.setdefault(
            one.code,
            {
                "bidi": one.right_to_left,
                "code": one.code,
                "name": one.english_name,
                "name_local": one.own_name,
            },
        )


def catalogues(*roots: Path) -> Iterator[Path]:
    """The catalogues of the interface in these folders, the package's first."""
    for root in roots or (LOCALE,):
        yield from sorted(root.glob("*/LC_MESSAGES/*.po"))


def compile_languages(home: Path | None = None) -> tuple[list[str], list[FolderFault]]:
    """Compile every catalogue that is newer than its compiled form.

    Returns the languages, and what was left out of the data folder's catalogues: a sentence
    whose placeholders are not those of the source would break the page that says it.
    """
    faults: list[FolderFault] = []
    roots = [LOCALE, *([home / "locale"] if home else [])]
    for folder in [one for root in roots if root.is_dir() for one in sorted(root.iterdir())]:
        source = folder / "LC_MESSAGES" / "django.po"
        if source.exists() or ((folder / "language.json").exists() and folder.name != "en"):
            source.parent.mkdir(exist_ok=True)
            faults += _compiled(source, checked=folder.parent != LOCALE)
    return sorted({source.parents[1].name for source in catalogues(*roots)}), faults


def _compiled(source: Path, *, checked: bool) -> list[FolderFault]:
    """A language without a catalogue gets an empty one, so that its addresses exist."""
    target = source.with_suffix(".mo")
    written = source.stat().st_mtime if source.exists() else 0
    if target.exists() and target.stat().st_mtime >= written and not checked:
        return []
    catalogue = Catalog()
    faults: list[FolderFault] = []
    if source.exists():
        try:
            with source.open("rb") as po:
                catalogue = read_po(po, abort_invalid=True)
        except (PoFileError, ValueError, UnicodeDecodeError) as error:
            if not checked:
                raise
            return [FolderFault("catalogue", {"file": str(source), "problem": str(error)})]
    if checked:
        faults = _without_broken(catalogue, source)
    made = target.with_suffix(".mo.new")
    with made.open("wb") as mo:
        write_mo(mo, catalogue)
    made.replace(target)
    return faults


def _without_broken(catalogue: Catalog, source: Path) -> list[FolderFault]:
    faults = []
    for message in [one for one in catalogue if one.id]:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        allowed = {found[0] for each in ids for found in PLACEHOLDER.finditer(each)}
        needed = set.intersection(*({f[0] for f in PLACEHOLDER.finditer(each)} for each in ids))
        for string in filter(None, strings):
            places = {found[0] for found in PLACEHOLDER.finditer(string)}
            if places - allowed or (len(strings) == 1 and needed - places):
                odd = ", ".join(sorted(places ^ needed))
                faults.append(
                    FolderFault(
                        "placeholder",
                        {"file": str(source), "line": message.lineno or 0, "places": odd},
                    )
                )
                catalogue.delete(message.id, message.context)
                break
    return faults
