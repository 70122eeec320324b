"""What the worker does here: forget who registered for dialogues that are over."""

from __future__ import annotations

from datetime import datetime

from takatuf.learning.services import forget_registrations


def forget_guests(now: datetime) -> bool:
    """Delete registrations whose time is over. Never says that there is more: all go at once."""
    forget_registrations(now)
    return False
