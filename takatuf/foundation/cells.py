"""Values as cells of a table that leaves the house: a spreadsheet must not run what it reads."""

from __future__ import annotations

from datetime import UTC, datetime

BOM = "\ufeff"  # without it Excel reads UTF-8 as the machine's old code page
# A cell that begins so is a formula to a spreadsheet; the full-width forms are, in some.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """A value as a spreadsheet may read it. Text that would be run as a formula gets a quote
    before it; times are ISO 8601 in UTC; nothing is the empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
