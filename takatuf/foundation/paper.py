"""Pages set as PDF/UA-1 by Typst from plain values, with our own fonts, without a network.

No word of a person becomes Typst code: a template reads its sheet as JSON, and a string that
comes from JSON is text, whatever stands in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst


ISOLATES = re.compile("[\u2066-\u2069]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
BOX = "\u25ca"
# Marks of direction and joining: they have no face and need none.
UNSEEN = frozenset({0x0A, 0x20, 0xA0, 0xAD, 0x061C, *range(0x200B, 0x2010), *range(0x2066, 0x206A)})


def pdf_of(template: Path, sheet: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The bytes of a tagged PDF (PDF/UA-1) of a sheet, which says its `direction`.

    `made_at` is the date that the file bears, so that the same sheet gives the same bytes.
    A sign that no face has is set as a box. Raises `typst.TypstError` where the template is
    broken.
    """
    # Fetched when a page is set for the first time: it would make every worker larger.
    import typst

    if sheet["direction"] == "ltr":
        sheet = _plainly(sheet)
    try:
        return _set(template, sheet, made_at)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return _set(template, _in_our_letters(sheet), made_at)


@cache
def _fonts() -> typst.Fonts:
    """The faces that pages are set in, and none of the machine's own."""
    import typst

    folder = str(files("fontpkg_ibm_plex_sans_arabic") / "files")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


@cache
def _printable() -> frozenset[int]:
    """The code points that our own faces have, and those that show nothing."""
    from fontTools.ttLib import TTFont

    source = files("fontpkg_ibm_plex_sans_arabic") / "files" / "IBMPlexSansArabic-Regular.ttf"
    with as_file(source) as path:
        drawn = frozenset(TTFont(path, lazy=True).getBestCmap() or {})
    return drawn | UNSEEN


def _plainly(value: Any) -> Any:
    """Without isolates in strings that run from left to right all through: they change
    nothing there, and whoever copies or searches the text would find them in it."""
    if isinstance(value, str):
        return value if RIGHT_TO_LEFT.search(value) else ISOLATES.sub("", value)
    if isinstance(value, Mapping):
        return {key: _plainly(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plainly(one) for one in value]
    return value


def _in_our_letters(sheet: Any) -> Any:
    """The sheet with a box for every sign that our faces cannot draw: an emoji, a script that
    none of the languages here is written in. PDF/UA has no place for a missing letter."""
    if isinstance(sheet, str):
        drawn = _printable()
        return "".join(char if ord(char) in drawn else BOX for char in sheet)
    if isinstance(sheet, Mapping):
        return {key: _in_our_letters(value) for key, value in sheet.items()}
    if isinstance(sheet, list):
        return [_in_our_letters(value) for value in sheet]
    return sheet


def _set(template: Path, sheet: Mapping[str, Any], made_at: datetime) -> bytes:
    import typst

    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet)},
        pdf_standards=["ua-1"],
        timestamp=made_at.replace(microsecond=0),
    )
    return made
