"""The fonts of the pages, made at set-up from the package: one file for each script and weight.

A page in Latin letters never fetches the Arabic file, nor the other way round; see the
`unicode-range` in `takatuf.css`, which a test holds against `SCRIPTS`.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FOLDER = Path(__file__).parent / "static" / "ui" / "fonts"
WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
SCRIPTS = {
    "latin": "U+0000-058F, U+1E00-20CF, U+2100-214F, U+2190-22FF, U+25A0-25FF",
    "arabic": "U+0600-06FF, U+0750-077F, U+08A0-08FF, U+FB50-FDFF, U+FE70-FEFF",
}


def codepoints(ranges: str) -> list[int]:
    """The code points of a CSS `unicode-range`: 'U+0000-0002, U+0041' gives 0, 1, 2, 65."""
    points: list[int] = []
    for part in ranges.replace("U+", "").split(","):
        first, _, last = part.strip().partition("-")
        points += range(int(first, 16), int(last or first, 16) + 1)
    return points


def build_assets(folder: Path = FOLDER) -> list[str]:
    """Write the WOFF2 files that are not there yet; the names of those it wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        folder / f"plex-{script}-{number}.woff2": (weight, script)
        for weight, number in WEIGHTS.items()
        for script in SCRIPTS
    }
    made = []
    for path, (weight, script) in wanted.items():
        if not path.exists():
            _subset(weight, codepoints(SCRIPTS[script]), path)
            made.append(path.name)
    return made


def _subset(weight: str, points: list[int], path: Path) -> None:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    source = files("fontpkg_ibm_plex_sans_arabic") / "files" / f"IBMPlexSansArabic-{weight}.ttf"
    cut: Any = subset
    options = cut.Options(
        flavor="woff2", layout_features=["*"], notdef_outline=True, drop_tables=["meta"]
    )
    with as_file(source) as there:
        font = TTFont(there)
        cutter = cut.Subsetter(options)
        cutter.populate(unicodes=points)
        cutter.subset(font)
        font.flavor = "woff2"
        # A half-written font must not count as there.
        half = path.with_suffix(".part")
        font.save(half)
        half.replace(path)


def draw_preview(mark: Path, picture: Path) -> None:
    """The picture beside a link that is handed on: our mark, 512 dots wide, as PNG.

    It is kept beside the mark, since it changes with the mark alone.
    """
    import typst

    page = b'#set page(width: 256pt, height: 256pt, margin: 0pt)\n#image("mark.svg", width: 256pt)'
    with TemporaryDirectory() as folder:
        Path(folder, "mark.svg").write_bytes(mark.read_bytes())
        source = Path(folder, "preview.typ")
        source.write_bytes(page)
        made: Any = typst.compile(source, format="png", ppi=144)
    picture.write_bytes(made)


if __name__ == "__main__":
    build_assets()
    draw_preview(FOLDER.parent / "mark.svg", FOLDER.parent / "preview.png")
