"""Work that leaves no garbage behind is not searched for any."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unsearched() -> Iterator[None]:
    """Python looks for garbage that refers to itself the more often, the more is made; among
    a million plain values that are kept until the work is done it finds none, and that takes a
    fifth of the time. For jobs of a few seconds, whose values are as many as they need."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
