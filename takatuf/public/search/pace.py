"""How often one network may search. Counted in this process's memory and nowhere else: who
searched is written down as little as what for."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from time import monotonic

AT_ONCE = 120  # searches that one network may make without a pause
A_SECOND = 2.0  # that it gets back
MOST = 10_000  # networks that are remembered

_turn = Lock()
_left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how many are left, and when


def may_search(network: str) -> bool:
    """Whether this network may search now; counts the search if so."""
    now = monotonic()
    with _turn:
        left, at = _left.pop(network, (float(AT_ONCE), now))
        left = min(AT_ONCE, left + (now - at) * A_SECOND)
        allowed = left >= 1
        _left[network] = (left - allowed, now)
        if len(_left) > MOST:
            _left.popitem(last=False)
        return allowed


def forget() -> None:
    """Forget all counts."""
    with _turn:
        _left.clear()
