"""The stylesheet: contrast, both darks alike, fonts that fit their unicode ranges, weight."""

import gzip
import re
from itertools import pairwise
from pathlib import Path

import pytest

from takatuf.ui.assets import SCRIPTS, WEIGHTS, build_assets, codepoints

STATIC = Path(__file__).parents[1] / "static" / "ui"
CSS = (STATIC / "takatuf.css").read_text()
pytestmark = pytest.mark.once

# Text on its ground, at 4.5:1 (WCAG 2.2, 1.4.3).
PAIRS = [
    ("ink", "paper"), ("ink", "sheet"), ("ink", "sand"), ("ink", "amber-soft"),
    ("ink", "brick-soft"), ("ink", "sea-soft"), ("slate", "paper"), ("slate", "sheet"),
    ("slate", "sand"), ("sea", "paper"), ("sea", "sheet"), ("sea", "sand"), ("sea", "sea-soft"),
    ("sea", "amber-soft"), ("sea", "brick-soft"), ("sea-deep", "sea-soft"), ("sea-deep", "paper"),
    ("on-sea", "sea"), ("on-sea", "sea-deep"), ("amber", "amber-soft"), ("amber", "paper"),
    ("brick", "brick-soft"), ("brick", "paper"), ("brick", "sheet"), ("on-bar", "bar"),
    ("bar-slate", "bar"),
]  # fmt: skip
# Edges of controls and marks, at 3:1 (1.4.11).
EDGES = [("edge", "sheet"), ("edge", "paper"), ("sea", "paper"), ("amber", "sheet")]


def tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r"\s*\{(.*?)\}", CSS, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


LIGHT = tokens(":root")
NIGHT = tokens(':root[data-theme="dark"]')


def brightness(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([brightness(one), brightness(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, NIGHT], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_stands_out_from_its_ground(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, NIGHT], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_every_edge_stands_out_from_its_ground(theme, edge, ground):
    assert contrast(theme[edge], theme[ground]) >= 3


def test_the_night_that_the_machine_chooses_is_the_night_that_the_person_chooses():
    assert tokens(':root:not([data-theme="light"])') == NIGHT
    assert LIGHT.keys() == NIGHT.keys()


def test_colours_stand_in_the_tokens_alone():
    rules = CSS[CSS.index("@layer base {") : CSS.index("@layer paper {")]

    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) <= {"#fff"}  # the ground of a QR code


def test_both_directions_of_writing_come_from_one_sheet():
    physical = re.findall(
        r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|text-align:\s*(?:left|right)"
        r"|float:\s*(?:left|right)|[{;]\s*(?:left|right)\s*:",
        CSS.replace("safe-area-inset-bottom", ""),
    )
    assert physical == []


def test_each_script_has_its_font_in_each_weight():
    for script, ranges in SCRIPTS.items():
        for weight in WEIGHTS.values():
            name = rf"plex-{script}-{weight}\.woff2"
            face = re.search(rf"@font-face [^}}]*{name}[^}}]*}}", CSS)[0]
            assert f"unicode-range: {ranges};" in face
            assert "font-display: swap" in face


def test_no_letter_is_asked_of_two_fonts():
    points = sorted(point for ranges in SCRIPTS.values() for point in codepoints(ranges))
    assert all(one != other for one, other in pairwise(points))


def test_fonts_are_built_once(tmp_path):
    made = build_assets(tmp_path)

    assert len(made) == len(SCRIPTS) * len(WEIGHTS)
    assert all((tmp_path / name).read_bytes()[:4] == b"wOF2" for name in made)
    assert all((tmp_path / name).stat().st_size < 60_000 for name in made)
    assert build_assets(tmp_path) == []


def test_style_and_script_leave_room_for_the_page():
    """A page weighs at most 100 kB compressed; htmx is about 17 of them."""
    files = [STATIC / "takatuf.css", STATIC / "takatuf.js"]

    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 15_000
