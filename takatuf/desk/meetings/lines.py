"""What came of a meeting, as its lines in a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from takatuf.translation.queries import in_language

if TYPE_CHECKING:
    from takatuf.coordination.agenda import CameOfIt


def outcome_lines(came: Iterable[CameOfIt], language: str) -> list[dict[str, Any]]:
    """Each outcome where it now stands, for the template `desk/meetings/parts/outcome.html`."""
    return [
        {
            "entry": one.entry,
            "task": one.task,
            "title": in_language(one.task.title, language) if one.task else None,
        }
        for one in came
    ]
