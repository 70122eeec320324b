"""What the worker does here: the index follows the texts within seconds."""

from __future__ import annotations

from takatuf.foundation import meaning
from takatuf.search.services import bring_up, work_out

MEANINGS = 20  # worked out in one go: a third of a second


def index_next() -> bool:
    """Bring the index up to date and work out some meanings; whether there may be more.

    The encoder is let go when nothing is left to do: texts change seldom, and it is large.
    """
    bring_up()
    more = work_out(MEANINGS) > 0
    if not more:
        meaning.let_go()
    return more
