"""Names that hold several organisations: “WFP/UNICEF; Caritas”, as tables have them in one cell.

Such a name stands as it is written; whose work is meant only its writer knows. What is sure enough
to be told is where each part is a body of its own that is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from takatuf.network.likeness import known_body
from takatuf.network.naming import folded_name

BETWEEN = re.compile(r"\s*[;/|&+,،؛]\s*|\s+(?:and|et|و)\s+", re.I)
MOST_PARTS = 12


def several_in(name: str, known: Collection[str]) -> tuple[str, ...]:
    """The organisations that a name holds, as they are written in it; none where it is one.

    `known` are the folded names of the city. Each part must be one of them or a body that
    everybody knows, and they must not be one: “OIM / IOM” is one, and so is “Fire and Rescue”.
    """
    parts = [part for part in BETWEEN.split(name) if part.strip()]
    if not 1 < len(parts) <= MOST_PARTS:
        return ()
    meant = {part: known_body(part) or folded_name(part) for part in parts}
    if any(who == folded_name(part) and who not in known for part, who in meant.items()):
        return ()
    return tuple(meant) if len(set(meant.values())) > 1 else ()
