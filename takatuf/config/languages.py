"""The three languages of the interface: their catalogues made ready for Django."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[1] / "locale"


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def compile_languages() -> list[str]:
    """Compile every catalogue that is newer than its compiled form. Returns the languages."""
    for source in catalogues():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalogue = read_po(po, abort_invalid=True)
        made = target.with_suffix(".mo.new")
        with made.open("wb") as mo:
            write_mo(mo, catalogue)
        made.replace(target)
    return [source.parents[1].name for source in catalogues()]
