"""Somebody leaves: whatever a room keeps in their name goes back, in the same transaction.

Which rooms keep something in people's names, this one cannot know: each says so when the
programme starts. So no way out (a post ended, an agency retired, an account closed) leaves work
in the name of somebody who is not there any more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from takatuf.accounts.models import Person
from takatuf.foundation.actors import Actor

TakesBack = Callable[[Actor, Person, UUID | None, datetime], object]

_takes_back: list[TakesBack] = []


def register(takes_back: TakesBack) -> None:
    """Let `takes_back(actor, person, city, now)` be called when somebody leaves a city; city
    None: every one, the account was closed."""
    _takes_back.append(takes_back)


def somebody_left(actor: Actor, person: Person, *, now: datetime, city: UUID | None = None) -> None:
    """Take back what is kept in the person's name in a city, or in all."""
    for takes_back in _takes_back:
        takes_back(actor, person, city, now)
