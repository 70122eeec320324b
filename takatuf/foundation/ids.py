"""Identifiers that sort by time, tell nothing to a stranger and can be made anywhere."""

import os
import threading
import time
from uuid import UUID

_last = 0
_one_at_a_time = threading.Lock()


def uuid7() -> UUID:
    """A version 7 UUID: 60 bits of time, then 62 random bits.

    The time is Unix milliseconds and, in ``rand_a``, their fraction in steps of 1/4096 (RFC
    9562, 6.2, method 3), so that what one process makes in one millisecond still sorts in the
    order in which it was made; a clock that stands still or steps back is stepped over.
    """
    global _last
    nanoseconds = time.time_ns()
    fraction = nanoseconds % 1_000_000 * 4096 // 1_000_000
    with _one_at_a_time:
        _last = max(nanoseconds // 1_000_000 << 12 | fraction, _last + 1)
        moment = _last
    value = (moment >> 12 & (1 << 48) - 1) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2)
