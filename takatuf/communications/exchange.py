"""A report as PDF/UA-1, set from its sheet alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from takatuf.foundation import paper

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"


def pdf_of(sheet: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The bytes of a tagged PDF of a sheet (`queries.sheet_of`), as `paper.pdf_of` sets it."""
    return paper.pdf_of(TEMPLATE, sheet, made_at=made_at)
