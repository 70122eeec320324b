"""Days that come back."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day so many months on; where that month is shorter, its last day (so that the
    anniversary of a 29 February is the 28th in an ordinary year)."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def anniversary(of: date, year: int) -> date:
    """The day on which `of` returns in `year`."""
    return months_after(of, 12 * (year - of.year))
