"""Room for the calls of hot code.

CPython keeps the frames of calls in pieces of 16 kB. A call that does not fit gets a new piece
from the operating system, and gives it back when it returns: where a loop happens to run near
the end of a piece, each of its calls pays for that, and the same page takes two or three times
as long as one call further up or down (`_PyThreadState_PushFrame`). Nobody can keep an eye on
how deep a template is nested; so what has much to do begins in a piece of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TypeVar, cast

T = TypeVar("T")
# Values that the frame of `with_room` asks to hold: it needs a piece of 256 kB, since pieces
# double, and leaves the other half of that, some five hundred calls, to those that follow.
SLOTS = 16_500


def with_room(act: Callable[[], T]) -> T:
    """What `act` answers, with room for its calls."""
    return act()


_code = cast(FunctionType, with_room).__code__
cast(FunctionType, with_room).__code__ = _code.replace(co_stacksize=SLOTS)
